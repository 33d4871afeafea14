import { type Quantity, quantities, type Values } from "../contract/index.ts";
import type { DeviceConfig, Site } from "../site/index.ts";
import type { Model, RoomConditions } from "./model.ts";
import type { Span } from "./people.ts";
import { gaussian, keyOf, uniform } from "./random.ts";

/** What a device's sensors make of the room: their own offset, noise and resolution on top of the truth. */

/** What may befall a device's sensors themselves. Times are those of the physics. */
export interface SensorFault {
  /** The converter hangs: whatever it had last is said again. */
  hung: boolean;
  /** Dust, vapours and age move the elements off their calibration. */
  agedC: number;
  agedPct: number;
  /** Of the cell's charge, what is still there: 0…1 of what it would have had. */
  chargePart: number;
}

export const soundSensors: Readonly<SensorFault> = { hung: false, agedC: 0, agedPct: 0, chargePart: 1 };

export interface Sensors {
  /** To be changed in place. */
  fault(device: string): SensorFault;
  /** Values as stored (door open = 1). Empty when the device is nowhere, or watches nothing that is simulated. */
  measure(device: DeviceConfig, moment: Moment): Values;
}

export interface Moment {
  /** When the device is where it is, on the server's calendar. */
  realMs: number;
  /** The step of the physics that has just been made. */
  step: Span;
}

/** A point detector's own alarm contact, far above what an aspirating detector warns of. */
const detectorAlarmPctPerM = 4;
/** The water spreads so far before it reaches the sensor at the wall. */
const leakReachedM2 = 0.5;
const dayMs = 86_400_000;

export function createSensors(options: { site: Site; seed: number; model: Model }): Sensors {
  const { site, seed, model } = options;
  const keys = new Map<string, number>();
  const keyFor = (device: string): number => {
    const kept = keys.get(device);
    if (kept !== undefined) return kept;
    const key = keyOf(seed, "sensor", device);
    keys.set(device, key);
    return key;
  };
  const doorIndexes = doorIndexesOf(site);
  const faults = new Map<string, SensorFault>();
  const hungAt = new Map<string, Values>();

  return {
    fault(device) {
      const fault = faults.get(device) ?? { ...soundSensors };
      faults.set(device, fault);
      return fault;
    },
    measure(device, { realMs, step }) {
      const room = site.roomOf(device.id, realMs);
      const conditions = room === null ? undefined : model.conditions(room);
      if (room === null || conditions === undefined) return {};
      const fault = faults.get(device.id) ?? soundSensors;
      const hung = fault.hung ? hungAt.get(device.id) : undefined;
      if (hung) return { ...hung };
      const key = keyFor(device.id);
      const values: Values = {};
      for (const name of device.quantities) {
        const value =
          name === "door"
            ? Number(model.doorOpen(room, doorIndexes.get(device.id) ?? 0, step))
            : read(name, conditions, { key, atMs: step.toMs, fault });
        if (value !== undefined) values[name] = value;
      }
      if (fault.hung) hungAt.set(device.id, { ...values });
      else hungAt.delete(device.id);
      return values;
    },
  };
}

/** Which of its room's doors a contact watches; a contact that no door names watches the first. */
export function doorIndexesOf(site: Site): Map<string, number> {
  const seen = new Map<string, number>();
  const indexes = new Map<string, number>();
  for (const door of site.config.doors) {
    const index = seen.get(door.room) ?? 0;
    seen.set(door.room, index + 1);
    if (door.contact !== undefined) indexes.set(door.contact, index);
  }
  return indexes;
}

function read(
  name: Quantity,
  room: RoomConditions,
  draw: { key: number; atMs: number; fault: Readonly<SensorFault> },
): number | undefined {
  const { key, atMs, fault } = draw;
  const offset = (n: number, size: number) => size * (2 * uniform(key, n) - 1);
  const noise = (n: number, deviation: number) => deviation * gaussian(key ^ (n << 24), atMs);
  const round = (value: number, resolution: number) => {
    const definition = quantities[name];
    if (definition.kind !== "number") return value;
    const rounded = Number((Math.round(value / resolution) * resolution).toFixed(3));
    return Math.min(definition.max, Math.max(definition.min, rounded));
  };
  switch (name) {
    case "temperature_c":
      return round(room.temperatureC + fault.agedC + offset(1, 0.12) + noise(1, 0.02), 0.01);
    case "surface_temperature_c":
      return round(room.surfaceC + offset(2, 0.15) + noise(2, 0.02), 0.01);
    case "relative_humidity_pct":
      return round(room.relativeHumidityPct + fault.agedPct + offset(3, 0.6) + noise(3, 0.1), 0.1);
    case "smoke_obscuration_pct_per_m":
      return round(0.02 + room.obscurationPctPerM + Math.abs(noise(4, 0.004)), 0.01);
    case "smoke_alarm":
      return Number(room.obscurationPctPerM >= detectorAlarmPctPerM);
    case "co_ppm":
      return round(room.coPpm + 0.3 + noise(5, 0.1), 0.1);
    case "co2_ppm":
      return round(room.co2Ppm + offset(6, 20) + noise(6, 4), 1);
    case "pm2_5_ug_m3":
      // Smouldering smoke takes about 4.4 m² of light away a gram: extinction (1/m) over that is g/m³.
      return round(8 + noise(7, 1) + (-Math.log1p(-room.obscurationPctPerM / 100) / 4.4) * 1e6, 0.1);
    case "illuminance_lux":
      return room.people > 0 ? round(280 + noise(8, 5), 1) : 0;
    case "motion":
      return Number(room.people > 0);
    case "battery_pct":
      // A cell lasts 600 days and is changed with a third of it left.
      return round(fault.chargePart * (95 - 60 * ((atMs / dayMs / 600 + uniform(key, 9)) % 1)), 0.1);
    case "rssi_dbm":
      return round(-58 - 18 * uniform(key, 10) + noise(10, 1.5), 1);
    case "supply_v":
      return round(12 + offset(11, 0.1) + noise(11, 0.02), 0.01);
    case "leak":
      return Number(room.wetFloorM2 >= leakReachedM2);
    case "tamper":
    case "exit_request":
      return 0;
    case "door":
    case "response_ms":
    case "backup_age_h":
    case "disk_free_pct":
    case "certificate_days":
      // Doors are asked for by door; watched computer systems are none of the room's physics.
      return undefined;
  }
}

/** Smoke is judged at least this finely between regular reports. */
const smokeChangePctPerM = 0.05;
const smokeNoticePctPerM = 0.1;

/**
 * Whether a device tells at once instead of at its next interval: a contact has changed, or smoke has crossed
 * 0.1 %/m or changed by more than 0.05 %/m (in dense smoke by a twentieth, or noise would keep it talking).
 */
export function isUrgent(reported: Values, now: Values): boolean {
  for (const [name, definition] of Object.entries(quantities)) {
    if (definition.kind === "number" || !isPresent(name, now)) continue;
    if (reported[name] !== undefined && reported[name] !== now[name]) return true;
  }
  const before = reported.smoke_obscuration_pct_per_m;
  const smoke = now.smoke_obscuration_pct_per_m;
  if (before === undefined || smoke === undefined) return false;
  if (before < smokeNoticePctPerM !== smoke < smokeNoticePctPerM) return true;
  return Math.abs(smoke - before) > Math.max(smokeChangePctPerM, before / 20);
}

function isPresent(name: string, values: Values): name is Quantity {
  return Object.hasOwn(values, name);
}

/** Whether a device has anything that can be urgent: the others are measured only when they report. */
export function watchesClosely(device: DeviceConfig): boolean {
  return device.quantities.some((name) => quantities[name].kind !== "number" || name === "smoke_obscuration_pct_per_m");
}
