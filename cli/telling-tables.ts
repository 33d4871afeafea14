import type { DutyView, TellingEntry } from "../contract/index.ts";
import { type Column, colours, localInstant, say, sayTable, terminalLanguage, timeTitle } from "./output.ts";

/** Tables about who is told. */

const language = terminalLanguage();
const nobody = language === "zh" ? "无人值班" : "nobody";
const nameOf = ({ id, name }: DutyView["people"][number]) => (name === null ? (id ?? "–") : `${name} (${id})`);

export function sayDuties(duties: readonly DutyView[]): void {
  if (duties.length === 0) {
    say(language === "zh" ? "站点文件中没有值班表" : "the site file has no rota");
    return;
  }
  const columns: Column<DutyView>[] = [
    { title: { zh: "值班表", en: "rota" }, text: (duty) => duty.rota },
    { title: { zh: "名称", en: "name" }, text: (duty) => duty.name[language] },
    {
      title: { zh: "值班人", en: "on duty" },
      text: ({ people }) => (people.length === 0 ? nobody : people.map(nameOf).join(", ")),
      colour: ({ people }) => (people.length === 0 ? colours.red : undefined),
    },
    { title: { zh: "代替", en: "stands in for" }, text: (duty) => duty.standsInFor ?? "–" },
    { title: { zh: "依据", en: "by" }, text: (duty) => duty.by ?? "–" },
    { title: timeTitle("至", "until"), text: (duty) => localInstant(duty.until) },
  ];
  sayTable(duties, columns, language);
}

const stateWords: Record<TellingEntry["state"], string> =
  language === "zh"
    ? { pending: "待发", delivered: "已送达", merged: "已合并", "given-up": "已放弃", withdrawn: "已撤回" }
    : { pending: "waiting", delivered: "delivered", merged: "merged", "given-up": "given up", withdrawn: "withdrawn" };

export function sayTellings(lines: readonly TellingEntry[]): void {
  if (lines.length === 0) {
    say(language === "zh" ? "尚未通知任何人" : "nobody has been told of anything");
    return;
  }
  const columns: Column<TellingEntry>[] = [
    { title: timeTitle("时间", "time"), text: (line) => localInstant(line.settledAt ?? line.queuedAt) },
    { title: { zh: "报警", en: "alarm" }, text: (line) => line.alarm },
    { title: { zh: "事件", en: "what" }, text: (line) => `${line.condition} ${line.transition}` },
    { title: { zh: "库房", en: "room" }, text: (line) => line.room ?? "–" },
    { title: { zh: "人员", en: "person" }, text: (line) => line.person ?? "–" },
    { title: { zh: "渠道", en: "channel" }, text: (line) => line.channel },
    { title: { zh: "原因", en: "reason" }, text: (line) => line.reason },
    {
      title: { zh: "状态", en: "state" },
      text: ({ state }) => stateWords[state],
      colour: ({ state }) => (state === "given-up" ? colours.red : state === "delivered" ? colours.green : undefined),
    },
    { title: { zh: "次数", en: "tries" }, text: (line) => String(line.attempts), align: "right" },
    { title: { zh: "答复", en: "reply" }, text: (line) => line.reply ?? "–" },
  ];
  sayTable(lines, columns, language);
}
