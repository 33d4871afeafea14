import { z } from "zod";
import { priorities, transitions } from "./conditions.ts";
import { alarmView, changedBy } from "./http-alarms.ts";
import { instantQuery, instantText } from "./http-values.ts";

/** Shapes of `/api/v1`: the API, its OpenAPI document and the command line share them. */

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
    plan: z
      .object({ xPct: z.number(), yPct: z.number() })
      .nullable()
      .meta({ description: "Its place on its floor's plan, in % from the upper left" }),
    shortName: z.string(),
    holdings: localised.nullable().meta({ description: "What is kept here, in words" }),
    profile: z.string(),
    profileSource: z.string().meta({ description: "The document that the profile's limits are from" }),
    climateControl: z.enum(["full", "partial", "none"]),
    limits: z.record(z.string(), z.object({ low: z.number().nullable(), high: z.number().nullable() })),
    limitsFrom: z
      .record(z.string(), z.enum(["profile", "site-file", "own-climate"]))
      .meta({ description: "By quantity, where the limits in force come from: the holdings' profile unless set" }),
    ownClimate: z
      .object({
        inForce: z.boolean(),
        from: instantText.nullable().meta({
          description: "Since when; or from when on, if nothing is missed until then; null before it was looked at",
        }),
      })
      .nullable()
      .meta({ description: "Of rooms that choose the humidity of their own past (EN 15757); needs 13 months of it" }),
    state: z.enum(["ok", "alarm", "no-data"]),
    worstPriority: z.enum(priorities).nullable(),
    openAlarms: z.int(),
    devices: z.object({ alive: z.int(), total: z.int() }),
    current: z.record(z.string(), z.object({ value: presented, at: instantText, device: z.string() })),
    preservation: z
      .object({
        mouldIndex: z.number().nullable().meta({ description: "VTT, 0 to 6; from 1 on mould has begun to grow" }),
        twpiY: z.number().nullable().meta({ description: "Time-weighted preservation index, years" }),
        emcPct: z.number().nullable().meta({ description: "Equilibrium moisture content of wood and paper, %" }),
        minutesOutside: z.number().nullable().meta({ description: "Today, beyond the limits" }),
      })
      .nullable()
      .meta({ description: "What its air means for what is kept there; the worst place counts" }),
    forecast: z
      .record(z.string(), forecastView)
      .meta({ description: "By quantity, where the room is forecast and has been heard within an hour" }),
  })
  .meta({ id: "Room" });
export type RoomView = z.infer<typeof roomView>;
export const roomsResponse = z.object({
  rooms: z.array(roomView),
  plans: z
    .array(z.object({ building: z.string(), floor: z.int() }))
    .meta({ description: "Floors that have a picture: `/api/v1/plans/{building}/{floor}`" }),
});
export const planParams = z.object({ building: z.string().max(63), floor: z.coerce.number().int() });

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
    rssiDbm: z.number().nullable(),
    calibrationDue: z
      .string()
      .nullable()
      .meta({ description: "The earliest date on which a calibration is due again" }),
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
