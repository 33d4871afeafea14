import type { ChannelConfig, Site } from "../../site/index.ts";
import { type Channel, channelTraits } from "../channel.ts";
import { templateKindOf, templateValues, variablesOf } from "../sms-template.ts";
import { openAliyun } from "./wire/aliyun.ts";
import { phoneNumber } from "./wire/phone-number.ts";

/** Alibaba Cloud's SMS: an approved template and its variables (dysmsapi, 2017-05-25). */
export function openSmsAliyunChannel(config: ChannelConfig<"sms-aliyun">, site: Pick<Site, "directory">): Channel {
  const aliyun = openAliyun(config, site);
  return {
    name: "sms-aliyun",
    ...channelTraits["sms-aliyun"],
    concurrency: config.connections,
    timeoutMs: config.timeout,
    async send(message, to, signal) {
      if (to.phone === undefined) return { kind: "give-up", reason: "no telephone number in the site file" };
      const kind = templateKindOf(message.brief);
      const values = templateValues(message.brief, { code: message.code, longest: config.variable_length });
      return aliyun.call(
        {
          action: "SendSms",
          version: "2017-05-25",
          query: {
            PhoneNumbers: phoneNumber(to.phone, { phone: "national", country_code: config.country_code }),
            SignName: config.sign_name,
            TemplateCode: config.templates[kind],
            TemplateParam: JSON.stringify(Object.fromEntries(variablesOf(kind).map((name) => [name, values[name]]))),
            // The service does not tell repetitions apart; the receipt names the message by it.
            OutId: message.key,
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
