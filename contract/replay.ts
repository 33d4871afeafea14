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
  }),
});
export type ReplaySummary = z.infer<typeof replaySummary>;
