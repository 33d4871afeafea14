import {
  type AlarmState,
  type ConditionName,
  deviceFields,
  environmentFields,
  type Measurement,
  type Priority,
  stateQuantities,
  type Transition,
} from "../../contract/index.ts";
import type { Site } from "../../site/index.ts";
import type { StoredSample } from "./history-schema.ts";

/** A point of the history in InfluxDB, before a client turns it into a line. */
export interface InfluxPoint {
  measurement: Measurement;
  tags: Record<string, string>;
  /** Text is a string field; numbers are floats unless `integerFields` names the field. */
  fields: Record<string, number | string>;
  atMs: number;
}

/** Fields whose type is integer. A field keeps the type it was first written with, for ever. */
export const integerFields: Partial<Record<Measurement, readonly string[]>> = {
  ...Object.fromEntries(stateQuantities.map((quantity) => [quantity, ["state"]])),
  device: ["online", "seq_gap", "clock_offset_ms", "calibration_due_d"],
  access: ["seq"],
  inside: ["count"],
};

export function isIntegerField(measurement: Measurement, field: string): boolean {
  return integerFields[measurement]?.includes(field) ?? false;
}

/**
 * The points of one stored sample: its climate, its states, and what it says about the device itself. Samples of one
 * device in one millisecond are told apart by adding as many milliseconds, because a point with the same tags and time
 * would take the earlier one's place.
 */
export function samplePoints(sample: StoredSample, site: Site): InfluxPoint[] {
  const room = site.roomOf(sample.device, sample.atMs);
  const building = room === null ? undefined : site.rooms.get(room)?.building;
  const tags = tagsOf({ site: site.id, building, room, device: sample.device });
  const atMs = sample.atMs + sample.sameInstant;
  const points: InfluxPoint[] = [];
  const environment = pick(sample.values, environmentFields);
  if (environment !== undefined) points.push({ measurement: "environment", tags, fields: environment, atMs });
  for (const quantity of stateQuantities) {
    const state = sample.values[quantity];
    if (state !== undefined) points.push({ measurement: quantity as Measurement, tags, fields: { state }, atMs });
  }
  const device = pick(sample.values, deviceFields);
  if (device !== undefined) {
    const ofDevice = tagsOf({ site: site.id, room, device: sample.device });
    points.push({ measurement: "device", tags: ofDevice, fields: device, atMs });
  }
  return points;
}

/** What the `alarm` measurement holds of one journal entry. */
export interface AlarmLine {
  /** Number of the entry in the journal. */
  n: number;
  /** How many earlier entries have the same tags and time. */
  sameBefore: number;
  atMs: number;
  /** Id of the alarm. */
  id: string;
  room: string | null;
  condition: ConditionName;
  priority: Priority;
  transition: Transition;
  /** After the transition: the newest one says whether the alarm still needs anybody. */
  state: AlarmState;
  value: number | null;
  limit: number | null;
  message: string;
  /** Pseudonymous person id. */
  by: string | null;
  sinceRaisedS: number | null;
}

export function alarmPoint(alarm: AlarmLine, site: Pick<Site, "id">): InfluxPoint {
  const { room, condition, priority, transition, sameBefore } = alarm;
  return {
    measurement: "alarm",
    // Ten events of one millisecond are told apart by their tag, further ones by a millisecond for each ten: when a
    // network fails, all sensors of a room fall silent in the same second of the engine's grid.
    tags: tagsOf({ site: site.id, room, condition, priority, transition, n: String(sameBefore % 10) }),
    fields: present({
      id: alarm.id,
      state: alarm.state,
      value: alarm.value,
      limit: alarm.limit,
      message: alarm.message,
      by: alarm.by,
      since_raised_s: alarm.sinceRaisedS,
    }),
    atMs: alarm.atMs + Math.floor(sameBefore / 10),
  };
}

/** What the `room` measurement holds of one quarter of an hour of a room. */
export interface FiguresLine {
  /** Number of the figures, in the order in which they were worked out. */
  n: number;
  room: string;
  atMs: number;
  values: Record<string, number>;
  /** A value a step from the first step after `madeAtMs` on. */
  forecasts: { quantity: string; madeAtMs: number; everyMs: number; value: number[]; low: number[]; high: number[] }[];
}

/**
 * The figures at their moment, and each forecast at the moments it is for: a newer one takes the place of an older, so
 * that the future is what is expected now, and the past what was expected last before it came.
 */
export function roomPoints(
  { room, atMs, values, forecasts }: FiguresLine,
  site: Pick<Site, "id" | "rooms">,
): InfluxPoint[] {
  const tags = tagsOf({ site: site.id, building: site.rooms.get(room)?.building, room });
  const ahead = new Map<number, Record<string, number>>();
  for (const { quantity, madeAtMs, everyMs, value, low, high } of forecasts) {
    for (const [step, expected] of value.entries()) {
      const forMs = madeAtMs + (step + 1) * everyMs;
      const fields = ahead.get(forMs) ?? {};
      const field = `forecast_${quantity}`;
      fields[field] = expected;
      if (low[step] !== undefined) fields[`${field}_low`] = low[step];
      if (high[step] !== undefined) fields[`${field}_high`] = high[step];
      ahead.set(forMs, fields);
    }
  }
  const points = [...ahead].map(([forMs, fields]) => ({ measurement: "room" as const, tags, fields, atMs: forMs }));
  return Object.keys(values).length === 0 ? points : [{ measurement: "room", tags, fields: values, atMs }, ...points];
}

/** A badge; nobody's name. `result` is the controller's decision. */
export function accessPoint(
  badge: {
    atMs: number;
    room: string;
    door: string | null;
    category: string;
    result: string;
    id: string;
    direction: string;
    seq: number | null;
    /** How many earlier badges have the same tags and time. */
    sameBefore: number;
  },
  site: Pick<Site, "id">,
): InfluxPoint {
  const { room, door, category, result, id, direction, seq, sameBefore } = badge;
  return {
    measurement: "access",
    tags: tagsOf({ site: site.id, room, door, category, result, n: String(sameBefore % 10) }),
    fields: present({ id, direction, seq }),
    atMs: badge.atMs + Math.floor(sameBefore / 10),
  };
}

/** How many of a category are inside from then on. */
export function insidePoint(
  { atMs, room, category, count }: { atMs: number; room: string; category: string; count: number },
  site: Pick<Site, "id">,
): InfluxPoint {
  return { measurement: "inside", tags: tagsOf({ site: site.id, room, category }), fields: { count }, atMs };
}

/** The system's own figures about one of its parts. */
export function systemPoint(
  figures: { part: string; atMs: number; values: Record<string, number> },
  site: Pick<Site, "id">,
): InfluxPoint {
  return {
    measurement: "sentry",
    tags: tagsOf({ site: site.id, part: figures.part }),
    fields: figures.values,
    atMs: figures.atMs,
  };
}

/** What a device is found to be like now: whether it is heard, what it lost, how its clock and calibration stand. */
export function devicePoint(
  device: {
    id: string;
    atMs: number;
    online: boolean | null;
    missing: number;
    clockOffsetMs: number | null;
    calibrationDueD: number | null;
  },
  site: Pick<Site, "id" | "roomOf">,
): InfluxPoint {
  const room = site.roomOf(device.id, device.atMs);
  return {
    measurement: "device",
    tags: tagsOf({ site: site.id, room, device: device.id }),
    fields: present({
      online: device.online === null ? null : Number(device.online),
      seq_gap: device.missing,
      clock_offset_ms: device.clockOffsetMs,
      calibration_due_d: device.calibrationDueD,
    }),
    atMs: device.atMs,
  };
}

/** A tag without a value is left out: an empty one cannot be written. */
function tagsOf(tags: Record<string, string | null | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).filter((tag): tag is [string, string] => typeof tag[1] === "string" && tag[1] !== ""),
  );
}

function present(fields: Record<string, number | string | null>): Record<string, number | string> {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, number | string] => field[1] !== null),
  );
}

function pick(values: Record<string, number>, names: readonly string[]): Record<string, number> | undefined {
  const fields: Record<string, number> = {};
  let found = false;
  for (const name of names) {
    const value = values[name];
    if (value === undefined) continue;
    fields[name] = value;
    found = true;
  }
  return found ? fields : undefined;
}
