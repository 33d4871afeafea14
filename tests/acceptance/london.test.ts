import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { z } from "zod";
import { createReplay, readCsvHistory } from "../../app/index.ts";
import { timeWeightedPreservationIndexY } from "../../climate/index.ts";
import { type Excursion, excursionsResponse, readingsResponse, type Values } from "../../contract/index.ts";
import { loadSite } from "../../site/index.ts";
import { askInflux } from "../influx.ts";
import {
  aDevice,
  aHouse,
  eventually,
  publish,
  siteFile,
  startSentry,
  storedJournal,
  storedOutbox,
  storedSamples,
  telemetry,
} from "../sentry.ts";
import { isMissing, startInfluxV1 } from "../servers.ts";

const csv = join(
  process.env.SENTRY_DATA_DIR ?? join(import.meta.dirname, "../../../shared/data"),
  "london-room1-2024-jan-aug.csv",
);
const missing = !existsSync(csv);
/** Figures of the design: counts, minima and maxima exact, means and TWPI within 0.01. */
const figures = { valid: 23_419, meanT: 21.0875, meanH: 44.8773, twpi: 39.2546 };
const climate = new Set(
  ["temperature", "humidity"].flatMap((of) => ["high", "low", "swing"].map((what) => `${of}-${what}`)),
);

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.skipIf(missing)("eight months of a real sensor (skipped without the shared recordings)", () => {
  const withInflux = !missing && !isMissing("influxd");

  test(`arrive complete over MQTT${withInflux ? ", also in InfluxDB" : " (InfluxDB is not installed)"}`, async () => {
    const influx = withInflux ? (await startInfluxV1())! : null;
    if (influx) onTestFinished(() => influx.remove());
    const house = aHouse(
      siteFile([], {
        limits: { trusted_past: "1100d" },
        devices: [aDevice("room1", { interval: "900s" })],
        stores: influx ? [{ kind: "influx-v1", url: influx.url, database: "archive" }] : [],
      }),
    );
    const rows: { atMs: number; values: Values }[] = [];
    for await (const { atMs, values } of readCsvHistory(csv).rows) {
      if (Object.keys(values).length > 0) rows.push({ atMs, values });
    }
    const sentry = await startSentry(house);
    const client = await sentry.connect("room1");
    // A logger empties its memory: arrays first, its last week as single samples.
    const samples = rows.map(({ atMs, values }, seq) => ({
      seq,
      session: "b7f2",
      at: new Date(atMs).toISOString(),
      ...values,
    }));
    const arrays = [];
    for (let at = 0; at < samples.length - 672; at += 100)
      arrays.push(samples.slice(at, Math.min(at + 100, samples.length - 672)));
    await Promise.all(
      [...arrays, ...samples.slice(-672)].map((payload) => publish(client, telemetry("room1"), payload)),
    );
    await sentry.sentry.settled();

    const stored = storedSamples(house);
    expect(stored).toHaveLength(figures.valid);
    expectFigures(
      stored.map((row) => row.temperatureC!),
      stored.map((row) => row.humidityPct!),
    );
    expect(
      timeWeightedPreservationIndexY(
        stored.map((row) => ({ temperatureC: row.temperatureC!, relativeHumidityPct: row.humidityPct! })),
      ),
    ).toBeCloseTo(figures.twpi, 2);

    if (influx) {
      const count = () => askInflux(influx, "archive", "SELECT count(temperature_c) FROM environment");
      await eventually("all samples in InfluxDB", async () => (await count())[0]?.[1] === figures.valid, 20_000);
      const written = await askInflux(
        influx,
        "archive",
        "SELECT temperature_c, relative_humidity_pct FROM environment",
      );
      expectFigures(
        written.map((row) => Number(row[1])),
        written.map((row) => Number(row[2])),
      );
      expect(
        timeWeightedPreservationIndexY(
          written.map((row) => ({ temperatureC: Number(row[1]), relativeHumidityPct: Number(row[2]) })),
        ),
      ).toBeCloseTo(figures.twpi, 2);
    }

    // Nobody is paged for history.
    expect(storedOutbox(house)).toEqual([]);
    expect(storedJournal(house).filter((row) => row.room !== null)).toEqual([]);

    const { excursions } = await sentry.ask(excursionsResponse, "/api/v1/excursions?room=a-101");
    const intervals = excursions.map(({ condition, from, to }) => ({ condition, from, to }));
    expect(intervals).toEqual(offlineIntervals(house.config, rows));
    expect(intervals.length).toBeGreaterThan(100);

    // The same through the API, a page at a time.
    let cursor: string | null = null;
    let read = 0;
    do {
      const page: z.infer<typeof readingsResponse> = await sentry.ask(
        readingsResponse,
        `/api/v1/readings?device=room1&quantity=temperature_c&limit=10000${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      if ("readings" in page) read += page.readings.length;
      cursor = page.next;
    } while (cursor !== null);
    expect(read).toBe(figures.valid);
  }, 60_000);
});

function expectFigures(temperatures: number[], humidities: number[]): void {
  expect(Math.min(...temperatures)).toBe(16);
  expect(Math.max(...temperatures)).toBe(26.2);
  expect(mean(temperatures)).toBeCloseTo(figures.meanT, 2);
  expect(Math.min(...humidities)).toBe(20.5);
  expect(Math.max(...humidities)).toBe(71.6);
  expect(mean(humidities)).toBeCloseTo(figures.meanH, 2);
}

/** The stays beyond a limit that `replay` finds in the file. */
function offlineIntervals(config: string, rows: { atMs: number; values: Values }[]) {
  const replay = createReplay(loadSite(config, { nowMs: Date.now() }).site);
  const intervals: Pick<Excursion, "condition" | "from" | "to">[] = [];
  for (const row of rows) {
    for (const { alarm, transition, atMs } of replay.push({ device: "room1", ...row })) {
      if (!climate.has(alarm.condition)) continue;
      const at = new Date(atMs).toISOString();
      if (transition === "raised") intervals.push({ condition: alarm.condition, from: at, to: null });
      else intervals.findLast((interval) => interval.condition === alarm.condition && interval.to === null)!.to = at;
    }
  }
  return intervals;
}
