import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import { badgePayload, scanPayload } from "../contract/index.ts";

/**
 * Takes out of a message what nobody may read later, before the message is written anywhere: a badge's credential
 * becomes its keyed hash, a scanned code is encrypted. Keys that the contract does not name are left out too, so that
 * no reader can slip in a name, a face or a fingerprint. What cannot be decoded is kept as its length and keyed hash.
 */
export interface Confidential {
  protect(topic: string, payload: Buffer): Buffer;
}

/** Stands in for a badge or scan message that could not be decoded. */
export const undecodable = z.object({ undecodable: z.object({ length: z.int(), hmac_sha256: z.string() }) });

/** The keyed hash that stands for a badge's number in a message that was protected with this key. */
export function credentialHash(credential: string, key: Buffer): string {
  return `hmac-sha256:${createHmac("sha256", key).update(credential).digest("hex")}`;
}

export function createConfidential(keys: { credentials: Buffer; codes: Buffer }): Confidential {
  const hmac = (data: string | Buffer) => createHmac("sha256", keys.credentials).update(data).digest("hex");
  const encrypt = (text: string) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", keys.codes, nonce);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `aes-256-gcm:${Buffer.concat([nonce, sealed]).toString("base64")}`;
  };
  const protectBadge = (json: unknown) => {
    const badge = badgePayload.safeParse(json);
    return badge.success
      ? { ...badge.data, credential: credentialHash(badge.data.credential, keys.credentials) }
      : null;
  };
  const protectScan = (json: unknown) => {
    const scan = scanPayload.safeParse(json);
    return scan.success ? { ...scan.data, code: encrypt(scan.data.code) } : null;
  };
  return {
    protect(topic, payload) {
      const kind = sensitiveKind(topic);
      if (kind === null) return payload;
      const json = parsed(payload);
      const kept = kind === "badge" ? protectBadge(json) : kind === "scan" ? protectScan(json) : null;
      const stand = kept ?? { undecodable: { length: payload.length, hmac_sha256: hmac(payload) } };
      return Buffer.from(JSON.stringify(stand));
    },
  };
}

/** The code of a scan as it was protected; `null` when it was not sealed with this key. */
export function readCode(payload: Buffer, key: Buffer): string | null {
  const scan = scanPayload.extend({ code: z.string() }).safeParse(parsed(payload));
  const sealed = scan.success ? /^aes-256-gcm:(.+)$/.exec(scan.data.code)?.[1] : undefined;
  if (sealed === undefined) return null;
  const bytes = Buffer.from(sealed, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

/** `unsure`: a topic that is none of ours, but looks like one that carries personal data. */
function sensitiveKind(topic: string): "badge" | "scan" | "unsure" | null {
  if (topic.endsWith("/telemetry") || topic.endsWith("/status")) return null;
  const levels = topic.toLowerCase().split("/");
  if (levels.length === 4 && topic.endsWith("/badge")) return "badge";
  if (levels.length === 4 && topic.endsWith("/scan")) return "scan";
  return levels.includes("badge") || levels.includes("scan") ? "unsure" : null;
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch {
    return undefined;
  }
}
