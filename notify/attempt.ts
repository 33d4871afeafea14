import { type Clock, messageOf, type Timer } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import type { AnswerLink } from "./answers/links.ts";
import type { Channel, SendResult } from "./channel.ts";
import type { Claim } from "./claims.ts";
import { renderDigest } from "./digest.ts";
import type { Background } from "./facts.ts";
import { asLetter } from "./letter.ts";
import { renderMessage } from "./message.ts";
import { speaksTemplates } from "./reach.ts";
import { recipientOf } from "./recipients.ts";

/** Renders a message and offers it to its channel, once, within the channel's time. Never throws. */
export async function attempt(options: {
  channel: Channel;
  claim: Claim;
  site: Site;
  abort: AbortController;
  clock: Clock;
  instance: string;
  /** Looked up for a message that has room for it. */
  background: (claim: Claim) => Background | null;
  answerLink?: AnswerLink | undefined;
}): Promise<SendResult> {
  const { channel, claim, site, abort, clock, instance, background, answerLink } = options;
  const known = recipientOf(site, claim.person);
  // A template is approved in Chinese: what goes into it is Chinese too.
  const person = known && speaksTemplates(channel.name) ? { ...known, language: "zh-CN" as const } : known;
  if (person === undefined) return { kind: "give-up", reason: `${claim.person} is no longer in the site file` };
  let limit: Timer | undefined;
  // The limit holds whatever the channel makes of the signal: a server that never answers holds up nobody else.
  const tooLate = new Promise<SendResult>((resolve) => {
    limit = clock.after(channel.timeoutMs, () => {
      resolve({ kind: "retry", reason: `no answer within ${channel.timeoutMs / 1_000} s` });
      abort.abort();
    });
    abort.signal.addEventListener("abort", () => resolve({ kind: "retry", reason: "cut off by the stop" }));
  });
  try {
    const how = { site, person, sentAtMs: clock.nowMs(), instance };
    const message = claim.isDigest
      ? renderDigest(claim.rows, how)
      : renderMessage(claim.rows[0]!, {
          ...how,
          answerLink,
          background: channel.kind === "email" ? background(claim) : null,
        });
    return await Promise.race([tooLate, channel.send(asLetter(message), person, abort.signal)]);
  } catch (error) {
    return { kind: "retry", reason: messageOf(error) };
  } finally {
    limit?.cancel();
  }
}
