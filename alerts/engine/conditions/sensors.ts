import type { ReportedCondition, ValueCondition } from "../condition.ts";
import { othersIn } from "../neighbours.ts";
import { type Course, rangeSince } from "../quantity-course.ts";

/** Nothing usable from a device for three reporting intervals, at least two minutes. */
export const sensorSilent: ReportedCondition = {
  kind: "reported",
  name: "sensor-silent",
  unit: "min",
  defaults: { priority: "medium" },
  texts: {
    "zh-CN": { title: "传感器失联", advice: "检查设备供电与网络；恢复前请到现场查看该库房。" },
    en: {
      title: "Sensor silent",
      advice: "Check the device’s power and network; look at the room in person until it is back.",
    },
  },
};

export function silentAfterMs(intervalMs: number): number {
  return Math.max(3 * intervalMs, 120_000);
}

/** The time a device states cannot be believed; its samples are kept under the time of receipt. */
export const sensorClockFault: ReportedCondition = {
  kind: "reported",
  name: "sensor-clock-fault",
  unit: "s",
  defaults: { priority: "low" },
  texts: {
    "zh-CN": { title: "传感器时钟异常", advice: "校准设备时钟或检查其时间服务器；期间按接收时间记录。" },
    en: {
      title: "Sensor clock wrong",
      advice:
        "Set the device’s clock or check its time server; until then its samples are kept under the time of receipt.",
    },
  },
};

const hourMs = 3_600_000;
/** By how much something else must have moved before standing still is suspect: more than a quiet room does by itself. */
const moved = { temperature_c: 1, relative_humidity_pct: 4 } as const;
/** A sensor that resolves no better stands still in every quiet room. */
const coarse = { temperature_c: 0.2, relative_humidity_pct: 1 } as const;
/** One that resolves as well as this never does for long, alone in its room or not: its own noise moves it. */
const restless = { temperature_c: 0.05, relative_humidity_pct: 1 } as const;
/** How much longer temperature must stand still for its own device's humidity to be a witness against it. */
const longerByHumidity = 4;
/** Fog and the end of the scale are real plateaus. */
const saturatedPct = 99;

/**
 * Exactly the same value for hours, while what cannot change without it has changed. Standing still alone proves
 * nothing: a good store does it. There are three witnesses. The sensor's own past, when it has not moved for twice as long
 * as ever: real humidity never stood for three hours, nor temperature to hundredths of a degree, and a converter that
 * hangs takes both quantities along. The same
 * quantity of another sensor in the room. The device's other quantity: humidity cannot keep still while a degree comes
 * and goes (3 %RH in a closed room). The other way round it can, with every breath of moist air: a real room kept a
 * tenth of a degree for 17 h of such, so that there it takes a day.
 */
export const sensorStuck: ValueCondition = {
  kind: "value",
  name: "sensor-stuck",
  quantities: ["temperature_c", "relative_humidity_pct"],
  unit: "h",
  defaults: { priority: "medium", limit: 6 },
  texts: {
    "zh-CN": { title: "传感器读数长时间不变", advice: "到现场用校准过的仪表比对，必要时重启或更换传感器。" },
    en: {
      title: "Sensor stuck at one value",
      advice: "Compare it on site with a calibrated instrument; restart the sensor or replace it.",
    },
  },
  delayEndsBy: "deadline",
  byPast: true,
  limitIn: (_site, _room, settings) => settings.limit,
  classify: (value, limit) => (value >= limit ? "beyond" : "within"),
  judge(sample, memory, { limit, quantity }, context) {
    if (quantity !== "temperature_c" && quantity !== "relative_humidity_pct") return null;
    const course = memory[quantity]!;
    const { sinceMs, finest, value } = course;
    const hours = (sample.atMs - sinceMs) / hourMs;
    if (hours < limit) return { place: "within", value: hours, limit };
    const finding = { value: hours, limit, detail: `${quantity} ${value}` };
    if (quantity === "relative_humidity_pct" && value >= saturatedPct) return { ...finding, place: "between" };
    const otherQuantity = quantity === "temperature_c" ? "relative_humidity_pct" : "temperature_c";
    const other = memory[otherQuantity];
    const ownLimit = quantity === "temperature_c" ? longerByHumidity * limit : limit;
    const fine = finest !== null && finest <= coarse[quantity];
    const humidity = memory.relative_humidity_pct;
    const witnessed =
      (humidity !== undefined && isUnlikeItself("relative_humidity_pct", humidity, sample.atMs, limit)) ||
      (quantity === "temperature_c" && isUnlikeItself(quantity, course, sample.atMs, limit)) ||
      (fine && other !== undefined && hours >= ownLimit && rangeSince(other, sinceMs) >= moved[otherQuantity]) ||
      othersIn(context, memory).some((mate) => {
        const same = mate[quantity];
        return same !== undefined && rangeSince(same, sinceMs) >= Math.max(moved[quantity], 2 * (finest ?? 0));
      });
    return { ...finding, place: witnessed ? "beyond" : "between" };
  },
};

/** Whether it stands still for longer than this sensor has let anybody expect. */
function isUnlikeItself(
  quantity: keyof typeof restless,
  { sinceMs, firstMs, longestMs, finest, value }: Course,
  atMs: number,
  hours: number,
): boolean {
  if (finest === null || finest > restless[quantity]) return false;
  if (quantity === "relative_humidity_pct" && value >= saturatedPct) return false;
  if (sinceMs - firstMs < 24 * hourMs) return false;
  return atMs - sinceMs >= Math.max(hours * hourMs, 2 * longestMs);
}

/** Values that cannot be, again and again: outside what the quantity can be, or there and gone between two samples. */
export const sensorImplausible: ReportedCondition = {
  kind: "reported",
  name: "sensor-implausible",
  unit: null,
  defaults: { priority: "medium" },
  texts: {
    "zh-CN": { title: "传感器读数不合理", advice: "检查传感器与接线，不可依据其读数判断库房状况；必要时更换。" },
    en: {
      title: "Sensor implausible",
      advice: "Check the sensor and its wiring, and trust nothing it says of the room; replace it if need be.",
    },
  },
};

/** Nobody watches a quantity of the room any more: its last sensor has fallen silent. */
export const roomBlind: ReportedCondition = {
  kind: "reported",
  name: "room-blind",
  unit: null,
  defaults: { priority: "high" },
  texts: {
    "zh-CN": { title: "库房失去监测", advice: "派人到场巡查并定时记录，直至传感器恢复。" },
    en: {
      title: "Room no longer watched",
      advice: "Send somebody to look at the room and keep a written record until a sensor is back.",
    },
  },
};

/** The date to which a calibration holds comes near, or has passed. */
export const calibrationDue: ReportedCondition = {
  kind: "reported",
  name: "calibration-due",
  unit: "d",
  defaults: { priority: "low" },
  texts: {
    "zh-CN": { title: "传感器校准到期预警", advice: "安排校准，并在站点文件登记新的校准日期。" },
    en: { title: "Calibration due", advice: "Have it calibrated and enter the new date in the site file." },
  },
};
