import type { Clock } from "../../core/index.ts";
import { type ChannelConfig, readSecret, type Site } from "../../site/index.ts";
import type { Channel } from "../channel.ts";
import { withinBytes } from "../chat-text.ts";
import { phoneNumber } from "./wire/phone-number.ts";
import { openRobotChannel } from "./wire/robot-channel.ts";

/** Longest text of a robot's message. */
const longestTextBytes = 2_048;

/** The robot of a WeCom group (企业微信群机器人). Plain text: what is more is not shown in WeChat. */
export function openWecomChannel(
  config: ChannelConfig<"wecom">,
  options: { site: Pick<Site, "directory">; clock: Clock },
): Channel {
  return openRobotChannel(
    {
      name: "wecom",
      groups: config.groups,
      secretsOf: (group) => [readSecret(options.site, group.key_file)],
      request: ({ group, secrets: [key = ""], text, mention }) => ({
        url: `${config.url}?key=${encodeURIComponent(key)}`,
        body: {
          msgtype: "text",
          text: {
            content: withinBytes(text, longestTextBytes),
            ...(mention && group.mention.length > 0 ? { mentioned_mobile_list: group.mention.map(asMention) } : {}),
          },
        },
      }),
      // 45009: more than 20 messages in a minute. 40058 and 44004: the message itself is not accepted.
      tooFast: new Set([45009]),
      final: new Set([40008, 40058, 44004]),
    },
    config,
    options,
  );
}

const asMention = (whom: string) =>
  whom === "all" ? "@all" : phoneNumber(whom, { phone: "national", country_code: "86" });
