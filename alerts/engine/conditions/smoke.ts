import type { ValueCondition } from "../condition.ts";
import { usualSmoke } from "../memory.ts";

/**
 * Fixed limits on smoke. Nothing delays them, and they stay until a person has reset them.
 * Defaults from aspirating smoke detection (EN 54-20 classes, from general knowledge): editable.
 */

/**
 * Besides the fixed limit: half of it above what this detector measures in clean air, twice in succession. It sees a
 * slow fire sooner, never later, because the fixed limit is asked first and dust cannot move it.
 */
export const smokePrealarm: ValueCondition = {
  kind: "value",
  name: "smoke-prealarm",
  quantities: ["smoke_obscuration_pct_per_m"],
  unit: "%/m",
  defaults: { priority: "high", limit: 0.2, latching: true },
  texts: {
    "zh-CN": { title: "烟雾预警（疑似火情）", advice: "立即电话联系消防控制室核实，再由两人前往查看。" },
    en: {
      title: "Smoke pre-alarm (suspected fire)",
      advice: "Call the fire control room to verify at once, then go and look, two persons together.",
    },
  },
  delayEndsBy: "deadline",
  limitIn: (_site, _room, settings) => settings.limit,
  classify: (value, limit, band) => (value >= limit ? "beyond" : value < limit - band ? "within" : "between"),
  judge(sample, memory, { limit: fixed, classify, hysteresis, quantity }) {
    const value = sample.values.smoke_obscuration_pct_per_m!;
    const place = classify(value, fixed, hysteresis, quantity);
    const smoke = memory.smoke!;
    const usual = usualSmoke(smoke);
    // A detector whose usual has come that far is dusty: from then on the fixed limit alone must do.
    if (usual === null || usual > fixed / 2) return { place, value, limit: fixed };
    const limit = Math.round((usual + fixed / 2) * 1e3) / 1e3;
    if (sample.atMs === smoke.atMs) smoke.above = value >= limit ? smoke.above + 1 : 0;
    if (place === "beyond") return { place, value, limit: fixed };
    if (value >= limit) return { place: smoke.above >= 2 ? "beyond" : "between", value, limit };
    return { place: value < usual + fixed / 4 ? place : "between", value, limit };
  },
};

export const smokeAlarm: ValueCondition = {
  kind: "value",
  name: "smoke-alarm",
  quantities: ["smoke_obscuration_pct_per_m", "smoke_alarm"],
  unit: "%/m",
  defaults: { priority: "critical", limit: 2, latching: true },
  texts: {
    "zh-CN": { title: "烟雾报警（疑似火情）", advice: "立即通知消防控制室；有人在内先撤离，按应急预案处置。" },
    en: {
      title: "Smoke alarm (suspected fire)",
      advice: "Tell the fire control room at once; get people out first and follow the emergency plan.",
    },
  },
  delayEndsBy: "deadline",
  limitIn: (_site, _room, settings) => settings.limit,
  classify(value, limit, band, quantity) {
    if (quantity === "smoke_alarm") return value !== 0 ? "beyond" : "within";
    return value >= limit ? "beyond" : value < limit - band ? "within" : "between";
  },
};
