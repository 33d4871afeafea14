import { z } from "zod";
import { alarmStates, conditionNames, priorities, transitions } from "../contract/index.ts";
import { alarmDrill, evidence } from "./engine/index.ts";

/** The tables of this part in `state.db`, and their rows as they are read back. */

export const alertsMigration = `
  CREATE TABLE engine_devices (device TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
  CREATE TABLE engine_alarms (key TEXT PRIMARY KEY, alarm TEXT NOT NULL) STRICT;
  CREATE TABLE engine_clock (one INTEGER PRIMARY KEY CHECK (one = 1), now_ms INTEGER NOT NULL, next_alarm INTEGER NOT NULL) STRICT;
  CREATE TABLE engine_decoder (device TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
  CREATE TABLE cursors (consumer TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
  CREATE TABLE journal (
    n INTEGER PRIMARY KEY,
    alarm TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    raised_at_ms INTEGER NOT NULL,
    room TEXT,
    device TEXT,
    subject TEXT,
    condition TEXT NOT NULL,
    transition TEXT NOT NULL,
    state TEXT NOT NULL,
    priority TEXT NOT NULL,
    value REAL,
    "limit" REAL,
    unit TEXT,
    reason TEXT NOT NULL,
    by TEXT,
    comment TEXT,
    via TEXT,
    late_ms INTEGER,
    message_zh TEXT NOT NULL,
    message_en TEXT NOT NULL,
    advice_zh TEXT NOT NULL,
    advice_en TEXT NOT NULL
  ) STRICT;
  CREATE INDEX journal_by_alarm ON journal (alarm, n);
  CREATE INDEX journal_by_time ON journal (at_ms);
`;

export const alertsRaisesMigration = `
  ALTER TABLE engine_clock ADD COLUMN recent_raises TEXT NOT NULL DEFAULT '[]';
`;

export const alertsLoginsMigration = `
  ALTER TABLE engine_clock ADD COLUMN failed_logins TEXT NOT NULL DEFAULT '[]';
`;

export const alertsForecastMigration = `
  CREATE TABLE engine_forecasts (room TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
  ALTER TABLE journal ADD COLUMN expected_at_ms INTEGER;
  ALTER TABLE journal ADD COLUMN evidence TEXT NOT NULL DEFAULT '[]';
`;

export const alertsFiguresMigration = `
  ALTER TABLE journal ADD COLUMN expected_from_ms INTEGER;
  ALTER TABLE journal ADD COLUMN expected_to_ms INTEGER;
  ALTER TABLE journal ADD COLUMN probability REAL;
  CREATE TABLE room_figures (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    room TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    figures TEXT NOT NULL
  ) STRICT;
`;

export const alertsOwnClimateMigration = `
  CREATE TABLE engine_own_climate (room TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
`;

/** Exercises: which one a line belongs to. */
export const alertsDrillsMigration = `
  ALTER TABLE journal ADD COLUMN drill TEXT;
  CREATE INDEX journal_drills ON journal (n) WHERE drill IS NOT NULL;
`;

export const journalRow = z.object({
  n: z.number(),
  alarm: z.string(),
  at_ms: z.number(),
  recorded_at_ms: z.number(),
  raised_at_ms: z.number(),
  room: z.string().nullable(),
  device: z.string().nullable(),
  subject: z.string().nullable(),
  condition: z.enum(conditionNames),
  transition: z.enum(transitions),
  state: z.enum(alarmStates),
  priority: z.enum(priorities),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string().nullable(),
  reason: z.string(),
  by: z.string().nullable(),
  comment: z.string().nullable(),
  via: z.string().nullable(),
  late_ms: z.number().nullable(),
  message_zh: z.string(),
  message_en: z.string(),
  advice_zh: z.string(),
  advice_en: z.string(),
  /** Of warnings: when what they warn of is expected. */
  expected_at_ms: z.number().nullable(),
  expected_from_ms: z.number().nullable(),
  expected_to_ms: z.number().nullable(),
  probability: z.number().nullable(),
  evidence: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(evidence)),
  /** Of exercises: which one. */
  drill: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(alarmDrill)
    .nullable(),
});
/** A line of the journal, as stored. */
export type JournalRow = z.infer<typeof journalRow>;

const numbers = z.array(z.number());
export const figuresRow = z.object({
  n: z.number(),
  room: z.string(),
  at_ms: z.number(),
  figures: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(
      z.object({
        values: z.record(z.string(), z.number()),
        forecasts: z.array(
          z.object({
            quantity: z.string(),
            madeAtMs: z.number(),
            everyMs: z.number(),
            value: numbers,
            low: numbers,
            high: numbers,
          }),
        ),
      }),
    ),
});
/** What a room's air meant at a moment, and what was expected of it then, as stored. */
export type FiguresRow = z.infer<typeof figuresRow>;
