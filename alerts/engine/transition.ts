import type { Transition } from "../../contract/index.ts";
import type { Alarm } from "./state.ts";

/** One step in the life of an alarm, with the alarm as it is after it. */
export interface EngineTransition {
  alarm: Alarm;
  transition: Transition;
  /** A named reason, for the journal, the log and the tests. */
  reason: string;
  /** Event time: when it happened in the room, not when it was heard. */
  atMs: number;
  /** How long after its time the sample came that caused it, where that is over a minute. */
  lateMs: number | null;
  by: string | null;
  comment: string | null;
  via: string | null;
}

export type CommandOutcome = { ok: true; alarm: Alarm } | Refusal;

/** `request-invalid`: what was asked for cannot be, whatever state the alarm is in. */
export interface Refusal {
  ok: false;
  code: "not-found" | "state-conflict" | "request-invalid";
  reason: string;
}

export interface StepResult {
  transitions: EngineTransition[];
  /** For a `command` event. */
  outcome?: CommandOutcome;
}
