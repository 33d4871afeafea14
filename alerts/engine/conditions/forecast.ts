import type { ConditionName, Language } from "../../../contract/index.ts";
import type { Site } from "../../../site/index.ts";
import { type Condition, type ConditionText, outdoorRoom, type ReportedCondition, settingsOf } from "../condition.ts";
import type { Side } from "../forecast/certainty.ts";
import type { ForecastQuantity } from "../forecast/features.ts";
import { humidityHigh, humidityLow, temperatureHigh, temperatureLow } from "./climate-limits.ts";

const forecast = (name: ConditionName, unit: string, texts: Record<Language, ConditionText>): ReportedCondition => ({
  kind: "reported",
  name,
  unit,
  // An hour or more is left, and the alarm proper follows if nobody acts.
  defaults: { priority: "low" },
  texts,
});

/** The room's temperature is expected to cross one of its limits within six hours. */
export const temperatureForecast = forecast("temperature-forecast", "°C", {
  "zh-CN": { title: "温度越限预警", advice: "趁未越限检查空调设定、门窗和室外天气，必要时提前调节。" },
  en: {
    title: "Temperature limit about to be crossed",
    advice: "While there is time: check the air conditioning’s set point, doors, windows and the weather; act early.",
  },
});

/** The room's humidity is expected to cross one of its limits within six hours. */
export const humidityForecast = forecast("humidity-forecast", "%", {
  "zh-CN": { title: "湿度越限预警", advice: "趁未越限检查除湿、加湿设备和新风，关好门窗，必要时提前调节。" },
  en: {
    title: "Humidity limit about to be crossed",
    advice: "While there is time: check humidifier, dehumidifier and fresh air, shut doors and windows; act early.",
  },
});

export const forecastOf: Record<ForecastQuantity, ReportedCondition> = {
  temperature_c: temperatureForecast,
  relative_humidity_pct: humidityForecast,
};

const limitsOf = {
  temperature_c: { high: temperatureHigh, low: temperatureLow },
  relative_humidity_pct: { high: humidityHigh, low: humidityLow },
} as const;

/** The limits whose crossing is foretold in a room; `null` where none is. */
export function foretoldLimits(
  site: Site,
  room: string,
  quantity: ForecastQuantity,
): Record<Side, number | null> | null {
  if (room === outdoorRoom || !foretold(site, room, forecastOf[quantity])) return null;
  const limit = (side: Side) => {
    const condition = limitsOf[quantity][side];
    const settings = settingsOf(site, condition, room);
    return settings.enabled ? condition.limitIn(site, room, settings) : null;
  };
  const limits = { high: limit("high"), low: limit("low") };
  return limits.high === null && limits.low === null ? null : limits;
}

/**
 * Where plant holds the climate, a limit that is about to be crossed means that somebody can act. A portable unit or none
 * follows the weather, and its limits are crossed by it every other day: such a room is warned only if its site file asks.
 */
function foretold(site: Site, room: string, condition: Condition): boolean {
  if ((site.rooms.get(room)?.climate_control ?? "full") === "full") return settingsOf(site, condition, room).enabled;
  return site.conditionSettings(condition.name, room).enabled ?? false;
}
