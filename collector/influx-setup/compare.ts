import { deviceFields, stateQuantities } from "../../contract/index.ts";
import { isoTime, SentryError } from "../../core/index.ts";
import type { Site, StoreConfig } from "../../site/index.ts";
import { createGrid, dayMs } from "../stores/bucket-grid.ts";
import type { PastHistory, PastValue } from "../stores/past-history.ts";
import { ask, type InfluxAccess, quoted } from "./influx-request.ts";
import { accessTo, type Credentials, databaseOf } from "./set-up-store.ts";

/** How many values of one device and day each of the three has. */
export interface ComparedDay {
  device: string;
  /** A calendar day of the site. */
  day: string;
  /** Still in the log. */
  log: number;
  /** Of these, not in the embedded history. */
  missing: number;
  sqlite: number;
  influx: number;
  differs: boolean;
}

export interface CompareOptions {
  site: Site;
  store: StoreConfig;
  credentials: Credentials;
  history: PastHistory;
  log: Iterable<PastValue>;
  fromMs: number;
  toMs: number;
  onDay?(done: number, total: number): void;
}

/**
 * Compares a day at a time, oldest first, in calendar days of the site; the last one may be a part of a day.
 * @throws SentryError as `ask` does.
 */
export async function* compareHistory(options: CompareOptions): AsyncGenerator<ComparedDay> {
  const { site, store, history, fromMs, toMs } = options;
  const access = accessTo(site, store, options.credentials);
  const grid = createGrid(dayMs, site.timeZone);
  const inLog = countLog(options.log, history, (atMs) => grid.startOf(atMs));
  const days: number[] = [];
  for (let at = grid.startOf(fromMs); at < toMs; at = grid.after(at)) days.push(at);
  const named = new Intl.DateTimeFormat("sv-SE", { timeZone: site.timeZone, dateStyle: "short" });
  for (const [at, startMs] of days.entries()) {
    const range = { fromMs: Math.max(startMs, fromMs), toMs: Math.min(grid.after(startMs), toMs) };
    const influx = await influxCounts({ access, store, site }, range);
    const sqlite = history.counts(range);
    const log = inLog.get(startMs) ?? new Map<string, LogCount>();
    for (const device of [...new Set([...sqlite.keys(), ...influx.keys(), ...log.keys()])].sort()) {
      const counted = {
        log: log.get(device)?.count ?? 0,
        missing: log.get(device)?.missing ?? 0,
        sqlite: sqlite.get(device) ?? 0,
        influx: influx.get(device) ?? 0,
      };
      const differs = counted.missing > 0 || counted.sqlite !== counted.influx;
      yield { device, day: named.format(startMs), ...counted, differs };
    }
    options.onDay?.(at + 1, days.length);
  }
}

interface LogCount {
  count: number;
  missing: number;
}

function countLog(
  log: Iterable<PastValue>,
  history: PastHistory,
  dayOf: (atMs: number) => number,
): Map<number, Map<string, LogCount>> {
  const days = new Map<number, Map<string, LogCount>>();
  for (const value of log) {
    const day = days.get(dayOf(value.atMs)) ?? new Map<string, LogCount>();
    const counted = day.get(value.device) ?? { count: 0, missing: 0 };
    counted.count += 1;
    if (!history.has(value)) counted.missing += 1;
    days.set(dayOf(value.atMs), day.set(value.device, counted));
  }
  return days;
}

async function influxCounts(
  { access, store, site }: { access: InfluxAccess; store: StoreConfig; site: Site },
  range: { fromMs: number; toMs: number },
): Promise<Map<string, number>> {
  const policy = store.kind === "influx-v1" ? store.retention_policy : undefined;
  const from = (measurement: string) =>
    policy === undefined ? quoted(measurement) : `${quoted(policy)}.${quoted(measurement)}`;
  const where = `WHERE "site" = '${site.id}' AND time >= ${range.fromMs}ms AND time < ${range.toMs}ms GROUP BY "device"`;
  const counted = [
    `SELECT count(*) FROM ${from("environment")} ${where}`,
    // What the program itself finds out about a device is no reading.
    `SELECT ${deviceFields.map((field) => `count(${quoted(field)})`).join(", ")} FROM ${from("device")} ${where}`,
    ...stateQuantities.map((measurement) => `SELECT count("state") FROM ${from(measurement)} ${where}`),
  ];
  const answers = await ask(access, counted.join("; "), databaseOf(store));
  const counts = new Map<string, number>();
  for (const { tags, columns, values } of answers.flat()) {
    const device = tags.device;
    if (device === undefined)
      throw new SentryError("store-refused", `no device in what was counted at ${isoTime(range.fromMs)}`);
    for (const row of values) {
      const sum = row.reduce<number>((total, cell, at) => total + (columns[at] === "time" ? 0 : Number(cell ?? 0)), 0);
      counts.set(device, (counts.get(device) ?? 0) + sum);
    }
  }
  return counts;
}
