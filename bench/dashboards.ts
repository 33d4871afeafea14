import { loadavg } from "node:os";
import { derive } from "../collector/derived.ts";
import { createCoarseBackfill, setUpStore } from "../collector/index.ts";
import { intoCoarse } from "../collector/influx-setup/coarse-queries.ts";
import { ask } from "../collector/influx-setup/influx-request.ts";
import {
  accessPoint,
  alarmPoint,
  devicePoint,
  type InfluxPoint,
  insidePoint,
  roomPoints,
  samplePoints,
  systemPoint,
} from "../collector/stores/influx-lines.ts";
import { createInfluxV1 } from "../collector/stores/influx-v1.ts";
import { coarseMeasurements, coarseSeries, systemFigures, type Values } from "../contract/index.ts";
import { systemClock } from "../core/index.ts";
import { buildDashboards, type CheckedQuery, checkDashboards, influxReader } from "../dashboards/index.ts";
import { parseSite, type Site, type SiteFile } from "../site/index.ts";
import { startInfluxV1 } from "../tests/servers.ts";
import { row, say } from "./report.ts";

/**
 * `npm run bench -- dashboards [--rooms N] [--days D] [--longest MS]`: what every query of every panel takes on a real
 * InfluxDB 1.x with so many days of N rooms, over the ranges that dashboards open with and over all of it. Readings are
 * of each hour, and of each minute in the last days: so the coarse series of charts are as full as those of a year by
 * the minute, and what reads the readings themselves reads no more of them than it opens with.
 */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const denseDays = 1;
const linesAtOnce = 20_000;
const coarseStepMs = 30 * dayMs;

/** What the devices of a room say. */
const kinds = {
  climate: (x: number): Values => ({
    temperature_c: 20 + Math.round(100 * x) / 100,
    relative_humidity_pct: 50 + Math.round(30 * x) / 10,
    battery_pct: 90,
    rssi_dbm: -70,
  }),
  smoke: (x: number): Values => ({
    smoke_obscuration_pct_per_m: 0.02,
    co_ppm: Math.round(10 * (1 + x / 5)) / 10,
    smoke_alarm: 0,
    battery_pct: 90,
  }),
  door: (x: number): Values => ({ door: x > 1.9 ? 1 : 0, tamper: 0 }),
  leak: (): Values => ({ leak: 0, battery_pct: 90 }),
  air: (x: number): Values => ({ co2_ppm: Math.round(600 + 40 * x), surface_temperature_c: 19 + Math.round(x) }),
};

export async function dashboardsOfAYear(options: { rooms: number; days: number; longestMs: number }): Promise<void> {
  const { rooms, days, longestMs } = options;
  const influx = await startInfluxV1();
  if (influx === null) return say("dashboards: influxd is not installed");
  try {
    const site = siteOf(rooms, influx.url);
    const store = site.config.stores[0]!;
    const given = { site, store, credentials: {}, clock: systemClock };
    for await (const _ of setUpStore({ ...given, readTokenFile: "", dryRun: false, hasPast: true }));
    // What is made here is made at once: continuous queries would work beside the measurement.
    const access = { url: influx.url, timeoutMs: 600_000 };
    const [listed] = await ask(access, "SHOW CONTINUOUS QUERIES");
    for (const [name] of listed?.find((one) => one.name === "archive")?.values ?? []) {
      await ask(access, `DROP CONTINUOUS QUERY "${String(name)}" ON "archive"`);
    }
    const toMs = Math.floor(systemClock.nowMs() / minuteMs) * minuteMs;
    const fromMs = Math.floor((toMs - days * dayMs) / hourMs) * hourMs;
    const beganMs = performance.now();
    const points = await fill({ site, url: influx.url, fromMs, toMs });
    const coarse = await createCoarseBackfill(given);
    const filledMs = performance.now();
    // Of readings of an hour there are no minutes to be made.
    const hours = coarseSeries.find(({ everyMs }) => everyMs === hourMs)!;
    const denseFromMs = Math.floor((toMs - denseDays * dayMs) / hourMs) * hourMs;
    for (let atMs = fromMs; atMs < denseFromMs; atMs += coarseStepMs) {
      const range = { fromMs: atMs, toMs: Math.min(denseFromMs, atMs + coarseStepMs) };
      for (const measurement of coarseMeasurements) {
        await ask(access, intoCoarse({ database: "archive", raw: "raw" }, hours, measurement, range));
      }
    }
    for (let atMs = denseFromMs; atMs < toMs; atMs += 6 * hourMs) {
      await coarse.fill({ fromMs: atMs, toMs: atMs + 6 * hourMs });
    }
    await coarse.tellCharts();
    say(`InfluxDB 1.x, ${rooms} rooms with 5 devices, ${days} days, the last ${denseDays} by the minute`);
    const seconds = Math.round((filledMs - beganMs) / 1_000);
    row("written", {
      points,
      seconds,
      "seconds for coarse series": Math.round((performance.now() - filledMs) / 1_000),
    });
    for (const rangeMs of [undefined, days * dayMs]) {
      const checked = await timesOf(site, influx.url, { longestMs, ...(rangeMs === undefined ? {} : { rangeMs }) });
      report(checked, rangeMs === undefined ? "as they open" : `over ${days} days`, longestMs);
    }
  } finally {
    await influx.remove();
  }
}

async function timesOf(site: Site, url: string, options: { longestMs: number; rangeMs?: number }) {
  const dashboards = buildDashboards(site).flatMap(({ language, dashboard }) => (language === "en" ? [dashboard] : []));
  const reader = influxReader({ url, database: "archive", timeoutMs: 60_000 });
  const checked: CheckedQuery[] = [];
  const check = { dashboards, ask: reader, clock: systemClock, allowEmpty: true, ...options };
  for await (const query of checkDashboards(check)) checked.push(query);
  return checked;
}

function report(checked: readonly CheckedQuery[], what: string, longestMs: number): void {
  const slowest = [...checked].sort((a, b) => b.tookMs - a.tookMs);
  row(what, {
    queries: checked.length,
    "without rows": checked.filter(({ rows }) => rows === 0).length,
    [`over ${longestMs} ms`]: slowest.filter(({ tookMs }) => tookMs > longestMs).length,
    "with a fault": checked.filter(({ fault, tookMs }) => fault !== null && tookMs <= longestMs).length,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  });
  for (const { dashboard, panel, refId, rows, tookMs } of slowest.slice(0, 6)) {
    row(`  ${Math.round(tookMs)} ms`, { [`${dashboard.split(" · ")[0]}, ${panel} ${refId}:`]: rows, rows: "" });
  }
  const refused = checked.find(({ fault, tookMs }) => fault !== null && tookMs <= longestMs);
  if (refused) row("  fault", { [refused.panel]: refused.fault ?? "", of: refused.query });
}

/** Through the program's own writer; answers how many points it were. */
async function fill({ site, url, fromMs, toMs }: { site: Site; url: string; fromMs: number; toMs: number }) {
  const writer = createInfluxV1({ url, database: "archive", timeoutMs: 600_000, clock: systemClock });
  const denseFromMs = toMs - denseDays * dayMs;
  let lines: InfluxPoint[] = [];
  let points = 0;
  const flush = async () => {
    points += lines.length;
    const outcome = await writer.write(lines);
    if (outcome.kind !== "written") throw new Error(outcome.reason);
    lines = [];
  };
  for (let atMs = fromMs, n = 0; atMs < toMs; atMs += atMs < denseFromMs ? hourMs : minuteMs, n++) {
    for (const { id } of site.config.devices) lines.push(...readingOf(id, atMs, n, site));
    if (n % 15 === 0 || atMs < denseFromMs)
      for (const room of site.rooms.keys()) lines.push(...quarterOf(room, atMs, n, site));
    for (const [part, fields] of Object.entries(systemFigures)) {
      const values = Object.fromEntries(fields.filter((name) => name !== "series").map((name) => [name, n % 9]));
      if (!part.startsWith("series")) lines.push(systemPoint({ part, atMs, values }, site));
    }
    if (lines.length >= linesAtOnce) await flush();
  }
  await flush();
  writer.close();
  return points;
}

function readingOf(id: string, atMs: number, n: number, site: Site): InfluxPoint[] {
  const kind = id.slice(0, id.indexOf("-")) as keyof typeof kinds;
  const values = kinds[kind](Math.sin(n / 97 + id.length) * 2);
  const about = { id: 0, device: id, atMs, receivedAtMs: atMs, session: null, seq: null, flags: 0, sameInstant: 0 };
  const points = samplePoints({ ...about, values: { ...values, ...derive(values) } }, site);
  const alive = { id, atMs, online: true, missing: 0, clockOffsetMs: 12, calibrationDueD: 100 };
  return [...points, devicePoint(alive, site)];
}

/** Figures, and now and then an alarm from its beginning to its end, and a visit. */
function quarterOf(room: string, atMs: number, n: number, site: Site): InfluxPoint[] {
  const series = (quantity: string, value: number) => ({
    ...{ quantity, madeAtMs: atMs, everyMs: 15 * minuteMs },
    ...{ value: [value], low: [value - 1], high: [value + 1] },
  });
  const values = { mould_index: 0.2, twpi_y: 50, emc_pct: 9, minutes_outside: n % 30 };
  const forecasts = [series("temperature_c", 20), series("relative_humidity_pct", 50)];
  const points = roomPoints({ n, room, atMs, values, forecasts }, site);
  const at = n + Number(room.slice(2));
  if (at % 83 === 0) {
    const condition = (["humidity-high", "sensor-silent", "smoke-prealarm", "door-held-open"] as const)[at % 4]!;
    const life = [
      ["raised", "unacknowledged"],
      ["acknowledged", "acknowledged"],
      ["returned", "normal"],
    ] as const;
    for (const [k, [transition, state]] of life.entries()) {
      const alarm = {
        n,
        sameBefore: 0,
        atMs: atMs + k * 7 * minuteMs,
        id: `a${n}`,
        room,
        condition,
        transition,
        state,
      };
      const facts = { priority: "medium" as const, value: 61, limit: 60, message: "61 %", by: null };
      points.push(alarmPoint({ ...alarm, ...facts, sinceRaisedS: k * 420 }, site));
    }
  }
  if (at % 6 === 0) {
    for (const [k, direction] of ["in", "out"].entries()) {
      const badge = { atMs: atMs + k * 300_000, room, door: `d-${room}`, category: "archivist", result: "granted" };
      points.push(accessPoint({ ...badge, id: `b${n}`, direction, seq: null, sameBefore: 0 }, site));
      points.push(insidePoint({ atMs: badge.atMs, room, category: "archivist", count: 1 - k }, site));
    }
  }
  return points;
}

function siteOf(rooms: number, url: string): Site {
  const ids = Array.from({ length: rooms }, (_, at) => `r-${at}`);
  const kindNames = Object.keys(kinds) as (keyof typeof kinds)[];
  const file: SiteFile = {
    site: { id: "north", name: { zh: "北院", en: "North" } },
    stores: [{ kind: "influx-v1", url, database: "archive" }],
    buildings: [{ id: "a", name: { zh: "住院部", en: "Inpatients" } }],
    rooms: ids.map((id, at) => ({ id, building: "a", floor: 1 + Math.floor(at / 20) })),
    devices: ids.flatMap((room) =>
      kindNames.map((kind) => ({
        id: `${kind}-${room}`,
        room,
        quantities: Object.keys(kinds[kind](0)) as (keyof Values)[],
        interval: "60s",
      })),
    ),
    doors: ids.map((room) => ({ id: `d-${room}`, room, contact: `door-${room}` })),
  };
  // JSON is YAML.
  return parseSite(JSON.stringify(file), { directory: ".", name: "site.yaml", nowMs: Date.now() }).site;
}
