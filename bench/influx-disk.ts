import { derive } from "../collector/derived.ts";
import { createCoarseBackfill, setUpStore } from "../collector/index.ts";
import { ask } from "../collector/influx-setup/influx-request.ts";
import { samplePoints } from "../collector/stores/influx-lines.ts";
import { createInfluxV1 } from "../collector/stores/influx-v1.ts";
import type { Values } from "../contract/index.ts";
import { systemClock } from "../core/index.ts";
import { parseSite, type SiteFile } from "../site/index.ts";
import { startInfluxV1 } from "../tests/servers.ts";
import { row, say } from "./report.ts";

/**
 * `npm run bench -- influx-disk [--rooms N] [--minutes M]`: how many series a site of N rooms with five devices each makes
 * in a real InfluxDB 1.x, and what so many minutes of readings take on disk, raw and coarse. So that it is compacted at
 * once, set INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION and INFLUXDB_DATA_COMPACT_FULL_WRITE_COLD_DURATION to 1s.
 */

const minuteMs = 60_000;
const dayMs = 86_400_000;
const fromMs = Date.UTC(2026, 0, 5);
const daysAYear = 365;

/** What the devices of a room say, a minute at a time; a slow walk in steps that sensors have. */
const kinds: Record<string, (walk: () => number, minute: number) => Values> = {
  climate: (walk) => ({
    temperature_c: round(20 + walk(), 2),
    relative_humidity_pct: round(50 + 3 * walk(), 1),
    battery_pct: 90,
    rssi_dbm: -70 + Math.round(2 * walk()),
  }),
  smoke: (walk) => ({
    smoke_obscuration_pct_per_m: round(0.02 + 0.01 * Math.abs(walk()), 3),
    temperature_c: round(21 + walk(), 1),
    battery_pct: 90,
  }),
  door: (_, minute) => ({ door: minute % 240 < 2 ? 1 : 0, battery_pct: 90 }),
  leak: () => ({ leak: 0, battery_pct: 90 }),
  air: (walk) => ({ co2_ppm: Math.round(600 + 40 * walk()), illuminance_lux: 0 }),
};
const round = (value: number, digits: number) => Number(value.toFixed(digits));

export async function influxDisk({ rooms, minutes }: { rooms: number; minutes: number }): Promise<void> {
  const influx = await startInfluxV1();
  if (influx === null) return say("influx-disk: influxd is not installed");
  try {
    const site = siteOf(rooms, influx.url);
    const [store] = site.config.stores;
    if (store === undefined) return;
    const access = { url: influx.url, timeoutMs: 600_000 };
    const given = { site, store, credentials: {}, clock: systemClock };
    for await (const _ of setUpStore({ ...given, readTokenFile: "", dryRun: false, hasPast: true }));
    const writer = createInfluxV1({ url: influx.url, database: "archive", timeoutMs: 600_000, clock: systemClock });
    const devices = site.config.devices.map(({ id }) => ({ id, say: kinds[id.split("-")[0]!]!, walk: walker(id) }));
    let points = 0;
    const beganMs = performance.now();
    for (let minute = 0; minute < minutes; minute++) {
      const lines = devices.flatMap(({ id, say: values, walk }) => {
        const said = values(walk, minute);
        const atMs = fromMs + minute * minuteMs;
        const about = {
          id: 0,
          device: id,
          atMs,
          receivedAtMs: atMs,
          session: null,
          seq: null,
          flags: 0,
          sameInstant: 0,
        };
        return samplePoints({ ...about, values: { ...said, ...derive(said) } }, site);
      });
      points += lines.length;
      const outcome = await writer.write(lines);
      if (outcome.kind !== "written") throw new Error(outcome.reason);
    }
    writer.close();
    const seconds = (performance.now() - beganMs) / 1_000;
    const coarse = await createCoarseBackfill(given);
    const coarseMs = performance.now();
    await coarse.fill({ fromMs, toMs: fromMs + dayMs });
    say(`InfluxDB 1.x, ${rooms} rooms with 5 devices, ${minutes} minutes with a reading each`);
    const [cardinality] = await ask(access, 'SHOW SERIES EXACT CARDINALITY ON "archive"');
    const series = (cardinality ?? []).map(({ name, values }) => [name, Number(values[0]?.[0] ?? 0)] as const);
    row("series", { ...Object.fromEntries(series), all: series.reduce((sum, [, count]) => sum + count, 0) });
    row("written", { points, "points a second": Math.round(points / seconds) });
    row("coarse series", { seconds: round((performance.now() - coarseMs) / 1_000, 1) });
    const bytes = await settledBytes(async () => {
      const [stats = []] = await ask(access, "SHOW STATS FOR 'tsm1_filestore'");
      return Object.fromEntries(
        Object.entries(Object.groupBy(stats, ({ tags }) => tags.retentionPolicy ?? "")).map(([policy, of = []]) => [
          policy,
          of.reduce((sum, { columns, values }) => sum + Number(values[0]?.[columns.indexOf("diskBytes")] ?? 0), 0),
        ]),
      );
    });
    for (const policy of ["raw", "one_minute", "one_hour"]) {
      const day = bytes[policy] ?? 0;
      const aYear = (day / minutes) * (dayMs / minuteMs) * daysAYear;
      row(policy, { MB: round(day / 1e6, 2), "GB a year": round(aYear / 1e9, 2) });
    }
  } finally {
    await influx.remove();
  }
}

/** What is written lies in memory first, and is compacted later: until nothing has changed for a while. */
async function settledBytes(read: () => Promise<Record<string, number>>): Promise<Record<string, number>> {
  let before = "";
  for (let quiet = 0; quiet < 3; ) {
    await systemClock.sleep(10_000);
    const now = JSON.stringify(await read());
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
  return read();
}

function siteOf(rooms: number, url: string) {
  const ids = Array.from({ length: rooms }, (_, at) => `r-${at}`);
  const file: SiteFile = {
    site: { id: "north", name: { zh: "北院", en: "North" } },
    stores: [{ kind: "influx-v1", url, database: "archive" }],
    buildings: [{ id: "a", name: { zh: "住院部", en: "Inpatients" } }],
    rooms: ids.map((id) => ({ id, building: "a" })),
    devices: ids.flatMap((room) =>
      Object.keys(kinds).map((kind) => ({ id: `${kind}-${room}`, room, quantities: ["temperature_c" as const] })),
    ),
  };
  // JSON is YAML.
  return parseSite(JSON.stringify(file), { directory: ".", name: "site.yaml", nowMs: Date.now() }).site;
}

/** A walk that stays near 0; the same one in each run. */
function walker(seed: string): () => number {
  let state = [...seed].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7) || 1;
  let at = 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    at = at * 0.995 + (state / 2 ** 32 - 0.5) * 0.1;
    return at;
  };
}
