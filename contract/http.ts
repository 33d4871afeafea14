import { z } from "zod";
import { alarmStates, conditionNames, priorities, transitions } from "./conditions.ts";

/** Shapes of `/api/v1`: the API, its OpenAPI document and the command line share them. */

export const instantText = z.iso.datetime().meta({ description: "RFC 3339, UTC" });
const instantError = "an RFC 3339 time with Z or an offset (+ written as %2B), or epoch milliseconds";
export const instantQuery = z
  .union([z.iso.datetime({ offset: true, error: instantError }), z.coerce.number().int()], { error: instantError })
  .meta({ description: "RFC 3339 with offset, or epoch milliseconds" });
const presented = z.union([z.number(), z.boolean(), z.enum(["open", "closed"])]);

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: "Stable; see the errors reference" }),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem document" });

export const localised = z.object({ zh: z.string(), en: z.string() }).meta({ id: "LocalisedText" });

const expectedCrossing = z.object({
  at: instantText,
  from: instantText.meta({ description: "Four in five crossings fall between this and `to`" }),
  to: instantText,
});
export const forecastView = z
  .object({
    madeAt: instantText,
    points: z
      .array(z.object({ at: instantText, value: z.number(), low: z.number(), high: z.number() }))
      .meta({ description: "The next six hours; four in five values lie between `low` and `high`" }),
    limits: z.array(
      z.object({
        side: z.enum(["high", "low"]),
        limit: z.number(),
        probability: z.number().meta({ description: "Of being crossed within six hours" }),
        warned: z.boolean(),
        crossing: expectedCrossing.nullable().meta({ description: "When, if it is more likely than not or warned of" }),
      }),
    ),
  })
  .meta({ id: "Forecast" });
export type ForecastView = z.infer<typeof forecastView>;

export const roomView = z
  .object({
    id: z.string(),
    name: localised,
    building: z.string(),
    floor: z.int().nullable(),
    shortName: z.string(),
    profile: z.string(),
    climateControl: z.enum(["full", "partial", "none"]),
    limits: z.record(z.string(), z.object({ low: z.number().nullable(), high: z.number().nullable() })),
    state: z.enum(["ok", "alarm", "no-data"]),
    worstPriority: z.enum(priorities).nullable(),
    openAlarms: z.int(),
    devices: z.object({ alive: z.int(), total: z.int() }),
    current: z.record(z.string(), z.object({ value: presented, at: instantText, device: z.string() })),
    forecast: z
      .record(z.string(), forecastView)
      .meta({ description: "By quantity, where the room is forecast and has been heard within an hour" }),
  })
  .meta({ id: "Room" });
export type RoomView = z.infer<typeof roomView>;
export const roomsResponse = z.object({ rooms: z.array(roomView) });

export const deviceView = z
  .object({
    id: z.string(),
    room: z.string().nullable(),
    quantities: z.array(z.string()),
    intervalS: z.number(),
    online: z.boolean().nullable(),
    lastSeenAt: instantText.nullable(),
    lastSampleAt: instantText.nullable(),
    samples: z.int(),
    sequenceGaps: z.int(),
    quarantined: z.int(),
    clockOffsetMs: z.number().nullable(),
    late: z.boolean().meta({ description: "Constantly more than one minute late" }),
    batteryPct: z.number().nullable(),
  })
  .meta({ id: "Device" });
export type DeviceView = z.infer<typeof deviceView>;
export const devicesResponse = z.object({ devices: z.array(deviceView) });

export const reading = z
  .object({
    at: instantText,
    receivedAt: instantText,
    room: z.string().nullable(),
    device: z.string(),
    quantity: z.string(),
    value: presented,
    session: z.string().nullable(),
    seq: z.int().nullable(),
    flags: z.array(z.string()),
  })
  .meta({ id: "Reading" });
export type Reading = z.infer<typeof reading>;

export const bucket = z
  .object({
    at: instantText,
    room: z.string().nullable(),
    device: z.string(),
    quantity: z.string(),
    min: z.number(),
    mean: z.number(),
    max: z.number(),
    count: z.int(),
  })
  .meta({ id: "Bucket" });
export type Bucket = z.infer<typeof bucket>;

export const readingsQuery = z.object({
  room: z.string().optional(),
  device: z.string().optional(),
  quantity: z.string().optional(),
  from: instantQuery.optional(),
  to: instantQuery.optional(),
  every: z
    .string()
    .regex(/^[1-9]\d{0,5}(s|m|h|d)$/, { error: "a length of time such as 15m, 1h or 1d" })
    .optional()
    .meta({ description: "Bucket length such as 15m, 1h or 1d" }),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  cursor: z.string().max(200).optional(),
});
export const readingsResponse = z.union([
  z.object({ readings: z.array(reading), next: z.string().nullable() }),
  z.object({ buckets: z.array(bucket), next: z.string().nullable() }),
]);

export const evidence = z.object({ text: z.string(), weight: z.number() });
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

const changedBy = z.string().min(1).max(32).optional().meta({
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

export const partHealth = z.object({ ready: z.boolean(), reason: z.string().optional() });
export const healthResponse = z.object({
  ready: z.boolean(),
  version: z.string(),
  parts: z.record(z.string(), partHealth),
});
export type HealthResponse = z.infer<typeof healthResponse>;

export const quarantineEntry = z
  .object({
    id: z.int(),
    receivedAt: instantText,
    source: z.string(),
    topic: z.string(),
    device: z.string().nullable(),
    reason: z.string(),
    payload: z
      .string()
      .nullable()
      .meta({ description: "In base 64, for it may be anything; null when only its length was kept" }),
  })
  .meta({ id: "QuarantineEntry" });
export type QuarantineEntryView = z.infer<typeof quarantineEntry>;
export const quarantineQuery = z.object({
  device: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.string().max(200).optional(),
});
export const quarantineResponse = z.object({ quarantine: z.array(quarantineEntry), next: z.string().nullable() });

export const configReload = z.object({ by: changedBy });
export const configReloadResponse = z.object({ warnings: z.array(z.string()) });

/** The `data` of the events of `/api/v1/stream`, by the name of the event. */
export const streamData = {
  reading: z.object({ readings: z.array(reading) }),
  alarm: z.object({ transition: z.enum(transitions), alarm: alarmView }),
  health: healthResponse,
  /** Sent first where events were missed that are no longer kept: ask for the present state again. */
  gap: z.object({ missed: z.literal(true) }),
} as const;
