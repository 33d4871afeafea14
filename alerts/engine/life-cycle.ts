import type { Transition } from "../../contract/index.ts";

/**
 * The life of an alarm after ISA-18.2 / IEC 62682: a table, and nothing else. An alarm that is kept from people's
 * sight (`hiding.ts`) lives on underneath by the same table.
 */

export const lifeStates = ["normal", "unacknowledged", "acknowledged", "returned-unacknowledged", "latched"] as const;
export type LifeState = (typeof lifeStates)[number];

export type Happening = "raise" | "worsen" | "tell-again" | "return" | "acknowledge" | "reset";

export type Passage =
  | { ok: true; state: LifeState; transition: Transition; reason: string }
  | { ok: false; reason: string };

const go = (state: LifeState, transition: Transition, reason: string): Passage => ({
  ok: true,
  state,
  transition,
  reason,
});
const no = (reason: string): Passage => ({ ok: false, reason });

export function pass(state: LifeState, happening: Happening, alarm: { latching: boolean; active: boolean }): Passage {
  switch (happening) {
    case "raise":
      if (state === "normal") return go("unacknowledged", "raised", "first-breach");
      if (state === "returned-unacknowledged" || state === "latched")
        return go("unacknowledged", "raised", "raised-again");
      return no("stands already");
    case "worsen":
      // Whoever acknowledged it has seen less than it is now.
      if (state === "unacknowledged" || state === "acknowledged")
        return go("unacknowledged", "priority-changed", "worse");
      return no("does not stand");
    case "tell-again":
      // What was to be put right has not been, or has become worse.
      if (state === "acknowledged") return go("unacknowledged", "raised", "remedial-over");
      return no("is not acknowledged");
    case "return":
      if (state === "unacknowledged") return go("returned-unacknowledged", "returned", "back-within");
      if (state === "acknowledged") return go(alarm.latching ? "latched" : "normal", "returned", "back-within");
      return no("does not stand");
    case "acknowledge":
      if (state === "unacknowledged") return go("acknowledged", "acknowledged", "by-person");
      if (state === "returned-unacknowledged") {
        return go(alarm.latching ? "latched" : "normal", "acknowledged", "by-person-after-return");
      }
      return no(state === "acknowledged" || state === "latched" ? "is acknowledged already" : "does not stand");
    case "reset":
      if (state === "latched") return go("normal", "reset", "by-person");
      if (alarm.active) return no("cannot be reset while its cause is there");
      return no(state === "returned-unacknowledged" ? "must be acknowledged before it is reset" : "is not latched");
  }
}
