import type { Point } from "./air.ts";

const dayMs = 86_400_000;

/**
 * The samples of a rolling window that can still become its largest or smallest value. Plain data, so that it can be
 * kept in a snapshot; as long as the window is monotone in the worst case, a handful of points in practice.
 */
export interface RollingSwing {
  newestMs: number | null;
  /** Times rise, values fall. */
  maxima: Point[];
  /** Times rise, values rise. */
  minima: Point[];
}

export function emptySwing(): RollingSwing {
  return { newestMs: null, maxima: [], minima: [] };
}

/**
 * Takes a sample into the window (newest − `windowMs`, newest] and answers its max − min. Changes `swing` in place:
 * one sample costs amortised constant time. A sample out of order finds its place; one before the window is dropped.
 */
export function rollSwing(swing: RollingSwing, sample: Point, windowMs = dayMs): number {
  swing.newestMs = Math.max(swing.newestMs ?? sample.atMs, sample.atMs);
  insert(swing.maxima, sample, (a, b) => a > b);
  insert(swing.minima, sample, (a, b) => a < b);
  const beforeMs = swing.newestMs - windowMs;
  expire(swing.maxima, beforeMs);
  expire(swing.minima, beforeMs);
  return swing.maxima[0]!.value - swing.minima[0]!.value;
}

function insert(queue: Point[], sample: Point, beats: (a: number, b: number) => boolean): void {
  let end = queue.length;
  while (end > 0 && queue[end - 1]!.atMs > sample.atMs) end--;
  // The first later point is the best of those after it: unless this sample beats it, it can never be the extreme.
  if (end < queue.length && !beats(sample.value, queue[end]!.value)) return;
  let start = end;
  while (start > 0 && !beats(queue[start - 1]!.value, sample.value)) start--;
  queue.splice(start, end - start, { atMs: sample.atMs, value: sample.value });
}

function expire(queue: Point[], beforeMs: number): void {
  let gone = 0;
  while (gone < queue.length && queue[gone]!.atMs <= beforeMs) gone++;
  if (gone > 0) queue.splice(0, gone);
}

/** The largest swing of any window of `windowMs` that ends at a sample, and the first window that reaches it. */
export function largestRollingSwing(
  samples: Iterable<Point>,
  windowMs = dayMs,
): { swing: number; windowEndMs: number } | undefined {
  const rolling = emptySwing();
  let largest: { swing: number; windowEndMs: number } | undefined;
  for (const sample of samples) {
    const swing = rollSwing(rolling, sample, windowMs);
    if (largest === undefined || swing > largest.swing) largest = { swing, windowEndMs: sample.atMs };
  }
  return largest;
}

export interface DaySwing {
  day: string;
  min: number;
  max: number;
  swing: number;
}

/**
 * Max − min per calendar day, in the order in which days first appear. `dayOf` names the day of a moment: in the
 * site's time zone, or in UTC to compare with figures computed that way.
 */
export function calendarDaySwings(samples: Iterable<Point>, dayOf: (atMs: number) => string): DaySwing[] {
  const days = new Map<string, { min: number; max: number }>();
  for (const { atMs, value } of samples) {
    const key = dayOf(atMs);
    const day = days.get(key);
    if (day === undefined) days.set(key, { min: value, max: value });
    else {
      day.min = Math.min(day.min, value);
      day.max = Math.max(day.max, value);
    }
  }
  return [...days].map(([day, { min, max }]) => ({ day, min, max, swing: max - min }));
}
