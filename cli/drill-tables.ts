import type { DrillView } from "../contract/index.ts";
import { csvText } from "../core/index.ts";
import { type Column, colours, localInstant, printable, say, sayTable, terminalLanguage, timeTitle } from "./output.ts";

/** The training record as people and spreadsheets read it. */

const language = terminalLanguage();
const zh = language === "zh";
const span = (s: number) => (s < 120 ? `${s} s` : `${Math.round(s / 60)} min`);

export function sayDrills(drills: readonly DrillView[]): void {
  if (drills.length === 0) {
    say(zh ? "没有演练记录" : "there has been no exercise");
    return;
  }
  const columns: Column<DrillView>[] = [
    { title: timeTitle("时间", "time"), text: (drill) => localInstant(drill.at) },
    { title: { zh: "编号", en: "id" }, text: (drill) => drill.id },
    { title: { zh: "科目", en: "scenario" }, text: (drill) => drill.scenario },
    { title: { zh: "库房", en: "room" }, text: (drill) => drill.room ?? "–" },
    { title: { zh: "报警", en: "alarm" }, text: (drill) => drill.alarm },
    { title: { zh: "发起", en: "by" }, text: (drill) => drill.by ?? "–" },
    {
      title: { zh: "通知", en: "told" },
      text: ({ told }) => `${told.filter(({ state }) => state === "delivered").length}/${told.length}`,
      align: "right",
    },
    {
      title: { zh: "应答", en: "answered by" },
      text: ({ answer }) => answer?.by ?? (zh ? "无人应答" : "nobody"),
      colour: ({ answer, endedAt }) => (answer === null && endedAt !== null ? colours.red : undefined),
    },
    { title: { zh: "用时", en: "after" }, text: ({ answer }) => (answer ? span(answer.afterS) : "–"), align: "right" },
    { title: { zh: "渠道", en: "through" }, text: ({ answer }) => answer?.via ?? "–" },
    { title: timeTitle("结束", "ended"), text: (drill) => localInstant(drill.endedAt) },
  ];
  sayTable(drills, columns, language);
}

export function sayDrillsCsv(drills: readonly DrillView[]): void {
  const columns = [
    "id",
    "scenario",
    "room",
    "alarm",
    "at",
    "ended_at",
    "by",
    "comment",
    "answered_by",
    "answered_after_s",
  ];
  const rows = drills.map((drill) => {
    const { id, scenario, room, alarm, at, endedAt, by, comment, answer, told } = drill;
    const delivered = told.filter(({ state }) => state === "delivered").length;
    return [
      ...[
        id,
        scenario,
        room,
        alarm,
        at,
        endedAt,
        by,
        comment,
        answer?.by,
        answer?.afterS,
        answer?.via,
        answer?.comment,
      ],
      ...[told.length, delivered],
    ].map((value) => (typeof value === "string" ? printable(value) : (value ?? null)));
  });
  say(csvText([...columns, "answered_through", "answer", "messages", "delivered"], rows).trimEnd());
}
