import { createHmac } from "node:crypto";
import type { Clock } from "../../core/index.ts";
import { type ChannelConfig, readSecret, type Site } from "../../site/index.ts";
import type { Channel } from "../channel.ts";
import { withinBytes } from "../chat-text.ts";
import { phoneNumber } from "./wire/phone-number.ts";
import { openRobotChannel } from "./wire/robot-channel.ts";

const longestTextBytes = 16_000;

/** The robot of a DingTalk group (钉钉自定义机器人), signed where the group asks for it. */
export function openDingtalkChannel(
  config: ChannelConfig<"dingtalk">,
  options: { site: Pick<Site, "directory">; clock: Clock },
): Channel {
  const { site } = options;
  return openRobotChannel(
    {
      name: "dingtalk",
      groups: config.groups,
      secretsOf: ({ token_file: token, secret_file: secret }) => [
        readSecret(site, token),
        ...(secret === undefined ? [] : [readSecret(site, secret)]),
      ],
      request: ({ group, secrets: [token = "", secret], text, mention, atMs }) => {
        const phones = group.mention.filter((whom) => whom !== "all");
        return {
          url: `${config.url}?access_token=${encodeURIComponent(token)}${secret === undefined ? "" : signed(secret, atMs)}`,
          body: {
            msgtype: "text",
            text: { content: withinBytes(text, longestTextBytes) },
            at: mention
              ? {
                  atMobiles: phones.map((phone) => phoneNumber(phone, { phone: "national", country_code: "86" })),
                  isAtAll: group.mention.includes("all"),
                }
              : { isAtAll: false },
          },
        };
      },
      // 130101: more than 20 messages in a minute. The others: the message itself is not accepted.
      tooFast: new Set([130101]),
      final: new Set([40035, 430101, 430102, 430103, 430104]),
    },
    config,
    options,
  );
}

/** Milliseconds and the secret, signed with the secret: valid for an hour. */
function signed(secret: string, atMs: number): string {
  const sign = createHmac("sha256", secret).update(`${atMs}\n${secret}`).digest("base64");
  return `&timestamp=${atMs}&sign=${encodeURIComponent(sign)}`;
}
