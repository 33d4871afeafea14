import { z } from "zod";
import { absoluteHumidityGM3 } from "../../../climate/index.ts";
import { sides } from "./certainty.ts";
import { Course, type CourseState, freshCourse } from "./course.ts";
import { type ExpectedAirState, expectedAir } from "./expected-air.ts";
import type { ForecastQuantity } from "./features.ts";
import { packNumbers, unpackNumbers } from "./packed-numbers.ts";
import { freshQuantity, type QuantityState } from "./quantity-forecast.ts";
import { forgetWarningAfter } from "./warning-rule.ts";

/** What is remembered of a room to forecast it, outdoor air included: at most 32 KiB as text. */

export const forecastQuantities: readonly ForecastQuantity[] = ["temperature_c", "relative_humidity_pct"];

export interface RoomForecastState {
  courses: Record<ForecastQuantity, CourseState>;
  /** Water in the air, g/m³: of outdoor air only. */
  water: CourseState | null;
  /** Of outdoor air: what somebody expects of it. */
  expected?: ExpectedAirState | undefined;
  /** Learnt where forecasts are asked for. */
  quantities: Partial<Record<ForecastQuantity, QuantityState>>;
}

export function freshRoomForecast(outdoor: boolean): RoomForecastState {
  return {
    courses: { temperature_c: freshCourse(), relative_humidity_pct: freshCourse() },
    water: outdoor ? freshCourse() : null,
    quantities: {},
  };
}

/** The courses of a room at hand. */
export class RoomCourses {
  readonly temperature_c: Course;
  readonly relative_humidity_pct: Course;
  readonly water: Course | null;

  constructor({ courses, water }: RoomForecastState) {
    this.temperature_c = new Course(courses.temperature_c);
    this.relative_humidity_pct = new Course(courses.relative_humidity_pct);
    this.water = water && new Course(water);
  }

  /** Follows outdoor humidity with the water it means. */
  takeWater(slot: number, device: string): void {
    const water = absoluteHumidityGM3(this.temperature_c.heldAt(slot), this.relative_humidity_pct.heldAt(slot));
    if (water !== undefined) this.water?.take(slot, water, device);
  }
}

/** Takes back what was written under a clock ahead of the time. */
export function forgetAfter(state: RoomForecastState, slot: number): void {
  for (const course of [...Object.values(state.courses), state.water]) {
    if (course && course.newest !== null && course.newest > slot) course.newest = slot;
  }
  for (const quantity of forecastQuantities) {
    const known = state.quantities[quantity];
    if (!known) continue;
    known.learntSlot = known.learntSlot === null ? null : Math.min(known.learntSlot, slot);
    for (const side of sides) forgetWarningAfter(known.warnings[side], slot);
  }
}

const floats = (length: number) =>
  z.string().transform((text, context) => {
    const bytes = unpackNumbers(text, 4 * length);
    if (bytes) return new Float32Array(bytes);
    context.addIssue(`expected ${length} numbers`);
    return z.NEVER;
  });
const shorts = (length: number) =>
  z.string().transform((text, context) => {
    const bytes = unpackNumbers(text, 2 * length);
    if (bytes) return new Int16Array(bytes);
    context.addIssue(`expected ${length} numbers`);
    return z.NEVER;
  });

const course = z.object({
  newest: z.int().nullable(),
  values: shorts(freshCourse().values.length),
  device: z.string().nullable(),
});
const warning = z.object({
  looks: z.int(),
  sinceSlot: z.int().nullable(),
  withinSlot: z.int().nullable().default(0),
  vainSlot: z.int().default(0),
});
const { regression, certainty, paths, spreads, modelled, foreseen } = freshQuantity("temperature_c");
const quantity = z.object({
  regression: z.object({ products: floats(regression.products.length), targets: floats(regression.targets.length) }),
  certainty: z.object({
    squares: floats(certainty.squares.length),
    counts: floats(certainty.counts.length),
    scores: floats(certainty.scores.length),
    restless: z.number(),
  }),
  warnings: z.object({ high: warning, low: warning }),
  paths: shorts(paths.length),
  spreads: shorts(spreads.length),
  modelled: shorts(modelled.length),
  foreseen: shorts(foreseen.length),
  say: z.object({ agreed: z.number(), changed: z.number() }),
  trendLead: z.number(),
  learntSlot: z.int().nullable(),
  variation: z.number(),
  rows: z.int(),
});
const roomForecast = z.object({
  courses: z.object({ temperature_c: course, relative_humidity_pct: course }),
  water: course.nullable(),
  expected: expectedAir.optional(),
  quantities: z.object({ temperature_c: quantity.optional(), relative_humidity_pct: quantity.optional() }),
});

export function writeRoomForecast(state: RoomForecastState): string {
  return JSON.stringify(state, (_key, value: unknown) => (ArrayBuffer.isView(value) ? packNumbers(value) : value));
}

/** What was written; `null` where another version wrote it: a room is learnt anew sooner than misread. */
export function readRoomForecast(text: string): RoomForecastState | null {
  const parsed = roomForecast.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
