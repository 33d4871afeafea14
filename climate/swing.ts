import type { Point } from "./air.ts";

const dayMs = 86_400_000;

/**
 * The samples of a rolling window that can still become its largest or smallest value. Plain data, so that it can be
 * kept in a snapshot, and flat (time, value, time, value, …), so that it is kept and read quickly.
 */
export interface RollingSwing {
  newestMs: number | null;
  /** Times rise, values fall. */
  maxima: number[];
  /** Times rise, values rise. */
  minima: number[];
}

export function emptySwing(): RollingSwing {
  return { newestMs: null, maxima: [], minima: [] };
}

/**
 * Takes a sample into the window (newest − `windowMs`, newest] and answers its max − min. Changes `swing` in place:
 * one sample costs amortised constant time. A sample out of order finds its place; one before the window is dropped.
 *
 * Days that only rise or fall keep every new value. Beyond `mostPoints`, those go that differ little from their older
 * neighbour: the swing is then too small by at most that little, and only once the neighbour has left the window.
 */
export function rollSwing(swing: RollingSwing, sample: Point, windowMs = dayMs, mostPoints = Infinity): number {
  const { atMs, value } = sample;
  const { maxima, minima } = swing;
  const newestMs = swing.newestMs === null || atMs > swing.newestMs ? atMs : swing.newestMs;
  swing.newestMs = newestMs;
  insert(maxima, atMs, value, 1);
  insert(minima, atMs, value, -1);
  expire(maxima, newestMs - windowMs);
  expire(minima, newestMs - windowMs);
  if (maxima.length + minima.length > 2 * mostPoints) thin(maxima.length > minima.length ? maxima : minima);
  return maxima[1]! - minima[1]!;
}

/** @param sign 1 where larger values beat smaller ones, −1 where smaller ones do */
function insert(queue: number[], atMs: number, value: number, sign: 1 | -1): void {
  let end = queue.length;
  while (end > 0 && queue[end - 2]! > atMs) end -= 2;
  // The first later point is the best of those after it: unless this sample beats it, it can never be the extreme.
  if (end < queue.length && sign * (value - queue[end + 1]!) <= 0) return;
  let start = end;
  while (start > 0 && sign * (queue[start - 1]! - value) <= 0) start -= 2;
  if (end < queue.length) {
    queue.splice(start, end - start, atMs, value);
    return;
  }
  // In place: a queue that is emptied and filled again is made anew each time.
  queue[start] = atMs;
  queue[start + 1] = value;
  if (queue.length > start + 2) queue.length = start + 2;
}

function expire(queue: number[], beforeMs: number): void {
  let gone = 0;
  while (gone < queue.length && queue[gone]! <= beforeMs) gone += 2;
  if (gone > 0) queue.splice(0, gone);
}

/**
 * Drops points that add less than the mean step to their older neighbour, which is up to half of them; but not the
 * extreme, nor the last few, which are the present.
 */
function thin(queue: number[]): void {
  const meanStep = Math.abs(queue[1]! - queue.at(-1)!) / (queue.length / 2 - 1);
  const present = queue.length - 6;
  let kept = 2;
  for (let at = 2; at < queue.length; at += 2) {
    if (at < present && Math.abs(queue[at + 1]! - queue[kept - 1]!) <= meanStep) continue;
    queue[kept] = queue[at]!;
    queue[kept + 1] = queue[at + 1]!;
    kept += 2;
  }
  queue.length = kept;
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
