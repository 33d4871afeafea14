import type { AlarmState, Transition } from "../../contract/index.ts";
import type { LifeState } from "./life-cycle.ts";
import { neverPutOff } from "./never-put-off.ts";
import type { Alarm, Hidden } from "./state.ts";
import type { Refusal } from "./transition.ts";

/**
 * Alarms kept from people's sight for a while, after ISA-18.2: shelved by a person, suppressed by design, out of
 * service by the site file. Their life goes on underneath, so that they come back as their cause is then.
 */
export type Hiding = Extract<AlarmState, "shelved" | "suppressed" | "out-of-service">;

/** How a hiding begins and ends in the journal. */
export const passages: Record<Hiding, { begins: Transition; ends: Transition }> = {
  shelved: { begins: "shelved", ends: "unshelved" },
  suppressed: { begins: "suppressed", ends: "unsuppressed" },
  "out-of-service": { begins: "out-of-service", ends: "in-service" },
};

/** What is remembered of a hiding, beside the life that goes on under it. */
export type HidingFacts = Omit<Hidden, "life">;

/** Where the alarm stands in its life, whether people see it or not. */
export function lifeOf(alarm: Pick<Alarm, "state" | "hidden">): LifeState {
  if (alarm.hidden) return alarm.hidden.life;
  const { state } = alarm;
  if (state === "shelved" || state === "suppressed" || state === "out-of-service") {
    throw new Error(`an alarm that is ${state} must say what is underneath`);
  }
  return state;
}

/** What people see: of several hidings the one that was decided by people first. */
export function seenState(life: LifeState, hidden: Hidden | undefined): AlarmState {
  if (hidden?.outOfService !== undefined) return "out-of-service";
  if (hidden?.shelvedUntilMs !== undefined) return "shelved";
  if (hidden?.suppressedBy !== undefined) return "suppressed";
  return life;
}

/** What is left when one of its hidings has ended; `undefined` when it is in sight again. */
export function without(hidden: Hidden, hiding: Hiding): Hidden | undefined {
  const { shelvedUntilMs, suppressedBy, suppressedUntilMs, outOfService, life } = hidden;
  const left: Hidden = {
    life,
    ...(hiding === "shelved" ? {} : { shelvedUntilMs }),
    ...(hiding === "suppressed" ? {} : { suppressedBy, suppressedUntilMs }),
    ...(hiding === "out-of-service" ? {} : { outOfService }),
  };
  return seenState(life, left) === life ? undefined : left;
}

/** Why an alarm cannot be shelved for so long; `null` when it can. */
export function shelvingRefused(alarm: Alarm, forMs: number | undefined, longestMs: number): Refusal | null {
  const no = (reason: string, code: Refusal["code"] = "state-conflict"): Refusal => ({ ok: false, code, reason });
  if (neverPutOff.has(alarm.condition)) return no(`cannot be shelved: ${alarm.condition} is never put off`);
  if (alarm.hidden?.shelvedUntilMs !== undefined) return no("is shelved already");
  if (lifeOf(alarm) === "latched") return no("is latched: reset it instead");
  if (forMs === undefined || !(forMs > 0))
    return no("for: expected a length of time: nobody can put an alarm off without a limit", "request-invalid");
  if (forMs > longestMs) {
    return no(`for: expected at most ${longestMs / 60_000} min (limits.shelve_longest)`, "request-invalid");
  }
  return null;
}
