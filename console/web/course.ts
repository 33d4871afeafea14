import type { Bucket } from "../../contract/index.ts";
import { csvText } from "../../core/csv.ts";
import { askAll } from "./api.ts";

/** What was measured in a room over some time, as a chart draws it: all its devices together. */
export interface Course {
  /** Seconds since 1970, as uPlot counts. */
  at: number[];
  min: (number | null)[];
  mean: (number | null)[];
  max: (number | null)[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const spans = {
  "10m": 10 * minuteMs,
  "1h": hourMs,
  "6h": 6 * hourMs,
  "24h": dayMs,
  "7d": 7 * dayMs,
  "30d": 30 * dayMs,
  "1y": 365 * dayMs,
  "3y": 3 * 365 * dayMs,
} as const;
export type Span = keyof typeof spans;
export const spanNames = Object.keys(spans) as Span[];

/** Lengths that the history keeps averages of, or makes quickly from them. */
const steps = [
  ["10s", 10_000],
  ["1m", minuteMs],
  ["5m", 5 * minuteMs],
  ["15m", 15 * minuteMs],
  ["1h", hourMs],
  ["6h", 6 * hourMs],
  ["1d", dayMs],
] as const;
/** More than a screen is wide shows nothing more. */
const pointsAtMost = 1_500;

export function stepFor(lengthMs: number): { every: string; everyMs: number } {
  const [every, everyMs] = steps.find(([, ms]) => lengthMs / ms <= pointsAtMost) ?? ["1d", dayMs];
  return { every, everyMs };
}

export interface CourseRequest {
  room: string;
  quantity: string;
  fromMs: number;
  toMs: number;
}

export async function courseOf(request: CourseRequest, signal: AbortSignal): Promise<Course> {
  const { room, quantity, fromMs, toMs } = request;
  const { every, everyMs } = stepFor(toMs - fromMs);
  const query = {
    room,
    quantity,
    every,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    limit: 10_000,
  };
  return together(await askAll<Bucket>("/readings", "buckets", { query, signal, unattended: true }), everyMs);
}

/** Least of all, mean of means weighed by their counts, greatest of all; a gap where nothing came for a while. */
export function together(buckets: readonly Bucket[], everyMs: number): Course {
  const byTime = new Map<number, { min: number; sum: number; count: number; max: number }>();
  for (const { at, min, mean, max, count } of buckets) {
    const atMs = Date.parse(at);
    const known = byTime.get(atMs);
    if (!known) byTime.set(atMs, { min, sum: mean * count, count, max });
    else {
      known.min = Math.min(known.min, min);
      known.max = Math.max(known.max, max);
      known.sum += mean * count;
      known.count += count;
    }
  }
  const course: Course = { at: [], min: [], mean: [], max: [] };
  const add = (atMs: number, min: number | null, mean: number | null, max: number | null) => {
    course.at.push(atMs / 1_000);
    course.min.push(min);
    course.mean.push(mean);
    course.max.push(max);
  };
  let before: number | null = null;
  // Devices report once in a few minutes: a step without any is no gap yet.
  const gapMs = Math.max(3 * everyMs, 15 * minuteMs);
  for (const [atMs, { min, sum, count, max }] of [...byTime].sort(([a], [b]) => a - b)) {
    if (before !== null && atMs - before > gapMs) add(before + everyMs, null, null, null);
    add(atMs, min, sum / count, max);
    before = atMs;
  }
  return course;
}

export function csvOf(courses: readonly { name: string; course: Course }[]): string {
  const rows = courses.flatMap(({ name, course }) =>
    course.at.flatMap((at, n) => {
      const [min, mean, max] = [course.min[n] ?? null, course.mean[n] ?? null, course.max[n] ?? null];
      return mean === null ? [] : [[new Date(at * 1_000).toISOString(), name, min, mean, max]];
    }),
  );
  return csvText(["at", "quantity", "min", "mean", "max"], rows);
}
