import { type Command, InvalidArgumentError, Option } from "commander";
import type { Site } from "../../site/index.ts";
import type { PageInput } from "../replay/html.ts";

interface ReplayOptions {
  config?: string;
  room?: string;
  profile?: string;
  limits?: string;
  outdoor?: string;
  json?: boolean;
  explain?: string;
  compare?: string[];
  html?: string;
  lang?: "zh" | "en";
  mqtt?: string;
  speed: number | null;
  site?: string;
  device?: string;
  username?: string;
  passwordFile?: string;
  credentials?: string;
  caFile?: string;
}

export function registerReplay(program: Command): void {
  program
    .command("replay")
    .description("past readings through the very same engine, offline; or, with --mqtt, to a broker")
    .argument("[csv...]", "files of one room, oldest first: time,temperature_c,relative_humidity_pct,…")
    .option("--config <file>", "site file: the room's limits and conditions; without it a room of its own")
    .option("--room <id>", "the room that was recorded")
    .option("--profile <name>", "judge by this preset, for example cn-special-collections")
    .option("--limits <list>", "judge by these limits: temperature_c=14..24,relative_humidity_pct=45..60")
    .option("--outdoor <csv>", "recording of the outdoor air of the same time")
    .option("--json", "one transition a line, a summary last")
    .option("--explain <alarm>", "why: its number in the report, its condition, or condition@time")
    .option("--compare <files...>", "two site files A and B: what each would have raised")
    .option("--html <file>", "write a report with curves: one page that needs nothing else")
    .addOption(
      new Option("--lang <language>", "of the page; the site's, without --config the terminal's").choices(["zh", "en"]),
    )
    .option("--mqtt <url>", "publish it as telemetry of a device instead")
    .addOption(
      new Option("--speed <x>", "with --mqtt: how many times faster than recorded, or max")
        .argParser(speed)
        .default(null, "max"),
    )
    .option("--site <id>", "with --mqtt: the site in the topic; that of --config unless given")
    .option("--device <id>", "the device that measured; with --config the room's unless given")
    .option("--username <name>", "with --mqtt: log-in name; the device's unless given")
    .option("--password-file <file>", "with --mqtt: file with the password; found in devices.csv unless given")
    .option("--credentials <file>", "with --mqtt: devices.csv with passwords; the one beside --config unless given")
    .option("--ca-file <file>", "with --mqtt: authority of the broker's certificate")
    .addHelpText(
      "after",
      `
Example:
  npx archive-sentry replay --limits temperature_c=14..24,relative_humidity_pct=45..60 store-1.csv
  npx archive-sentry replay --config site.yaml --room r-001 --json 2024.csv 2025.csv > alarms.ndjson
  npx archive-sentry replay --config site.yaml --room r-001 --explain 3 2025.csv
  npx archive-sentry replay --compare site.yaml tighter.yaml --room r-001 2025.csv
  npx archive-sentry replay --config site.yaml --room r-001 --html 2025.html 2025.csv
  npx archive-sentry replay --config site.yaml --room r-001 --mqtt mqtt://127.0.0.1:1883 --speed 3600 2025.csv

Silence is judged by how often the recording itself speaks (its median step).`,
    )
    .action(async (given: string[], options: ReplayOptions) => {
      // What follows the two site files are recordings: an option cannot take just two.
      const paths = [...(options.compare?.slice(2) ?? []), ...given];
      if (paths.length === 0) program.error("error: missing required argument 'csv'");
      if (options.compare) await compare(paths, options.compare, options);
      else if (options.mqtt === undefined) await judge(paths, options);
      else await publish(paths, options, options.mqtt);
    });
}

async function judge(paths: string[], options: ReplayOptions): Promise<void> {
  const { readSetting } = await import("../replay/past-site.ts");
  const { replayOffline } = await import("../replay/offline.ts");
  const { createProgress } = await import("../progress.ts");
  const { note, sayJson } = await import("../output.ts");
  const setting = readSetting(options);
  const explanation =
    options.explain === undefined ? null : (await import("../replay/explain.ts")).createExplanation(options.explain);
  const curves = options.html === undefined ? null : (await import("../replay/curves.ts")).createCurves();
  let judged: Site | undefined;
  const progress = createProgress("replaying", sizeOf(await readableSizes(paths)));
  // Gathered, because a system call a line would cost more than judging the sample.
  let lines: string[] = [];
  const write = () => {
    if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
    lines = [];
  };
  try {
    const result = await replayOffline({
      setting,
      paths,
      outdoor: options.outdoor,
      onLine(line) {
        if (!options.json || explanation) return;
        lines.push(JSON.stringify(line));
        if (lines.length === 500) write();
      },
      onlooker: {
        begin(site) {
          judged = site;
          explanation?.begin?.(site);
        },
        row(row) {
          curves?.row(row);
          explanation?.row?.(row);
        },
        transition: (transition, message) => explanation?.transition?.(transition, message),
      },
      onRemark: note,
      onProgress: progress.update,
    });
    write();
    progress.stop();
    if (options.html !== undefined && curves && judged)
      await writePage(options.html, { result, curves, site: judged }, options);
    if (explanation) return explanation.say({ json: options.json ?? false, timeZone: result.timeZone });
    if (options.json) return sayJson([{ summary: result.summary }]);
    const { sayReport } = await import("../replay/report.ts");
    sayReport(result);
  } finally {
    progress.stop();
  }
}

async function writePage(
  path: string,
  input: Omit<PageInput, "language">,
  options: Pick<ReplayOptions, "config" | "lang">,
): Promise<void> {
  const { writeFileSync } = await import("node:fs");
  const { replayPage } = await import("../replay/html.ts");
  const { note, terminalLanguage } = await import("../output.ts");
  const ofSite = input.site.config.site.language === "zh-CN" ? "zh" : "en";
  const language = options.lang ?? (options.config === undefined ? terminalLanguage() : ofSite);
  try {
    writeFileSync(path, replayPage({ ...input, language }));
  } catch (error) {
    const { messageOf, SentryError } = await import("../../core/index.ts");
    throw new SentryError("usage", `--html: expected a file that can be written, found ${messageOf(error)}`, {
      cause: error,
    });
  }
  note(language === "zh" ? `已写入 ${path}` : `written: ${path}`);
}

async function compare(paths: string[], files: readonly string[], options: ReplayOptions): Promise<void> {
  const { SentryError } = await import("../../core/index.ts");
  const [a, b] = files;
  if (a === undefined || b === undefined) {
    throw new SentryError("usage", "--compare: expected two site files, found one");
  }
  for (const name of ["mqtt", "explain", "html", "config"] as const) {
    if (options[name] !== undefined) throw new SentryError("usage", `--${name} does not go with --compare`);
  }
  const { readSetting } = await import("../replay/past-site.ts");
  const { replayOffline } = await import("../replay/offline.ts");
  const { compareStays, sayComparison } = await import("../replay/compare.ts");
  const { createProgress } = await import("../progress.ts");
  const { note } = await import("../output.ts");
  const settings = [a, b].map((config) => readSetting({ ...options, config }));
  const size = sizeOf(await readableSizes(paths));
  const results = [];
  const told = new Set<string>();
  for (const setting of settings) {
    const progress = createProgress("replaying", size);
    try {
      results.push(
        await replayOffline({
          setting,
          paths,
          outdoor: options.outdoor,
          onRemark(line) {
            if (!told.has(line)) note(line);
            told.add(line);
          },
          onProgress: progress.update,
        }),
      );
    } finally {
      progress.stop();
    }
  }
  const [inA, inB] = results;
  if (!inA || !inB) return;
  sayComparison(compareStays(inA.figures.stays(), inB.figures.stays()), {
    names: [a, b],
    json: options.json ?? false,
    timeZone: inA.timeZone,
  });
}

async function publish(paths: string[], options: ReplayOptions, url: string): Promise<void> {
  const { publishRecording } = await import("../replay/publish.ts");
  const { createProgress } = await import("../progress.ts");
  const { note, say, sayJson } = await import("../output.ts");
  const { SentryError, systemClock } = await import("../../core/index.ts");
  const { parseDuration, readConfigFile } = await import("../../site/index.ts");
  const target = await targetOf(paths, options);
  if (!/^(mqtts?|wss?):\/\//.test(url)) {
    throw new SentryError("usage", `--mqtt: expected mqtt://, mqtts://, ws:// or wss://, found ${url}`);
  }
  const progress = createProgress("publishing", sizeOf(await readableSizes(paths)));
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    const startedMs = systemClock.monotonicMs();
    const published = await publishRecording({
      ...target,
      url,
      ca: options.caFile === undefined ? undefined : readConfigFile(options.caFile),
      speed: options.speed,
      paths,
      clock: systemClock,
      signal: interrupted.signal,
      onRemark: note,
      onProgress: progress.update,
    });
    progress.stop();
    const { samples, acknowledged, oldestMs } = published;
    const seconds = Math.round(systemClock.monotonicMs() - startedMs) / 1_000;
    const { site, device } = target;
    if (options.json) sayJson([{ published: samples, acknowledged, site, device, seconds }]);
    else say(`${samples} samples of ${device} published, ${acknowledged} acknowledged, in ${seconds} s`);
    const trusted = parseDuration("31d")!;
    const ageMs = systemClock.nowMs() - (oldestMs ?? systemClock.nowMs());
    if (ageMs > trusted) {
      const days = Math.ceil(ageMs / parseDuration("1d")!);
      note(`samples older than the instance's limits.trusted_past (31d unless set) are kept under the time of receipt: \
these reach back ${days} days`);
    }
    if (acknowledged < samples || interrupted.signal.aborted) process.exitCode = 1;
  } finally {
    progress.stop();
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** Under which site and device it is published, and who logs in. */
async function targetOf(paths: readonly string[], options: ReplayOptions) {
  const { SentryError } = await import("../../core/index.ts");
  const { isName } = await import("../../contract/index.ts");
  const { deviceIn, readSetting } = await import("../replay/past-site.ts");
  const { quantitiesOf } = await import("../replay/recording.ts");
  const { readDevicePasswords } = await import("../device-passwords.ts");
  const setting = options.config === undefined && options.site !== undefined ? null : readSetting(options);
  const site = options.site ?? (options.config === undefined ? undefined : setting?.config.site.id);
  if (site === undefined || !isName(site)) {
    throw new SentryError(
      "usage",
      `--site: expected the site's id, or its site file with --config, found ${site ?? "neither"}`,
    );
  }
  const [first = ""] = paths;
  const device =
    options.device ??
    (options.config === undefined || !setting
      ? options.username
      : deviceIn(setting.config, setting.room.id, await quantitiesOf(first)));
  if (device === undefined) {
    throw new SentryError("usage", "--device: expected the device that measured this, found none in the room");
  }
  const { passwords } = readDevicePasswords({ file: options.credentials, config: options.config, data: "sentry-data" });
  const known = passwords.get(device);
  const username = options.username ?? known?.username ?? device;
  if (options.passwordFile === undefined) {
    return { site, device, credentials: known && { username, password: known.password } };
  }
  const { readSecret } = await import("../../site/index.ts");
  return { site, device, credentials: { username, password: readSecret({ directory: "." }, options.passwordFile) } };
}

function speed(text: string): number | null {
  const factor = Number(text);
  if (text === "max" || text === "0") return null;
  if (text.trim() !== "" && Number.isFinite(factor) && factor > 0) return factor;
  throw new InvalidArgumentError("expected a number above 0, or max.");
}

/** Bytes of each file. @throws SentryError `csv-invalid` for one that cannot be read. */
async function readableSizes(paths: readonly string[]): Promise<number[]> {
  const { statSync } = await import("node:fs");
  const { messageOf, SentryError } = await import("../../core/index.ts");
  return paths.map((path) => {
    try {
      return statSync(path).size;
    } catch (error) {
      throw new SentryError("csv-invalid", `cannot read ${path}: ${messageOf(error)}`, { cause: error });
    }
  });
}

const sizeOf = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
