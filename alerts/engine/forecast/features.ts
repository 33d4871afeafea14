import { absoluteHumidityGM3 } from "../../../climate/index.ts";
import { type Course, slotMs } from "./course.ts";
import { type ExpectedAirState, expectedAt } from "./expected-air.ts";
import type { LocalHours } from "./local-hours.ts";

/** What a room's next hours may depend on, as numbers of about the same size. */

export type ForecastQuantity = "temperature_c" | "relative_humidity_pct";

export interface Surroundings {
  own: Course;
  /** The other of temperature and humidity in the room. */
  other: Course;
  /** Outdoor air: its temperature, its water in g/m³, and what somebody expects it to be. */
  outdoor: { temperature: Course; water: Course; expected: () => ExpectedAirState | null } | null;
  hours: LocalHours;
}

/** The parts of a forecast, as people are told of them. */
export const parts = ["course", "habit", "other", "outdoor"] as const;
export type Part = (typeof parts)[number];

const day = 96;
const week = 7 * day;
const ownLags = [1, 2, 4, 8, 16, 32];
const otherLags = [1, 4, 12];
const outdoorLags = [1, 4, 12, 24];
/** How a former day went on, hour by hour as far as the forecast reaches. */
const courseSteps = [4, 8, 12, 18, 24];
/** How outdoor air goes on, from step to step. */
const aheadSteps = [8, 16, 24];

const layout: Part[] = [];
const block = (part: Part, size: number) => {
  const from = layout.length;
  for (let at = 0; at < size; at++) layout.push(part);
  return from;
};
const constantFrom = block("habit", 1);
const ownFrom = block("course", ownLags.length + 2);
const clockFrom = block("habit", 6 + 2 * courseSteps.length + 8);
const otherFrom = block("other", otherLags.length);
const outdoorFrom = block("outdoor", outdoorLags.length + courseSteps.length + 5);
const aheadFrom = block("outdoor", aheadSteps.length);

export const featureCount = layout.length;
export const indoorFeatureCount = outdoorFrom;
/** Without what outdoor air is going to do, which the past knows and the present only where a forecast is given. */
export const pastFeatureCount = aheadFrom;
export const partOf = (feature: number): Part => layout[feature]!;
/** Where the differences of the own course lie, which carry its trend. */
export const trendFeatures = [ownFrom, ownFrom + 1, ownFrom + 2, ownFrom + 3];

/** A change that is worth noting, in the unit of each: what features are measured by. */
export const scaleOf: Record<ForecastQuantity, number> = { temperature_c: 0.3, relative_humidity_pct: 1 };

/** Writes the features of a slot; `false` where the quantity is not known there. */
export function writeFeatures(
  into: Float64Array,
  quantity: ForecastQuantity,
  slot: number,
  { own, other, outdoor, hours }: Surroundings,
): boolean {
  const now = own.at(slot);
  if (Number.isNaN(now)) return false;
  const scale = scaleOf[quantity];
  into[constantFrom] = 1;
  let at = changes(into, ownFrom, own, slot, ownLags, now, scale);
  const dayMean = own.mean(slot, day);
  into[at++] = (now - dayMean) / scale;
  into[at++] = (dayMean - own.mean(slot, week)) / scale;

  at = writeClock(into, clockFrom, slot, hours);
  at = formerCourse(into, at, own, slot - day, now, scale);
  formerCourse(into, at, own, slot - week, now, scale);

  const otherScale = scaleOf[quantity === "temperature_c" ? "relative_humidity_pct" : "temperature_c"];
  const otherNow = other.heldAt(slot);
  if (Number.isNaN(otherNow)) into.fill(0, otherFrom, otherFrom + otherLags.length);
  else changes(into, otherFrom, other, slot, otherLags, otherNow, otherScale);

  writeOutdoor(into, quantity, slot, now, scale, { other: otherNow, outdoor, hours });
  return true;
}

function writeClock(into: Float64Array, from: number, slot: number, hours: LocalHours): number {
  const atMs = slot * slotMs;
  const angle = hours.angle(atMs);
  let at = from;
  for (let wave = 1; wave <= 3; wave++) {
    into[at++] = Math.sin(wave * angle);
    into[at++] = Math.cos(wave * angle);
  }
  for (const ahead of [0, 12, 24]) into[at++] = hours.at(atMs + ahead * slotMs).working ? 1 : 0;
  const workingDay = hours.at(atMs).workingDay ? 1 : 0;
  into[at++] = workingDay;
  for (let wave = 0; wave < 4; wave++) into[at++] = workingDay * into[from + wave]!;
  return at;
}

/**
 * Outdoor air drives a room by how far it is from it. For humidity that is the humidity which the water of the outdoor
 * air would have at the room's temperature.
 */
function writeOutdoor(
  into: Float64Array,
  quantity: ForecastQuantity,
  slot: number,
  now: number,
  scale: number,
  { other, outdoor, hours }: { other: number; outdoor: Surroundings["outdoor"]; hours: LocalHours },
): void {
  const course = quantity === "temperature_c" ? outdoor?.temperature : outdoor?.water;
  const toRoom = toRoomOf(quantity, other);
  const outside = course ? course.heldAt(slot) * toRoom : Number.NaN;
  if (!course || Number.isNaN(outside)) {
    into.fill(0, outdoorFrom, featureCount);
    return;
  }
  const unit = scale / toRoom;
  const raw = outside / toRoom;
  let at = outdoorFrom;
  ahead(into, (later) => course.at(later), slot, 2 * unit);
  into[at++] = (outside - now) / (5 * scale);
  into[at++] = ((outside - now) / (5 * scale)) * Math.sin(hours.angle(slot * slotMs));
  into[at++] = change(raw, course.mean(Math.min(slot, course.newest ?? slot), day)) / (3 * unit);
  for (const days of [1, 2]) into[at++] = change(raw, course.at(slot - days * day)) / (3 * unit);
  at = changes(into, at, course, slot, outdoorLags, raw, 2 * unit);
  formerCourse(into, at, course, slot - day, raw, 2 * unit);
}

/**
 * Puts what is expected of outdoor air in place of what it did, for a slot whose next hours are still to come: `false`
 * where that is not known. Only its changes count, since a forecast is for another place than our sensor's.
 */
export function writeExpected(
  into: Float64Array,
  quantity: ForecastQuantity,
  slot: number,
  { other, outdoor }: Surroundings,
): boolean {
  const expected = outdoor?.expected() ?? null;
  const toRoom = toRoomOf(quantity, other.heldAt(slot));
  if (!expected || Number.isNaN(toRoom)) return false;
  const values = quantity === "temperature_c" ? expected.temperatures : expected.waters;
  return ahead(into, (later) => expectedAt(expected, values, later), slot, (2 * scaleOf[quantity]) / toRoom);
}

/** Humidity: what water outdoors would mean at the room's temperature. */
const toRoomOf = (quantity: ForecastQuantity, other: number) =>
  quantity === "temperature_c" ? 1 : 100 / (absoluteHumidityGM3(other, 100) ?? Number.NaN);

function ahead(into: Float64Array, at: (slot: number) => number, slot: number, unit: number): boolean {
  let before = at(slot);
  for (const [place, step] of aheadSteps.entries()) {
    const then = at(slot + step);
    if (Number.isNaN(then - before)) {
      into.fill(0, aheadFrom, featureCount);
      return false;
    }
    into[aheadFrom + place] = (then - before) / unit;
    before = then;
  }
  return true;
}

const change = (now: number, before: number) => (Number.isNaN(before) ? 0 : now - before);

/** Changes between successive lags; where one is not known, nothing has changed. */
function changes(
  into: Float64Array,
  from: number,
  course: Course,
  slot: number,
  lags: readonly number[],
  now: number,
  scale: number,
): number {
  let at = from;
  let later = now;
  for (const lag of lags) {
    const before = course.at(slot - lag);
    if (Number.isNaN(before)) into[at++] = 0;
    else {
      into[at++] = (later - before) / scale;
      later = before;
    }
  }
  return at;
}

/** How the quantity went on after a former slot. */
function formerCourse(
  into: Float64Array,
  from: number,
  course: Course,
  slot: number,
  now: number,
  scale: number,
): number {
  let at = from;
  let before = course.at(slot);
  const known = !Number.isNaN(before);
  if (!known) before = now;
  for (const step of courseSteps) {
    const then = known ? course.at(slot + step) : Number.NaN;
    if (Number.isNaN(then)) into[at++] = 0;
    else {
      into[at++] = (then - before) / scale;
      before = then;
    }
  }
  return at;
}
