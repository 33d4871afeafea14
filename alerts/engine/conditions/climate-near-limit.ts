import type { ConditionName, Language } from "../../../contract/index.ts";
import type { Range, RoomLimits } from "../../../site/index.ts";
import { type ConditionText, outdoorRoom, type ValueCondition } from "../condition.ts";

const tenMinutes = 10 * 60_000;

/**
 * Inside a limit by less than a sensor may err (DA/T 87-2021, 5.1 asks set points to stay clear by that much). Off
 * unless switched on: a store that is run close to a limit on purpose would never be quiet.
 */
function nearLimit(
  name: ConditionName,
  quantity: "temperature_c" | "relative_humidity_pct",
  unit: string,
  [guard, hysteresis]: [guard: number, hysteresis: number],
  limits: (room: RoomLimits) => Range,
  texts: Record<Language, ConditionText>,
): ValueCondition {
  return {
    kind: "value",
    name,
    quantities: [quantity],
    unit,
    defaults: { priority: "low", enabled: false, delayMs: tenMinutes, hysteresis, limit: guard },
    texts,
    delayEndsBy: "sample",
    limitIn: (_site, room, settings) => (room === outdoorRoom ? null : settings.limit),
    classify: (value, limit, band) => (value < limit ? "beyond" : value >= limit + band ? "within" : "between"),
    judge(sample, { room }, { limit: guard, classify, hysteresis }, { site }) {
      const value = sample.values[quantity]!;
      const { low, high } = limits(site.limitsOf(room!));
      const fromLow = low === null ? Infinity : value - low;
      const fromHigh = high === null ? Infinity : high - value;
      const clearance = Math.round(Math.min(fromLow, fromHigh) * 1e6) / 1e6;
      const limit = fromLow < fromHigh ? low : high;
      if (limit === null) return null;
      // Beyond the limit itself the alarm proper speaks: this one then starts nothing and stands if it stood.
      const place = clearance < 0 ? "between" : classify(clearance, guard, hysteresis, quantity);
      return { place, value, limit };
    },
  };
}

export const temperatureNearLimit = nearLimit(
  "temperature-near-limit",
  "temperature_c",
  "°C",
  [0.5, 0.2],
  (room) => room.temperatureC,
  {
    "zh-CN": { title: "温度接近限值预警", advice: "核对空调设定值，宜与限值留有余量。" },
    en: {
      title: "Temperature close to its limit",
      advice: "Check the air conditioning’s set point: it should stay clear of the limit.",
    },
  },
);
export const humidityNearLimit = nearLimit(
  "humidity-near-limit",
  "relative_humidity_pct",
  "%",
  [3, 1],
  (room) => room.relativeHumidityPct,
  {
    "zh-CN": { title: "湿度接近限值预警", advice: "核对加湿或除湿设定值，宜与限值留有余量。" },
    en: {
      title: "Humidity close to its limit",
      advice: "Check the set point of humidifier or dehumidifier: it should stay clear of the limit.",
    },
  },
);
