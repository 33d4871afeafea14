import type { RecordEntry } from "../contract/index.ts";
import { type Column, colours, localInstant, sayTable, terminalLanguage, timeTitle } from "./output.ts";

/** What was done with records, as people read it. */

const actionWords: Record<RecordEntry["action"], string> = {
  deposit: "入库",
  "storage-check": "库存核查",
  consultation: "查阅",
  digitisation: "数字化",
  loan: "借出",
  return: "归还",
  overdue: "逾期",
};
const classWords: Record<RecordEntry["class"], string> = { ordinary: "普通", important: "重要", core: "核心" };

export function sayRecords(records: readonly RecordEntry[]): void {
  const language = terminalLanguage();
  const zh = language === "zh";
  const who = (person: RecordEntry["person"]) => (person === null ? "–" : `${person.name ?? ""} ${person.id}`.trim());
  const columns: Column<RecordEntry>[] = [
    { title: { zh: "条目", en: "entry" }, text: ({ index }) => String(index), align: "right" },
    { title: timeTitle("时间", "at"), text: ({ at }) => localInstant(at) },
    {
      title: { zh: "事项", en: "what" },
      text: ({ action }) => (zh ? actionWords[action] : action),
      colour: ({ action }) => (action === "overdue" ? colours.red : undefined),
    },
    { title: { zh: "档案", en: "record" }, text: ({ reference }) => reference ?? "–" },
    { title: { zh: "类别", en: "class" }, text: (one) => (zh ? classWords[one.class] : one.class) },
    { title: { zh: "库房", en: "room" }, text: ({ room }) => room ?? "–" },
    { title: { zh: "经手人", en: "person" }, text: ({ person }) => who(person) },
    { title: { zh: "第二人", en: "second" }, text: ({ second }) => who(second) },
    { title: { zh: "登记人", en: "by" }, text: ({ by }) => who(by) },
    { title: timeTitle("应还", "due"), text: ({ due }) => localInstant(due) },
    { title: { zh: "授权", en: "grant" }, text: ({ grant }) => grant ?? "–" },
    { title: { zh: "备注", en: "comment" }, text: ({ comment }) => comment ?? "" },
  ];
  sayTable(records, columns, language);
}
