import { createHash, createHmac } from "node:crypto";
import type { GatewayConfig } from "./http-gateway.ts";
import { encodeText, type TextEncodingName } from "./text-encoding.ts";

type Signature = NonNullable<GatewayConfig["signature"]>;

/** Signs a text as the site file says: a digest of it, or an HMAC under one of the secrets. */
export function signatureOf(
  { algorithm, key, output }: Signature,
  text: string,
  secrets: Readonly<Record<string, string>>,
  encoding: TextEncodingName,
): string {
  const bytes = encodeText(text, encoding);
  const [mac, digest] = algorithm.startsWith("hmac-") ? [true, algorithm.slice(5)] : [false, algorithm];
  const hash = mac ? createHmac(digest, secrets[key ?? ""] ?? "") : createHash(digest);
  const result = hash.update(bytes);
  if (output === "base64") return result.digest("base64");
  const hex = result.digest("hex");
  return output === "HEX" ? hex.toUpperCase() : hex;
}

/** `a=1&b=2` in the order of the names: what many gateways have signed. */
export function sortedFields(fields: readonly (readonly [string, string])[]): string {
  return fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}
