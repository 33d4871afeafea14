import type { AlarmView } from "../../../../contract/index.ts";
import { adviceOf, titleOf, withoutAdvice } from "../../conditions.ts";
import { language } from "../../language.ts";
import { nameOf } from "../../room-state.ts";
import { alarmWords } from "../../words/alarms.ts";

/** Its message says the evidence too, with weights for machines: people see that as a list. */
export const saysEvidence = ({ evidence, messages }: AlarmView): boolean =>
  evidence.length > 0 && evidence.every(({ texts }) => messages[language.value].includes(texts[language.value]));

const reasonsAtMost = 3;

/** An alarm in one sentence, without advice, and without weights. */
export function briefOf(alarm: AlarmView): string {
  if (!saysEvidence(alarm)) return withoutAdvice(alarm.messages[language.value], adviceOf(alarm.condition));
  const place = alarm.room === null ? alarmWords().system : nameOf(alarm.room);
  const reasons = alarm.evidence
    .filter(({ weight }) => weight > 0)
    .slice(0, reasonsAtMost)
    .map(({ texts }) => texts[language.value]);
  return language.value === "en"
    ? `${place}: ${titleOf(alarm.condition)}: ${reasons.join("; ")}`
    : `${place}：${titleOf(alarm.condition)}：${reasons.join("；")}`;
}
