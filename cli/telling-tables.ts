import type { DutyView } from "../contract/index.ts";
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
