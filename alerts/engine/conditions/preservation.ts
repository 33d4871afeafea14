import {
  criticalHumidityPct,
  dewPointC,
  germinationFraction,
  preservationIndexY,
  stepMould,
  zengLimitPct,
} from "../../../climate/index.ts";
import { outdoorRoom, type ValueCondition } from "../condition.ts";
import type { Context } from "../context.ts";
import type { Aged, Memory, Mould } from "../memory.ts";
import { devicesOf, othersIn } from "../neighbours.ts";

/** Slow damage: mould, condensation, ageing. Judged wherever records are, whatever plant the room has. */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A sample stands for the time until the next, but not for a gap. */
const holdMs = hourMs;

/** Mould germinates in days, not while a door is open. */
const mouldDelayMs = hourMs;
const guardPct = 5;
const humidAnywherePct = 75;
/** The driest air of which any of this can be true: nothing is computed below it. */
const lowestGuardPct = 69;
/** Spores that have begun to germinate die in dry air, sooner or later; somebody has looked by then. */
const forgottenAfterMs = 30 * dayMs;

/**
 * Air in which mould will grow if it stays, or has begun to. A warning within 5 %RH of the lowest isopleth after Zeng
 * (2023), at 75 %RH at any temperature, or when half the way to germination is gone; more urgent when the whole way is,
 * or the mould index for the room's material (VTT) is that of first growth. Over after a day within: so long the VTT model
 * takes until air is dry, and the noon between two damp nights is not the end of a damp week. Thresholds are our own.
 */
export const mouldRisk: ValueCondition = {
  kind: "value",
  name: "mould-risk",
  quantities: ["relative_humidity_pct"],
  unit: "%",
  defaults: { priority: "medium", delayMs: mouldDelayMs, hysteresis: 2, returnMs: dayMs, limit: humidAnywherePct },
  texts: {
    "zh-CN": { title: "霉变风险预警", advice: "除湿并加强空气流动；抽查靠外墙和低处的档案有无霉斑。" },
    en: {
      title: "Risk of mould",
      advice: "Dry the air and keep it moving; look at records near outer walls and on the lowest shelves.",
    },
  },
  delayEndsBy: "sample",
  byPast: true,
  limitIn: (_site, room, settings) => (room === outdoorRoom ? null : settings.limit),
  classify: (value, limit, band) => (value >= limit ? "beyond" : value < limit - band ? "within" : "between"),
  judge(sample, memory, { limit: anywhere, classify, hysteresis, quantity }, { site }) {
    const air = airOf(memory, sample.atMs);
    if (!air) return null;
    const mould = age(memory, sample.atMs, air, site.rooms.get(memory.room ?? "")?.mould_class ?? "sensitive");
    const value = air.relativeHumidityPct;
    const limit =
      value < lowestGuardPct - hysteresis
        ? anywhere
        : Math.min(anywhere, Math.round((zengLimitPct(air.temperatureC) - guardPct) * 10) / 10);
    const { germination, index } = mould;
    const place = classify(value, limit, hysteresis, quantity);
    if (germination < 0.5 && index < 0.5) return { place, value, limit };
    return {
      place: "beyond",
      value,
      limit,
      detail: `G ${germination.toFixed(2)}, M ${index.toFixed(2)}`,
      ...(germination >= 1 || index >= 1 ? { priority: "high" } : {}),
    };
  },
};

type Air = { temperatureC: number; relativeHumidityPct: number };

/** The air of a device that measures both quantities; of one that measures humidity alone nothing can be said. */
function airOf({ temperature_c: t, relative_humidity_pct: rh }: Memory, atMs: number): Air | null {
  if (!t || !rh || Math.abs(t.atMs - atMs) > holdMs || Math.abs(rh.atMs - atMs) > holdMs) return null;
  return { temperatureC: t.value, relativeHumidityPct: rh.value };
}

/** Lets the air of the last sample act until now. */
function age(memory: Memory, atMs: number, air: Air, material: Parameters<typeof stepMould>[3]): Mould {
  memory.mould ??= { air, atMs, index: 0, dryMs: 0, germination: 0, calmMs: 0 };
  const { mould } = memory;
  const ms = Math.min(atMs - mould.atMs, holdMs);
  if (ms <= 0) return mould;
  const before = mould.air;
  // Below the lowest critical humidity nothing grows; and what has not begun cannot decline.
  const mayGrow = before.relativeHumidityPct >= criticalHumidityPct(before.temperatureC, "very");
  if (mayGrow || mould.index > 0) {
    const { index, dryMs } = stepMould(mould, before, ms, material);
    mould.index = index;
    mould.dryMs = dryMs;
  }
  if (mayGrow) mould.germination += germinationFraction(before, ms);
  mould.calmMs = before.relativeHumidityPct < lowestGuardPct ? mould.calmMs + ms : 0;
  if (mould.calmMs >= forgottenAfterMs) mould.germination = 0;
  mould.air = air;
  mould.atMs = atMs;
  return mould;
}

/** How much of the difference to the outdoor air may be old. */
const outdoorWithinMs = 2 * hourMs;

/**
 * A surface so cold that the room's air is about to condense on it: measured, or estimated for the coldest outer wall
 * where the room says how well it insulates and the outdoor air is known.
 */
export const condensationRisk: ValueCondition = {
  kind: "value",
  name: "condensation-risk",
  quantities: ["surface_temperature_c", "relative_humidity_pct"],
  unit: "°C",
  defaults: { priority: "medium", delayMs: 10 * 60_000, hysteresis: 0.5, limit: 2 },
  texts: {
    "zh-CN": { title: "结露风险预警", advice: "降低湿度或提高墙面温度，把档案移离冷墙；检查墙面有无水迹。" },
    en: {
      title: "Risk of condensation",
      advice: "Lower the humidity or warm the surface, move records away from it, and look for water on it.",
    },
  },
  delayEndsBy: "sample",
  byPast: true,
  limitIn: (_site, room, settings) => (room === outdoorRoom ? null : settings.limit),
  judges: (site, room, quantity) =>
    quantity === "surface_temperature_c" || site.rooms.get(room)?.wall_factor !== undefined,
  classify: (value, limit, band) => (value <= limit ? "beyond" : value > limit + band ? "within" : "between"),
  judge(sample, memory, { limit: margin, classify, hysteresis, quantity }, context) {
    const measured = quantity === "surface_temperature_c";
    const air = airNearby(memory, sample.atMs, context);
    const value = measured ? sample.values.surface_temperature_c : air && wallC(air, sample.atMs, memory, context);
    const dewC = air && dewPointC(air.temperatureC, air.relativeHumidityPct);
    if (value == null || dewC == null) return null;
    const limit = Math.round((dewC + margin) * 10) / 10;
    return {
      place: classify(value, limit, hysteresis, quantity),
      value,
      limit,
      ...(value <= dewC ? { priority: "high" } : {}),
    };
  },
};

/** The air that the device itself measures, or another in the room. */
function airNearby(memory: Memory, atMs: number, context: Context): Air | null {
  const own = airOf(memory, atMs);
  if (own) return own;
  for (const other of othersIn(context, memory)) {
    const air = airOf(other, atMs);
    if (air) return air;
  }
  return null;
}

/** Inner face of the coldest outer wall, from the temperatures on both sides (fRsi of ISO 13788). */
function wallC(air: Air, atMs: number, memory: Memory, { site, devices }: Context): number | null {
  const factor = site.rooms.get(memory.room ?? "")?.wall_factor;
  if (factor === undefined) return null;
  for (const id of devicesOf(site, outdoorRoom)) {
    const outdoor = devices.get(id)?.state.memory;
    const course = outdoor?.room === outdoorRoom ? outdoor.temperature_c : undefined;
    if (!course || atMs - course.atMs > outdoorWithinMs) continue;
    return Math.round((course.value + factor * (air.temperatureC - course.value)) * 100) / 100;
  }
  return null;
}

const windowDays = 30;
/** Fewer days say more about the weather than about the room. */
const leastHeldMs = 7 * dayMs;

/**
 * The time-weighted preservation index of the last thirty days is under what these holdings are meant to reach. Off
 * until the site file sets that target as the `limit`: no standard names one.
 */
export const preservationLow: ValueCondition = {
  kind: "value",
  name: "preservation-low",
  quantities: ["relative_humidity_pct"],
  unit: "y",
  defaults: { priority: "low", hysteresis: 2 },
  texts: {
    "zh-CN": { title: "保存指数低于目标预警", advice: "核查近期温湿度设定；长期偏高时评估降温降湿。" },
    en: {
      title: "Preservation index under its target",
      advice: "Review the set points of the last weeks; consider a cooler or drier store.",
    },
  },
  delayEndsBy: "deadline",
  byPast: true,
  limitIn: (_site, room, settings) => (room === outdoorRoom ? null : settings.limit),
  classify: (value, limit, band) => (value < limit ? "beyond" : value >= limit + band ? "within" : "between"),
  judge(sample, memory, { limit, classify, hysteresis, quantity }) {
    const air = airOf(memory, sample.atMs);
    const indexY = air && preservationIndexY(air.temperatureC, air.relativeHumidityPct);
    if (indexY == null) return null;
    const { heldMs, damage } = sumOf(follow(memory, sample.atMs, indexY));
    if (heldMs < leastHeldMs) return null;
    const value = Math.round((heldMs / damage) * 10) / 10;
    return { place: classify(value, limit, hysteresis, quantity), value, limit };
  },
};

/** Lets the air act on what is remembered, where no condition asks for it. */
export function followAgeing(memory: Memory, air: Air & { atMs: number }): void {
  const indexY = preservationIndexY(air.temperatureC, air.relativeHumidityPct);
  if (indexY !== undefined) follow(memory, air.atMs, indexY);
}

/** The index of the last thirty days, or of what is known of them; `null` before anything is. */
export function agedIndexY(aged: Aged): number | null {
  const { heldMs, damage } = sumOf(aged);
  return heldMs > 0 ? heldMs / damage : null;
}

function follow(memory: Memory, atMs: number, indexY: number): Aged {
  memory.aged ??= { atMs, indexY, days: [] };
  if (atMs > memory.aged.atMs) hold(memory.aged, atMs, indexY);
  return memory.aged;
}

function sumOf({ days }: Aged): { heldMs: number; damage: number } {
  let heldMs = 0;
  let damage = 0;
  for (const day of days) {
    heldMs += day.heldMs;
    damage += day.damage;
  }
  return { heldMs, damage };
}

function hold(aged: Aged, atMs: number, indexY: number): void {
  const heldMs = Math.min(atMs - aged.atMs, holdMs);
  const day = Math.floor(atMs / dayMs);
  const last = aged.days.at(-1);
  if (last?.day === day) {
    last.heldMs += heldMs;
    last.damage += heldMs / aged.indexY;
  } else {
    while (aged.days.length > 0 && aged.days[0]!.day <= day - windowDays) aged.days.shift();
    aged.days.push({ day, heldMs, damage: heldMs / aged.indexY });
  }
  aged.atMs = atMs;
  aged.indexY = indexY;
}
