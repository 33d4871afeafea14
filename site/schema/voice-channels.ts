import { z } from "zod";
import { duration } from "../units.ts";
import { httpGateway, phoneFormat } from "./http-gateway.ts";
import { smsAliyun, smsTencent } from "./sms-channels.ts";
import { count, httpUrl } from "./values.ts";

/** Calls, for critical alarms alone. */

const timesPlayed = count.max(3).default(2).meta({ description: "How often the words are spoken" });
const template = z
  .string()
  .min(1)
  .meta({ description: "Approved template; `notify templates` prints the text to submit" });

const gasTemplate = template
  .optional()
  .meta({ description: "That of smoke or heat in a room with gas suppression; needed where there is one" });

export const voiceHttp = z.strictObject(httpGateway);

export const voiceModem = z.strictObject({
  directory: z.string().min(1).meta({ title: "folder", description: "Spool of smstools, which rings and hangs up" }),
  country_code: phoneFormat.country_code,
  ring: duration.prefault("30s").meta({ description: "How long it rings" }),
  timeout: duration.prefault("2m").meta({ description: "Time for the call; one still waiting then is taken back" }),
  poll: duration.prefault("500ms").meta({ description: "How often to look what has become of it" }),
});

const { url: _sms, sign_name: _sign, templates: _templates, ...aliyun } = smsAliyun.shape;
export const voiceAliyun = z.strictObject({
  url: httpUrl.default("https://dyvmsapi.aliyuncs.com").meta({ title: "address", description: "Of the service" }),
  template,
  gas_template: gasTemplate,
  show_number: z.string().optional().meta({ description: "Number that calls, where it is your own" }),
  times_played: timesPlayed,
  ...aliyun,
});

const { url: _url, sign_name: _name, templates: _texts, ...tencent } = smsTencent.shape;
export const voiceTencent = z.strictObject({
  url: httpUrl.default("https://vms.tencentcloudapi.com").meta({ title: "address", description: "Of the service" }),
  template,
  gas_template: gasTemplate,
  times_played: timesPlayed,
  ...tencent,
});
