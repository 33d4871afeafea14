import { atLeast, type JournalEntry, type Priority } from "../contract/index.ts";
import { isoTime } from "../core/index.ts";
import type { Alarm } from "./engine/index.ts";
import type { JournalRow } from "./store.ts";

/** A stored journal line as the API shows it. */
export function presentJournal(row: JournalRow): JournalEntry {
  const { n, room, device, condition, transition, state, priority, value, limit, unit, reason, by, comment } = row;
  return {
    n,
    id: row.alarm,
    at: isoTime(row.at_ms),
    recordedAt: isoTime(row.recorded_at_ms),
    room,
    device,
    condition,
    transition,
    state,
    priority,
    value,
    limit,
    unit,
    reason,
    by,
    comment,
    messages: { "zh-CN": row.message_zh, en: row.message_en },
  };
}

/** The most urgent of some alarms; `null` of none. */
export function worstPriority(alarms: Iterable<Alarm>): Priority | null {
  let worst: Priority | null = null;
  for (const { priority } of alarms) if (worst === null || atLeast(priority, worst)) worst = priority;
  return worst;
}
