import pc from "picocolors";
import type { JournalRow } from "../alerts/index.ts";
import type { StoredSample } from "../collector/index.ts";
import type { Language, Priority } from "../contract/index.ts";
import type { LogFields, Logger } from "../core/index.ts";
import type { Site } from "../site/index.ts";

/** What people see while the program runs: one line an event, the urgent in colour and in words. */
export interface Terminal {
  line(colour: Colour, text: string): void;
  alarm(row: JournalRow): void;
  /** Counts what comes, and shows now and then how the rooms are. */
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

const words: Record<Language, Record<Priority, string>> = {
  "zh-CN": { critical: "紧急", high: "重要", medium: "一般", low: "提示" },
  en: { critical: "CRITICAL", high: "HIGH", medium: "MEDIUM", low: "LOW" },
};
const readingsEveryMs = 10_000;

export function createTerminal(options: {
  out: { write(text: string): unknown; isTTY?: boolean };
  env: Record<string, string | undefined>;
}): Terminal {
  const { out, env } = options;
  const colours = pc.createColors((out.isTTY ?? false) ? env.NO_COLOR === undefined : env.FORCE_COLOR !== undefined);
  const language: Language = /^zh/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || "") ? "zh-CN" : "en";
  const paint: Record<Priority, (text: string) => string> = {
    critical: (text) => colours.bgRed(colours.white(colours.bold(text))),
    high: (text) => colours.red(colours.bold(text)),
    medium: colours.yellow,
    low: colours.cyan,
  };
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let counted = 0;
  let progressShown = false;

  const now = () => new Date().toTimeString().slice(0, 8);
  const write = (text: string) => {
    if (progressShown) out.write("\n");
    progressShown = false;
    out.write(`${colours.dim(now())}  ${text}\n`);
  };
  const climateOf = (site: Site, samples: readonly StoredSample[]) => {
    const shown = new Map<string, string>();
    for (const { device, atMs, values } of samples) {
      const room = site.roomOf(device, atMs);
      if (room === null || values.temperature_c === undefined) continue;
      const humidity =
        values.relative_humidity_pct === undefined ? "" : ` ${values.relative_humidity_pct.toFixed(0)} %`;
      shown.set(room, `${room} ${values.temperature_c.toFixed(1)} °C${humidity}`);
    }
    return [...shown.values()].slice(0, 4).join(" · ");
  };

  return {
    line: (colour, text) => write(colours[colour](text)),
    alarm(row) {
      const raised = row.transition === "raised" || row.transition === "priority-changed";
      const word = words[language][row.priority].padEnd(language === "en" ? 8 : 2);
      const message = language === "en" ? row.message_en : row.message_zh;
      const mark = raised
        ? paint[row.priority](`▲ ${word}`)
        : colours.green(`✓ ${" ".repeat(language === "en" ? 8 : 4)}`);
      write(`${mark} ${message} ${colours.dim(`[${row.alarm}]`)}`);
    },
    readings(samples, site) {
      counted += samples.length;
      const atMs = performance.now();
      const climate = atMs - shownAtMs < readingsEveryMs ? "" : climateOf(site, samples);
      if (climate === "") return;
      shownAtMs = atMs;
      write(
        colours.dim(
          language === "en" ? `${counted} readings so far: ${climate}` : `已收到 ${counted} 条读数：${climate}`,
        ),
      );
    },
    progress(what, share) {
      if (!out.isTTY) return;
      progressShown = share < 1;
      out.write(`\r${colours.dim(now())}  ${what} ${Math.round(share * 100)} %${share < 1 ? "" : "\n"}`);
    },
    banner({ version, site, urls, http, data, sample, warnings }) {
      const { zh, en } = site.config.site.name;
      const name = language === "en" ? en : zh;
      const rows: [string, string][] = [
        ["MQTT", urls.join("  ")],
        ["HTTP", `${http}  (/api/v1/rooms, /api/v1/alarms, /health, /metrics, /api/openapi.json)`],
        ["Data", `${data}  (operator.token${sample ? ", devices.csv with the simulated devices’ passwords" : ""})`],
      ];
      if (!site.config.channels.email)
        rows.push(["Mail", `no SMTP server is configured: mails are written as .eml files to ${data}/mail`]);
      out.write(
        `${colours.bold(`archive-sentry ${version}`)}  ${name}: ${site.rooms.size} rooms, ${site.devices.size} devices\n`,
      );
      if (sample)
        out.write(`${colours.cyan("the sample hospital: every sensor, person and incident here is simulated")}\n`);
      for (const [label, text] of rows) out.write(`  ${colours.bold(label.padEnd(5))} ${text}\n`);
      for (const warning of warnings) out.write(`  ${colours.yellow(warning)}\n`);
      out.write(`  ${colours.dim("not a certified fire alarm system; Ctrl-C stops")}\n`);
    },
  };
}

/** Log lines for people: what needs a look, without the everyday. */
export function peopleLogger(terminal: Terminal): Logger {
  const text = (event: string, fields?: LogFields) =>
    `${event}${
      fields
        ? `  ${Object.entries(fields)
            .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
            .join(" ")}`
        : ""
    }`;
  return {
    debug() {},
    info() {},
    warn: (event, fields) => terminal.line("yellow", text(event, fields)),
    error: (event, fields) => terminal.line("red", text(event, fields)),
  };
}
