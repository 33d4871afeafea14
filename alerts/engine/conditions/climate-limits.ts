import type { ConditionName, Language, Quantity } from "../../../contract/index.ts";
import type { RoomConfig, RoomLimits } from "../../../site/index.ts";
import { type ConditionDefaults, type ConditionText, outdoorRoom, type ValueCondition } from "../condition.ts";

const tenMinutes = 10 * 60_000;
const hour = 60 * 60_000;

/**
 * What the plant of a room can be held to. A portable unit (`partial`) follows the weather with a delay, and recovers
 * within hours of a door or a delivery by itself: a limit is told when it could not do so for six hours, and is over when it
 * has held it for a whole day, so that a spell of dry weather is one alarm and not one each night. Without plant (`none`) a northern winter is dry for months and nobody can act on it within minutes: the
 * limit is then told once, as a note, when a whole day has been beyond it, and is over when a whole day has been within:
 * mild afternoons do not make it a dozen winters. Mould and condensation are judged everywhere
 * alike, because they are damage, not comfort.
 */
function heldTo(control: RoomConfig["climate_control"] | undefined, defaults: ConditionDefaults): ConditionDefaults {
  if (control === "partial") return { ...defaults, delayMs: 6 * hour, returnMs: 24 * hour };
  return control === "none" ? { ...defaults, delayMs: 24 * hour, returnMs: 24 * hour, priority: "low" } : defaults;
}

/** Beyond a limit of the holdings, strictly, for ten minutes; over with the first sample the hysteresis inside it. */
function climateLimit(
  name: ConditionName,
  quantity: Quantity,
  unit: string,
  hysteresis: number,
  limits: (room: RoomLimits) => number | null,
  side: "high" | "low",
  texts: Record<Language, ConditionText>,
): ValueCondition {
  const defaults: ConditionDefaults = { priority: "medium", delayMs: tenMinutes, hysteresis };
  return {
    kind: "value",
    name,
    quantities: [quantity],
    unit,
    defaults,
    defaultsIn: (site, room) => heldTo(room === null ? undefined : site.rooms.get(room)?.climate_control, defaults),
    texts,
    delayEndsBy: "sample",
    limitIn: (site, room, settings) => (room === outdoorRoom ? null : (settings.limit ?? limits(site.limitsOf(room)))),
    quiet: (limit) => (side === "high" ? [-Infinity, limit] : [limit, Infinity]),
    classify:
      side === "high"
        ? (value, limit, band) => (value > limit ? "beyond" : value <= limit - band ? "within" : "between")
        : (value, limit, band) => (value < limit ? "beyond" : value >= limit + band ? "within" : "between"),
  };
}

export const temperatureHigh = climateLimit(
  "temperature-high",
  "temperature_c",
  "°C",
  0.5,
  (room) => room.temperatureC.high,
  "high",
  {
    "zh-CN": { title: "温度过高报警", advice: "检查空调是否运行、门窗是否关好；恢复前不要取放胶片。" },
    en: {
      title: "Temperature too high",
      advice:
        "Check that the air conditioning runs and that doors and windows are shut; leave film where it is until it has recovered.",
    },
  },
);
export const temperatureLow = climateLimit(
  "temperature-low",
  "temperature_c",
  "°C",
  0.5,
  (room) => room.temperatureC.low,
  "low",
  {
    "zh-CN": { title: "温度过低报警", advice: "检查空调设定与门窗；防止取出档案时结露。" },
    en: {
      title: "Temperature too low",
      advice:
        "Check the air conditioning’s set point, doors and windows; let records warm up slowly before opening them.",
    },
  },
);
export const humidityHigh = climateLimit(
  "humidity-high",
  "relative_humidity_pct",
  "%",
  2,
  (room) => room.relativeHumidityPct.high,
  "high",
  {
    "zh-CN": { title: "湿度过高报警", advice: "检查除湿机、漏水和门窗；超过一天请检查霉变。" },
    en: {
      title: "Humidity too high",
      advice: "Check the dehumidifier, leaks, doors and windows; look for mould if it lasts more than a day.",
    },
  },
);
export const humidityLow = climateLimit(
  "humidity-low",
  "relative_humidity_pct",
  "%",
  2,
  (room) => room.relativeHumidityPct.low,
  "low",
  {
    "zh-CN": { title: "湿度过低报警", advice: "检查加湿器和新风；避免搬动脆弱纸张与胶片。" },
    en: {
      title: "Humidity too low",
      advice: "Check the humidifier and the fresh-air supply; do not handle brittle paper or film.",
    },
  },
);
