import { createHash, createHmac } from "node:crypto";
import { z } from "zod";
import { isoTime, messageOf, randomId } from "../../../core/index.ts";
import { readSecret, type Site } from "../../../site/index.ts";
import type { SendResult } from "../../channel.ts";
import { createHttpClient } from "./http-client.ts";
import { jsonOf } from "./json.ts";
import { createScrubber } from "./secrets.ts";
import { percentEncode } from "./text-encoding.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

export interface Acs3Request {
  host: string;
  action: string;
  version: string;
  query: Record<string, string>;
  /** RFC 3339, seconds. */
  date: string;
  nonce: string;
}

/** Aliyun's signature of version 3 (ACS3-HMAC-SHA256): the query, and the headers to send with it. */
export function signAcs3(request: Acs3Request, key: { id: string; secret: string }) {
  const query = Object.entries(request.query)
    .map(([name, value]) => [percentEncode(name, "utf-8"), percentEncode(value, "utf-8")] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const headers: Record<string, string> = {
    host: request.host,
    "x-acs-action": request.action,
    "x-acs-content-sha256": sha256(""),
    "x-acs-date": request.date,
    "x-acs-signature-nonce": request.nonce,
    "x-acs-version": request.version,
  };
  const names = Object.keys(headers).sort();
  const signed = names.join(";");
  const canonical = ["POST", "/", query, ...names.map((name) => `${name}:${headers[name]}`), "", signed, sha256("")];
  const text = `ACS3-HMAC-SHA256\n${sha256(canonical.join("\n"))}`;
  const signature = createHmac("sha256", key.secret).update(text).digest("hex");
  const authorization = `ACS3-HMAC-SHA256 Credential=${key.id},SignedHeaders=${signed},Signature=${signature}`;
  return { query, headers: { ...headers, authorization } };
}

const reply = z.object({ Code: z.string(), Message: z.string().default("") });

/** What refuses this message for good; all else is a fault that passes or that somebody mends. */
const final = new Set([
  "isv.MOBILE_NUMBER_ILLEGAL",
  "isv.INVALID_PARAMETERS",
  "isv.TEMPLATE_MISSING_PARAMETERS",
  "isv.TEMPLATE_PARAMS_ILLEGAL",
  "isv.PARAM_LENGTH_LIMIT",
  "isv.PARAM_NOT_SUPPORT_URL",
  "isv.BLACK_KEY_CONTROL_LIMIT",
  "isv.MOBILE_IN_BLACK",
  "isv.SMS_CONTENT_ILLEGAL",
  "VALVE:M_MC",
]);

interface AliyunConfig {
  url: string;
  access_key_id: string;
  access_key_secret_file: string;
  connections: number;
  ca_file?: string | undefined;
}

export function openAliyun(config: AliyunConfig, site: Pick<Site, "directory">) {
  const key = { id: config.access_key_id, secret: readSecret(site, config.access_key_secret_file) };
  const scrub = createScrubber([key.secret]);
  const client = createHttpClient(config, site);
  return {
    async call(
      request: { action: string; version: string; query: Record<string, string>; atMs: number; phone: string },
      signal: AbortSignal,
    ): Promise<SendResult> {
      try {
        const date = isoTime(request.atMs).replace(/\.\d+Z$/, "Z");
        const { query, headers } = signAcs3(
          { ...request, host: new URL(config.url).host, date, nonce: randomId(16) },
          key,
        );
        const url = `${config.url.replace(/\/$/, "")}/?${query}`;
        const { status, body } = await client.call({ url, method: "POST", headers, signal });
        const said = scrub(`${status} ${body.toString().trim()}`, [request.phone]);
        const parsed = reply.safeParse(jsonOf(body.toString()));
        if (!parsed.success) return { kind: "retry", reason: said };
        if (parsed.data.Code === "OK") return { kind: "delivered", reply: said };
        return final.has(parsed.data.Code) ? { kind: "give-up", reason: said } : { kind: "retry", reason: said };
      } catch (error) {
        return { kind: "retry", reason: scrub(messageOf(error), [request.phone]) };
      }
    },
    close: () => client.close(),
  };
}
