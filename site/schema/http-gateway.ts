import { z } from "zod";
import { duration } from "../units.ts";
import { count, file, httpUrl, secretFile } from "./values.ts";

/** An HTTP gateway for SMS or calls, of the many kinds that hospitals have. */

const pattern = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (text) => {
      try {
        new RegExp(text, "u");
        return true;
      } catch {
        return false;
      }
    },
    { error: "a regular expression" },
  )
  .meta({ title: "regular expression" });
const templateText = z.string().meta({ title: "template" });
const fields = z.record(z.string().min(1), templateText);

/** How numbers are written. */
export const phoneFormat = {
  phone: z
    .enum(["+cc", "cc", "national"])
    .default("national")
    .meta({ description: "How numbers are written: +8613900000000, 8613900000000 or 13900000000" }),
  country_code: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, { error: "digits such as 86" })
    .default("86")
    .meta({ description: "Of numbers that are written without one" }),
};

const body = z
  .strictObject({
    form: fields.optional().meta({ title: "fields", description: "As a web form sends them" }),
    json: z
      .json()
      .optional()
      .meta({ title: "JSON", description: "Any JSON; placeholders are filled in inside its texts" }),
    xml: templateText.optional().meta({ title: "template", description: "XML; what is filled in is escaped" }),
  })
  .refine((b) => Object.values(b).filter((value) => value !== undefined).length <= 1, {
    error: "one of form, json and xml",
  });

const signature = z.strictObject({
  algorithm: z
    .enum(["md5", "sha1", "sha256", "hmac-md5", "hmac-sha1", "hmac-sha256"])
    .meta({ description: "`hmac-…` with a key, the others without" }),
  of: templateText.meta({
    title: "template",
    description: "What is signed; `{sorted_fields}` stands for the form's fields but this one, `a=1&b=2` in order",
  }),
  key: z.string().optional().meta({ description: "Name of one of `secret_files`, for `hmac-…`" }),
  output: z.enum(["hex", "HEX", "base64"]).default("hex").meta({ description: "How it is written" }),
});

/** What a reply must be like. */
const rule = {
  json: z
    .string()
    .optional()
    .meta({ title: "path", description: "A value in the JSON reply, such as `code` or `data.0.status`" }),
  equals: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .default([])
    .meta({ description: "Which must be one of these" }),
  match: pattern.optional().meta({ title: "regular expression", description: "Found in the reply's text" }),
};

export const httpGateway = {
  url: templateText.and(httpUrl).meta({ title: "address", description: "May hold placeholders" }),
  method: z.enum(["POST", "GET", "PUT"]).default("POST").meta({ description: "HTTP method" }),
  headers: fields.default({}).meta({ title: "fields", description: "Further headers, with placeholders" }),
  basic_auth: z
    .strictObject({
      username: z.string().min(1).meta({ description: "User name" }),
      password_file: secretFile,
    })
    .optional(),
  values: z
    .record(z.string().regex(/^[a-z_][a-z0-9_]*$/), z.string())
    .default({})
    .meta({ title: "fields", description: "Placeholders of your own" }),
  secret_files: z
    .record(z.string().regex(/^[a-z_][a-z0-9_]*$/), secretFile)
    .default({})
    .meta({ title: "fields", description: "Placeholders whose values stand in files" }),
  body: body.optional().meta({
    description:
      "Placeholders: `{phone}` `{text}` `{key}` (the same when a message is repeated) `{timestamp}` `{nonce}` `{sign}` `{code}` `{xml_text}` (the text, escaped for XML inside a form), `values`, `secret_files`",
  }),
  encoding: z.enum(["utf-8", "gbk"]).default("utf-8").meta({ description: "Of address, body and reply" }),
  timestamp: z
    .enum(["epoch-s", "epoch-ms", "yyyyMMddHHmmss", "iso"])
    .default("epoch-s")
    .meta({ description: "How `{timestamp}` is written; without zone, in the site's" }),
  signature: signature.optional().meta({ description: "What `{sign}` is" }),
  ...phoneFormat,
  success: z
    .strictObject(rule)
    .prefault({})
    .meta({ description: "What a 2xx reply must be like; any will do unless given" }),
  refused: z
    .strictObject(rule)
    .optional()
    .meta({ description: "Replies that refuse this message for good: a wrong number, forbidden words" }),
  timeout: duration.prefault("10s").meta({ description: "Hard limit of one request" }),
  connections: count.max(20).default(4).meta({ description: "Requests at one time" }),
  ca_file: file
    .optional()
    .meta({ description: "Authority of the server's certificate, where the system does not know it" }),
};
