import { z } from "zod";
import { conditionNames, priorities } from "./conditions.ts";
import { drillView } from "./drills.ts";
import { remedialItem } from "./http-alarms.ts";
import { instantText } from "./http-values.ts";
import { alarmPerformance } from "./performance.ts";

/** Reports of a day, a week or a month: shapes of `/api/v1/reports`. */

const both = z.object({ zh: z.string(), en: z.string() });
const room = z.string().nullable();
const condition = z.enum(conditionNames);

export const reportKind = z.enum(["daily", "weekly", "monthly"]);
export const reportSummary = z.object({
  name: z.string().meta({ description: "Such as weekly-2026-W47" }),
  kind: reportKind,
  period: z.string().meta({ description: "2026-11-22, 2026-W47 or 2026-11, in the site's time zone" }),
  from: instantText,
  to: instantText,
  madeAt: instantText,
});
export const report = reportSummary
  .extend({
    site: z.object({ id: z.string(), name: both, timeZone: z.string() }),
    names: z.object({
      rooms: z.record(z.string(), both),
      conditions: z.partialRecord(condition, z.object({ "zh-CN": z.string(), en: z.string() })),
    }),
    performance: alarmPerformance,
    alarms: z
      .array(
        z.object({
          id: z.string(),
          at: instantText,
          room,
          device: z.string().nullable(),
          condition,
          priority: z.enum(priorities),
          value: z.number().nullable(),
          limit: z.number().nullable(),
          unit: z.string().nullable(),
          acknowledgedBy: z.string().nullable(),
          answeredAfterS: z.number().nullable(),
          returnedAt: instantText.nullable(),
        }),
      )
      .meta({ description: "Raised within the period, the most urgent first" }),
    alarmsLeftOut: z.int().meta({ description: "Further alarms that are counted and not listed" }),
    excursions: z
      .array(
        z.object({
          room,
          device: z.string().nullable(),
          condition,
          from: instantText,
          to: instantText.nullable(),
          hours: z.number().meta({ description: "Within the period" }),
          limit: z.number().nullable(),
          extreme: z.number().nullable(),
          unit: z.string().nullable(),
        }),
      )
      .meta({ description: "Stays beyond the climate limits, as alarms told them, also those that began before" }),
    remedial: z
      .array(remedialItem.extend({ alarm: z.string(), room, condition }))
      .meta({ description: "As they stood when the report was made" }),
    drills: z.array(drillView),
    checks: z.object({
      made: z.int(),
      arrived: z.int().meta({ description: "Weekly checks that every channel took" }),
    }),
    devices: z.array(
      z.object({
        device: z.string(),
        room,
        expected: z.int().meta({ description: "Samples at its interval" }),
        received: z.int(),
        completePct: z.number(),
        gaps: z.array(z.object({ from: instantText, to: instantText })),
        gapS: z.number().meta({ description: "All gaps together" }),
        batteryPct: z.number().nullable(),
        calibrationDue: z.string().nullable(),
        clockOffsetMs: z.number().nullable(),
        online: z.boolean().nullable(),
      }),
    ),
    checkpoint: z
      .string()
      .nullable()
      .default(null)
      .meta({ description: "Of the ledger, when the report was made: a signed note to be kept" }),
    telling: z.array(
      z.object({ channel: z.string(), messages: z.int(), delivered: z.int(), givenUp: z.int(), withdrawn: z.int() }),
    ),
  })
  .meta({ id: "Report" });
export type Report = z.infer<typeof report>;
export type ReportSummary = z.infer<typeof reportSummary>;

export const reportsQuery = z.object({
  kind: reportKind.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
export const reportsResponse = z.object({ reports: z.array(reportSummary) });
export const reportMail = z.object({
  by: z.string().min(1).max(32).optional().meta({ description: "Staff number; needed with the operator token" }),
});
export const reportMailed = z.object({ name: z.string(), recipients: z.int() });
