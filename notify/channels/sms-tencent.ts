import type { ChannelConfig, Site } from "../../site/index.ts";
import { type Channel, channelTraits } from "../channel.ts";
import { templateKindOf, templateValues, variablesOf } from "../sms-template.ts";
import { phoneNumber } from "./wire/phone-number.ts";
import { openTencent } from "./wire/tencent.ts";

/** Tencent Cloud's SMS: an approved template and its variables in order (sms, 2021-01-11). */
export function openSmsTencentChannel(config: ChannelConfig<"sms-tencent">, site: Pick<Site, "directory">): Channel {
  const tencent = openTencent(config, "sms", site);
  return {
    name: "sms-tencent",
    ...channelTraits["sms-tencent"],
    concurrency: config.connections,
    timeoutMs: config.timeout,
    async send(message, to, signal) {
      if (to.phone === undefined) return { kind: "give-up", reason: "no telephone number in the site file" };
      const kind = templateKindOf(message.brief);
      const values = templateValues(message.brief, { code: message.code, longest: config.variable_length });
      return tencent.call(
        {
          action: "SendSms",
          version: "2021-01-11",
          body: {
            PhoneNumberSet: [phoneNumber(to.phone, { phone: "+cc", country_code: config.country_code })],
            SmsSdkAppId: config.app_id,
            SignName: config.sign_name,
            TemplateId: config.templates[kind],
            TemplateParamSet: variablesOf(kind).map((name) => values[name]),
            // The service does not tell repetitions apart; the receipt names the message by it.
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
