import { z } from "zod";
import { emptySwing, rollSwing } from "../../climate/index.ts";
import { packable, packPoints, packRows, storedPoints, storedRows } from "./packed-points.ts";
import { gapMs } from "./run.ts";

/** What is remembered of one quantity of a device: its last day, and how it stands still and moves. */

const hourMs = 3_600_000;
/** A sample of exactly 24 h ago still counts: where the last sample decides, an alarm stays rather than flickers. */
const dayMs = 86_400_000 + 1;
/**
 * Points of a rolling day, beyond which those go that say least. Real days need about twenty, and one of an office whose
 * humidity rose and fell through a third of the scale in steps of a thirtieth needed 267 to be exact.
 */
const mostPoints = 144;

export const course = z.object({
  /** The last 24 h, as far as they still decide its largest and smallest value. */
  day: z.object({ newestMs: z.number().nullable(), maxima: storedPoints, minima: storedPoints }),
  value: z.number(),
  atMs: z.number(),
  /** The value before that. */
  before: z.number(),
  /** Smallest change seen, which is about what the sensor resolves; `null` until it has changed. */
  finest: z.number().nullable(),
  /** Since when it has had exactly this value. */
  sinceMs: z.number(),
  firstMs: z.number(),
  /** How long it has ever stood still and moved again, at most what counts. */
  longestMs: z.number(),
  /** Hour, sum, count, hour, sum, count, … of the last day, where the site judges by its mean; empty elsewhere. */
  hours: storedRows(3),
});
export type Course = z.infer<typeof course>;

/** The same in less room, for the store; read back by its schema. */
export function packedCourse(course: Course) {
  const { maxima, minima } = course.day;
  const day = { ...course.day, maxima: packPoints(maxima), minima: packPoints(minima) };
  return { ...course, day, hours: packRows(course.hours, 3) };
}

/** Longer plateaus than this would be a sensor at fault, which must not teach us to expect more of them. */
const longestPlateauMs = 6 * hourMs;

export function followCourse(known: Course | undefined, atMs: number, value: number, means: boolean): Course {
  const course = known ?? {
    day: emptySwing(),
    value,
    atMs,
    before: value,
    finest: null,
    sinceMs: atMs,
    firstMs: atMs,
    longestMs: 0,
    hours: [],
  };
  rollSwing(course.day, { atMs, value: packable(value) }, dayMs, mostPoints);
  if (means) count(course.hours, atMs, value);
  if (atMs < course.atMs) return course;
  course.before = course.value;
  if (value !== course.value) {
    const change = Math.abs(value - course.value);
    if (course.finest === null || change < course.finest) course.finest = change;
    course.longestMs = Math.max(course.longestMs, Math.min(course.atMs - course.sinceMs, longestPlateauMs));
    course.value = value;
    course.sinceMs = atMs;
  }
  // What it did while nobody heard it is not known.
  if (atMs - course.atMs > gapMs) course.sinceMs = atMs;
  course.atMs = atMs;
  return course;
}

function count(hours: number[], atMs: number, value: number): void {
  const hour = Math.floor(atMs / hourMs);
  const newest = hours.length - 3;
  if (newest < 0 || hours[newest]! < hour) {
    while (hours.length > 0 && hours[0]! <= hour - 24) hours.splice(0, 3);
    hours.push(hour, value, 1);
    return;
  }
  let at = newest;
  while (at >= 0 && hours[at]! > hour) at -= 3;
  if (at < 0 || hours[at] !== hour) return;
  // Without what binary fractions add, the sum is short to keep.
  hours[at + 1] = Math.round((hours[at + 1]! + value) * 1e3) / 1e3;
  hours[at + 2]! += 1;
}

/** Largest − smallest value of the last 24 h, free of what binary fractions add. */
export function swingOf({ day }: Course): number {
  return Math.round((day.maxima[1]! - day.minima[1]!) * 1e6) / 1e6;
}

/** Mean of the last 24 h, to the hour. */
export function dayMeanOf({ hours }: Course): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < hours.length; at += 3) {
    sum += hours[at + 1]!;
    count += hours[at + 2]!;
  }
  return sum / count;
}

/** Largest − smallest value since that moment, as far as the last day goes. */
export function rangeSince({ day }: Course, sinceMs: number): number {
  return firstSince(day.maxima, sinceMs) - firstSince(day.minima, sinceMs);
}

/** The extreme since a moment is the first point after it: later ones are less extreme. The newest is always there. */
function firstSince(queue: readonly number[], sinceMs: number): number {
  let at = queue.length - 2;
  while (at > 0 && queue[at - 2]! >= sinceMs) at -= 2;
  return queue[at + 1]!;
}
