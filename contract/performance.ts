import { z } from "zod";
import { conditionNames, priorities } from "./conditions.ts";
import { instantQuery, instantText } from "./http-values.ts";

/** The shape of `/api/v1/alarms/performance`: figures of EEMUA 191 and ISA-18.2 over a period. */

const alarmPlace = {
  condition: z.enum(conditionNames),
  room: z.string().nullable(),
  device: z.string().nullable(),
  subject: z.string().nullable(),
};
const lengths = z.object({
  count: z.int(),
  medianS: z.number().nullable(),
  longestS: z.number().nullable(),
});

export const alarmPerformance = z
  .object({
    from: instantText,
    to: instantText,
    annunciated: z
      .int()
      .meta({ description: "Raised in people's sight: what was shelved or suppressed is not counted" }),
    per10Min: z.object({
      mean: z.number(),
      peak: z.int(),
      shareInFloodPct: z
        .number()
        .meta({ description: "Of the period's 10-minute intervals; ISA-18.2 asks for under 1" }),
    }),
    floods: z
      .array(z.object({ from: instantText, to: instantText, alarms: z.int() }))
      .meta({ description: "From 10 alarms in 10 minutes until fewer than 5" }),
    standing: z
      .array(z.object({ id: z.string(), ...alarmPlace, since: instantText }))
      .meta({ description: "Raised and not returned for more than 24 h at the end of the period" }),
    chattering: z
      .array(z.object({ ...alarmPlace, times: z.int() }))
      .meta({ description: "Raised 3 times or more within 10 minutes, and how often that was so" }),
    topTen: z.array(z.object({ ...alarmPlace, count: z.int(), sharePct: z.number() })),
    priorities: z
      .record(
        z.enum(priorities),
        z.object({ annunciated: z.int(), sharePct: z.number(), toAcknowledge: lengths, toReturn: lengths }),
      )
      .meta({ description: "Seconds from raising to the first answer, and to the end of the cause" }),
  })
  .meta({ id: "AlarmPerformance" });
export type AlarmPerformance = z.infer<typeof alarmPerformance>;

export const performanceQuery = z.object({
  room: z.string().optional(),
  from: instantQuery.optional().meta({ description: "30 days before the end unless given" }),
  to: instantQuery.optional().meta({ description: "Now unless given" }),
});
