import type { ChannelConfig, Site } from "../../site/index.ts";
import type { Channel } from "../channel.ts";
import { voiceText } from "../voice-text.ts";
import { openHttpGateway } from "./wire/http-gateway.ts";

/** A call that speaks the alarm, through a gateway that turns text into speech. */
export function openVoiceHttpChannel(
  config: ChannelConfig<"voice-http">,
  site: Pick<Site, "directory" | "timeZone">,
): Channel {
  return openHttpGateway("voice-http", config, site, voiceText);
}
