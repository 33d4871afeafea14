import { z } from "zod";
import { conditionNames, languages, priorities, transitions } from "../contract/index.ts";

const eachLanguage = z.record(z.enum(languages), z.string());

/**
 * What this part needs to know of one transition of an alarm. The composition root makes it from the journal's row;
 * the outbox keeps it as JSON and reads it back through this schema.
 */
export const alarmNoticeSchema = z.object({
  alarmId: z.string().min(1),
  /** Number of the transition in the journal: unique, growing. */
  n: z.int(),
  transition: z.enum(transitions),
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
  /** How late the data came that raised the alarm, when they came late. */
  lateMs: z.number().nullable(),
  /** An announced exercise: marked as such in every word that leaves. */
  drill: z.boolean().optional(),
});

export type AlarmNotice = z.infer<typeof alarmNoticeSchema>;
