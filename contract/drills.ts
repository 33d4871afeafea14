import { z } from "zod";
import { conditionNames, drillScenarios, priorities } from "./conditions.ts";
import { instantText } from "./http-values.ts";
import { tellingStates } from "./telling.ts";

/** Exercises and weekly checks: shapes of `/api/v1/telling/drills`. */

const person = z.string().nullable().meta({ description: "Staff number; null where the caller may not see it" });

export const drillView = z
  .object({
    id: z.string(),
    purpose: z.enum(["drill", "check"]).meta({ description: "`check`: the weekly message through each channel" }),
    scenario: z.enum(drillScenarios),
    room: z.string().nullable(),
    alarm: z.string(),
    condition: z.enum(conditionNames),
    priority: z.enum(priorities),
    at: instantText,
    until: instantText.meta({ description: "When it ends by itself" }),
    endedAt: instantText.nullable(),
    by: person.meta({ description: "Who began it; null for the program itself, or where the caller may not see it" }),
    comment: z.string().nullable(),
    answer: z
      .object({ by: person, via: z.string().nullable(), comment: z.string().nullable(), afterS: z.number() })
      .nullable()
      .meta({ description: "The first acknowledgement; null while there is none" }),
    told: z.array(
      z.object({
        person,
        channel: z.string(),
        reason: z.string(),
        state: z.enum(tellingStates),
        afterS: z.number().nullable().meta({ description: "Until a channel had taken it" }),
        reply: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "Drill" });
export type DrillView = z.infer<typeof drillView>;

export const drillsQuery = z.object({
  purpose: z.enum(["drill", "check"]).default("drill"),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
export const drillsResponse = z.object({ drills: z.array(drillView) });
export const drillStart = z.object({
  scenario: z.enum(drillScenarios),
  room: z.string().max(63),
  for: z
    .string()
    .regex(/^[1-9]\d{0,5}(s|m|h)$/, { error: "a length of time such as 20m" })
    .optional()
    .meta({ description: "It ends by itself after this; `proof.drill_for` unless given" }),
  comment: z.string().trim().max(1_000).default("").meta({ description: "What is exercised, for the record" }),
  by: z.string().min(1).max(32).optional().meta({ description: "Staff number; needed with the operator token" }),
});
export const drillEnd = z.object({ by: drillStart.shape.by });
