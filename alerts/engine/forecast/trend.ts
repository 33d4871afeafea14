import type { Course } from "./course.ts";
import { steps } from "./regression.ts";

/**
 * What a room has learnt knows nothing of what has never happened: to a model of quiet years a failed dehumidifier is
 * noise that will pass. So a plain damped trend forecasts beside it, and has a say as far as it has lately been right
 * where the model was wrong.
 */

const spanSlots = 8;
const damping = 0.93;
/** Steps whose errors are compared: an hour, two hours. */
export const compared = [3, 5] as const;
/** Log-odds against the trend while neither is better. */
const handicap = 5;
const mostPerSlot = 1;
const memoryHalfLife = 8;
const kept = 0.5 ** (1 / memoryHalfLife);

const fading = steps.map((step) => (damping * (1 - damping ** step)) / (1 - damping) / spanSlots);

/** Change that the trend of the last two hours expects at a step; `NaN` where the course is not known. */
export function trendChange(course: Course, slot: number, step: number): number {
  return (course.at(slot) - course.at(slot - spanSlots)) * fading[step]!;
}

/** How much better the trend has lately been than the model: its lead after one more comparison. */
export function leadOfTrend(lead: number, squares: { model: number; trend: number }): number {
  const better = 0.5 * (squares.model - squares.trend);
  return kept * lead + Math.max(-mostPerSlot, Math.min(mostPerSlot, better));
}

/** The say of the trend, 0…1. */
export function sayOfTrend(lead: number): number {
  return 1 / (1 + Math.exp(handicap - lead));
}
