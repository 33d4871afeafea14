import { z } from "zod";
import {
  alarmStates,
  type ConditionName,
  conditionNames,
  languages,
  priorities,
  transitions,
} from "../contract/index.ts";

const eachLanguage = z.record(z.enum(languages), z.string());

/** Something written that is no alarm, in both languages. */
const letter = z.record(z.enum(languages), z.object({ subject: z.string(), text: z.string(), html: z.string() }));
export type Letter = z.infer<typeof letter>;

/**
 * What this part needs to know of one transition of an alarm. The composition root makes it from the journal's row;
 * the outbox keeps it as JSON and reads it back through this schema.
 */
export const alarmNoticeSchema = z.object({
  alarmId: z.string().min(1),
  /** By which people name it where they can type digits alone (alarm-codes.ts); `null` in notices queued before. */
  code: z.string().nullable().default(null),
  /** Number of the transition in the journal: unique, growing. */
  n: z.int(),
  transition: z.enum(transitions),
  /** The alarm's state from this transition on; notices queued before there was more than one had this. */
  state: z.enum(alarmStates).default("unacknowledged"),
  condition: z.enum(conditionNames),
  /** The priority from this transition on. */
  priority: z.enum(priorities),
  room: z.string().nullable(),
  device: z.string().nullable(),
  /** When the transition happened, in event time. */
  atMs: z.number(),
  raisedAtMs: z.number(),
  /** When the journal took it: later than `atMs` for late data. */
  recordedAtMs: z.number(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string().nullable(),
  /** One sentence: what, where, since when, value against limit. */
  messages: eachLanguage,
  /** What to do first. */
  advice: eachLanguage,
  /** Why the system believes it. */
  evidence: z.array(z.object({ text: z.string(), weight: z.number() })),
  /** Of warnings: when what they warn of will be, and the span that four of five times fall into. */
  expected: z
    .object({ atMs: z.number(), fromMs: z.number(), toMs: z.number(), probability: z.number().nullable() })
    .nullish(),
  /** How late the data came that raised the alarm, when they came late. */
  lateMs: z.number().nullable(),
  /** Of what a person did: who, how it came, and what they said. */
  by: z.string().nullish(),
  via: z.string().nullish(),
  comment: z.string().nullish(),
  /** Somebody asked whether they can be reached; there is no alarm. */
  test: z.boolean().optional(),
  /** An announced exercise: marked as such in every word that leaves. */
  drill: z.boolean().optional(),
  letter: letter.optional(),
  /** A real alarm while an exercise is on: whoever reads it must not take it for part of that. */
  besideDrill: z.boolean().optional(),
});

export type AlarmNotice = z.infer<typeof alarmNoticeSchema>;

/** Kept from people's sight: shelved by a person, suppressed by design, out of service. */
export function isHidden({ state }: Pick<AlarmNotice, "state">): boolean {
  return state === "shelved" || state === "suppressed" || state === "out-of-service";
}

/** Whether people hear that the cause has gone: as it goes, or on coming back in sight without it. */
export function saysReturned({ transition, state }: Pick<AlarmNotice, "transition" | "state">): boolean {
  if (transition === "returned") return true;
  const shown = transition === "unshelved" || transition === "unsuppressed" || transition === "in-service";
  return shown && state !== "unacknowledged" && state !== "acknowledged";
}

/** Where smoke or heat is meant: people are told whom to believe, and how not to die in the gas. */
const fireConditions: ReadonlySet<ConditionName> = new Set([
  "heat-rise",
  "smoke-prealarm",
  "smoke-alarm",
  "fire-suspected",
]);

export const isAboutFire = ({ condition }: Pick<AlarmNotice, "condition">): boolean => fireConditions.has(condition);
