import type { ConditionName, Priority, Values } from "../../contract/index.ts";
import type { DrillStart } from "./drills.ts";
import type { ExpectedAir } from "./forecast/expected-air.ts";
import type { OwnClimateNotice } from "./own-climate.ts";
import type { Remedy } from "./remedial.ts";

/**
 * What the engine hears, in the order of the intake log. Time enters only here: `receivedAtMs` of an event moves the
 * engine's clock, and a `tick` does nothing else.
 */
export type EngineEvent =
  | { kind: "started"; receivedAtMs: number }
  | { kind: "tick"; receivedAtMs: number }
  | {
      kind: "samples";
      receivedAtMs: number;
      device: string;
      samples: readonly EngineSample[];
      /** What of the message could not be used, a reason each. */
      faults?: readonly string[];
    }
  /** Somebody was let in or out at a reader. Who, is none of the engine's business. */
  | { kind: "badge"; receivedAtMs: number; device: string; atMs: number; direction: "in" | "out" }
  | { kind: "unknown-device"; receivedAtMs: number; device: string; detail: string }
  | { kind: "security"; receivedAtMs: number; condition: SecurityCondition; subject: string; detail: string }
  | { kind: "login-failed"; receivedAtMs: number; subject: string; from: string | null; detail: string }
  | { kind: "system"; receivedAtMs: number; report: PartReport }
  /** A weather forecast: what outdoor air is expected to be, in place of any before. */
  | { kind: "outdoor-expected"; receivedAtMs: number; points: readonly ExpectedAir[] }
  /** What a room's own past says of its limits, or when it can. */
  | ({ kind: "own-climate"; receivedAtMs: number } & OwnClimateNotice)
  | { kind: "clock-stepped"; receivedAtMs: number; byMs: number }
  | { kind: "command"; receivedAtMs: number; command: OperatorCommand }
  /** An exercise begins, or is ended before its time. */
  | { kind: "drill"; receivedAtMs: number; drill: DrillStart }
  | { kind: "drill-end"; receivedAtMs: number; id: string; by: string; via: string };

export interface EngineSample {
  atMs: number;
  receivedAtMs: number;
  values: Values;
  /** The device's own time was not believed; `atMs` is the time of receipt. */
  clockUntrusted: boolean;
  /** Receipt − the sample's own time, where it stated one. */
  offsetMs: number | null;
  /** History entered later: completes the record, pages nobody. */
  imported: boolean;
  /** Of devices that number their samples: grows by one a sample within a session. */
  session?: string | null;
  seq?: number | null;
}

/** What conditions judge of a sample. */
export type TimelySample = Pick<EngineSample, "atMs" | "receivedAtMs" | "values"> &
  Partial<Pick<EngineSample, "imported">>;

/** Conditions that are a single occurrence, repeated or not, and are over after a quiet while. */
export type SecurityCondition = Extract<ConditionName, "topic-violation" | "message-flood">;

/** What a part of this program may say of itself or of what it watches; everything else the engine finds in samples. */
export const partConditions = [
  "door-forced",
  "door-after-hours",
  "access-unauthorised",
  "access-denied-repeated",
  "record-overdue",
  "login-failures",
  "ledger-broken",
  "certificate-expiring",
  "history-unreachable",
  "notification-failing",
  "nobody-reached",
  "disk-low",
  "intake-backlog",
  "server-clock-fault",
  "backup-overdue",
  "archive-system-unreachable",
] as const satisfies readonly ConditionName[];
export type PartCondition = (typeof partConditions)[number];

/** A part of this program says that something is wrong, or is right again. One alarm for each condition and subject. */
export interface PartReport {
  condition: PartCondition;
  /** Which store, consumer, disk, listener, probe, channel, door or record. Never a person's name. */
  subject: string;
  wrong: boolean;
  room?: string | undefined;
  device?: string | undefined;
  value: number | null;
  limit: number | null;
  unit: string | null;
  /** What else is known of it, in words; read by everybody who may read the alarm. */
  detail?: string | undefined;
  /** In place of the condition's own. While the alarm stands, only a worse one is told. */
  priority?: Priority | undefined;
}

/** A named person's word about an alarm. */
export interface OperatorCommand {
  do: "acknowledge" | "comment" | "reset" | "shelve" | "unshelve" | "remedy";
  alarm: string;
  /** Staff number. */
  by: string;
  comment: string;
  /** To shelve: for how long; nobody can put an alarm off without a limit. */
  forMs?: number | undefined;
  /** To make it a remedial item. */
  remedy?: Remedy | undefined;
  /** How it came: `api`, `cli`, `operator-token` … */
  via: string;
}
