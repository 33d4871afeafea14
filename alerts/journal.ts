import { atLeast, type JournalEntry, type Priority } from "../contract/index.ts";
import { isoTime } from "../core/index.ts";
import type { Alarm } from "./engine/index.ts";
import type { JournalRow } from "./store-schema.ts";

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
    ...presentExpectation(expectationOf(row)),
    ...(row.drill ? { drill: row.drill.id } : {}),
    messages: { "zh-CN": row.message_zh, en: row.message_en },
  };
}

/** What a stored line of a warning says of when it will be; `undefined` of other alarms. */
export function expectationOf(row: JournalRow): Expectation | undefined {
  const { expected_at_ms: atMs, expected_from_ms: fromMs, expected_to_ms: toMs, probability } = row;
  if (atMs === null) return undefined;
  return { atMs, fromMs: fromMs ?? atMs, toMs: toMs ?? atMs, probability };
}

/** As the API shows it. */
export function presentExpectation(expected: Expectation | undefined): Expected {
  if (!expected) return {};
  const { atMs, fromMs, toMs, probability } = expected;
  return {
    expectedAt: isoTime(atMs),
    expectedFrom: isoTime(fromMs),
    expectedTo: isoTime(toMs),
    ...(probability === null ? {} : { probability }),
  };
}

type Expected = Pick<JournalEntry, "expectedAt" | "expectedFrom" | "expectedTo" | "probability">;
/** A line of an earlier version tells no probability. */
type Expectation = Pick<NonNullable<Alarm["expectation"]>, "atMs" | "fromMs" | "toMs"> & { probability: number | null };

/** The most urgent of some alarms; `null` of none. */
export function worstPriority(alarms: Iterable<Alarm>): Priority | null {
  let worst: Priority | null = null;
  for (const { priority } of alarms) if (worst === null || atLeast(priority, worst)) worst = priority;
  return worst;
}
