import type { ChannelConfig, Site } from "../../site/index.ts";
import { type Channel, carries, channelTraits } from "../channel.ts";
import { templateFor, templateValues, variablesOf } from "../sms-template.ts";
import { phoneNumber } from "./wire/phone-number.ts";
import { openTencent } from "./wire/tencent.ts";

/** Tencent Cloud's voice message: calls and speaks an approved template (vms, 2020-09-02). */
export function openVoiceTencentChannel(
  config: ChannelConfig<"voice-tencent">,
  site: Pick<Site, "directory">,
): Channel {
  const tencent = openTencent(config, "vms", site);
  return {
    name: "voice-tencent",
    ...channelTraits["voice-tencent"],
    concurrency: config.connections,
    timeoutMs: config.timeout,
    async send(message, to, signal) {
      if (to.phone === undefined) return { kind: "give-up", reason: "no telephone number in the site file" };
      if (!carries("voice-tencent", { priority: message.priority, returned: message.brief.returned }))
        return { kind: "give-up", reason: "a telephone rings for critical alarms alone" };
      const values = templateValues(message.brief, { code: message.code, longest: config.variable_length });
      return tencent.call(
        {
          action: "SendTtsVoice",
          version: "2020-09-02",
          body: {
            CalledNumber: phoneNumber(to.phone, { phone: "+cc", country_code: config.country_code }),
            VoiceSdkAppid: config.app_id,
            TemplateId: templateFor(message.brief, config),
            TemplateParamSet: variablesOf("voice").map((name) => values[name]),
            PlayTimes: config.times_played,
            SessionContext: message.key,
          },
          atMs: message.sentAtMs,
          phone: to.phone,
        },
        signal,
      );
    },
    async close() {
      tencent.close();
    },
  };
}
