import { stripVTControlCharacters } from "node:util";
import pc from "picocolors";

/** What commands print: tables for people, one JSON object a line for machines. */

export type Language = "zh" | "en";

/** The language of the terminal. */
export function terminalLanguage(): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  return (LC_ALL || LC_MESSAGES || LANG || "").startsWith("zh") ? "zh" : "en";
}

/** Colours only where somebody looks at a terminal that did not ask for none. */
export const colours = pc.createColors(Boolean(process.stdout.isTTY) && pc.isColorSupported);

export const priorityColour = {
  critical: (text: string) => colours.bold(colours.red(text)),
  high: colours.red,
  medium: colours.yellow,
  low: colours.cyan,
};

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** On standard error, so that it never ends in what is read by a program. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function sayJson(values: readonly unknown[]): void {
  for (const value of values) say(JSON.stringify(value));
}

export interface Column<T> {
  title: { zh: string; en: string };
  text(row: T): string;
  colour?(row: T): ((text: string) => string) | undefined;
  align?: "right";
}

export function sayTable<T>(rows: readonly T[], columns: readonly Column<T>[], language: Language): void {
  const titles = columns.map((column) => column.title[language]);
  // Texts may come from devices: nothing in them may move the cursor or colour the terminal.
  const cells = rows.map((row) => columns.map((column) => printable(column.text(row))));
  const widths = titles.map((title, at) => Math.max(width(title), ...cells.map((line) => width(line[at]!))));
  const pad = (text: string, at: number) => {
    if (at === columns.length - 1 && columns[at]!.align !== "right") return text;
    const blank = " ".repeat(widths[at]! - width(text));
    return columns[at]!.align === "right" ? blank + text : text + blank;
  };
  say(titles.map((title, at) => colours.dim(pad(title, at))).join("  "));
  rows.forEach((row, line) => {
    const painted = cells[line]!.map((text, at) => (columns[at]!.colour?.(row) ?? String)(pad(text, at)));
    say(painted.join("  ").trimEnd());
  });
}

const control = /\p{Cc}+/gu;
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(control, " ");
}

/** Chinese, Japanese and Korean characters and full-width forms take two columns (Unicode UAX #11, W and F). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const combining = /\p{M}/u;

/** Columns that a text takes on a terminal. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += wide.test(character) ? 2 : combining.test(character) ? 0 : 1;
  return columns;
}

const localTime = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium" });
/** `2026-11-22 16:00:00` as this machine's clock shows it. */
export function localInstant(instant: string | null): string {
  return instant === null ? "–" : localTime.format(Date.parse(instant));
}
const zone = localTime.resolvedOptions().timeZone;
/** The heading of a column of times, with the zone they are in. */
export const timeTitle = (zh: string, en: string) => ({ zh: `${zh} (${zone})`, en: `${en} (${zone})` });

/** At most one digit after the point for °C and %: what a sensor can tell. */
export function quantityText(value: number | boolean | string, unit: string | null | undefined): string {
  const text = typeof value === "number" ? String(Math.round(value * 100) / 100) : String(value);
  return unit ? `${text} ${unit}` : text;
}
