import { z } from "zod";

/**
 * How fast a cell runs down, from its own past: a few readings since it was new, close together lately and further apart
 * the older they are. Plain data in the device's memory, at most some thirty pairs.
 */

/** Hour, %, hour, %, …, oldest first. */
export const batteryTrend = z.array(z.number());
export type BatteryTrend = z.infer<typeof batteryTrend>;

const hourMs = 3_600_000;
/** More than a cell recovers by warmth: somebody has put in a new one. */
const changedPct = 10;
/** Of two readings nearer to each other than this share of their age, one is enough. */
const apartShare = 0.5;
/** A fall by so much, over so many hours, that it is neither the cold of a night nor the rounding of a percentage. */
const falls = [
  { hours: 6, pct: 10 },
  { hours: 24, pct: 4 },
] as const;
const oldestHours = 120 * 24;

export function noteBattery(trend: BatteryTrend, atMs: number, pct: number): void {
  const hour = Math.floor(atMs / hourMs);
  const newest = trend.length - 2;
  if (newest >= 0 && pct >= trend[newest + 1]! + changedPct) trend.length = 0;
  else if (newest >= 0 && hour <= trend[newest]!) return;
  trend.push(hour, pct);
  thin(trend, hour);
}

function thin(trend: BatteryTrend, hour: number): void {
  while (trend.length > 2 && hour - trend[0]! > oldestHours) trend.splice(0, 2);
  for (let at = 2; at + 2 < trend.length; ) {
    if (trend[at + 2]! - trend[at - 2]! < apartShare * (hour - trend[at]!)) trend.splice(at, 2);
    else at += 2;
  }
}

/** Days until it is empty, if it goes on as fast as it has at its fastest lately; `null` while it has hardly fallen. */
export function batteryDaysLeft(trend: BatteryTrend, atMs: number, pct: number): number | null {
  const hour = atMs / hourMs;
  let steepest = 0;
  for (let at = 0; at < trend.length; at += 2) {
    const hours = hour - trend[at]!;
    const fall = trend[at + 1]! - pct;
    const counts = falls.some((least) => hours >= least.hours && fall >= least.pct);
    if (counts) steepest = Math.max(steepest, fall / hours);
  }
  return steepest === 0 ? null : pct / steepest / 24;
}
