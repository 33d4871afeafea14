import type { Clock } from "../../core/index.ts";
import type { ChannelConfig } from "../../site/index.ts";
import { type Channel, carries, channelTraits } from "../channel.ts";
import { phoneNumber } from "./wire/phone-number.ts";
import { sendThroughSpool, smstoolsSpool } from "./wire/spool.ts";

/**
 * Rings a telephone through the modem in the house and hangs up: no word is said, but a telephone that rings at night
 * wakes somebody whom an SMS does not. smstools dials; what it is about has gone by SMS.
 */
export function openVoiceModemChannel(config: ChannelConfig<"voice-modem">, options: { clock: Clock }): Channel {
  const spool = smstoolsSpool(config.directory);
  return {
    name: "voice-modem",
    ...channelTraits["voice-modem"],
    // A modem has one line.
    concurrency: 1,
    timeoutMs: config.timeout,
    async send(message, to, signal) {
      if (to.phone === undefined) return { kind: "give-up", reason: "no telephone number in the site file" };
      if (!carries("voice-modem", { priority: message.priority, returned: message.brief.returned }))
        return { kind: "give-up", reason: "a telephone rings for critical alarms alone" };
      const phone = phoneNumber(to.phone, { phone: "cc", country_code: config.country_code });
      // The tones are what whoever picks up hears until the time is over.
      const tones = `TONE: TIME: ${Math.ceil(config.ring / 1_000)} 1,5,9`;
      return sendThroughSpool({
        phone,
        spool,
        file: `sentry-call-${message.key}`,
        content: Buffer.from(`To: ${phone}\nVoicecall: yes\nPriority: high\n\n${tones}\n`),
        clock: options.clock,
        pollMs: config.poll,
        signal,
      });
    },
    async close() {},
  };
}
