import { z } from "zod";
import type { Quantity } from "../../contract/index.ts";
import type { Site } from "../../site/index.ts";
import { batteryTrend } from "./battery-trend.ts";
import type { TimelySample } from "./events.ts";
import { forgetRecentAfter, noteRecent, recent } from "./inference/track.ts";
import { packRows, storedRows } from "./packed-points.ts";
import { type Course, course, followCourse, packedCourse } from "./quantity-course.ts";

/**
 * What conditions remember of a device's past values: plain data, kept with the device's state, bounded (≤ 8 KiB),
 * and gone when the device is moved to another room.
 */

const hourMs = 3_600_000;

const smoke = z.object({
  /** What it measures in clean air, as far as has been learned. */
  usual: z.number(),
  sinceMs: z.number(),
  atMs: z.number(),
  /** Samples in succession that were clearly above the usual. */
  above: z.number(),
});
export type Smoke = z.infer<typeof smoke>;

/** How far mould has come in this air; the air acts until the next sample. */
const mould = z.object({
  air: z.object({ temperatureC: z.number(), relativeHumidityPct: z.number() }),
  atMs: z.number(),
  /** VTT index, 0…6, and how long it has been too dry to grow. */
  index: z.number(),
  dryMs: z.number(),
  /** Share of the way to germination. */
  germination: z.number(),
  /** How long the air has been far from any growth. */
  calmMs: z.number(),
});
export type Mould = z.infer<typeof mould>;

/** Preservation index, held from sample to sample: hours and damage of each of the last days. */
const aged = z.object({
  atMs: z.number(),
  indexY: z.number(),
  days: z.array(z.object({ day: z.number(), heldMs: z.number(), damage: z.number() })),
});
export type Aged = z.infer<typeof aged>;

/** How far a quantity is from the other sensors of the room, hour by hour. */
const apart = z.object({
  hour: z.number(),
  /** When it was last compared. */
  atMs: z.number(),
  sum: z.number(),
  count: z.number(),
  /** What they always differ by, and how many hours have taught it. */
  usual: z.number(),
  hours: z.number(),
  /** Cumulative sums of what is beyond the slack, upwards and downwards. */
  up: z.number(),
  down: z.number(),
  /** Mean distance from the usual, where the others are other rooms. */
  spread: z.number().optional(),
});
export type Apart = z.infer<typeof apart>;

/** How long of the site's day the air has been beyond the room's limits, to the newest sample. */
const outside = z.object({ dayMs: z.number(), beyondMs: z.number(), atMs: z.number(), beyond: z.boolean() });

/** Time beyond a limit within a window: number of a piece of it and milliseconds, in turns, oldest first. */
const beyond = z.object({ atMs: z.number(), beyond: z.boolean(), pieces: storedRows(2) });

const faults = z.object({ count: z.number(), lastAtMs: z.number(), detail: z.string() });

export const memory = z.object({
  room: z.string().nullable(),
  temperature_c: course.optional(),
  relative_humidity_pct: course.optional(),
  /** Lowest temperatures of the last minutes: time, value, time, value … */
  warming: z.array(z.number()).optional(),
  smoke: smoke.optional(),
  recent: recent.optional(),
  mould: mould.optional(),
  aged: aged.optional(),
  outside: outside.optional(),
  /** By limit, where the site file bounds the sum of excursions. */
  beyond: z.record(z.string(), beyond).optional(),
  apart: z.object({ temperature_c: apart.optional(), relative_humidity_pct: apart.optional() }).optional(),
  /** Values that cannot have been: refused by the decoder, or there and gone between two samples. */
  faults: faults.optional(),
  battery: batteryTrend.optional(),
});
export type Memory = z.infer<typeof memory>;

/** The same in less room, for the store; read back by its schema. */
export function packed(memory: Memory) {
  const { temperature_c: temperature, relative_humidity_pct: humidity, beyond } = memory;
  return {
    ...memory,
    ...(temperature ? { temperature_c: packedCourse(temperature) } : {}),
    ...(humidity ? { relative_humidity_pct: packedCourse(humidity) } : {}),
    ...(beyond ? { beyond: packedBeyond(beyond) } : {}),
  };
}

function packedBeyond(beyond: NonNullable<Memory["beyond"]>) {
  const entries = Object.entries(beyond).map(([name, each]) => [name, { ...each, pieces: packRows(each.pieces, 2) }]);
  return Object.fromEntries(entries);
}

export function freshMemory(room: string | null): Memory {
  return { room };
}

/** Forgets what is later than now: our clock was ahead, and nothing new would count beside it. */
export function forgetAfter(memory: Memory, nowMs: number): void {
  if ((memory.temperature_c?.atMs ?? nowMs) > nowMs) delete memory.temperature_c;
  if ((memory.relative_humidity_pct?.atMs ?? nowMs) > nowMs) delete memory.relative_humidity_pct;
  if ((memory.warming?.at(-2) ?? nowMs) > nowMs) delete memory.warming;
  if ((memory.smoke?.atMs ?? nowMs) > nowMs) delete memory.smoke;
  if (memory.recent) forgetRecentAfter(memory.recent, nowMs);
  if (memory.mould) memory.mould.atMs = Math.min(memory.mould.atMs, nowMs);
  if (memory.aged) memory.aged.atMs = Math.min(memory.aged.atMs, nowMs);
  for (const each of Object.values(memory.beyond ?? {})) each.atMs = Math.min(each.atMs, nowMs);
  if (memory.outside) memory.outside.atMs = Math.min(memory.outside.atMs, nowMs);
  if (memory.faults) memory.faults.lastAtMs = Math.min(memory.faults.lastAtMs, nowMs);
}

/** Lets one more sample into what conditions without a delay remember: on arrival, before it is judged. */
export function rememberAtOnce(memory: Memory, { atMs, values }: TimelySample): void {
  const { temperature_c: temperatureC, smoke_obscuration_pct_per_m: smokePctPerM } = values;
  if (temperatureC !== undefined) {
    memory.warming ??= [];
    followWarming(memory.warming, atMs, temperatureC);
  }
  if (smokePctPerM !== undefined) memory.smoke = followSmoke(memory.smoke, atMs, smokePctPerM);
  memory.recent = noteRecent(memory.recent, atMs, values);
}

/** Lets one more sample into the courses, in the order of time, before it is judged. */
export function remember(memory: Memory, sample: TimelySample, site: Site): void {
  const { atMs, values } = sample;
  const { temperature_c: temperatureC, relative_humidity_pct: humidityPct } = values;
  const means = site.config.climate.swing === "deviation";
  if (temperatureC !== undefined) {
    const known = memory.temperature_c;
    if (known && isSpike(known, atMs, temperatureC, spikeC)) noteSpike(memory, known, sample, "temperature_c");
    memory.temperature_c = followCourse(known, atMs, temperatureC, means);
  }
  if (humidityPct !== undefined) {
    const known = memory.relative_humidity_pct;
    if (known && isSpike(known, atMs, humidityPct, spikePct)) noteSpike(memory, known, sample, "relative_humidity_pct");
    memory.relative_humidity_pct = followCourse(known, atMs, humidityPct, means);
  }
}

/** A rate of rise is that since any moment of the last minutes. */
const warmingMs = 5 * 60_000;
/** Between points so close nothing could be said of a rate. */
const warmingStepMs = 10_000;

/** Keeps the points that are lower than all after them: the steepest rise began at one of those. */
function followWarming(points: number[], atMs: number, temperatureC: number): void {
  let kept = points.length;
  if (kept > 0 && points[kept - 2]! > atMs) return;
  while (kept > 0 && points[kept - 1]! >= temperatureC) kept -= 2;
  // In place: an array that is emptied and filled again is made anew each time.
  if (kept === 0 || atMs - points[kept - 2]! >= warmingStepMs) {
    points[kept] = atMs;
    points[kept + 1] = temperatureC;
    kept += 2;
  }
  let gone = 0;
  while (points[gone]! < atMs - warmingMs) gone += 2;
  for (let at = gone; gone > 0 && at < kept; at++) points[at - gone] = points[at]!;
  if (points.length !== kept - gone) points.length = kept - gone;
}

/**
 * There and gone between two samples, by more than air can: no fire does that, since what has burned stays hot.
 */
const spikeC = 10;
const spikePct = 30;
const spikeWithinMs = 30 * 60_000;

function isSpike(known: Course, atMs: number, value: number, least: number): boolean {
  if (Math.abs(known.value - known.before) < least || atMs <= known.atMs) return false;
  return atMs - known.atMs <= spikeWithinMs && Math.abs(value - known.before) < least / 4;
}

function noteSpike(memory: Memory, known: Course, sample: TimelySample, quantity: Quantity): void {
  noteFault(memory, sample.receivedAtMs, `${quantity}: ${known.before} → ${known.value} → ${sample.values[quantity]}`);
}

/** Faults further apart than this are not repeated ones. */
export const faultsWithinMs = hourMs;

export function noteFault(memory: Memory, atMs: number, detail: string): void {
  const known = memory.faults;
  const repeated = known !== undefined && atMs - known.lastAtMs <= faultsWithinMs;
  memory.faults = { count: repeated ? known.count + 1 : 1, lastAtMs: atMs, detail };
}

const learningMs = 24 * hourMs;
/** Dust settles over weeks. A fire that smoulders for a day must not be taken for it, so that a day moves it no further. */
const driftADay = 0.02;

function followSmoke(known: Smoke | undefined, atMs: number, value: number): Smoke {
  if (!known) return { usual: value, sinceMs: atMs, atMs, above: 0 };
  if (atMs < known.atMs) return known;
  const days = Math.min(atMs - known.atMs, hourMs) / learningMs;
  known.atMs = atMs;
  // The cleanest air of the first day is where it starts: dust raised by the fitter is not its usual.
  if (atMs - known.sinceMs < learningMs) known.usual = Math.min(known.usual, value);
  else known.usual += Math.min(driftADay, Math.max(-driftADay, value - known.usual)) * days;
  return known;
}

/** What the detector measures in clean air; `null` before a day of it has been seen. */
export function usualSmoke({ usual, sinceMs, atMs }: Smoke): number | null {
  return atMs - sinceMs < learningMs ? null : usual;
}
