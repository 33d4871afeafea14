import { z } from "zod";
import { alarmStates, conditionNames, priorities, transitions } from "./conditions.ts";
import { instantQuery, instantText } from "./http-values.ts";

/** Shapes of `/api/v1/alarms`, its journal, and excursions. */

export const evidence = z.object({
  text: z.string().meta({ description: "In the site's language" }),
  texts: z.object({ "zh-CN": z.string(), en: z.string() }),
  weight: z.number(),
});
const bothWords = z.object({ "zh-CN": z.string(), en: z.string() });
export const conditionView = z
  .object({
    name: z.enum(conditionNames),
    family: z.string(),
    title: bothWords,
    advice: bothWords.meta({ description: "What to do first" }),
  })
  .meta({ id: "Condition" });
export type ConditionView = z.infer<typeof conditionView>;
export const conditionsResponse = z.object({ conditions: z.array(conditionView) });
export const remedialItem = z
  .object({
    owner: z.string(),
    measure: z.string(),
    due: instantText.meta({ description: "The end of the last day for it" }),
    since: instantText,
    by: z.string(),
    status: z
      .enum(["open", "worse", "overdue"])
      .meta({ description: "Other than open, the alarm has been raised in full again" }),
  })
  .meta({ id: "RemedialItem", description: "What cannot be put right within days, with an owner and a date" });
export const alarmView = z
  .object({
    id: z.string(),
    at: instantText,
    room: z.string().nullable(),
    device: z.string().nullable(),
    condition: z.enum(conditionNames),
    priority: z.enum(priorities),
    state: z.enum(alarmStates),
    value: z.number().nullable(),
    limit: z.number().nullable(),
    unit: z.string().nullable(),
    messages: z.object({ "zh-CN": z.string(), en: z.string() }),
    evidence: z.array(evidence),
    expectedAt: instantText.optional().meta({ description: "Of warnings: when the limit will be crossed" }),
    expectedFrom: instantText.optional(),
    expectedTo: instantText.optional(),
    probability: z.number().optional(),
    acknowledgedBy: z.string().optional(),
    shelvedUntil: instantText.optional(),
    remedial: remedialItem.optional(),
    drill: z.string().optional().meta({ description: "Id of the exercise that it belongs to: it is no real alarm" }),
  })
  .meta({ id: "Alarm" });
export type AlarmView = z.infer<typeof alarmView>;

export const alarmsQuery = z.object({
  room: z.string().optional(),
  state: z
    .enum(["open", "all", "remedial"])
    .default("open")
    .meta({ description: "`remedial`: those that have an owner, a measure and a date; the most pressing first" }),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  cursor: z.string().max(200).optional(),
});
export const alarmsResponse = z.object({ alarms: z.array(alarmView), next: z.string().nullable() });

export const journalEntry = z
  .object({
    n: z.int(),
    id: z.string(),
    at: instantText,
    recordedAt: instantText,
    room: z.string().nullable(),
    device: z.string().nullable(),
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
    expectedAt: instantText.optional(),
    expectedFrom: instantText.optional(),
    expectedTo: instantText.optional(),
    probability: z.number().optional(),
    drill: z.string().optional().meta({ description: "Id of the exercise that it belongs to" }),
    messages: z.object({ "zh-CN": z.string(), en: z.string() }),
  })
  .meta({ id: "JournalEntry" });
export type JournalEntry = z.infer<typeof journalEntry>;
export const journalQuery = z.object({
  room: z.string().optional(),
  alarm: z.string().optional(),
  from: instantQuery.optional(),
  to: instantQuery.optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  cursor: z.string().max(200).optional(),
});
export const journalResponse = z.object({ journal: z.array(journalEntry), next: z.string().nullable() });

export const changedBy = z.string().min(1).max(32).optional().meta({
  description: "Staff number; required with the operator token, which belongs to no person",
});
export const alarmActions = ["ack", "comment", "shelve", "unshelve", "remedy", "reset"] as const;
export type AlarmAction = (typeof alarmActions)[number];
export const alarmChange = z.object({
  comment: z
    .string()
    .trim()
    .max(1_000)
    .default("")
    .meta({ description: "Required to acknowledge, to comment and to shelve; welcome otherwise" }),
  by: changedBy,
});
export type AlarmChange = z.infer<typeof alarmChange>;
export const alarmShelving = alarmChange.extend({
  for: z
    .string({ error: "a length of time such as 30m or 2h" })
    .regex(/^[1-9]\d{0,5}(s|m|h|d)$/, { error: "a length of time such as 30m or 2h" })
    .meta({ description: "It comes back by itself after this long; at most `limits.shelve_longest`" }),
});

const words = z.string().trim().min(1);
export const alarmRemedy = alarmChange.extend({
  owner: words.max(100).meta({ description: "Who sees to it: a staff number or a department" }),
  measure: words.max(1_000).meta({ description: "What is to be done" }),
  due: z.iso
    .date({ error: "a day such as 2027-01-31" })
    .meta({ description: "Last day for it, in the site's time zone; at most `limits.remedial_longest` ahead" }),
});

export const excursion = z
  .object({
    room: z.string().nullable(),
    device: z.string(),
    condition: z.enum(conditionNames),
    from: instantText.meta({ description: "When the alarm would have been raised" }),
    to: instantText.nullable().meta({ description: "When it would have returned; null while it stands" }),
    limit: z.number(),
    extreme: z.number(),
    unit: z.string(),
  })
  .meta({ id: "Excursion" });
export type Excursion = z.infer<typeof excursion>;
export const excursionsQuery = z.object({
  room: z.string(),
  from: instantQuery.optional(),
  to: instantQuery.optional(),
});
export const excursionsResponse = z.object({ excursions: z.array(excursion) });
