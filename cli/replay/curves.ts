import type { CsvRow } from "../../app/index.ts";

/** Curves of a recording of any length in bounded room: as many buckets as a chart has pixels to show. */

export const curveQuantities = ["temperature_c", "relative_humidity_pct"] as const;
export type CurveQuantity = (typeof curveQuantities)[number];

export interface CurvePoint {
  atMs: number;
  low: number;
  mean: number;
  high: number;
}

export interface Curves {
  row(row: CsvRow): void;
  /** Parts without a gap, oldest first. */
  parts(quantity: CurveQuantity): CurvePoint[][];
}

const bucketsMost = 1_600;

interface Bucket {
  sum: number;
  count: number;
  low: number;
  high: number;
}

export function createCurves(): Curves {
  let widthMs = 60_000;
  let buckets = emptyBuckets();
  let lastMs: number | null = null;
  let longestStepMs = 0;

  const widen = () => {
    widthMs *= 2;
    const wider = emptyBuckets();
    for (const quantity of curveQuantities) {
      for (const [n, bucket] of buckets[quantity]) merge(wider[quantity], Math.floor(n / 2), bucket);
    }
    buckets = wider;
  };

  return {
    row({ atMs, values }) {
      const n = Math.floor(atMs / widthMs);
      for (const quantity of curveQuantities) {
        const value = values[quantity];
        if (value === undefined) continue;
        merge(buckets[quantity], n, { sum: value, count: 1, low: value, high: value });
      }
      // A step of up to an hour is a recording's own; what is longer is a gap (the contract's 60 min).
      if (lastMs !== null && atMs - lastMs <= 3_600_000) longestStepMs = Math.max(longestStepMs, atMs - lastMs);
      lastMs = atMs;
      if (curveQuantities.some((quantity) => buckets[quantity].size > bucketsMost)) widen();
    },
    parts(quantity) {
      const gapMs = Math.max(3_600_000, 2 * widthMs, longestStepMs);
      const parts: CurvePoint[][] = [];
      let beforeMs = Number.NEGATIVE_INFINITY;
      for (const [n, { sum, count, low, high }] of [...buckets[quantity]].sort((a, b) => a[0] - b[0])) {
        const atMs = (n + 0.5) * widthMs;
        if (atMs - beforeMs > gapMs) parts.push([]);
        parts.at(-1)!.push({ atMs, low, mean: sum / count, high });
        beforeMs = atMs;
      }
      return parts;
    },
  };
}

const emptyBuckets = (): Record<CurveQuantity, Map<number, Bucket>> => ({
  temperature_c: new Map(),
  relative_humidity_pct: new Map(),
});

function merge(into: Map<number, Bucket>, n: number, { sum, count, low, high }: Bucket): void {
  const known = into.get(n);
  if (!known) {
    into.set(n, { sum, count, low, high });
    return;
  }
  known.sum += sum;
  known.count += count;
  known.low = Math.min(known.low, low);
  known.high = Math.max(known.high, high);
}
