import { z } from "zod";
import type { Database } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import type { RenderedMessage } from "./channel.ts";
import type { AlarmNotice, Letter } from "./notice.ts";
import { statementsOf } from "./outbox-sql.ts";
import { quietUntilMs } from "./reach.ts";
import { plainRow } from "./weekly-check.ts";

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
  const sql = statementsOf(db);
  // Numbers of the journal are positive: a letter is no transition of an alarm.
  const lowest = z.object({ n: z.number().nullable() }).parse(sql.lowestNotice.get()).n ?? 0;
  const notice = letterNotice({ id, letter, nowMs, n: Math.min(0, lowest) - 1 });
  sql.insertNotice.run(notice.n, notice.alarmId, JSON.stringify(notice));
  for (const person of readers) {
    const held = quietUntilMs(site.people.get(person), site, nowMs);
    const row = { ...plainRow(notice, nowMs), urgency: 3, held_until_ms: held, person, channel: "email" };
    const { lastInsertRowid } = sql.insert.run({ ...row, reason: "report" });
    sql.passedOn.run({ ids: JSON.stringify([Number(lastInsertRowid)]) });
  }
  return readers.length;
}

/** The message of a letter is what was written, and nothing around it. */
export function asLetter(message: RenderedMessage): RenderedMessage {
  const written = message.notice.letter?.[message.language];
  return written === undefined ? message : { ...message, ...written, urgent: false, url: null, code: null };
}

function letterNotice({ id, letter, nowMs, n }: { id: string; letter: Letter; nowMs: number; n: number }): AlarmNotice {
  return {
    alarmId: id,
    code: null,
    n,
    transition: "raised",
    state: "unacknowledged",
    // A notice has a condition; nothing that is shown of a letter says which.
    condition: "notification-failing",
    priority: "low",
    room: null,
    device: null,
    atMs: nowMs,
    raisedAtMs: nowMs,
    recordedAtMs: nowMs,
    value: null,
    limit: null,
    unit: null,
    messages: { "zh-CN": letter["zh-CN"].subject, en: letter.en.subject },
    advice: { "zh-CN": "", en: "" },
    evidence: [],
    lateMs: null,
    letter,
  };
}
