/** What a sample may carry: name, kind, unit and plausible range, each once. */

interface NumericQuantity {
  kind: "number";
  unit: string;
  min: number;
  max: number;
  /** What it says something about: the room's air, the device itself, or a watched system. */
  about: "environment" | "device" | "system";
}
interface BooleanQuantity {
  kind: "boolean";
}
interface DoorQuantity {
  kind: "door";
}
export type QuantityDefinition = NumericQuantity | BooleanQuantity | DoorQuantity;

const number = (unit: string, min: number, max: number, about: NumericQuantity["about"] = "environment") =>
  ({ kind: "number", unit, min, max, about }) as const;

export const quantities = {
  temperature_c: number("°C", -40, 125),
  surface_temperature_c: number("°C", -40, 125),
  relative_humidity_pct: number("%", 0, 100),
  smoke_obscuration_pct_per_m: number("%/m", 0, 100),
  co_ppm: number("ppm", 0, 10_000),
  co2_ppm: number("ppm", 0, 40_000),
  pm2_5_ug_m3: number("µg/m³", 0, 10_000),
  illuminance_lux: number("lx", 0, 200_000),
  door: { kind: "door" },
  motion: { kind: "boolean" },
  leak: { kind: "boolean" },
  tamper: { kind: "boolean" },
  smoke_alarm: { kind: "boolean" },
  exit_request: { kind: "boolean" },
  battery_pct: number("%", 0, 100, "device"),
  rssi_dbm: number("dBm", -150, 0, "device"),
  supply_v: number("V", 0, 100, "device"),
  response_ms: number("ms", 0, Number.MAX_VALUE, "system"),
  backup_age_h: number("h", 0, Number.MAX_VALUE, "system"),
  disk_free_pct: number("%", 0, 100, "system"),
  certificate_days: number("d", 0, Number.MAX_VALUE, "system"),
} as const satisfies Record<string, QuantityDefinition>;

export type Quantity = keyof typeof quantities;
export const quantityNames = Object.keys(quantities) as Quantity[];

/** Computed from a sample's own values by `climate/`; stored beside them. */
export const derivedQuantities = {
  dew_point_c: "°C",
  absolute_humidity_g_m3: "g/m³",
  preservation_index_y: "y",
} as const;
export type DerivedQuantity = keyof typeof derivedQuantities;
export const derivedQuantityNames = Object.keys(derivedQuantities) as DerivedQuantity[];

export function isQuantity(name: string): name is Quantity {
  return Object.hasOwn(quantities, name);
}

/** `undefined` for booleans and doors, which have no unit. */
export function unitOf(name: string): string | undefined {
  if (isQuantity(name)) {
    const definition: QuantityDefinition = quantities[name];
    return definition.kind === "number" ? definition.unit : undefined;
  }
  return (derivedQuantities as Record<string, string>)[name];
}

/** A stored value: numbers as they are; booleans, and doors (open = 1), as 0 or 1. */
export type Values = Partial<Record<Quantity, number>>;

export type Judged = { ok: true; value: number } | { ok: false; reason: string };

/** Judges one value of a decoded payload: its type, that it is finite, and its plausible range. */
export function judgeValue(name: Quantity, raw: unknown): Judged {
  const definition: QuantityDefinition = quantities[name];
  switch (definition.kind) {
    case "number":
      if (typeof raw !== "number" || !Number.isFinite(raw)) return no(name, "a finite number", raw);
      if (raw < definition.min || raw > definition.max)
        return no(name, `${definition.min}…${definition.max} ${definition.unit}`, raw);
      return { ok: true, value: raw };
    case "boolean":
      return typeof raw === "boolean" ? { ok: true, value: raw ? 1 : 0 } : no(name, "true or false", raw);
    case "door":
      if (raw === "open") return { ok: true, value: 1 };
      return raw === "closed" ? { ok: true, value: 0 } : no(name, '"open" or "closed"', raw);
  }
}

function no(name: string, expected: string, raw: unknown): Judged {
  const found = JSON.stringify(raw) ?? String(raw);
  return { ok: false, reason: `${name}: expected ${expected}, found ${found.slice(0, 60)}` };
}

/** Turns a stored value back into what the wire would have said. */
export function presentValue(name: string, value: number): number | boolean | "open" | "closed" {
  if (!isQuantity(name)) return value;
  const definition: QuantityDefinition = quantities[name];
  if (definition.kind === "number") return value;
  if (definition.kind === "boolean") return value !== 0;
  return value !== 0 ? "open" : "closed";
}
