import { type Alarm, type EngineState, isFlood } from "../../alerts/index.ts";
import type { Priority } from "../../contract/index.ts";

/** What the history stores are told, once a minute, of alarms and of telling people: charts have it from there. */

const standingMs = 86_400_000;

/** Of a message that a channel took. */
interface Delivered {
  atMs: number;
  row: { notice: { recordedAtMs: number } };
}

export function alarmFigures(state: EngineState): Record<string, number> {
  const open = openByPriority(state);
  let unacknowledged = 0;
  let standing = 0;
  let oldestMs = 0;
  for (const alarm of state.alarms.values()) {
    if (isUnanswered(alarm)) unacknowledged += 1;
    if (!alarm.active) continue;
    const sinceMs = state.nowMs - alarm.raisedAtMs;
    if (sinceMs > standingMs) standing += 1;
    oldestMs = Math.max(oldestMs, sinceMs);
  }
  return {
    open_critical: open.critical,
    open_high: open.high,
    open_medium: open.medium,
    open_low: open.low,
    unacknowledged,
    standing,
    oldest_open_s: Math.round(oldestMs / 1_000),
    flood: Number(isFlood(state)),
  };
}

export function openByPriority(state: EngineState): Record<Priority, number> {
  const open = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const alarm of state.alarms.values()) open[alarm.priority] += 1;
  return open;
}

const isUnanswered = ({ state }: Alarm) => state === "unacknowledged" || state === "returned-unacknowledged";

/** Keeps count of what was delivered, and of the longest that it took since the figures were last asked for. */
export function createTellingFigures(read: {
  backlog: () => { pending: number; oldestAtMs: number | null };
  nowMs: () => number;
}) {
  let delivered = 0;
  let longestMs = 0;
  return {
    told({ atMs, row: { notice } }: Delivered): void {
      delivered += 1;
      longestMs = Math.max(longestMs, atMs - notice.recordedAtMs);
    },
    figures(): Record<string, number> {
      const { pending, oldestAtMs } = read.backlog();
      const oldestS = oldestAtMs === null ? 0 : Math.max(0, Math.round((read.nowMs() - oldestAtMs) / 1_000));
      const figures = { pending, oldest_pending_s: oldestS, delivered, latency_max_ms: longestMs };
      longestMs = 0;
      return figures;
    },
  };
}
