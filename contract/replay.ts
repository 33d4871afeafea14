import { z } from "zod";
import { conditionNames, priorities, transitions } from "./conditions.ts";

/** A line of `replay --json`. */
export const replayLine = z.object({
  at: z.iso.datetime(),
  room: z.string(),
  device: z.string().nullable(),
  condition: z.enum(conditionNames),
  transition: z.enum(transitions),
  priority: z.enum(priorities),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string().nullable(),
  message: z.string(),
  evidence: z.array(z.object({ text: z.string(), weight: z.number() })),
  expectedAt: z.iso.datetime().optional(),
});
export type ReplayLine = z.infer<typeof replayLine>;

const daySwings = z
  .object({ largest: z.number(), day: z.iso.date(), days: z.int(), daysOver: z.int().nullable() })
  .nullable();
/** Figures that are reported and alarm nobody. */
export const replayClimate = z.object({
  /** Whose calendar days they are. */
  timeZone: z.string(),
  /** Max − min of a calendar day; `daysOver` the swing that the room's holdings bear. */
  daySwing: z.object({ temperature_c: daySwings, relative_humidity_pct: daySwings }),
  /** The ASHRAE type of control of which most hours are; `days` that there are, of the year that it asks for. */
  ashrae: z
    .object({
      type: z.enum(["AA", "A1", "A2", "B", "C", "D"]).nullable(),
      shares: z.record(z.string(), z.number()),
      days: z.int(),
      status: z.literal("unconfirmed"),
    })
    .nullable(),
});
export type ReplayClimate = z.infer<typeof replayClimate>;

/** The last line of `replay --json`. */
export const replaySummary = z.object({
  summary: z.object({
    /** Rows with at least one value. */
    samples: z.int(),
    from: z.iso.datetime().nullable(),
    to: z.iso.datetime().nullable(),
    /** Number of `raised` transitions by condition. */
    alarms: z.record(z.string(), z.int()),
    samplesPerSecond: z.number(),
    climate: replayClimate.optional(),
  }),
});
export type ReplaySummary = z.infer<typeof replaySummary>;
