import { z } from "zod";
import { languages } from "../../contract/index.ts";
import { duration } from "../units.ts";
import { told } from "./told.ts";
import { count, file, httpUrl, name, secretFile } from "./values.ts";

/** Channels that reach a group of people or a program, where a channel to one person has an address of theirs. */

const group = {
  id: name.meta({ title: "name", description: "In the record of who was told, there with an @ before it" }),
  language: z.enum(languages).optional().meta({ description: "Of messages; the site's unless given" }),
  told: told("Which alarms it is told of"),
};
const timeout = duration.prefault("10s").meta({ description: "Hard limit of one request" });
const authority = file
  .optional()
  .meta({ description: "Authority of the server's certificate, where the system does not know it" });

const receiver = z
  .strictObject({
    ...group,
    url: httpUrl.optional().meta({ title: "address", description: "Where to; `url_file` if the address is a secret" }),
    url_file: secretFile.optional(),
    token_file: secretFile.optional().meta({ title: "file", description: "Bearer token, where it asks for one" }),
    ca_file: authority,
  })
  .refine((r) => (r.url === undefined) !== (r.url_file === undefined), {
    path: ["url"],
    error: "either url or url_file",
  });
export const webhook = z.strictObject({
  receivers: z.array(receiver).min(1).meta({ description: "Programs that take Alertmanager's format, version 4" }),
  timeout,
  connections: count.max(20).default(4).meta({ description: "Requests at one time" }),
});

const perMinute = count
  .max(20)
  .default(20)
  .meta({ description: "Messages a minute that the platform takes; what is over goes out as one summary" });
const mentions = z
  .array(z.string().regex(/^(all|\+?[\d -]{3,20})$/, { error: "a telephone number, or all" }))
  .default([])
  .meta({ description: "Members to mention by telephone number in critical alarms, or `all`" });

export const wecom = z.strictObject({
  url: httpUrl
    .default("https://qyapi.weixin.qq.com/cgi-bin/webhook/send")
    .meta({ title: "address", description: "Of the platform, without the robot's key" }),
  groups: z
    .array(z.strictObject({ ...group, key_file: secretFile, mention: mentions }))
    .min(1)
    .meta({ description: "Groups that have a robot" }),
  per_minute: perMinute,
  timeout,
  ca_file: authority,
});

export const dingtalk = z.strictObject({
  url: httpUrl
    .default("https://oapi.dingtalk.com/robot/send")
    .meta({ title: "address", description: "Of the platform, without the robot's token" }),
  groups: z
    .array(
      z.strictObject({
        ...group,
        token_file: secretFile,
        secret_file: secretFile.optional().meta({ title: "file", description: "Signing secret (加签), SEC…" }),
        mention: mentions,
      }),
    )
    .min(1)
    .meta({ description: "Groups that have a robot" }),
  per_minute: perMinute,
  timeout,
  ca_file: authority,
});
