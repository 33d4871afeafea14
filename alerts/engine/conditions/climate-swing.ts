import type { ConditionName, Language } from "../../../contract/index.ts";
import type { RoomLimits } from "../../../site/index.ts";
import { type ConditionText, outdoorRoom, type ValueCondition } from "../condition.ts";
import { dayMeanOf, swingOf } from "../quantity-course.ts";

const tenMinutes = 10 * 60_000;

/**
 * What a portable unit can be held to within a day: it holds a level, not the course of the weather. Twice the document's
 * figure is ± 4 °C and ± 10 %RH, the short-term change that ASHRAE grants buildings with little plant (class B, unconfirmed).
 */
const partialShare = 2;

/**
 * The change of a day: max − min of the last 24 h or, as the site chooses, the distance from their mean, which is held to
 * half of that. Rolling, because a change at midnight is no smaller than one at noon; figures of the calendar day are
 * for reports.
 */
function swing(
  name: ConditionName,
  quantity: "temperature_c" | "relative_humidity_pct",
  unit: string,
  hysteresis: number,
  limits: (swing: NonNullable<RoomLimits["swing"]>) => number,
  texts: Record<Language, ConditionText>,
): ValueCondition {
  return {
    kind: "value",
    name,
    quantities: [quantity],
    unit,
    defaults: { priority: "medium", delayMs: tenMinutes, hysteresis },
    texts,
    delayEndsBy: "sample",
    byPast: true,
    limitIn(site, room, settings) {
      if (room === outdoorRoom) return null;
      const { swing } = site.limitsOf(room);
      if (settings.limit !== null || swing === null) return settings.limit;
      const { climate_control: control, limits: given } = site.rooms.get(room) ?? {};
      const isGiven =
        given?.[quantity === "temperature_c" ? "temperature_swing_c" : "humidity_swing_pct"] !== undefined;
      const range = limits(swing) * (control === "partial" && !isGiven ? partialShare : 1);
      return site.config.climate.swing === "deviation" ? range / 2 : range;
    },
    classify: (value, limit, band) => (value > limit ? "beyond" : value <= limit - band ? "within" : "between"),
    judge(sample, memory, { limit, classify, hysteresis }, { site }) {
      const course = memory[quantity]!;
      const value =
        site.config.climate.swing === "deviation"
          ? Math.abs(sample.values[quantity]! - dayMeanOf(course))
          : swingOf(course);
      return { place: classify(value, limit, hysteresis, quantity), value, limit };
    },
  };
}

export const temperatureSwing = swing("temperature-swing", "temperature_c", "°C", 0.5, (by) => by.temperatureC, {
  "zh-CN": { title: "温度日波动过大报警", advice: "检查空调启停与设定、门窗；避免急升急降，勿搬动脆弱档案。" },
  en: {
    title: "Temperature changed too much within a day",
    advice: "Check the air conditioning’s cycling and set point, and the doors; bring the climate back slowly.",
  },
});
export const humiditySwing = swing("humidity-swing", "relative_humidity_pct", "%", 2, (by) => by.relativeHumidityPct, {
  "zh-CN": { title: "湿度日波动过大报警", advice: "检查加湿、除湿与新风是否交替运行、门窗是否关好；缓慢调回。" },
  en: {
    title: "Humidity changed too much within a day",
    advice:
      "Check whether humidifier, dehumidifier and fresh air work against each other, and the doors; bring it back slowly.",
  },
});
