import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { CallbackConfig } from "../../site/index.ts";
import { fill } from "../channels/wire/gateway-template.ts";
import { jsonOf } from "../channels/wire/json.ts";
import { signatureOf, sortedFields } from "../channels/wire/signature.ts";
import { decodeText, escapeXml } from "../channels/wire/text-encoding.ts";

/** What a gateway sends when somebody has answered. */
export interface CallbackRequest {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  contentType: string;
  body: Buffer;
  /** The address under which the gateway knows us, for signatures. */
  url: string;
}

export type ReadCallback =
  | { kind: "forbidden" }
  | { kind: "invalid"; detail: string }
  | { kind: "answer"; from: string; text: string; key: string | null };

/** Looks at the secret or signature first; nothing else of a stranger's request counts. */
export function readCallback(config: CallbackConfig, secret: string, request: CallbackRequest): ReadCallback {
  const fields = fieldsOf(request, config.encoding);
  if (!isFromGateway(config, secret, request, fields)) return { kind: "forbidden" };
  const { from: fromField, text: textField, id: idField } = config.fields;
  const [from, text] = [fields.at(fromField), fields.at(textField)];
  if (from === undefined)
    return { kind: "invalid", detail: `${fromField}: expected a telephone number, found nothing` };
  if (text === undefined) return { kind: "invalid", detail: `${textField}: expected what was answered, found nothing` };
  const id = idField === undefined ? undefined : fields.at(idField);
  const key = id === undefined ? null : createHash("sha256").update(id).digest("hex").slice(0, 40);
  return { kind: "answer", from, text, key };
}

function isFromGateway(config: CallbackConfig, secret: string, request: CallbackRequest, fields: Fields): boolean {
  const { header, field, signature } = config;
  const given = header === undefined ? fields.at(field ?? "") : request.headers[header.toLowerCase()];
  if (given === undefined) return false;
  if (signature === undefined) return same(secret, given.replace(/^Bearer +/i, ""));
  const pairs = fields.pairs.filter(([name]) => name !== field);
  const text = fill(
    signature.of,
    {
      ...Object.fromEntries(pairs),
      body: decodeText(request.body, config.encoding),
      url: request.url,
      secret,
      sorted_fields: sortedFields(pairs),
      pairs: pairs
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => name + value)
        .join(""),
    },
    (value) => value,
  );
  const how = { ...signature, key: "secret" };
  return same(signatureOf(how, text, { secret }, config.encoding), given);
}

/** In a time that says nothing about the secret, not even its length. */
function same(known: string, given: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(known), digest(given));
}

interface Fields {
  at(path: string): string | undefined;
  pairs: [name: string, value: string][];
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const container = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);

function fieldsOf({ contentType, body }: CallbackRequest, encoding: CallbackConfig["encoding"]): Fields {
  if (!contentType.includes("json")) {
    const pairs = formPairs(body, encoding);
    const values = new Map(pairs);
    return { at: (name) => values.get(name), pairs };
  }
  const json = jsonOf(decodeText(body, encoding));
  const textOf = (value: unknown) => {
    const read = scalar.safeParse(value);
    return read.success ? String(read.data) : undefined;
  };
  const at = (path: string) => {
    let value = json;
    for (const key of path.split(".")) {
      const inside = container.safeParse(value);
      if (!inside.success) return undefined;
      value = Array.isArray(inside.data) ? inside.data[Number(key)] : inside.data[key];
    }
    return textOf(value);
  };
  const top = z.record(z.string(), z.unknown()).safeParse(json);
  const pairs = Object.entries(top.data ?? {}).flatMap(([name, value]): [string, string][] => {
    const text = textOf(value);
    return text === undefined ? [] : [[name, text]];
  });
  return { at, pairs };
}

/** A form's fields in the encoding of the gateway: the runtime's own parser knows UTF-8 alone. */
function formPairs(body: Buffer, encoding: CallbackConfig["encoding"]): [string, string][] {
  const plain = (text: string) => {
    const bytes: number[] = [];
    for (let at = 0; at < text.length; at++) {
      const hex = text[at] === "%" ? /^[0-9a-f]{2}$/i.exec(text.slice(at + 1, at + 3))?.[0] : undefined;
      if (hex !== undefined) {
        bytes.push(Number.parseInt(hex, 16));
        at += 2;
      } else bytes.push(text[at] === "+" ? 0x20 : text.charCodeAt(at));
    }
    return decodeText(Uint8Array.from(bytes), encoding);
  };
  return body
    .toString("latin1")
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [plain(name), plain(value.join("="))];
    });
}

/** What the gateway wants to read. */
export function respondTo(
  config: CallbackConfig,
  result: { outcome: string; reason: string | null; text: string | null },
): { contentType: string; body: string } {
  if (config.respond === undefined) {
    return { contentType: "application/json; charset=utf-8", body: JSON.stringify(result) };
  }
  const text = result.text ?? "";
  const body = fill(config.respond, { text, xml_text: escapeXml(text) }, (value) => value);
  return { contentType: `${body.startsWith("<") ? "text/xml" : "text/plain"}; charset=utf-8`, body };
}

/** Whether our reply goes back in the response, so that no SMS is needed. */
export const repliesInResponse = ({ respond }: CallbackConfig): boolean => /\{(xml_)?text\}/.test(respond ?? "");
