/**
 * When a forecast becomes a warning. A crossing that is more likely than not must look so twice in a row, unless it is
 * nearly sure; a warning stands until the limit is crossed or the crossing has looked unlikely for an hour, so that it
 * does not flicker where the probability wavers. One that has stood for twice the horizon was wrong about the time:
 * it ends, and what is still expected is said anew.
 */

export const likely = 0.55;
export const nearlySure = 0.8;
export const unlikely = 0.05;
const looksToRaise = 2;
const looksToReturn = 4;
const longestSlots = 48;

export interface WarningState {
  /** Looks in a row that found the crossing likely, or, while the warning stands, unlikely. */
  looks: number;
  /** When the warning was given; `null` while none stands. */
  sinceSlot: number | null;
}

export type WarningStep = "raise" | "crossed" | "no-longer-expected" | "not-come" | null;

export function stepWarning(
  state: WarningState,
  look: { slot: number; probability: number; inside: boolean },
): WarningStep {
  const { slot, probability, inside } = look;
  if (!inside) return end(state, "crossed");
  if (state.sinceSlot === null) {
    state.looks = probability >= likely ? state.looks + 1 : 0;
    if (state.looks < looksToRaise && probability < nearlySure) return null;
    state.sinceSlot = slot;
    state.looks = 0;
    return "raise";
  }
  state.looks = probability < unlikely ? state.looks + 1 : 0;
  if (state.looks >= looksToReturn) return end(state, "no-longer-expected");
  return slot - state.sinceSlot >= longestSlots ? end(state, "not-come") : null;
}

function end(state: WarningState, why: WarningStep): WarningStep {
  const stood = state.sinceSlot !== null;
  state.looks = 0;
  state.sinceSlot = null;
  return stood ? why : null;
}
