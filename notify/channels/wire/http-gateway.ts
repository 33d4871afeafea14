import { z } from "zod";
import { messageOf, randomId } from "../../../core/index.ts";
import { type ChannelConfig, readSecret, type Site } from "../../../site/index.ts";
import {
  type Channel,
  type ChannelName,
  channelTraits,
  type Recipient,
  type RenderedMessage,
  type SendResult,
} from "../../channel.ts";
import { fill, placeholdersOf, requireKnown } from "./gateway-template.ts";
import { createHttpClient, type HttpReply, judgeStatus } from "./http-client.ts";
import { jsonOf } from "./json.ts";
import { phoneNumber } from "./phone-number.ts";
import { createScrubber } from "./secrets.ts";
import { signatureOf, sortedFields } from "./signature.ts";
import { decodeText, encodeText, escapeXml, percentEncode } from "./text-encoding.ts";
import { timestampText } from "./timestamp.ts";

export type GatewayConfig = ChannelConfig<"sms-http">;
type Rule = NonNullable<GatewayConfig["refused"]>;
type Sent = Pick<RenderedMessage, "key" | "code" | "sentAtMs">;

/**
 * A gateway that takes one HTTP request a message. Hospitals have many kinds; the site file says what the request
 * looks like and which reply means what.
 * @throws SentryError `secret-unreadable`, `config-unreadable`, or `config-invalid` for a placeholder nobody fills in.
 */
export function openHttpGateway(
  name: ChannelName,
  config: GatewayConfig,
  site: Pick<Site, "directory" | "timeZone">,
  textOf: (message: RenderedMessage) => string | null,
): Channel {
  const secretValues = Object.entries(config.secret_files).map(([key, file]) => [key, readSecret(site, file)] as const);
  const password = config.basic_auth && readSecret(site, config.basic_auth.password_file);
  const fixed = { ...config.values, ...Object.fromEntries(secretValues) };
  const basic = config.basic_auth && Buffer.from(`${config.basic_auth.username}:${password}`).toString("base64");
  const scrub = createScrubber([...secretValues.map(([, secret]) => secret), password ?? "", basic ?? ""]);
  requireKnown(config, new Set([...Object.keys(fixed), ...filledIn]), name);
  const client = createHttpClient(config, site);

  function requestFor(message: Sent, text: string, phone: string) {
    const values: Record<string, string> = {
      ...fixed,
      phone: phoneNumber(phone, config),
      text,
      xml_text: escapeXml(text),
      key: message.key,
      code: message.code ?? "",
      nonce: randomId(),
      timestamp: timestampText(message.sentAtMs, config.timestamp, site.timeZone),
    };
    const raw = (template: string) => fill(template, values, (value) => value);
    if (config.signature) {
      // The form's fields without the one that will hold the signature itself.
      const fields = Object.entries(config.body?.form ?? {}).filter(([, value]) => !placeholdersOf(value).has("sign"));
      values.sorted_fields = sortedFields(fields.map(([key, value]) => [key, raw(value)]));
      values.sign = signatureOf(config.signature, raw(config.signature.of), fixed, config.encoding);
    }
    const inAddress = (value: string) => percentEncode(value, config.encoding);
    const { contentType, content } = bodyOf(config, values);
    return {
      url: fill(config.url, values, inAddress),
      method: config.method,
      headers: {
        ...(contentType === undefined ? {} : { "content-type": `${contentType}; charset=${config.encoding}` }),
        ...(basic === undefined ? {} : { authorization: `Basic ${basic}` }),
        ...Object.fromEntries(
          Object.entries(config.headers).map(([key, value]) => [
            key.toLowerCase(),
            // No line of its own: a header holds printable ASCII.
            fill(value, values, (each) => each.replace(/[^\x20-\x7e]/g, "")),
          ]),
        ),
      },
      ...(content === undefined ? {} : { body: encodeText(content, config.encoding) }),
    };
  }

  async function call(text: string, to: Recipient, message: Sent & { signal: AbortSignal }): Promise<SendResult> {
    if (to.phone === undefined) return { kind: "give-up", reason: "no telephone number in the site file" };
    try {
      const reply = await client.call({ ...requestFor(message, text, to.phone), signal: message.signal });
      return judge(reply, config, (words) => scrub(words, [to.phone ?? ""]));
    } catch (error) {
      return { kind: "retry", reason: scrub(messageOf(error), [to.phone]) };
    }
  }

  return {
    name,
    ...channelTraits[name],
    concurrency: config.connections,
    timeoutMs: config.timeout,
    async send(message, to, signal) {
      const text = textOf(message);
      if (text === null) return { kind: "give-up", reason: "a telephone rings for critical alarms alone" };
      const { key, code, sentAtMs } = message;
      return call(text, to, { key, code, sentAtMs, signal });
    },
    // A reply is read, not heard.
    ...(channelTraits[name].kind === "sms"
      ? {
          say: (
            text: string,
            to: Recipient,
            { key, atMs, signal }: { key: string; atMs: number; signal: AbortSignal },
          ) => call(text, to, { key, code: null, sentAtMs: atMs, signal }),
        }
      : {}),
    async close() {
      client.close();
    },
  };
}

/** What is filled in besides the site file's own `values` and `secret_files`. */
const filledIn = ["phone", "text", "xml_text", "key", "code", "nonce", "timestamp", "sign", "sorted_fields"];

function bodyOf({ body, encoding }: GatewayConfig, values: Record<string, string>) {
  if (body?.form) {
    const field = (text: string) => percentEncode(text, encoding);
    const pairs = Object.entries(body.form).map(
      ([key, value]) => `${field(key)}=${field(fill(value, values, (each) => each))}`,
    );
    return { contentType: "application/x-www-form-urlencoded", content: pairs.join("&") };
  }
  if (body?.json !== undefined) {
    const content = JSON.stringify(body.json, (_key, value: unknown) =>
      typeof value === "string" ? fill(value, values, (each) => each) : value,
    );
    return { contentType: "application/json", content };
  }
  if (body?.xml !== undefined) {
    return { contentType: "text/xml", content: fill(body.xml, values, escapeXml) };
  }
  return { contentType: undefined, content: undefined };
}

function judge(reply: HttpReply, config: GatewayConfig, scrub: (text: string) => string): SendResult {
  const text = decodeText(reply.body, config.encoding).trim();
  const said = scrub(`${reply.status} ${text}`.trim());
  if (config.refused && fits(config.refused, text)) return { kind: "give-up", reason: said };
  const verdict = judgeStatus(reply.status);
  // A 2xx that does not say what success says: an empty account, a wrong password. Somebody will mend it.
  if (verdict === "accepted" && fits(config.success, text)) return { kind: "delivered", reply: said };
  if (verdict === "refused") return { kind: "give-up", reason: said };
  return {
    kind: "retry",
    reason: said,
    ...(reply.retryAfterMs === undefined ? {} : { afterMs: reply.retryAfterMs }),
  };
}

function fits(rule: Rule, text: string): boolean {
  if (rule.match !== undefined && !new RegExp(rule.match, "u").test(text)) return false;
  if (rule.json === undefined) return true;
  const value = valueAt(text, rule.json);
  if (value === undefined || value === null) return false;
  return rule.equals.length === 0 || rule.equals.some((each) => String(each) === String(value));
}

/** The value at a path such as `data.0.code`; `undefined` where there is none. */
function valueAt(text: string, path: string): unknown {
  const container = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);
  let value = jsonOf(text);
  for (const key of path.split(".")) {
    const inside = container.safeParse(value);
    if (!inside.success) return undefined;
    value = Array.isArray(inside.data) ? inside.data[Number(key)] : inside.data[key];
  }
  return value;
}
