import { join } from "node:path";
import { type Clock, isoTime } from "../../core/index.ts";
import type { ChannelConfig } from "../../site/index.ts";
import { type Channel, channelTraits, type RenderedMessage } from "../channel.ts";
import { smsSize, smsText } from "../sms-text.ts";
import { phoneNumber } from "./wire/phone-number.ts";
import { type Spool, sendThroughSpool, smstoolsSpool } from "./wire/spool.ts";

/**
 * Free text through a modem in the house, which works when the network does not. smstools or gammu-smsd drives it: they
 * know modems, and write into a folder what they have received.
 */
export function openSmsModemChannel(config: ChannelConfig<"sms-modem">, options: { clock: Clock }): Channel {
  const isGammu = config.daemon === "gammu-smsd";
  const spool = isGammu ? gammuSpool(config.directory) : smstoolsSpool(config.directory);
  return {
    name: "sms-modem",
    ...channelTraits["sms-modem"],
    concurrency: config.at_once,
    timeoutMs: config.timeout,
    async send(message, to, signal) {
      if (to.phone === undefined) return { kind: "give-up", reason: "no telephone number in the site file" };
      const phone = phoneNumber(to.phone, { phone: "cc", country_code: config.country_code });
      const { file, content } = isGammu ? gammuFile(message, phone) : smstoolsFile(message, phone);
      return sendThroughSpool({ phone, spool, file, content, clock: options.clock, pollMs: config.poll, signal });
    },
    async close() {},
  };
}

function smstoolsFile(message: RenderedMessage, phone: string): { file: string; content: Buffer } {
  const text = smsText(message.brief, message.code);
  const lines = [
    `To: ${phone}`,
    `Alphabet: ${smsSize(text).alphabet === "ucs-2" ? "UCS2" : "ISO"}`,
    ...(message.urgent ? ["Priority: high"] : []),
    "",
    "",
  ];
  // Headers are always of 8 bits, the text is of the alphabet that they name.
  const body = smsSize(text).alphabet === "ucs-2" ? utf16BigEndian(text) : Buffer.from(text, "latin1");
  return { file: `sentry-${message.key}`, content: Buffer.concat([Buffer.from(lines.join("\n")), body]) };
}

/** Everything but the text is in the name; files go out in the order of their names, A before M. */
function gammuFile(message: RenderedMessage, phone: string): { file: string; content: Buffer } {
  const [date, time] = isoTime(message.recordedAtMs).replace(/[-:]/g, "").slice(0, 15).split("T");
  const text = smsText(message.brief, message.code);
  return {
    file: `OUT${message.urgent ? "A" : "M"}${date}_${time}_00_+${phone}_${message.key}.txt`,
    // With a byte order mark, else it would be read in whatever locale the daemon happens to run.
    content: Buffer.concat([Buffer.of(0xfe, 0xff), utf16BigEndian(text)]),
  };
}

function gammuSpool(directory: string): Spool {
  return {
    outgoing: join(directory, "outbox"),
    taken: null,
    sent: join(directory, "sent"),
    failed: join(directory, "error"),
  };
}

const utf16BigEndian = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();
