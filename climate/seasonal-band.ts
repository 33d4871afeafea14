import type { Point } from "./air.ts";

const halfWindowMs = 15 * 86_400_000;

/** The allowed band of EN 15757:2010 around the seasonal level. */
export interface SeasonalBand {
  /** Centred 30-day moving averages, one for each sample whose whole window lies within the series. */
  seasonal: Point[];
  /** 7th and 93rd percentile of reading − seasonal level. */
  p7: number;
  p93: number;
}

/**
 * EN 15757:2010. Samples oldest first; the standard asks for at least 13 months. `undefined` when the series is shorter
 * than one 30-day window. A band narrower than ±10 %RH may be widened to that: the reader's choice, not made here.
 */
export function seasonalBand(samples: readonly Point[]): SeasonalBand | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const seasonal: Point[] = [];
  const fluctuations: number[] = [];
  let from = 0;
  let to = 0;
  let sum = 0;
  for (const { atMs, value } of samples) {
    if (atMs - halfWindowMs < first.atMs) continue;
    if (atMs + halfWindowMs > last.atMs) break;
    while (to < samples.length && samples[to]!.atMs <= atMs + halfWindowMs) sum += samples[to++]!.value;
    while (samples[from]!.atMs < atMs - halfWindowMs) sum -= samples[from++]!.value;
    const level = sum / (to - from);
    seasonal.push({ atMs, value: level });
    fluctuations.push(value - level);
  }
  if (fluctuations.length === 0) return undefined;
  const sorted = Float64Array.from(fluctuations).sort();
  return { seasonal, p7: percentile(sorted, 0.07), p93: percentile(sorted, 0.93) };
}

/** Percentile of sorted values by linear interpolation between order statistics (Hyndman–Fan type 7). */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below];
  if (low === undefined) throw new RangeError("a percentile needs at least one value");
  return low + (position - below) * ((sorted[below + 1] ?? low) - low);
}
