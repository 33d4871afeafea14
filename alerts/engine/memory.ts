import { z } from "zod";
import { emptySwing, rollSwing } from "../../climate/index.ts";
import type { Site } from "../../site/index.ts";
import type { EngineSample } from "./events.ts";

/**
 * What conditions remember of a device's past values: plain data, kept with the device's state, bounded (≤ 8 KiB),
 * and gone when the device is moved to another room.
 */

/** A sample of exactly 24 h ago still counts: where the last sample decides, an alarm stays rather than flickers. */
const dayMs = 86_400_000 + 1;
const hourMs = 3_600_000;
/** Points of a rolling day. Real days need about twenty; a logger that tells every quarter hour cannot need more. */
const mostPoints = 100;

/** The course of one quantity. */
const course = z.object({
  /** The last 24 h, as far as they still decide its largest and smallest value. */
  day: z.object({ newestMs: z.number().nullable(), maxima: z.array(z.number()), minima: z.array(z.number()) }),
  value: z.number(),
  atMs: z.number(),
  /** Since when it has had exactly this value. */
  sinceMs: z.number(),
  /** Sum and count of each hour of the last day, where the site judges the swing by its mean; empty elsewhere. */
  hours: z.array(z.object({ hour: z.number(), sum: z.number(), count: z.number() })),
});
export type Course = z.infer<typeof course>;

export const memory = z.object({
  room: z.string().nullable(),
  temperature_c: course.optional(),
  relative_humidity_pct: course.optional(),
});
export type Memory = z.infer<typeof memory>;

export function freshMemory(room: string | null): Memory {
  return { room };
}

/** Lets one more sample into the memory, before it is judged. */
export function remember(memory: Memory, { atMs, values }: EngineSample, site: Site): void {
  const { temperature_c: temperatureC, relative_humidity_pct: humidityPct } = values;
  const means = site.config.climate.swing === "deviation";
  if (temperatureC !== undefined) memory.temperature_c = follow(memory.temperature_c, atMs, temperatureC, means);
  if (humidityPct !== undefined) {
    memory.relative_humidity_pct = follow(memory.relative_humidity_pct, atMs, humidityPct, means);
  }
}

function follow(known: Course | undefined, atMs: number, value: number, means: boolean): Course {
  const course = known ?? { day: emptySwing(), value, atMs, sinceMs: atMs, hours: [] };
  rollSwing(course.day, { atMs, value }, dayMs, mostPoints);
  if (means) count(course.hours, atMs, value);
  if (atMs < course.atMs) return course;
  if (value !== course.value) {
    course.value = value;
    course.sinceMs = atMs;
  }
  course.atMs = atMs;
  return course;
}

function count(hours: Course["hours"], atMs: number, value: number): void {
  const hour = Math.floor(atMs / hourMs);
  const last = hours.at(-1);
  if (last === undefined || last.hour < hour) {
    while (hours.length > 0 && hours[0]!.hour <= hour - 24) hours.shift();
    hours.push({ hour, sum: value, count: 1 });
    return;
  }
  const own = last.hour === hour ? last : hours.find((one) => one.hour === hour);
  if (own === undefined) return;
  own.sum += value;
  own.count += 1;
}

/** Largest − smallest value of the last 24 h, free of what binary fractions add. */
export function swingOf({ day }: Course): number {
  return Math.round((day.maxima[1]! - day.minima[1]!) * 1e6) / 1e6;
}

/** Mean of the last 24 h, to the hour. */
export function dayMeanOf({ hours }: Course): number {
  let sum = 0;
  let count = 0;
  for (const hour of hours) {
    sum += hour.sum;
    count += hour.count;
  }
  return sum / count;
}
