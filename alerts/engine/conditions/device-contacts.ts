import { batteryDaysLeft, noteBattery } from "../battery-trend.ts";
import type { ValueCondition } from "../condition.ts";

/**
 * What a device says by itself, at once. Not latched: an alarm whose cause has gone stays in sight until a named person
 * has acknowledged it, and a leak cable that has dried or a cover that was closed again needs no second act.
 */

/** A contact is closed or it is not; half way serves as the limit. */
const contact = {
  kind: "value",
  unit: null,
  delayEndsBy: "deadline",
  limitIn: () => 0.5,
  classify: (value: number, limit: number) => (value > limit ? "beyond" : "within"),
} as const;

/** Water at a leak sensor. Critical: paper is lost within the hour, and the answer (a valve, a tarpaulin) takes minutes. */
export const waterLeak: ValueCondition = {
  ...contact,
  name: "water-leak",
  quantities: ["leak"],
  defaults: { priority: "critical" },
  texts: {
    "zh-CN": { title: "漏水报警", advice: "立即到现场关闭水源、遮盖或转移档案；注意用电安全。" },
    en: {
      title: "Water leak",
      advice: "Go at once: shut the water off, cover or move the records; mind the electricity.",
    },
  },
};

/** A device's housing was opened, or it was taken off its place. */
export const tamper: ValueCondition = {
  ...contact,
  name: "tamper",
  quantities: ["tamper"],
  defaults: { priority: "high" },
  texts: {
    "zh-CN": { title: "设备被拆动", advice: "到现场查看设备与库房；如属检修请登记说明。" },
    en: {
      title: "Device tampered with",
      advice: "Go and look at the device and the room; if it is maintenance, say so.",
    },
  },
};

/** However much is left: a cell that will be empty within a week is to be changed this week. */
const daysToChange = 7;
/** It is past only when it is clearly so: a cold night must not ring anew each evening. */
const daysOver = 14;

/**
 * Days, not minutes, remain: told with the working day's other notes. A cell under load recovers a few percent. Besides
 * the limit its own trend: a cell that leaks is empty within days of having been half full.
 */
export const batteryLow: ValueCondition = {
  kind: "value",
  name: "battery-low",
  quantities: ["battery_pct"],
  unit: "%",
  defaults: { priority: "low", limit: 20, hysteresis: 5 },
  texts: {
    "zh-CN": { title: "设备电量低预警", advice: "在电量耗尽前更换电池。" },
    en: { title: "Battery low", advice: "Change the battery before the device falls silent." },
  },
  delayEndsBy: "deadline",
  limitIn: (_site, _room, settings) => settings.limit,
  classify: (value, limit, band) => (value <= limit ? "beyond" : value > limit + band ? "within" : "between"),
  judge(sample, memory, { limit, classify, hysteresis, quantity }) {
    const value = sample.values.battery_pct!;
    memory.battery ??= [];
    noteBattery(memory.battery, sample.atMs, value);
    const place = classify(value, limit, hysteresis, quantity);
    if (place === "beyond") return { place, value, limit };
    const daysLeft = batteryDaysLeft(memory.battery, sample.atMs, value);
    if (daysLeft === null || daysLeft > daysOver) return { place, value, limit };
    return { place: daysLeft <= daysToChange ? "beyond" : "between", value, limit };
  },
  explain(memory, value, atMs) {
    const daysLeft = batteryDaysLeft(memory.battery ?? [], atMs, value);
    if (daysLeft === null) return undefined;
    const days = Math.max(1, Math.round(daysLeft));
    const en = days === 1 ? "empty in about a day" : `empty in about ${days} days`;
    return [{ text: { "zh-CN": `按近期耗电约 ${days} 天后耗尽`, en: `${en} at its recent rate` }, weight: 1 }];
  },
};
