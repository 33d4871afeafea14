import { join } from "node:path";
import { type Clock, isoTime } from "../../core/index.ts";
import type { ChannelConfig } from "../../site/index.ts";
import { type Channel, channelTraits, type Recipient, type SendResult } from "../channel.ts";
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
  const put = (text: string, to: Recipient, how: Outgoing & { signal: AbortSignal }): Promise<SendResult> => {
    if (to.phone === undefined)
      return Promise.resolve({ kind: "give-up", reason: "no telephone number in the site file" });
    const phone = phoneNumber(to.phone, { phone: "cc", country_code: config.country_code });
    const { file, content } = isGammu ? gammuFile(text, phone, how) : smstoolsFile(text, phone, how);
    const { signal } = how;
    return sendThroughSpool({ phone, spool, file, content, clock: options.clock, pollMs: config.poll, signal });
  };
  return {
    name: "sms-modem",
    ...channelTraits["sms-modem"],
    concurrency: config.at_once,
    timeoutMs: config.timeout,
    send(message, to, signal) {
      const { key, urgent, recordedAtMs: atMs } = message;
      return put(smsText(message.brief, message.code), to, { key, urgent, atMs, signal });
    },
    say: (text, to, how) => put(text, to, { ...how, urgent: false }),
    async close() {},
  };
}

interface Outgoing {
  key: string;
  urgent: boolean;
  atMs: number;
}

function smstoolsFile(text: string, phone: string, { key, urgent }: Outgoing): { file: string; content: Buffer } {
  const isWide = smsSize(text).alphabet === "ucs-2";
  const lines = [`To: ${phone}`, `Alphabet: ${isWide ? "UCS2" : "ISO"}`, ...(urgent ? ["Priority: high"] : []), "", ""];
  // Headers are always of 8 bits, the text is of the alphabet that they name.
  const body = isWide ? utf16BigEndian(text) : Buffer.from(text, "latin1");
  return { file: `sentry-${key}`, content: Buffer.concat([Buffer.from(lines.join("\n")), body]) };
}

/** Everything but the text is in the name; files go out in the order of their names, A before M. */
function gammuFile(text: string, phone: string, { key, urgent, atMs }: Outgoing): { file: string; content: Buffer } {
  const [date, time] = isoTime(atMs).replace(/[-:]/g, "").slice(0, 15).split("T");
  return {
    file: `OUT${urgent ? "A" : "M"}${date}_${time}_00_+${phone}_${key}.txt`,
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
