/**
 * When a forecast becomes a warning: one for each approach to a limit. It stands until the limit is crossed or the
 * crossing has looked unlikely for an hour, so that it does not flicker where the probability wavers; one that has stood
 * for twice the horizon was wrong about the time and ends too. A value that has just come back over its limit hangs on
 * it and proves nothing, so the next warning waits until it has been within for a while; and what was expected in vain
 * is expected again only if it is nearly sure.
 */

export const likely = 0.6;
export const nearlySure = 0.8;
export const unlikely = 0.05;
const looksToReturn = 4;
const longestSlots = 48;
/** An hour and a half within before a limit that was crossed is warned of again. */
export const settledSlots = 6;
/** As long as the horizon: what was said in vain still counts as said. */
export const doubtSlots = 24;

export interface WarningState {
  /** Looks in a row that found the crossing unlikely while the warning stands. */
  looks: number;
  /** When the warning was given; `null` while none stands. */
  sinceSlot: number | null;
  /** Since when the room is within its limits; `null` while beyond, 0 where it never was. */
  withinSlot: number | null;
  /** When the last warning ended without a crossing; 0 where none did. */
  vainSlot: number;
}

export function freshWarning(): WarningState {
  return { looks: 0, sinceSlot: null, withinSlot: 0, vainSlot: 0 };
}

export type WarningStep = "raise" | "crossed" | "no-longer-expected" | "not-come" | null;

export function stepWarning(
  state: WarningState,
  look: { slot: number; probability: number; inside: boolean },
): WarningStep {
  const { slot, probability, inside } = look;
  if (!inside) {
    state.withinSlot = null;
    return end(state, "crossed");
  }
  state.withinSlot ??= slot;
  if (state.sinceSlot === null) {
    const needed = slot - state.vainSlot < doubtSlots ? nearlySure : likely;
    if (probability < needed || slot - state.withinSlot < settledSlots) return null;
    state.sinceSlot = slot;
    state.looks = 0;
    return "raise";
  }
  state.looks = probability < unlikely ? state.looks + 1 : 0;
  if (state.looks < looksToReturn && slot - state.sinceSlot < longestSlots) return null;
  state.vainSlot = slot;
  return end(state, state.looks < looksToReturn ? "not-come" : "no-longer-expected");
}

/** Takes back what lies after a slot: our clock was ahead when it was written. */
export function forgetWarningAfter(state: WarningState, slot: number): void {
  if (state.sinceSlot !== null) state.sinceSlot = Math.min(state.sinceSlot, slot);
  if (state.withinSlot !== null) state.withinSlot = Math.min(state.withinSlot, slot);
  state.vainSlot = Math.min(state.vainSlot, slot);
}

function end(state: WarningState, why: WarningStep): WarningStep {
  const stood = state.sinceSlot !== null;
  state.looks = 0;
  state.sinceSlot = null;
  return stood ? why : null;
}
