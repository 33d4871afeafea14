import type { ChannelConfig, Site } from "../../site/index.ts";
import type { Channel } from "../channel.ts";
import { smsText } from "../sms-text.ts";
import { openHttpGateway } from "./wire/http-gateway.ts";

/** Free text through an SMS gateway of the hospital, a MAS box of a carrier, or Twilio. */
export function openSmsHttpChannel(
  config: ChannelConfig<"sms-http">,
  site: Pick<Site, "directory" | "timeZone">,
): Channel {
  return openHttpGateway("sms-http", config, site, (message) => smsText(message.brief, message.code));
}
