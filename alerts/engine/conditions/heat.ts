import { outdoorRoom, type ValueCondition } from "../condition.ts";

/**
 * The fixed heat limit and the rate of rise, after the published algorithm of a class A1 fire panel: 46 °C and 56 °C, or
 * ten degrees earlier while the air warms by more than 4 K/min. A rate alone is no heat detector (EN 54-5): the fixed
 * limit is always active and the rate only adds. Nothing delays it, and it stays until a person has reset it.
 */

const risingKPerMin = 4;
const earlierC = 10;
const criticalAboveC = 10;
/** The rate is the steepest since any moment of the last minutes, but not of one step of noise. */
const rateFromMs = 20_000;

export const heatRise: ValueCondition = {
  kind: "value",
  name: "heat-rise",
  quantities: ["temperature_c"],
  unit: "°C",
  defaults: { priority: "high", limit: 46, hysteresis: 2, latching: true },
  texts: {
    "zh-CN": { title: "高温或急剧升温报警（疑似火情）", advice: "立即通知消防控制室；有人在内先撤离，勿单人进入。" },
    en: {
      title: "Heat, or a steep rise of it (suspected fire)",
      advice: "Tell the fire control room at once; get people out first, and let nobody go in alone.",
    },
  },
  delayEndsBy: "deadline",
  limitIn: (_site, room, settings) => (room === outdoorRoom ? null : settings.limit),
  classify: (value, limit, band) =>
    value >= limit ? "beyond" : value < limit - earlierC - band ? "within" : "between",
  quiet: (limit) => [-Infinity, limit - earlierC],
  judge(sample, memory, { limit: fixed, classify, hysteresis, quantity }) {
    const value = sample.values.temperature_c!;
    const place = classify(value, fixed, hysteresis, quantity);
    if (place === "within") return { place, value, limit: fixed };
    const rate = rateKPerMin(memory.warming ?? [], sample.atMs, value);
    const rising = rate > risingKPerMin;
    const limit = rising ? fixed - earlierC : fixed;
    if (value < limit) return { place, value, limit };
    return {
      place: "beyond",
      value,
      limit,
      ...(value >= limit + criticalAboveC ? { priority: "critical" } : {}),
      ...(rising ? { detail: `+${rate.toFixed(1)} K/min` } : {}),
    };
  },
};

/** Steepest mean rise up to now, since any of those points. */
function rateKPerMin(points: readonly number[], atMs: number, value: number): number {
  let steepest = 0;
  for (let at = points.length - 2; at >= 0; at -= 2) {
    const agoMs = atMs - points[at]!;
    if (agoMs >= rateFromMs) steepest = Math.max(steepest, ((value - points[at + 1]!) * 60_000) / agoMs);
  }
  return steepest;
}
