import { relative } from "node:path";
import pc from "picocolors";
import { conditionNamed, type JournalRow } from "../alerts/index.ts";
import { pageIsBuilt } from "../app/index.ts";
import type { StoredSample } from "../collector/index.ts";
import type { Language, Priority } from "../contract/index.ts";
import type { LogFields, Logger } from "../core/index.ts";
import type { Told } from "../notify/index.ts";
import type { Site } from "../site/index.ts";
import { printable, terminalLanguage, width } from "./output.ts";
import { type TerminalWords, terminalWords } from "./terminal-words.ts";

/** What people see while the program runs: one line an event, the urgent in colour and in words. */
export interface Terminal {
  readonly words: TerminalWords;
  line(colour: Colour, text: string): void;
  alarm(row: JournalRow): void;
  told(told: Told, site: Site): void;
  /** Counts what comes, and shows now and then how some of the rooms are, by turns. */
  readings(samples: readonly StoredSample[], site: Site): void;
  progress(what: string, share: number): void;
  banner(facts: Banner): void;
}

type Colour = "dim" | "cyan" | "yellow" | "magenta" | "red" | "green";

interface Banner {
  version: string;
  site: Site;
  urls: string[];
  http: string;
  data: string;
  sample: boolean;
  warnings: string[];
}

const readingsEveryMs = 10_000;
const roomsShown = 4;
const clearLine = "\r\u001b[K";

export function createTerminal(out: { write(text: string): unknown; isTTY?: boolean }): Terminal {
  const colours = pc.createColors(Boolean(out.isTTY) && pc.isColorSupported);
  const language: Language = terminalLanguage() === "zh" ? "zh-CN" : "en";
  const words = terminalWords[language];
  const paint: Record<Priority, (text: string) => string> = {
    critical: (text) => colours.bgRed(colours.white(colours.bold(text))),
    high: (text) => colours.red(colours.bold(text)),
    medium: colours.yellow,
    low: colours.cyan,
  };
  const markWidth = Math.max(...Object.values(words.priority).map(width));
  const padded = (text: string) => text + " ".repeat(Math.max(0, markWidth - width(text)));
  const climate = new Map<string, string>();
  let time = timeIn(undefined);
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let shownLast = 0;
  let counted = 0;
  let progressShown: number | null = null;

  const now = () => time.format();
  const write = (text: string) => {
    const before = progressShown === null ? "" : clearLine;
    progressShown = null;
    out.write(`${before}${colours.dim(now())}  ${text}\n`);
  };
  const remember = (site: Site, { device, atMs, values }: StoredSample) => {
    const room = site.roomOf(device, atMs);
    const { temperature_c: temperature, relative_humidity_pct: humidity } = values;
    if (room === null || temperature === undefined || humidity === undefined) return;
    climate.set(room, `${room} ${temperature.toFixed(1)} °C ${humidity.toFixed(0)} %`);
  };

  return {
    words,
    line: (colour, text) => write(colours[colour](text)),
    alarm(row) {
      const stands = row.transition === "raised" || row.transition === "priority-changed";
      const mark = stands
        ? paint[row.priority](`▲ ${padded(words.priority[row.priority])}`)
        : colours.green(`✓ ${padded("")}`);
      write(`${mark} ${printable(sentenceOf(row, language))} ${colours.dim(`#${row.alarm}`)}`);
    },
    told({ row: { notice, person }, reply }, site) {
      const title = conditionNamed(notice.condition)?.texts[language].title ?? notice.condition;
      const place = notice.room === null ? [] : [site.roomName(notice.room)[language === "en" ? "en" : "zh"]];
      const happened = words.transition[notice.transition] ?? notice.transition;
      const what = [title, ...place, happened].join(language === "en" ? ", " : "，");
      // With SMTP the reply is the server's, which tells people nothing; a path says where to look.
      const where = reply.endsWith(".eml") ? colours.dim(` → ${shortPath(reply)}`) : "";
      write(`${colours.magenta(`✉ ${words.mail({ person, what })}`)}${where}`);
    },
    readings(samples, site) {
      counted += samples.length;
      for (const sample of samples) remember(site, sample);
      const atMs = performance.now();
      if (atMs - shownAtMs < readingsEveryMs || climate.size === 0) return;
      shownAtMs = atMs;
      const rooms = [...climate.values()];
      const some = Array.from({ length: Math.min(roomsShown, rooms.length) }, (_, at) => {
        return rooms[(shownLast + at) % rooms.length];
      });
      shownLast = (shownLast + some.length) % rooms.length;
      write(colours.dim([words.readings(counted.toLocaleString("en")), ...some].join(" · ")));
    },
    progress(what, share) {
      const percent = Math.round(share * 100);
      if (!out.isTTY || percent === progressShown) return;
      progressShown = percent;
      out.write(`${clearLine}${colours.dim(now())}  ${what} ${percent} %`);
    },
    banner({ version, site, urls, http, data, sample, warnings }) {
      const name = site.config.site.name[language === "en" ? "en" : "zh"];
      const zone = time.resolvedOptions().timeZone;
      // As in the messages, which carry the site's time.
      time = timeIn(site.timeZone);
      if (progressShown !== null) out.write(clearLine);
      progressShown = null;
      const { labels } = words;
      const rows: [string, string][] = [
        [labels.mqtt, urls.join("  ")],
        [labels.page, pageIsBuilt() ? `${http}/` : words.pageMissing],
        [labels.http, `${http}  (/api/v1/rooms, /api/v1/alarms, /health, /metrics, /api/openapi.json)`],
        [labels.data, `${data}  ${words.dataHolds(sample)}`],
      ];
      if (!site.config.channels.email) rows.push([labels.mail, words.mailAsFiles(`${shortPath(data)}/mail`)]);
      const counts = words.counts(site.rooms.size, site.devices.size);
      out.write(`${colours.bold(`archive-sentry ${version}`)}  ${name}  ${colours.dim(counts)}\n`);
      if (sample) out.write(`${colours.cyan(words.allSimulated)}\n`);
      for (const [label, text] of rows) out.write(`  ${colours.bold(label)}  ${text}\n`);
      for (const warning of warnings) out.write(`  ${colours.yellow(warning)}\n`);
      const otherZone = zone === site.timeZone ? [] : [words.timesOf(site.timeZone)];
      out.write(`  ${colours.dim([words.footer, ...otherZone].join(language === "en" ? "; " : "；"))}\n`);
    },
  };
}

const timeIn = (timeZone: string | undefined) => new Intl.DateTimeFormat("sv-SE", { timeStyle: "medium", timeZone });

/** What to do first is worth the line's length where it is urgent; elsewhere the mail says it. */
function sentenceOf(row: JournalRow, language: Language): string {
  const [message, advice] = language === "en" ? [row.message_en, row.advice_en] : [row.message_zh, row.advice_zh];
  const isUrgent = row.priority === "critical" || row.priority === "high";
  return !isUrgent && advice !== "" && message.endsWith(advice) ? message.slice(0, -advice.length).trimEnd() : message;
}

/** As somebody in this folder would type it. */
function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere !== "" && !fromHere.startsWith("..") ? fromHere : path;
}

/** Log lines for people: what needs a look, without the everyday. */
export function peopleLogger(terminal: Terminal): Logger {
  const text = (event: string, fields: LogFields = {}) => {
    const facts = Object.entries(fields).map(
      ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
    return printable([event, ...facts].join("  "));
  };
  return {
    debug() {},
    info() {},
    warn: (event, fields) => terminal.line("yellow", text(event, fields)),
    error: (event, fields) => terminal.line("red", text(event, fields)),
  };
}
