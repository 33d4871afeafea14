import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SentryError, systemClock } from "../core/index.ts";
import {
  buildDashboards,
  type CheckedQuery,
  checkDashboards,
  dashboardFiles,
  folderOf,
  influxReader,
  pushDashboards,
} from "../dashboards/index.ts";
import { loadSite, parseDuration, readSecret, type Site } from "../site/index.ts";
import { type Column, colours, note, say, sayJson, sayTable, terminalLanguage } from "./output.ts";

/** What `archive-sentry dashboards` does. */

const answerWithinMs = 60_000;

async function siteOf(config: string | undefined): Promise<Site> {
  const path = config ?? (await import("../app/index.ts")).samplePath;
  return loadSite(path, { nowMs: Date.now() }).site;
}

export async function buildInto(folder: string, config: string | undefined): Promise<void> {
  const files = dashboardFiles(await siteOf(config));
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  say(`${files.size} dashboards in ${folder}`);
}

const checkColumns: readonly Column<CheckedQuery>[] = [
  { title: { zh: "看板", en: "dashboard" }, text: ({ dashboard }) => dashboard },
  { title: { zh: "面板", en: "panel" }, text: ({ panel, refId }) => `${panel} ${refId}` },
  { title: { zh: "行数", en: "rows" }, text: ({ rows }) => String(rows), align: "right" },
  { title: { zh: "毫秒", en: "ms" }, text: ({ tookMs }) => tookMs.toFixed(1), align: "right" },
  {
    title: { zh: "结果", en: "result" },
    text: ({ fault }) => fault ?? "ok",
    colour: ({ fault }) => (fault === null ? colours.green : colours.red),
  },
];

export interface CheckAgainst {
  config?: string;
  influx?: string;
  database?: string;
  username?: string;
  passwordFile?: string;
  range?: string;
  longest: number;
  allowEmpty?: boolean;
  json?: boolean;
}

export async function checkAgainst(options: CheckAgainst): Promise<void> {
  const site = await siteOf(options.config);
  const store = site.config.stores.find(({ kind }) => kind === "influx-v1" || kind === "influx-v2");
  const url = options.influx ?? store?.url;
  const database = options.database ?? (store === undefined ? undefined : databaseOf(store));
  if (url === undefined || database === undefined) {
    throw new SentryError("usage", "the site file names no InfluxDB: name one with --influx and --database");
  }
  addressOf("--influx", url, "http://127.0.0.1:8086");
  const rangeMs = options.range === undefined ? undefined : parseDuration(options.range);
  if (options.range !== undefined && rangeMs === undefined) {
    throw new SentryError("usage", `--range: expected a length of time such as 365d, found ${options.range}`);
  }
  const password = passwordOf(site, options, store);
  const username = options.username ?? (store?.kind === "influx-v1" ? store.username : undefined);
  const ask = influxReader({
    url,
    database,
    timeoutMs: answerWithinMs,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
  const language = terminalLanguage();
  // Both editions ask the same.
  const dashboards = buildDashboards(site).filter((built) => built.language === language);
  const checked: CheckedQuery[] = [];
  for await (const query of checkDashboards({
    dashboards: dashboards.map(({ dashboard }) => dashboard),
    ask,
    clock: systemClock,
    longestMs: options.longest,
    ...(rangeMs === undefined ? {} : { rangeMs }),
    allowEmpty: options.allowEmpty ?? false,
  })) {
    if (options.json) sayJson([query]);
    checked.push(query);
  }
  const faults = checked.filter(({ fault }) => fault !== null).length;
  const slowestMs = Math.max(0, ...checked.map(({ tookMs }) => tookMs));
  if (!options.json) sayTable(checked, checkColumns, language);
  note(`${checked.length} queries, ${faults} with a fault, the slowest ${slowestMs.toFixed(0)} ms`);
  if (faults > 0) throw new SentryError("dashboards-faulty", `${faults} of ${checked.length} queries have a fault`);
}

function addressOf(option: string, text: string, example: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new SentryError("usage", `${option}: expected an address such as ${example}, found ${text}`);
}

type Store = Site["config"]["stores"][number];

const databaseOf = (store: Store) => (store.kind === "influx-v1" ? store.database : store.bucket);

function passwordOf(site: Site, { passwordFile }: CheckAgainst, store: Store | undefined): string | undefined {
  if (passwordFile !== undefined) return readSecret({ directory: process.cwd() }, passwordFile);
  const file = store?.kind === "influx-v1" ? store.password_file : store?.token_file;
  return file === undefined ? undefined : readSecret(site, file);
}

export interface PushTo {
  config?: string;
  grafana: string;
  tokenFile: string;
  language?: "zh" | "en";
  folder?: string;
  json?: boolean;
}

export async function pushTo(options: PushTo): Promise<void> {
  const { config, grafana, tokenFile, language, json } = options;
  if (language !== undefined && language !== "zh" && language !== "en") {
    throw new SentryError("usage", `--language: expected zh or en, found ${String(language)}`);
  }
  const site = await siteOf(config);
  const token = readSecret({ directory: process.cwd() }, tokenFile);
  const own = folderOf(site);
  const counts = { created: 0, changed: 0, unchanged: 0 };
  for await (const pushed of pushDashboards({
    url: addressOf("--grafana", grafana, "http://127.0.0.1:3000"),
    token,
    folder: { uid: own.uid, title: options.folder ?? own.title },
    dashboards: buildDashboards(site)
      .filter((built) => language === undefined || built.language === language)
      .map(({ dashboard }) => dashboard),
    timeoutMs: answerWithinMs,
  })) {
    counts[pushed.outcome] += 1;
    if (json) sayJson([pushed]);
    else say(`${pushed.outcome}  ${pushed.title}`);
  }
  note(`${counts.created} created, ${counts.changed} changed, ${counts.unchanged} as they were`);
}
