import type { Keep } from "./setup.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A month of readings, a year of hours: a chart of a year opens a dozen files instead of fifty. */
const usualDays = { raw: 28, one_minute: 28, one_hour: 364 } as const;

/**
 * How long the time is that InfluxDB keeps in one shard. A shard goes as a whole, when its newest point is old enough: at
 * most a quarter of what is kept, so that not much more is kept than was asked for.
 */
export function shardMs(series: keyof Keep, keepMs: number | undefined): number {
  const usualMs = usualDays[series] * dayMs;
  if (keepMs === undefined) return usualMs;
  return Math.max(hourMs, Math.min(usualMs, Math.floor(keepMs / 4 / hourMs) * hourMs));
}
