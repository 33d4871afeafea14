import { createHash, createHmac } from "node:crypto";
import { z } from "zod";
import { isoTime, messageOf } from "../../../core/index.ts";
import { readSecret, type Site } from "../../../site/index.ts";
import type { SendResult } from "../../channel.ts";
import { createHttpClient } from "./http-client.ts";
import { jsonOf } from "./json.ts";
import { createScrubber } from "./secrets.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

export interface Tc3Request {
  service: string;
  host: string;
  payload: string;
  timestampS: number;
}

/** Tencent Cloud's signature of version 3 (TC3-HMAC-SHA256): the header to send with it. */
export function signTc3(
  { service, host, payload, timestampS }: Tc3Request,
  key: { id: string; secret: string },
): string {
  const headers = `content-type:application/json; charset=utf-8\nhost:${host}\n`;
  const canonical = ["POST", "/", "", headers, "content-type;host", sha256(payload)].join("\n");
  const date = isoTime(timestampS * 1_000).slice(0, 10);
  const scope = `${date}/${service}/tc3_request`;
  const text = ["TC3-HMAC-SHA256", String(timestampS), scope, sha256(canonical)].join("\n");
  const signingKey = hmac(hmac(hmac(`TC3${key.secret}`, date), service), "tc3_request");
  const signature = createHmac("sha256", signingKey).update(text).digest("hex");
  return `TC3-HMAC-SHA256 Credential=${key.id}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`;
}

const reply = z.object({
  Response: z.object({
    Error: z.object({ Code: z.string(), Message: z.string().default("") }).optional(),
    /** Of an SMS: one for each number. */
    SendStatusSet: z.array(z.object({ Code: z.string() })).optional(),
    /** Of a call. */
    SendStatus: z.object({ CallId: z.string() }).optional(),
  }),
});

/** What refuses this message for good; all else is a fault that passes or that somebody mends. */
const final = new Set([
  "InvalidParameterValue.IncorrectPhoneNumber",
  "InvalidParameterValue.TemplateParameterFormatError",
  "InvalidParameterValue.TemplateParameterLengthLimit",
  "InvalidParameterValue.CalledNumberVerifyFail",
  "FailedOperation.ContainSensitiveWord",
  "FailedOperation.PhoneNumberInBlacklist",
  "FailedOperation.PhoneNumberOnBlacklist",
  "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
  "UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber",
]);

interface TencentConfig {
  url: string;
  region: string;
  secret_id: string;
  secret_key_file: string;
  connections: number;
  ca_file?: string | undefined;
}

export function openTencent(config: TencentConfig, service: string, site: Pick<Site, "directory">) {
  const key = { id: config.secret_id, secret: readSecret(site, config.secret_key_file) };
  const scrub = createScrubber([key.secret]);
  const client = createHttpClient(config, site);
  return {
    async call(
      request: { action: string; version: string; body: unknown; atMs: number; phone: string },
      signal: AbortSignal,
    ): Promise<SendResult> {
      try {
        const { host } = new URL(config.url);
        const payload = JSON.stringify(request.body);
        const timestampS = Math.floor(request.atMs / 1_000);
        const { status, body } = await client.call({
          url: config.url,
          method: "POST",
          headers: {
            "content-type": "application/json; charset=utf-8",
            host,
            authorization: signTc3({ service, host, payload, timestampS }, key),
            "x-tc-action": request.action,
            "x-tc-version": request.version,
            "x-tc-region": config.region,
            "x-tc-timestamp": String(timestampS),
          },
          body: Buffer.from(payload),
          signal,
        });
        return judge(scrub(`${status} ${body.toString().trim()}`, [request.phone]), body.toString());
      } catch (error) {
        return { kind: "retry", reason: scrub(messageOf(error), [request.phone]) };
      }
    },
    close: () => client.close(),
  };
}

function judge(said: string, text: string): SendResult {
  const parsed = reply.safeParse(jsonOf(text));
  if (!parsed.success) return { kind: "retry", reason: said };
  const { Error: error, SendStatusSet: sent, SendStatus: called } = parsed.data.Response;
  const code = error?.Code ?? sent?.[0]?.Code ?? (called === undefined ? "" : "Ok");
  if (code === "Ok") return { kind: "delivered", reply: said };
  return final.has(code) ? { kind: "give-up", reason: said } : { kind: "retry", reason: said };
}
