import type { Evidence } from "../state.ts";
import type { Part } from "./features.ts";
import { steps } from "./regression.ts";

const words: Record<Part, { "zh-CN": string; en: string }> = {
  course: { "zh-CN": "近期走势", en: "its recent course" },
  habit: { "zh-CN": "该时段与工作日的惯常变化", en: "what it usually does at this hour of such a day" },
  other: { "zh-CN": "室内温度与湿度的相互影响", en: "temperature and humidity acting on each other" },
  outdoor: { "zh-CN": "室外空气", en: "outdoor air" },
};

/** The parts of a forecast as people read them: what each adds, and its share of all that moves it. */
export function forecastEvidence(
  unit: string,
  reasons: readonly { part: Part; change: number }[],
  step: number,
): Evidence[] {
  const all = reasons.reduce((sum, { change }) => sum + Math.abs(change), 0);
  const hours = Math.round((steps[step]! / 4) * 10) / 10;
  return reasons
    .map(({ part, change }) => ({ part, change, amount: Math.round(Math.abs(change) * 10) / 10 }))
    .filter(({ amount }) => amount > 0)
    .map(({ part, change, amount }) => {
      const signed = `${change > 0 ? "+" : "−"}${amount} ${unit}`;
      return {
        text: {
          "zh-CN": `${words[part]["zh-CN"]}：${hours} 小时内 ${signed}`,
          en: `${words[part].en}: ${signed} in ${hours} h`,
        },
        weight: Math.round((Math.abs(change) / all) * 100) / 100,
      };
    });
}
