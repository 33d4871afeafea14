import { z } from "zod";
import { absoluteHumidityGM3 } from "../../../climate/index.ts";
import type { Values } from "../../../contract/index.ts";

/**
 * What the inference remembers of a sensor: where it usually is, how far it usually strays, and its last minutes.
 * Plain data in the device's memory, bounded: about 0.3 KiB a quantity.
 */

/** What is followed, and the least stray from the usual that means anything: more than a sensor's noise. */
export const followed = {
  temperature_c: 0.3,
  relative_humidity_pct: 1,
  vapour_g_m3: 0.4,
  smoke_obscuration_pct_per_m: 0.05,
  co_ppm: 2,
  co2_ppm: 200,
  pm2_5_ug_m3: 30,
} as const;
export type Followed = keyof typeof followed;
const followedNames = Object.keys(followed) as Followed[];

const track = z.object({
  value: z.number(),
  atMs: z.number(),
  sinceMs: z.number(),
  usual: z.number(),
  /** Mean distance from the usual. */
  spread: z.number(),
  /** Since when it has been out of its band, on which side; 0 while it is within. */
  side: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  outSinceMs: z.number(),
  /** Highest since it last was near its usual, and in how many steps it got there: fires grow, faults jump. */
  peak: z.number(),
  climb: z.number(),
  /** A value every few minutes, oldest first: time in minutes, value, time, value … */
  points: z.array(z.number()),
});
export type Track = z.infer<typeof track>;

const contact = z.object({ value: z.number(), atMs: z.number(), changedMs: z.number(), onMs: z.number().nullable() });
export type Contact = z.infer<typeof contact>;

/** Contacts that devices report, and what badges say: how many have gone in and not come out. */
const contactNames = ["door", "motion", "leak", "smoke_alarm", "badge"] as const;
export type ContactName = (typeof contactNames)[number];

export const recent = z.object({
  tracks: z.partialRecord(z.enum(followedNames), track),
  contacts: z.partialRecord(z.enum(contactNames), contact),
  /** Number of the ten seconds in which it was last weighed. */
  look: z.number(),
});
export type Recent = z.infer<typeof recent>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** What is usual is learned over three days; from half a day on it may be relied upon. */
const learningMs = 72 * hourMs;
const knownMs = 12 * hourMs;
const pointEveryMin = 3;
const pointsKept = 8;
/** After a longer silence the last minutes are not known. */
const unheardMs = 15 * minuteMs;
/** Spreads that a quantity must stray to be out of its band. */
const spreadsOut = 4;
/** It is back well within the band only: a value on its edge must not count as new each time. */
const backWithin = 0.7;

export function bandOf(name: Followed, { spread }: Track): number {
  return Math.max(followed[name], spreadsOut * spread);
}

export const isKnown = ({ atMs, sinceMs }: Track) => atMs - sinceMs >= knownMs;
export const strayOf = ({ value, usual }: Track) => value - usual;

/** How far it has moved within the window: from where it was lowest (or highest, where it falls), and since when. */
export function riseWithin({ points, value, atMs }: Track, windowMs: number): { by: number; overMs: number } {
  let lowest = value;
  let lowestMs = atMs;
  for (let at = 0; at < points.length; at += 2) {
    const pointMs = points[at]! * minuteMs;
    if (atMs - pointMs > windowMs || points[at + 1]! >= lowest) continue;
    lowest = points[at + 1]!;
    lowestMs = pointMs;
  }
  return { by: value - lowest, overMs: atMs - lowestMs };
}

/** Lets one more sample in. */
export function noteRecent(known: Recent | undefined, atMs: number, values: Values): Recent {
  const now = known ?? { tracks: {}, contacts: {}, look: -1 };
  const { tracks, contacts } = now;
  // Each by its name and none in a loop: what is looked up by a variable is looked up slowly, and this is every sample.
  const { temperature_c: temperatureC, relative_humidity_pct: humidityPct } = values;
  if (temperatureC !== undefined) {
    tracks.temperature_c = follow(followed.temperature_c, tracks.temperature_c, atMs, temperatureC);
  }
  if (humidityPct !== undefined) {
    tracks.relative_humidity_pct = follow(
      followed.relative_humidity_pct,
      tracks.relative_humidity_pct,
      atMs,
      humidityPct,
    );
    const vapour = temperatureC === undefined ? undefined : vapourOf(temperatureC, humidityPct);
    if (vapour !== undefined) tracks.vapour_g_m3 = follow(followed.vapour_g_m3, tracks.vapour_g_m3, atMs, vapour);
  }
  const { smoke_obscuration_pct_per_m: smoke, co_ppm: co, co2_ppm: co2, pm2_5_ug_m3: particles } = values;
  if (smoke !== undefined) {
    const { smoke_obscuration_pct_per_m: floor } = followed;
    tracks.smoke_obscuration_pct_per_m = follow(floor, tracks.smoke_obscuration_pct_per_m, atMs, smoke);
  }
  if (co !== undefined) tracks.co_ppm = follow(followed.co_ppm, tracks.co_ppm, atMs, co);
  if (co2 !== undefined) tracks.co2_ppm = follow(followed.co2_ppm, tracks.co2_ppm, atMs, co2);
  if (particles !== undefined) {
    tracks.pm2_5_ug_m3 = follow(followed.pm2_5_ug_m3, tracks.pm2_5_ug_m3, atMs, particles);
  }
  const { door, motion, leak, smoke_alarm: alarm } = values;
  if (door !== undefined) contacts.door = touch(contacts.door, atMs, door);
  if (motion !== undefined) contacts.motion = touch(contacts.motion, atMs, motion);
  if (leak !== undefined) contacts.leak = touch(contacts.leak, atMs, leak);
  if (alarm !== undefined) contacts.smoke_alarm = touch(contacts.smoke_alarm, atMs, alarm);
  return now;
}

function vapourOf(temperatureC: number, humidityPct: number): number | undefined {
  const vapour = absoluteHumidityGM3(temperatureC, humidityPct);
  return vapour === undefined ? undefined : Math.round(vapour * 1e3) / 1e3;
}

/** @param floor the least stray that means anything */
function follow(floor: number, known: Track | undefined, atMs: number, value: number): Track {
  if (!known) {
    const none = { spread: 0, side: 0, outSinceMs: atMs, peak: value, climb: 0 } as const;
    return { value, atMs, sinceMs: atMs, usual: value, ...none, points: [minuteOf(atMs), value] };
  }
  const passedMs = atMs - known.atMs;
  if (passedMs < 0) return known;
  if (passedMs > unheardMs) known.points.length = 0;
  learn(floor, known, atMs, value, Math.min(passedMs, hourMs));
  known.value = value;
  known.atMs = atMs;
  if (value - known.usual < floor / 2) {
    known.peak = value;
    known.climb = 0;
  } else if (value > known.peak) {
    known.peak = value;
    known.climb += 1;
  }
  const { points } = known;
  const minute = minuteOf(atMs);
  if (points.length === 0 || minute - points[points.length - 2]! >= pointEveryMin) {
    if (points.length < 2 * pointsKept) points.push(minute, value);
    else moveUp(points, minute, value);
  }
  return known;
}

/** The oldest point makes room for the newest, in place. */
function moveUp(points: number[], minute: number, value: number): void {
  const last = points.length - 2;
  for (let at = 0; at < last; at++) points[at] = points[at + 2]!;
  points[last] = minute;
  points[last + 1] = value;
}

/** A stray teaches no more than the edge of the band: a failure of a day must not become what is usual. */
function learn(floor: number, known: Track, atMs: number, value: number, passedMs: number): void {
  const band = Math.max(floor, spreadsOut * known.spread);
  const stray = value - known.usual;
  const side = Math.abs(stray) > (known.side === Math.sign(stray) ? backWithin * band : band) ? sign(stray) : 0;
  if (side !== known.side) {
    known.side = side;
    known.outSinceMs = atMs;
  }
  const share = passedMs / Math.min(learningMs, Math.max(hourMs, atMs - known.sinceMs));
  const taught = Math.max(-band, Math.min(band, stray));
  known.usual = short(known.usual + share * taught);
  known.spread = short(known.spread + share * (Math.abs(taught) - known.spread));
}

const minuteOf = (atMs: number) => Math.floor(atMs / minuteMs);
/** Finer than anything it is compared with, and half as long to write down. */
const short = (n: number) => Math.round(n * 1e7) / 1e7;
const sign = (n: number): -1 | 0 | 1 => (n > 0 ? 1 : n < 0 ? -1 : 0);

function touch(known: Contact | undefined, atMs: number, value: number): Contact {
  if (!known) return { value, atMs, changedMs: atMs, onMs: value === 0 ? null : atMs };
  if (atMs < known.atMs) return known;
  if (value !== known.value) known.changedMs = atMs;
  // A door that is shut now stood open until now.
  if (value !== 0 || known.value !== 0) known.onMs = atMs;
  known.value = value;
  known.atMs = atMs;
  return known;
}

/** Somebody has badged in or out. Who, is not known here. */
export function noteBadge(known: Recent | undefined, atMs: number, direction: "in" | "out"): Recent {
  const now = known ?? { tracks: {}, contacts: {}, look: -1 };
  const inside = now.contacts.badge?.value ?? 0;
  // Told twice, or overtaken by a later one.
  if (now.contacts.badge && atMs <= now.contacts.badge.atMs) return now;
  const badge = touch(now.contacts.badge, atMs, direction === "in" ? inside + 1 : Math.max(0, inside - 1));
  // The newest visitor counts, though others are inside already.
  if (direction === "in") badge.changedMs = Math.max(badge.changedMs, atMs);
  now.contacts.badge = badge;
  return now;
}

/** Our clock was ahead: what was noted then would keep out everything that comes. */
export function forgetRecentAfter(recent: Recent, nowMs: number): void {
  for (const name of followedNames) if ((recent.tracks[name]?.atMs ?? nowMs) > nowMs) delete recent.tracks[name];
  for (const name of contactNames) if ((recent.contacts[name]?.atMs ?? nowMs) > nowMs) delete recent.contacts[name];
}
