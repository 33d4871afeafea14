import { steps } from "./regression.ts";

/**
 * How far a weather forecast is to be believed. Weights learnt from what outdoor air really did take it for the truth;
 * so the room is forecast with and without it, and it has as much say as would have been best so far. One that is no
 * better than a guess loses its say within days.
 */

/** Steps at which both are compared with what came: three hours, six hours. */
export const foreseenSteps = [steps.indexOf(12), steps.indexOf(24)] as const;
export const foreseenWidth = 2 * foreseenSteps.length;
const halfLifeDays = 10;
const kept = 0.5 ** (1 / (96 * halfLifeDays));
/** Before anything has come, half of it is believed, and this many spreads' worth of differences say otherwise. */
const firstDifference = 24;
const least = 1e-3;
/** One surprise must not decide. */
const furthest = 4;

export interface SayState {
  /** What came times what it would have changed, and the square of that, both in spreads. */
  agreed: number;
  changed: number;
}

export function freshSay(): SayState {
  return { agreed: firstDifference / 2, changed: firstDifference };
}

/** The say of the weather forecast, 0…1. */
export function sayOf({ agreed, changed }: SayState): number {
  return Math.min(1, Math.max(0, agreed / changed));
}

/** One more comparison: what came, and what the weather forecast would have changed, in spreads from what was foreseen without. */
export function noteForeseen(state: SayState, came: number, change: number): void {
  const bounded = Math.max(-furthest, Math.min(furthest, came));
  state.agreed = kept * state.agreed + bounded * change;
  state.changed = Math.max(least, kept * state.changed + change * change);
}
