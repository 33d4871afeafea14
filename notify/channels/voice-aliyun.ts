import type { ChannelConfig, Site } from "../../site/index.ts";
import { type Channel, carries, channelTraits } from "../channel.ts";
import { templateFor, templateValues, variablesOf } from "../sms-template.ts";
import { openAliyun } from "./wire/aliyun.ts";
import { phoneNumber } from "./wire/phone-number.ts";

/** Alibaba Cloud's voice notification: calls and speaks an approved template (dyvmsapi, 2017-05-25). */
export function openVoiceAliyunChannel(config: ChannelConfig<"voice-aliyun">, site: Pick<Site, "directory">): Channel {
  const aliyun = openAliyun(config, site);
  return {
    name: "voice-aliyun",
    ...channelTraits["voice-aliyun"],
    concurrency: config.connections,
    timeoutMs: config.timeout,
    async send(message, to, signal) {
      if (to.phone === undefined) return { kind: "give-up", reason: "no telephone number in the site file" };
      if (!carries("voice-aliyun", { priority: message.priority, returned: message.brief.returned }))
        return { kind: "give-up", reason: "a telephone rings for critical alarms alone" };
      const values = templateValues(message.brief, { code: message.code, longest: config.variable_length });
      return aliyun.call(
        {
          action: "SingleCallByTts",
          version: "2017-05-25",
          query: {
            CalledNumber: phoneNumber(to.phone, { phone: "national", country_code: config.country_code }),
            ...(config.show_number === undefined ? {} : { CalledShowNumber: config.show_number }),
            TtsCode: templateFor(message.brief, config),
            TtsParam: JSON.stringify(Object.fromEntries(variablesOf("voice").map((name) => [name, values[name]]))),
            PlayTimes: String(config.times_played),
            // At most 15 characters here.
            OutId: message.key.slice(0, 15),
          },
          atMs: message.sentAtMs,
          phone: to.phone,
        },
        signal,
      );
    },
    async close() {
      aliyun.close();
    },
  };
}
