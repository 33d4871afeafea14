import { z } from "zod";
import { duration } from "../units.ts";
import { dingtalk, webhook, wecom } from "./group-channels.ts";
import { smsAliyun, smsHttp, smsModem, smsTencent } from "./sms-channels.ts";
import { count, file, port, secretFile } from "./values.ts";
import { voiceAliyun, voiceHttp, voiceModem, voiceTencent } from "./voice-channels.ts";

export const email = z.strictObject({
  host: z.string().min(1).meta({ description: "SMTP server" }),
  port: port.default(25).meta({ description: "587 with STARTTLS, 465 with TLS from the first byte" }),
  from: z.string().min(3).meta({ description: "Sender's address" }),
  secure: z.boolean().default(false).meta({ description: "TLS from the first byte (port 465)" }),
  starttls: z
    .enum(["required", "opportunistic", "off"])
    .default("opportunistic")
    .meta({ description: "Whether to encrypt where the server offers it, always, or never" }),
  username: z.string().optional().meta({ description: "Where the server asks for one" }),
  password_file: secretFile.optional(),
  ca_file: file
    .optional()
    .meta({ description: "Authority of the server's certificate, where the system does not know it" }),
  timeout: duration.prefault("30s").meta({ description: "Hard limit of one delivery" }),
  connections: count.max(20).default(4).meta({ description: "Deliveries at one time, each over its own connection" }),
});

/** The ways to reach people. A channel is a section of the site file, a file in `notify/channels/`, and a line there. */
export const channels = z.strictObject({
  email: email.optional(),
  "sms-http": smsHttp.optional(),
  "sms-modem": smsModem.optional(),
  "sms-aliyun": smsAliyun.optional(),
  "sms-tencent": smsTencent.optional(),
  "voice-http": voiceHttp.optional(),
  "voice-modem": voiceModem.optional(),
  "voice-aliyun": voiceAliyun.optional(),
  "voice-tencent": voiceTencent.optional(),
  webhook: webhook.optional(),
  wecom: wecom.optional(),
  dingtalk: dingtalk.optional(),
});
export const channelNames = channels.keyof().options;
