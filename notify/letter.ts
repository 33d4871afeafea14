import type { Database } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import type { RenderedMessage } from "./channel.ts";
import type { Letter } from "./notice.ts";
import { plainNotice, queuePlain } from "./plain-message.ts";
import { quietUntilMs } from "./reach.ts";

/**
 * Queues something written that is no alarm, such as a report, as mail to some people, each in their own language. It
 * goes the way of every message, waits for quiet times to end, and asks for no other channel. Call it inside the
 * transaction that commits its cause. @returns how many have an address
 */
export function queueLetter(
  db: Database,
  options: { site: Site; id: string; letter: Letter; people: readonly string[]; nowMs: number },
): number {
  const { site, id, letter, nowMs } = options;
  const readers = options.people.filter((each) => site.people.get(each)?.email !== undefined);
  if (readers.length === 0) return 0;
  const messages = { "zh-CN": letter["zh-CN"].subject, en: letter.en.subject };
  const notice = plainNotice(db, { alarmId: id, messages, letter }, nowMs);
  const to = readers.map((person) => {
    const heldUntilMs = quietUntilMs(site.people.get(person), site, nowMs);
    return { person, channel: "email" as const, heldUntilMs };
  });
  return queuePlain(db, notice, to, { reason: "report", urgency: 3, nowMs }).length;
}

/** The message of a letter is what was written, and nothing around it. */
export function asLetter(message: RenderedMessage): RenderedMessage {
  const written = message.notice.letter?.[message.language];
  return written === undefined ? message : { ...message, ...written, urgent: false, url: null, code: null };
}
