import { z } from "zod";
import { lifeOf } from "./hiding.ts";
import { neverPutOff } from "./never-put-off.ts";
import type { Alarm } from "./state.ts";
import type { Refusal } from "./transition.ts";

/**
 * A remedial item (待整改): what cannot be put right within days, such as a roof or a missing humidifier, gets an owner,
 * a measure and a date. The alarm stays what it is, standing and acknowledged; nobody is told of it again until it has
 * become worse or the date has passed. docs/adr/0006 says why that is no state of its own.
 */
export const remedial = z.object({
  /** Who sees to it: a staff number or a department. */
  owner: z.string(),
  measure: z.string(),
  /** The end of the last day for it. */
  dueMs: z.number(),
  sinceMs: z.number(),
  by: z.string(),
  /** The worst it had been when the item was made: what it is held against. */
  value: z.number().nullable(),
  /** Why it is told again, where it is. */
  over: z.enum(["worse", "overdue"]).optional(),
});
export type Remedial = z.infer<typeof remedial>;

export interface Remedy {
  owner: string;
  measure: string;
  dueMs: number;
}

/** Why an alarm cannot be made an item now; `null` when it can. */
export function remedyRefused(
  alarm: Alarm,
  { dueMs }: Remedy,
  { nowMs, afterMs, longestMs }: { nowMs: number; afterMs: number; longestMs: number },
): Refusal | null {
  const no = (code: Refusal["code"], reason: string): Refusal => ({ ok: false, code, reason });
  const days = (ms: number) => `${Math.round((ms / 86_400_000) * 10) / 10} days`;
  if (neverPutOff.has(alarm.condition)) return no("state-conflict", `${alarm.condition} is never put off`);
  if (!alarm.active) return no("state-conflict", "does not stand");
  if (lifeOf(alarm) !== "acknowledged") return no("state-conflict", "must be acknowledged first");
  if (nowMs - alarm.raisedAtMs < afterMs) {
    return no("state-conflict", `has stood for less than ${days(afterMs)} (limits.remedial_after)`);
  }
  if (dueMs <= nowMs) return no("request-invalid", "due: expected a day to come, found one that is over");
  if (dueMs - nowMs > longestMs) {
    return no("request-invalid", `due: expected at most ${days(longestMs)} from now (limits.remedial_longest)`);
  }
  return null;
}

/** Further beyond its limit by half of what it had been when the item was made, and by more than the hysteresis. */
export function isClearlyWorse(
  { limit, remedial: item }: Pick<Alarm, "limit" | "remedial">,
  value: number,
  hysteresis: number,
): boolean {
  if (!item || item.over !== undefined || item.value === null || limit === null) return false;
  const before = item.value - limit;
  const more = (value - item.value) * (before < 0 ? -1 : 1);
  return more > Math.abs(before) / 2 && more > hysteresis;
}

export interface RemedialItem extends Remedial {
  alarm: Alarm;
  status: "open" | "worse" | "overdue";
}

/** Every item whose alarm still stands, those to be told again first, then by date: a line each in reports. */
export function remedialItems(alarms: Iterable<Alarm>): RemedialItem[] {
  const items = [...alarms].flatMap((alarm) => {
    const item = alarm.remedial;
    return item ? [{ ...item, alarm, status: item.over ?? ("open" as const) }] : [];
  });
  const rank = { overdue: 0, worse: 1, open: 2 };
  return items.sort((a, b) => rank[a.status] - rank[b.status] || a.dueMs - b.dueMs);
}
