import type { Readings } from "./chart/chart.ts";
import type { AlarmNotice } from "./notice.ts";

/** How a value moves: what it was a while ago against what it is now. */
export interface Movement {
  direction: "rising" | "falling" | "steady";
  /** Now less then. */
  change: number;
  unit: string;
  spanMs: number;
}

/** Over so long, or over as long as there are readings. */
const longestMs = 3_600_000;
/** Two readings a minute apart show noise, not a course. */
const shortestMs = 5 * 60_000;
/** Below this nothing moves: about what a sensor's last digit wanders. */
const steadyBelow: Record<Readings["quantity"], number> = {
  temperature_c: 0.2,
  relative_humidity_pct: 1,
  smoke_obscuration_pct_per_m: 0.05,
  co_ppm: 2,
};

/** `null` where the readings cannot show it. The alarm's own value is the newest: the history may be behind it. */
export function movementOf(readings: Readings, notice: AlarmNotice): Movement | null {
  const { points, unit, quantity } = readings;
  const stands = notice.value !== null && notice.unit === unit && !notice.expected && notice.transition === "raised";
  const own = stands ? [{ atMs: notice.atMs, value: notice.value! }] : [];
  const all = [...points.filter(({ atMs }) => own.length === 0 || atMs < notice.atMs), ...own];
  const newest = all.at(-1);
  const oldest = newest && all.find(({ atMs }) => newest.atMs - atMs <= longestMs);
  if (newest === undefined || oldest === undefined) return null;
  const spanMs = newest.atMs - oldest.atMs;
  if (spanMs < shortestMs) return null;
  const change = Math.round((newest.value - oldest.value) * 100) / 100;
  const direction = Math.abs(change) < steadyBelow[quantity] ? "steady" : change > 0 ? "rising" : "falling";
  // Nobody acts on the seconds.
  return { direction, change, unit, spanMs: Math.round(spanMs / 60_000) * 60_000 };
}
