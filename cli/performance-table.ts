import { type AlarmPerformance, priorities } from "../contract/index.ts";
import { type Column, localInstant, priorityColour, say, sayTable, terminalLanguage, timeTitle } from "./output.ts";
import { priorityWords } from "./words.ts";

/** The figures of alarm performance as people read them. */

const language = terminalLanguage();
const zh = language === "zh";
const duration = (s: number | null) =>
  s === null ? "–" : s < 120 ? `${s} s` : s < 7_200 ? `${Math.round(s / 60)} min` : `${Math.round(s / 360) / 10} h`;

type Place = Pick<AlarmPerformance["topTen"][number], "condition" | "room" | "device" | "subject">;
const placeColumns: Column<Place>[] = [
  { title: { zh: "报警", en: "condition" }, text: (row) => row.condition },
  { title: { zh: "库房", en: "room" }, text: (row) => row.room ?? "–" },
  { title: { zh: "对象", en: "about" }, text: (row) => row.device ?? row.subject ?? "–" },
];

export function sayPerformance(figures: AlarmPerformance): void {
  const { from, to, annunciated, per10Min, floods } = figures;
  const { mean, peak, shareInFloodPct } = per10Min;
  say(`${localInstant(from)} … ${localInstant(to)}`);
  say(
    zh
      ? `报警 ${annunciated} 次，平均每 10 分钟 ${mean} 次，最多 ${peak} 次；报警泛滥 ${floods.length} 起，占时间 ${shareInFloodPct} %`
      : `alarms: ${annunciated}; in 10 min: ${mean} on average, ${peak} at most; floods: ${floods.length}, ${shareInFloodPct} % of the time`,
  );
  say("");
  sayTable(
    priorities.map((priority) => ({ priority, ...figures.priorities[priority] })),
    [
      {
        title: { zh: "级别", en: "priority" },
        text: ({ priority }) => (zh ? priorityWords[priority] : priority),
        colour: ({ priority }) => priorityColour[priority],
      },
      { title: { zh: "次数", en: "alarms" }, text: (row) => String(row.annunciated), align: "right" },
      { title: { zh: "占比 %", en: "share %" }, text: (row) => String(row.sharePct), align: "right" },
      {
        title: { zh: "确认用时（中位／最长）", en: "answered after (median / longest)" },
        text: ({ toAcknowledge: { medianS, longestS } }) => `${duration(medianS)} / ${duration(longestS)}`,
      },
      {
        title: { zh: "恢复用时（中位／最长）", en: "returned after (median / longest)" },
        text: ({ toReturn: { medianS, longestS } }) => `${duration(medianS)} / ${duration(longestS)}`,
      },
    ],
    language,
  );
  section(zh ? "最频繁的报警" : "Most frequent", figures.topTen, [
    ...placeColumns,
    { title: { zh: "次数", en: "alarms" }, text: (row) => String(row.count), align: "right" },
    { title: { zh: "占比 %", en: "share %" }, text: (row) => String(row.sharePct), align: "right" },
  ]);
  section(zh ? "反复报警（10 分钟内 3 次以上）" : "Chattering (3 or more in 10 min)", figures.chattering, [
    ...placeColumns,
    { title: { zh: "发生", en: "times" }, text: (row) => String(row.times), align: "right" },
  ]);
  section(zh ? "持续超过 24 小时" : "Standing for more than 24 h", figures.standing, [
    { title: { zh: "编号", en: "id" }, text: (row) => row.id },
    ...placeColumns,
    { title: timeTitle("起于", "since"), text: (row) => localInstant(row.since) },
  ]);
}

function section<T>(title: string, rows: readonly T[], columns: NoInfer<Column<T>>[]): void {
  if (rows.length === 0) return;
  say(`\n${title}`);
  sayTable(rows, columns, language);
}
