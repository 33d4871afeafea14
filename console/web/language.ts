import { signal } from "@preact/signals";
import { later, nowMs } from "./clock.ts";
import { remember, remembered } from "./remembered.ts";

/** Chinese or English, switched at any time; times are those of the site. */

export type Language = "zh-CN" | "en";

const known = remembered("language");
const preferred = navigator.languages.some((tag) => tag.startsWith("zh")) || !navigator.languages[0]?.startsWith("en");

export const language = signal<Language>(known === "en" || known === "zh-CN" ? known : preferred ? "zh-CN" : "en");
export const timeZone = signal("Asia/Shanghai");

export function switchLanguage(next: Language): void {
  remember("language", next);
  language.value = next;
}

/** The words of one part of the page, in the language that is in force; asked anew at each drawing. */
export const wordsOf =
  <T>(both: { en: T; "zh-CN": T }) =>
  (): T =>
    both[language.value];

/** A name that the site file gives in both languages. */
export const named = (name: { zh: string; en: string }): string => (language.value === "en" ? name.en : name.zh);

const formats = new Map<string, Intl.DateTimeFormat>();
function format(at: string | number, options: Intl.DateTimeFormatOptions): string {
  const key = `${language.value} ${timeZone.value} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) {
    const locale = language.value === "en" ? "en-GB" : "zh-CN";
    made = new Intl.DateTimeFormat(locale, { timeZone: timeZone.value, hourCycle: "h23", ...options });
    formats.set(key, made);
  }
  return made.format(new Date(at));
}

export const timeOf = (at: string | number): string => format(at, { hour: "2-digit", minute: "2-digit" });
/** The last day that is over at that moment: a term until the end of a day ends with the first moment after it. */
export const dayBefore = (end: string): string => dayOf(Date.parse(end) - 1);
export const dayOf = (at: string | number): string => format(at, { year: "numeric", month: "2-digit", day: "2-digit" });
/** With the day, unless it is today. */
export const momentOf = (at: string | number): string =>
  dayOf(at) === dayOf(nowMs())
    ? timeOf(at)
    : format(at, { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
export const exactOf = (at: string | number): string =>
  format(at, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });

/** A length of time in its two largest units. */
export function lengthOf(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  const en = language.value === "en";
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor((minutes % 1_440) / 60);
  const rest = minutes % 60;
  if (minutes < 1) return en ? "under 1 min" : "不到 1 分钟";
  if (days > 0) return en ? `${days} d ${hours} h` : `${days} 天 ${hours} 小时`;
  if (hours > 0)
    return rest === 0
      ? en
        ? `${hours} h`
        : `${hours} 小时`
      : en
        ? `${hours} h ${String(rest).padStart(2, "0")}`
        : `${hours} 小时 ${rest} 分`;
  return en ? `${rest} min` : `${rest} 分钟`;
}

const figures = new Map<string, Intl.NumberFormat>();
/** Each format is made once: to make one takes longer than to draw a room. */
export function figure(value: number, digits = 1): string {
  const key = `${language.value} ${digits}`;
  const made =
    figures.get(key) ??
    new Intl.NumberFormat(language.value === "en" ? "en-GB" : "zh-CN", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  figures.set(key, made);
  return made.format(Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value);
}

/** As fields for times have it, where the site is, whatever time this browser keeps: 2026-11-22T08:00. */
export function fieldTextOf(atMs: number): string {
  const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: timeZone.value, dateStyle: "short", timeStyle: "short" });
  return shown.format(atMs).replace(" ", "T");
}
/** The moment that such a field means. */
export function msOfField(text: string): number {
  const wanted = Date.parse(`${text}Z`);
  const first = wanted - (Date.parse(`${fieldTextOf(wanted)}Z`) - wanted);
  // Once more, for days on which clocks are changed.
  return first - (Date.parse(`${fieldTextOf(first)}Z`) - wanted);
}
export const dayTextOf = (atMs: number): string => fieldTextOf(atMs).slice(0, 10);
export const dayStartMs = (day: string): number => msOfField(`${day}T00:00`);

/** The present minute: whatever is drawn from it is drawn again when it changes. */
export const minuteMs = signal(nowMs());
(function tick() {
  later(15_000, () => {
    minuteMs.value = nowMs();
    tick();
  });
})();
