import { type Paper, renderXlsx, type Sheet } from "../../reports/index.ts";
import type { Site } from "../../site/index.ts";
import type { PackLanguage } from "../pack/pack-words.ts";
import type { Pair, Register, RegisterRow } from "./register.ts";

const words = {
  zh: {
    title: "档案库房温湿度登记表",
    month: (month: string) => `${month.slice(0, 4)} 年 ${Number(month.slice(5))} 月`,
    room: "库房",
    limits: "标准",
    columns: ["日期", "时间", "库内温度 °C", "库内湿度 %", "室外温度 °C", "室外湿度 %", "超限", "采取措施", "记录人"],
    temperature: "温度",
    humidity: "湿度",
    recorder: "自动记录",
    checker: "检查人",
    signed: "签字：________________  日期：________________",
    completeness: "完整率",
    complete: (entered: number, due: number, share: string) =>
      `登记 ${entered} / ${due} 次；全部监测数据完整率 ${share}。空格为该时刻前后无读数。`,
    empty: "没有数据",
    joined: "；",
  },
  en: {
    title: "Temperature and humidity register",
    month: (month: string) => month,
    room: "Room",
    limits: "Limits",
    columns: [
      "Date",
      "Time",
      "Inside °C",
      "Inside %RH",
      "Outside °C",
      "Outside %RH",
      "Beyond limits",
      "Measures taken",
      "Recorder",
    ],
    temperature: "temperature",
    humidity: "humidity",
    recorder: "automatic",
    checker: "Checked by",
    signed: "Signature: ________________  Date: ________________",
    completeness: "Completeness",
    complete: (entered: number, due: number, share: string) =>
      `${entered} of ${due} lines entered; of all readings ${share}. An empty cell has no reading near that time.`,
    empty: "no data",
    joined: "; ",
  },
} as const;

const widths = [11, 7, 9, 9, 9, 9, 10, 30, 10];

/** The register as a paper to be printed and signed. */
export function registerPaper(register: Register, site: Site, language: PackLanguage): Paper {
  const text = words[language];
  return {
    language,
    letterhead: letterheadOf(site, language),
    title: text.title,
    subtitle: `${site.roomName(register.room)[language]} (${register.room}) · ${text.month(register.month)}`,
    landscape: false,
    blocks: [
      {
        kind: "table",
        columns: text.columns.map((title, at) => ({
          title,
          width: widths[at]!,
          ...(at < 7 ? { align: "center" as const } : {}),
        })),
        rows: register.rows.map((row) => cellsOf(row, language).map((cell) => (cell === null ? "" : shown(cell)))),
        empty: text.empty,
      },
      {
        kind: "facts",
        rows: [
          [text.limits, limitsText(site, register.room)],
          [text.completeness, completenessText(register, language)],
          [text.checker, text.signed],
        ],
      },
    ],
    footer: `${text.title} · ${register.room} · ${register.month}`,
  };
}

/** The same as a workbook. */
export function registerWorkbook(register: Register, site: Site, language: PackLanguage): Promise<Buffer> {
  const text = words[language];
  const sheet: Sheet = {
    name: register.month,
    heading: [
      text.title,
      [...letterheadOf(site, language)].join(" "),
      `${text.room}: ${site.roomName(register.room)[language]} (${register.room})   ${text.month(register.month)}`,
    ],
    columns: text.columns.map((title, at) => ({ title, characters: Math.max(10, widths[at]! + 2) })),
    rows: register.rows.map((row) => cellsOf(row, language)),
    notes: [
      `${text.limits}: ${limitsText(site, register.room)}`,
      `${text.completeness}: ${completenessText(register, language)}`,
      `${text.checker}  ${text.signed}`,
    ],
    landscape: true,
  };
  return renderXlsx(sheet);
}

const letterheadOf = (site: Site, language: PackLanguage) => [
  ...site.config.report.letterhead,
  site.config.site.name[language],
];
const shown = (cell: string | number) => (typeof cell === "number" ? cell.toFixed(1) : cell);

function cellsOf(row: RegisterRow, language: PackLanguage): (string | number | null)[] {
  const text = words[language];
  const pair = ({ temperatureC, relativeHumidityPct }: Pair) => [temperatureC, relativeHumidityPct];
  return [
    row.date,
    row.time,
    ...pair(row.inside),
    ...pair(row.outside),
    row.beyond.map((which) => text[which]).join(text.joined),
    row.measures.join(text.joined),
    row.future || row.inside.temperatureC === null ? "" : text.recorder,
  ];
}

function limitsText(site: Site, room: string): string {
  const { temperatureC, relativeHumidityPct } = site.limitsOf(room);
  const range = ({ low, high }: { low: number | null; high: number | null }) => `${low ?? ""}–${high ?? ""}`;
  return `${range(temperatureC)} °C, ${range(relativeHumidityPct)} %RH`;
}

function completenessText({ entered, due, expected, received }: Register, language: PackLanguage): string {
  const share = expected === 0 ? "–" : `${(Math.floor((1_000 * received) / expected) / 10).toFixed(1)} %`;
  return words[language].complete(entered, due, share);
}
