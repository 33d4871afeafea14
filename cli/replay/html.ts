import { conditionNamed } from "../../alerts/index.ts";
import type { Language as SiteLanguage } from "../../contract/index.ts";
import { hasOwnClimate, type Site } from "../../site/index.ts";
import type { Language } from "../output.ts";
import { priorityWords } from "../words.ts";
import { chart } from "./chart.ts";
import { type CurveQuantity, type Curves, curveQuantities } from "./curves.ts";
import type { Stay } from "./figures.ts";
import type { OfflineResult } from "./offline.ts";
import { amount, durationText, lengthMs } from "./report.ts";

/** A replay as one page that needs nothing else: no script, no font, no picture from elsewhere. */

export interface PageInput {
  result: OfflineResult;
  curves: Curves;
  site: Site;
  language: Language;
}

const staysMost = 500;

export function replayPage({ result, curves, site, language }: PageInput): string {
  const { summary, figures, room, timeZone } = result;
  const zh = language === "zh";
  const stays = figures.stays();
  const time = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone });
  const at = (ms: number | null) => (ms === null ? (zh ? "至结束" : "still standing") : time.format(ms));
  const fromMs = summary.from === null ? 0 : Date.parse(summary.from);
  const toMs = summary.to === null ? 0 : Date.parse(summary.to);
  const name = site.roomName(room)[language];
  const title = zh ? `${name}：温湿度与报警` : `${name}: climate and alarms`;
  const limits = site.limitsOf(room);
  // Limits that the room's own past sets differ from day to day: one band would be wrong of all others.
  const humidity = hasOwnClimate(site.rooms.get(room)) ? { low: null, high: null } : limits.relativeHumidityPct;
  const bands = { temperature_c: limits.temperatureC, relative_humidity_pct: humidity };
  const charts = curveQuantities.flatMap((quantity) => {
    const parts = curves.parts(quantity);
    if (parts.length === 0) return [];
    const marks = stays
      .filter(({ condition }) => about(condition) === quantity)
      .map((stay) => ({
        fromMs: stay.fromMs,
        toMs: stay.toMs ?? toMs,
        priority: stay.priority,
        title: `${titleOf(stay, language)}  ${at(stay.fromMs)} – ${at(stay.toMs)}`,
      }));
    const words = chartWords[quantity][language];
    return [
      `<h2>${escaped(words)}</h2>\n${chart({ parts, band: bands[quantity], marks, fromMs, toMs, timeZone, label: words })}`,
    ];
  });
  const twpi = figures.twpiY();
  const outsideMs = stays
    .filter(({ condition }) => /-(high|low)$/.test(condition))
    .reduce((sum, stay) => sum + (lengthMs(stay) ?? toMs - stay.fromMs), 0);
  const facts: [string, string][] = [
    [zh ? "样本" : "samples", summary.samples.toLocaleString("en")],
    [zh ? "报警" : "alarms", String(stays.length)],
    [zh ? "超限时长" : "outside the limits", durationText(outsideMs)],
    ...(twpi === null
      ? []
      : [
          [zh ? "保存指数 TWPI" : "preservation (TWPI)", `${twpi.toFixed(1)} ${zh ? "年" : "years"}`] as [
            string,
            string,
          ],
        ]),
  ];
  const quantityRows = figures.quantities().map(({ quantity, min, mean, max, count }) => {
    const unit = unitText[quantity] ?? null;
    return [
      chartWordsOf(quantity, language),
      amount(min, unit),
      amount(mean, unit),
      amount(max, unit),
      count.toLocaleString("en"),
    ];
  });
  const stayRows = stays
    .slice(0, staysMost)
    .map((stay, n) => [
      String(n + 1),
      titleOf(stay, language),
      zh ? priorityWords[stay.priority] : stay.priority,
      at(stay.fromMs),
      at(stay.toMs),
      durationText(lengthMs(stay)),
      amount(stay.extreme, stay.unit),
      amount(stay.limit, stay.unit),
    ]);
  const more = stays.length - stayRows.length;
  const limitWords = zh ? "绿色为限值之内" : "green: within the limits";
  const markWords = zh ? "横条为报警" : "bars: alarms";
  return `<!doctype html>
<html lang="${zh ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="span">${escaped(site.config.site.name[language])} · ${at(fromMs)} – ${at(toMs)} (${escaped(timeZone)})</p>
<dl>${facts.map(([what, value]) => `<div><dt>${escaped(what)}</dt><dd>${escaped(value)}</dd></div>`).join("")}</dl>
${charts.join("\n")}
<p class="legend">${limitWords} · ${markWords}${zh ? "（" : ": "}${(["critical", "high", "medium", "low"] as const)
    .map((priority) => `<span class="${priority}">${zh ? priorityWords[priority] : priority}</span>`)
    .join(" ")}${zh ? "）" : ""}</p>
<h2>${zh ? "数值" : "Figures"}</h2>
${tableOf(zh ? ["测量", "最低", "平均", "最高", "个数"] : ["quantity", "min", "mean", "max", "count"], quantityRows, 1)}
<h2>${zh ? "报警与超限" : "Alarms and excursions"}</h2>
${
  stayRows.length === 0
    ? `<p>${zh ? "没有报警" : "No alarms."}</p>`
    : tableOf(
        zh
          ? ["序号", "类型", "级别", "起", "止", "历时", "极值", "限值"]
          : ["no.", "alarm", "priority", "from", "to", "duration", "extreme", "limit"],
        stayRows,
        5,
      )
}
${more > 0 ? `<p>${zh ? `另有 ${more} 条，见 --json` : `${more} more: see --json`}</p>` : ""}
</body>
</html>
`;
}

const chartWords: Record<CurveQuantity, Record<Language, string>> = {
  temperature_c: { zh: "温度 °C", en: "Temperature °C" },
  relative_humidity_pct: { zh: "相对湿度 %", en: "Relative humidity %" },
};
const unitText: Partial<Record<string, string>> = { temperature_c: "°C", relative_humidity_pct: "%" };

function chartWordsOf(quantity: string, language: Language): string {
  const known = curveQuantities.find((name) => name === quantity);
  return known === undefined ? quantity : chartWords[known][language];
}

function about(condition: Stay["condition"]): CurveQuantity | null {
  if (condition.startsWith("temperature-") || condition === "heat-rise") return "temperature_c";
  return condition.startsWith("humidity-") ? "relative_humidity_pct" : null;
}

function titleOf({ condition }: Stay, language: Language): string {
  const key: SiteLanguage = language === "zh" ? "zh-CN" : "en";
  return conditionNamed(condition)?.texts[key].title ?? condition;
}

/** Columns from `numbersFrom` on are set to the right. */
function tableOf(titles: readonly string[], rows: readonly (readonly string[])[], numbersFrom: number): string {
  const cell = (tag: "th" | "td") => (text: string, n: number) =>
    `<${tag}${n >= numbersFrom ? ' class="n"' : ""}>${escaped(text)}</${tag}>`;
  const line = (cells: readonly string[], tag: "th" | "td") => `<tr>${cells.map(cell(tag)).join("")}</tr>`;
  return `<table><thead>${line(titles, "th")}</thead><tbody>\n${rows.map((row) => line(row, "td")).join("\n")}\n</tbody></table>`;
}

/** Names come from site files and columns from recordings: neither may become markup. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

const style = `
:root { color-scheme: light; font: 15px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1d2530; }
body { max-width: 1080px; margin: 2rem auto; padding: 0 1.2rem; background: #fff; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; }
.span, .legend { color: #5b6675; margin: .2rem 0 1rem; }
dl { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1rem 0; }
dl div { border: 1px solid #d9dfe7; border-radius: .4rem; padding: .5rem .9rem; min-width: 8rem; }
dt { color: #5b6675; font-size: .85rem; } dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; display: block; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .9rem; }
th { text-align: left; color: #5b6675; font-weight: 600; border-bottom: 2px solid #d9dfe7; padding: .3rem .5rem; }
td { border-bottom: 1px solid #e8ecf1; padding: .3rem .5rem; white-space: nowrap; }
.n { text-align: right; }
.legend span { padding: 0 .5rem; margin-left: .2rem; border-radius: .2rem; color: #fff; }
.legend .critical { background: #a4161a; } .legend .high { background: #d9480f; }
.legend .medium { background: #b07d00; } .legend .low { background: #1971c2; }
@media print { body { margin: 0; } tr { break-inside: avoid; } }
`;
