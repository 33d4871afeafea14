import { type ConditionName, unitOf } from "../../contract/index.ts";
import { type Column, colours, priorityColour, quantityText, say, sayTable, terminalLanguage } from "../output.ts";
import { priorityWords } from "../words.ts";
import type { QuantityFigures, Stay } from "./figures.ts";
import type { OfflineResult } from "./offline.ts";

/** What people read after a replay. */
export function sayReport({ summary, figures, room, timeZone }: OfflineResult): void {
  const language = terminalLanguage();
  const zh = language === "zh";
  const time = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone });
  const atText = (ms: number | null) => (ms === null ? (zh ? "至结束" : "still standing") : time.format(ms));
  const stays = figures.stays();

  const span =
    summary.from === null || summary.to === null
      ? ""
      : `${time.format(Date.parse(summary.from))} – ${time.format(Date.parse(summary.to))} (${timeZone})`;
  say(
    colours.bold(zh ? `${room}：${summary.samples} 个样本  ${span}` : `${room}: ${summary.samples} samples  ${span}`),
  );
  say("");
  if (stays.length === 0) say(colours.green(zh ? "没有报警" : "no alarms"));
  else {
    sayTable(byCondition(stays), conditionColumns, language);
    say("");
    const stayColumns: Column<Stay>[] = [
      { title: { zh: "序号", en: "no." }, text: (stay) => String(stays.indexOf(stay) + 1), align: "right" },
      {
        title: { zh: "类型", en: "excursion" },
        text: ({ condition }) => condition,
        colour: (stay) => priorityColour[stay.priority],
      },
      { title: { zh: "起", en: "from" }, text: ({ fromMs }) => atText(fromMs) },
      { title: { zh: "止", en: "to" }, text: ({ toMs }) => atText(toMs) },
      { title: { zh: "历时", en: "duration" }, text: (stay) => durationText(lengthMs(stay)), align: "right" },
      { title: { zh: "极值", en: "extreme" }, text: ({ extreme, unit }) => amount(extreme, unit), align: "right" },
      { title: { zh: "限值", en: "limit" }, text: ({ limit, unit }) => amount(limit, unit), align: "right" },
    ];
    sayTable(stays, stayColumns, language);
  }
  say("");
  sayTable(figures.quantities(), quantityColumns, language);
  const twpi = figures.twpiY();
  if (twpi !== null) {
    const title = zh ? "时间加权保存指数 TWPI" : "time-weighted preservation index (TWPI)";
    say(`${title}: ${twpi.toFixed(1)} ${zh ? "年" : "years"}`);
  }
  for (const line of climateLines(summary.climate, zh)) say(line);
  const speed = Math.round(summary.samplesPerSecond).toLocaleString("en");
  say(colours.dim(zh ? `每秒 ${speed} 个样本` : `${speed} samples a second`));
}

/** What is reported and alarms nobody: the largest change of a calendar day, and the ASHRAE type of control. */
function climateLines(climate: OfflineResult["summary"]["climate"], zh: boolean): string[] {
  if (!climate) return [];
  const { daySwing, ashrae, timeZone } = climate;
  const lines = (["temperature_c", "relative_humidity_pct"] as const).flatMap((quantity) => {
    const found = daySwing[quantity];
    if (found === null) return [];
    const { largest, day, days, daysOver } = found;
    const most = quantityText(largest, unitOf(quantity));
    const over =
      daysOver === null ? "" : zh ? `，超限 ${daysOver}/${days} 天` : `; too much on ${daysOver} of ${days} days`;
    return zh
      ? [`自然日（${timeZone}）最大波动：${most}，${day}${over}`]
      : [`largest change within a calendar day (${timeZone}): ${most} on ${day}${over}`];
  });
  if (ashrae) {
    const share = ashrae.type === null ? "" : ` (${Math.floor((ashrae.shares[ashrae.type] ?? 0) * 100)} %)`;
    const type = `${ashrae.type ?? (zh ? "无" : "none")}${share}`;
    lines.push(
      zh
        ? `ASHRAE 控制等级：${type}，据 ${ashrae.days} 天数据（标准要求一年；数值未经核实，请对照原文）`
        : `ASHRAE type of control: ${type}, from ${ashrae.days} days (it asks for a year; figures unconfirmed, check against your copy)`,
    );
  }
  return lines;
}

interface ConditionTotal {
  condition: ConditionName;
  priority: Stay["priority"];
  count: number;
  totalMs: number;
}

function byCondition(stays: readonly Stay[]): ConditionTotal[] {
  const totals = new Map<ConditionName, ConditionTotal>();
  for (const stay of stays) {
    const { condition, priority } = stay;
    const total = totals.get(condition) ?? { condition, priority, count: 0, totalMs: 0 };
    total.count += 1;
    total.totalMs += lengthMs(stay) ?? 0;
    totals.set(condition, total);
  }
  return [...totals.values()];
}

const language = terminalLanguage();
const conditionColumns: Column<ConditionTotal>[] = [
  { title: { zh: "报警", en: "alarm" }, text: ({ condition }) => condition },
  {
    title: { zh: "级别", en: "priority" },
    text: ({ priority }) => (language === "zh" ? priorityWords[priority] : priority),
    colour: ({ priority }) => priorityColour[priority],
  },
  { title: { zh: "次数", en: "raised" }, text: ({ count }) => String(count), align: "right" },
  { title: { zh: "总时长", en: "in total" }, text: ({ totalMs }) => durationText(totalMs), align: "right" },
];

const figure = (name: "min" | "mean" | "max") => (row: QuantityFigures) =>
  quantityText(row[name], unitOf(row.quantity));
const quantityColumns: Column<QuantityFigures>[] = [
  { title: { zh: "测量", en: "quantity" }, text: ({ quantity }) => quantity },
  { title: { zh: "最低", en: "min" }, text: figure("min"), align: "right" },
  { title: { zh: "平均", en: "mean" }, text: figure("mean"), align: "right" },
  { title: { zh: "最高", en: "max" }, text: figure("max"), align: "right" },
  { title: { zh: "个数", en: "count" }, text: ({ count }) => String(count), align: "right" },
];

export const lengthMs = ({ fromMs, toMs }: Stay) => (toMs === null ? null : toMs - fromMs);
export const amount = (value: number | null, unit: string | null) => (value === null ? "–" : quantityText(value, unit));

/** `3 d 4 h`, `2 h 15 min`, `12 min` */
export function durationText(ms: number | null): string {
  if (ms === null) return "–";
  const minutes = Math.round(ms / 60_000);
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor((minutes % 1_440) / 60);
  const rest = minutes % 60;
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return rest > 0 ? `${hours} h ${rest} min` : `${hours} h`;
  return `${rest} min`;
}
