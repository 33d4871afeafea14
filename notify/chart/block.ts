import type { Language } from "../../contract/index.ts";
import { durationText, numberText } from "../templates/formats.ts";
import { chartRange, drawChart, type Readings } from "./chart.ts";

/** A chart with its labels, which are text of the mail: sharp, read aloud, and there when pictures are blocked. */
export interface ChartBlock {
  png: Buffer;
  title: string;
  /** Beside the top and the bottom of the picture. */
  top: string;
  bottom: string;
  /** Below its left and right edge. */
  from: string;
  to: string;
  /** What the bands and the mark mean. */
  legend: string;
  /** The same in words. */
  summary: string;
}

const words = {
  "zh-CN": {
    locale: "zh-CN",
    quantity: {
      temperature_c: "温度",
      relative_humidity_pct: "相对湿度",
      smoke_obscuration_pct_per_m: "烟雾遮光率",
      co_ppm: "一氧化碳",
    },
    title: (quantity: string, unit: string, span: string) => `最近${span}的${quantity}(${unit})`,
    summary: (least: string, most: string, now: string) => `最低 ${least},最高 ${most},最后 ${now}`,
    outside: (limits: string) => `红色:超出 ${limits}`,
    above: (limit: string) => `红色:高于 ${limit}`,
    below: (limit: string) => `红色:低于 ${limit}`,
    raised: "虚线:报警时刻",
    separator: ";",
  },
  en: {
    locale: "en-GB",
    quantity: {
      temperature_c: "Temperature",
      relative_humidity_pct: "Relative humidity",
      smoke_obscuration_pct_per_m: "Smoke obscuration",
      co_ppm: "Carbon monoxide",
    },
    title: (quantity: string, unit: string, span: string) => `${quantity}, last ${span} (${unit})`,
    summary: (least: string, most: string, now: string) => `lowest ${least}, highest ${most}, newest ${now}`,
    outside: (limits: string) => `Red: outside ${limits}`,
    above: (limit: string) => `Red: above ${limit}`,
    below: (limit: string) => `Red: below ${limit}`,
    raised: "dashes: when the alarm was raised",
    separator: "; ",
  },
} as const;

/** `null` where there are too few readings to see anything. */
export function chartBlock(readings: Readings, language: Language, timeZone: string): ChartBlock | null {
  const { points, low, high, unit } = readings;
  const newest = points.at(-1);
  if (points.length < 3 || newest === undefined) return null;
  const say = words[language];
  const figure = (value: number) => numberText(value, say.locale);
  const values = points.map(({ value }) => value);
  const { bottom, top } = chartRange(readings);
  // As many digits as the scale can show.
  const digits = top - bottom > 20 ? 0 : top - bottom > 2 ? 1 : 2;
  const rounded = (value: number) => figure(Number(value.toFixed(digits)));
  const time = new Intl.DateTimeFormat(say.locale, { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const bands =
    low !== null && high !== null
      ? say.outside(`${figure(low)}–${figure(high)} ${unit}`)
      : low !== null
        ? say.below(`${figure(low)} ${unit}`)
        : high !== null
          ? say.above(`${figure(high)} ${unit}`)
          : null;
  const isRaisedShown = readings.raisedAtMs > readings.fromMs && readings.raisedAtMs < readings.toMs;
  return {
    png: drawChart(readings),
    title: say.title(say.quantity[readings.quantity], unit, durationText(readings.toMs - readings.fromMs, say.locale)),
    top: top.toFixed(digits),
    bottom: bottom.toFixed(digits),
    from: time.format(readings.fromMs),
    to: time.format(readings.toMs),
    legend: [bands, isRaisedShown ? say.raised : null].filter((text) => text !== null).join(say.separator),
    summary: say.summary(rounded(Math.min(...values)), rounded(Math.max(...values)), rounded(newest.value)),
  };
}
