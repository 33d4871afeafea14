import { z } from "zod";
import { alarmStates, conditionNames, drillScenarios, priorities, quantityNames } from "../../contract/index.ts";
import type { RoomForecastState } from "./forecast/room-forecast.ts";
import { lifeStates } from "./life-cycle.ts";
import { memory, packed } from "./memory.ts";
import type { OwnClimate } from "./own-climate.ts";
import { remedial } from "./remedial.ts";

/**
 * Everything the engine remembers, as plain data. It is owned by whoever calls `step`, which changes it in place:
 * copying ten thousand devices for every sample would be pure only on paper.
 */
export interface EngineState {
  /** The engine's clock: never runs back but by `clock-stepped`. */
  nowMs: number;
  nextAlarm: number;
  devices: Map<string, DeviceState>;
  /** Alarms that are not `normal`, by key. */
  alarms: Map<string, Alarm>;
  /** Alarms of exercises, by key: never among the others. */
  drills: Map<string, Alarm>;
  /** What is learnt of each room, to forecast it. */
  forecasts: Map<string, RoomForecastState>;
  /** What was last said of rooms that are to be held to the humidity of their own past. */
  ownClimate: Map<string, OwnClimate>;
  /** What was raised within the last ten minutes, oldest first: chattering and floods are seen in it. */
  recentRaises: RecentRaise[];
  /** Log-ins that failed within the last ten minutes, oldest first. */
  failedLogins: FailedLogin[];
}

/** An uninterrupted stay beyond a limit, of one condition and quantity of one device. */
const run = z.object({
  /** First sample beyond the limit; `null` while within. */
  sinceMs: z.number().nullable(),
  /** When the delay had run out; `null` until then. */
  activeAtMs: z.number().nullable(),
  lastAtMs: z.number(),
  /** Newest sample within, so that a late sample can lengthen a run but not jump over its start. */
  lastWithinMs: z.number(),
  /** How long it has been within again, where that must last before it is over. */
  withinMs: z.number().optional(),
  value: z.number(),
  /** What the newest finding says beyond its value, of conditions that judge more than a value. */
  limit: z.number().optional(),
  priority: z.enum(priorities).optional(),
  detail: z.string().optional(),
});
export type Run = z.infer<typeof run>;

/** A sample whose place in the order of time is not settled yet. */
const heldSample = z.object({
  /** When it waits no longer. */
  dueMs: z.number(),
  atMs: z.number(),
  receivedAtMs: z.number(),
  values: z.partialRecord(z.enum(quantityNames), z.number()),
  session: z.string().nullable(),
  seq: z.number().nullable(),
});
export type HeldSample = z.infer<typeof heldSample>;

export const deviceState = z.object({
  /** Last telemetry with a usable value, or our own start after it: silence counts from here. */
  silenceFromMs: z.number(),
  /** Overdue together with its gateway, whose silence is to be decided until then. */
  patientUntilMs: z.number().optional(),
  /** Newest sample that was heard. */
  newestAtMs: z.number(),
  runs: z.record(z.string(), run),
  /** Samples that wait for what may still come before them, oldest first. */
  held: z.array(heldSample).optional(),
  /** Newest sample that was evaluated in the order of time. */
  settledMs: z.number().optional(),
  /** Which number comes next, of a device that numbers its samples. */
  sequence: z.object({ session: z.string().nullable(), next: z.number() }).optional(),
  /** What its conditions remember of its past values; bounded. One of an earlier version's shape is learned anew. */
  memory: memory.optional().catch(undefined),
});
export type DeviceState = z.infer<typeof deviceState>;

/** As it is stored: in as little room as it can be read back from. */
export function writeDeviceState(state: DeviceState): string {
  return JSON.stringify(state.memory ? { ...state, memory: packed(state.memory) } : state);
}

export const recentRaise = z.object({ key: z.string(), atMs: z.number() });
export type RecentRaise = z.infer<typeof recentRaise>;

/** Under which name, or from which address. */
export const failedLogin = z.object({ subject: z.string(), atMs: z.number() });
export type FailedLogin = z.infer<typeof failedLogin>;

/** A return that is not believed yet, of an alarm that keeps coming and going. */
const heldReturn = z.object({ untilMs: z.number(), value: z.number().nullable(), reason: z.string() });

/** While an alarm is kept from people's sight: what goes on underneath, and what hides it. */
const hidden = z.object({
  life: z.enum(lifeStates),
  shelvedUntilMs: z.number().optional(),
  /** Key of the alarm that explains this one. */
  suppressedBy: z.string().optional(),
  /** The cause has gone, and what it brought about is given until then to go too. */
  suppressedUntilMs: z.number().optional(),
  /** The reason in the site file. */
  outOfService: z.string().optional(),
});
export type Hidden = z.infer<typeof hidden>;

/** What speaks for an alarm, and how much of it each part is (0…1; below 0: it speaks against it). */
export const evidence = z.object({ text: z.object({ "zh-CN": z.string(), en: z.string() }), weight: z.number() });
export type Evidence = z.infer<typeof evidence>;

/** When a limit will be crossed: the likeliest moment, the span that four of five crossings fall into, how sure it is. */
export const expectation = z.object({
  atMs: z.number(),
  fromMs: z.number(),
  toMs: z.number(),
  probability: z.number(),
});
export type Expectation = z.infer<typeof expectation>;

/** Of an alarm that is none: the exercise, or the weekly check, that it belongs to, and when that ends by itself. */
export const alarmDrill = z.object({
  id: z.string(),
  purpose: z.enum(["drill", "check"]),
  scenario: z.enum(drillScenarios),
  untilMs: z.number(),
});
export type AlarmDrill = z.infer<typeof alarmDrill>;

export const alarm = z.object({
  id: z.string(),
  key: z.string(),
  condition: z.enum(conditionNames),
  room: z.string().nullable(),
  device: z.string().nullable(),
  /** What it is about where that is no device: a store, an identity, a disk. */
  subject: z.string().nullable(),
  priority: z.enum(priorities),
  state: z.enum(alarmStates),
  latching: z.boolean(),
  /** Whether the condition holds now, whatever people have said about the alarm. */
  active: z.boolean(),
  sinceMs: z.number(),
  raisedAtMs: z.number(),
  value: z.number().nullable(),
  /** The furthest beyond its limit so far, where that is not `value`. */
  worst: z.number().optional(),
  limit: z.number().nullable(),
  unit: z.string().nullable(),
  detail: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
  /** For occurrences: when it is over unless it happens again. */
  quietAtMs: z.number().nullable(),
  held: heldReturn.optional(),
  hidden: hidden.optional(),
  remedial: remedial.optional(),
  /** Of warnings: what is still to come. */
  expectation: expectation.optional(),
  evidence: z.array(evidence).optional(),
  drill: alarmDrill.optional(),
});
export type Alarm = z.infer<typeof alarm>;

export function emptyState(): EngineState {
  return {
    nowMs: 0,
    nextAlarm: 1001,
    devices: new Map(),
    alarms: new Map(),
    drills: new Map(),
    forecasts: new Map(),
    ownClimate: new Map(),
    recentRaises: [],
    failedLogins: [],
  };
}
