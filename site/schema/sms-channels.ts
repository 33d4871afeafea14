import { z } from "zod";
import { duration } from "../units.ts";
import { httpGateway, phoneFormat } from "./http-gateway.ts";
import { count, file, httpUrl, secretFile } from "./values.ts";

export const smsHttp = z.strictObject(httpGateway);

export const modemDaemons = ["smstools", "gammu-smsd"] as const;
export const smsModem = z.strictObject({
  daemon: z.enum(modemDaemons).meta({ description: "Program that drives the modem" }),
  directory: z
    .string()
    .min(1)
    .meta({ title: "folder", description: "Its spool: `/var/spool/sms` or `/var/spool/gammu` as Debian has them" }),
  country_code: phoneFormat.country_code,
  timeout: duration
    .prefault("2m")
    .meta({ description: "Time for the modem to send; a file still waiting then is taken back" }),
  poll: duration.prefault("500ms").meta({ description: "How often to look what has become of a message" }),
  answers: z.boolean().default(true).meta({
    description: "Read its folder of received messages: people acknowledge by SMS, also when every network is down",
  }),
  at_once: count.max(50).default(10).meta({ description: "Messages in the spool at one time; the modem sends singly" }),
});

const templates = z
  .strictObject({
    raised: z.string().min(1).meta({ description: "Of an alarm" }),
    gas: z.string().min(1).meta({ description: "Of smoke or heat in a room with gas suppression" }),
    returned: z.string().min(1).meta({ description: "Of its return" }),
  })
  .meta({ description: "Approved templates; `notify templates` prints the texts to submit" });
const cloud = {
  sign_name: z.string().min(1).max(20).meta({ description: "Approved signature (短信签名)" }),
  templates,
  country_code: phoneFormat.country_code,
  timeout: duration.prefault("10s").meta({ description: "Hard limit of one request" }),
  connections: count.max(20).default(4).meta({ description: "Requests at one time" }),
  ca_file: file.optional().meta({ description: "Authority of the server's certificate, behind a proxy of the house" }),
};
const variableLength = (longest: number) =>
  count
    .min(8)
    .default(longest)
    .meta({ description: "Longest value of a variable that the platform takes; short names of rooms must fit" });

export const smsAliyun = z.strictObject({
  url: httpUrl.default("https://dysmsapi.aliyuncs.com").meta({ title: "address", description: "Of the service" }),
  access_key_id: z.string().min(1).meta({ description: "AccessKey ID" }),
  access_key_secret_file: secretFile,
  variable_length: variableLength(20),
  ...cloud,
});

export const smsTencent = z.strictObject({
  url: httpUrl.default("https://sms.tencentcloudapi.com").meta({ title: "address", description: "Of the service" }),
  region: z.string().default("ap-guangzhou").meta({ description: "Region of the service" }),
  secret_id: z.string().min(1).meta({ description: "SecretId" }),
  secret_key_file: secretFile,
  app_id: z.string().min(1).meta({ description: "SmsSdkAppId" }),
  variable_length: variableLength(12),
  ...cloud,
});
