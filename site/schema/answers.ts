import { z } from "zod";
import { duration } from "../units.ts";
import { count, localised, secretFile } from "./values.ts";

/** How people answer an alarm from where they are: by SMS, by a key of their telephone, by a link. */

const field = z.string().min(1).max(100).meta({ title: "field" });
const header = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,60}$/, { error: "the name of a header" })
  .meta({ title: "header" });

const signature = z.strictObject({
  algorithm: z
    .enum(["md5", "sha1", "sha256", "hmac-md5", "hmac-sha1", "hmac-sha256"])
    .meta({ description: "`hmac-…` with the secret as its key; for the others the secret stands in what is signed" }),
  of: z.string().min(1).default("{body}").meta({
    title: "template",
    description:
      "What is signed: `{body}`, `{url}` (`console.public_url` and the path), `{sorted_fields}` (`a=1&b=2` in order, without the signature), `{pairs}` (`a1b2` in order), `{secret}`, and every field by its name",
  }),
  output: z.enum(["hex", "HEX", "base64"]).default("hex").meta({ description: "How it is written" }),
});

const callback = z
  .strictObject({
    secret_file: secretFile,
    header: header.optional().meta({
      title: "header",
      description: "That holds the secret, or the signature; `authorization` may begin with `Bearer`",
    }),
    field: field.optional().meta({ title: "field", description: "That holds the secret, or the signature, instead" }),
    signature: signature.optional().meta({ description: "Where the gateway signs what it sends" }),
    fields: z
      .strictObject({
        from: field
          .default("from")
          .meta({ title: "field", description: "The telephone number of the one who answers" }),
        text: field.default("text").meta({ title: "field", description: "The SMS, or the keys that were pressed" }),
        id: field.optional().meta({
          title: "field",
          description: "Number of the message at the gateway: one that is delivered twice is then handled once",
        }),
      })
      .prefault({})
      .meta({ description: "Of a form or of JSON; a path such as `data.0.mobile` looks inside" }),
    country_code: z
      .string()
      .regex(/^[1-9]\d{0,3}$/, { error: "digits such as 86" })
      .default("86")
      .meta({ description: "Of numbers that are written without one" }),
    encoding: z.enum(["utf-8", "gbk"]).default("utf-8").meta({ description: "Of the request" }),
    respond: z.string().max(2_000).optional().meta({
      title: "template",
      description:
        "What the gateway wants to read, such as `ok`; with `{text}` or `{xml_text}` our reply goes this way. JSON with the result unless given",
    }),
    works_outside: z
      .boolean()
      .default(true)
      .meta({ description: "It works for somebody who is not on the hospital's network" }),
  })
  .refine((one) => (one.header === undefined) !== (one.field === undefined), {
    error: "either header or field, which holds the secret or the signature",
  });
export type CallbackConfig = z.output<typeof callback>;

export const answers = z.strictObject({
  comment: localised
    .prefault({ zh: "收到,前往查看", en: "Received, on my way" })
    .meta({ description: "What is recorded where somebody answers without a word of their own" }),
  pin_required: z
    .boolean()
    .default(false)
    .meta({ description: "An answer by SMS or key needs the person's PIN (`people[].pin_file`): `1 4711 PIN`" }),
  pin_tries: count.max(20).default(3).meta({ description: "Wrong PINs after which a person must wait" }),
  pin_lock: duration.prefault("15m").meta({ description: "For so long; wrong PINs within this time count together" }),
  replies_per_hour: count
    .default(10)
    .meta({ description: "SMS to one person in reply to theirs; more are not sent, so that two robots fall silent" }),
  link_valid: duration.prefault("24h").meta({ description: "How long a link to acknowledge is valid" }),
  links_work_outside: z
    .boolean()
    .default(false)
    .meta({ description: "`console.public_url` can be opened from outside the hospital's network" }),
  refusals_per_minute: count.default(60).meta({
    description:
      "Altered links and callbacks with a wrong secret that are looked at; beyond it nothing is but what is valid",
  }),
  sms: callback.optional().meta({ description: "SMS that a gateway passes on: `POST /api/v1/answers/sms`" }),
  voice: callback.optional().meta({ description: "Keys pressed in a call: `POST /api/v1/answers/voice`" }),
});
