import { describe, expect, onTestFinished, test } from "vitest";
import { alarmsResponse, journalResponse, roomsResponse } from "../../contract/index.ts";
import { askInflux } from "../influx.ts";
import { aHouse, eventually, publish, siteFile, startSentry, telemetry } from "../sentry.ts";
import { isMissing, startInfluxV1 } from "../servers.ts";

const quarterMs = 15 * 60_000;

/** Three hours in which humidity climbs towards 60 %, up to three minutes ago: what is newer waits for its turn. */
function climbing() {
  const samples = [];
  for (let n = 12; n >= 0; n--) {
    const at = new Date(Date.now() - 3 * 60_000 - n * quarterMs).toISOString();
    samples.push({ at, temperature_c: 20, relative_humidity_pct: 59 - 0.75 * n });
  }
  return samples;
}

describe("a room that is about to leave its limits", () => {
  test("says so in the API: when, between when and when, how probable, and the curve", async () => {
    const sentry = await startSentry(aHouse(siteFile(["dev-1"])));
    const client = await sentry.connect("dev-1");
    await publish(client, telemetry("dev-1"), climbing());
    const { alarms } = await eventually("the warning stands", async () => {
      const found = await sentry.ask(alarmsResponse, "/api/v1/alarms");
      return found.alarms.some(({ condition }) => condition === "humidity-forecast") ? found : undefined;
    });
    const warning = alarms.find(({ condition }) => condition === "humidity-forecast")!;
    const at = (text: string | undefined) => Date.parse(text ?? "");
    expect(warning.limit).toBe(60);
    expect(at(warning.expectedAt)).toBeGreaterThan(Date.now() - quarterMs);
    expect(at(warning.expectedFrom)).toBeLessThanOrEqual(at(warning.expectedAt));
    expect(at(warning.expectedTo)).toBeGreaterThan(at(warning.expectedAt));
    expect(warning.probability).toBeGreaterThanOrEqual(0.6);

    const { journal } = await sentry.ask(journalResponse, "/api/v1/alarms/journal");
    const line = journal.find(({ id, transition }) => id === warning.id && transition === "raised");
    expect(line).toMatchObject({ expectedAt: warning.expectedAt, probability: warning.probability });

    const { rooms } = await sentry.ask(roomsResponse, "/api/v1/rooms");
    const forecast = rooms[0]!.forecast.relative_humidity_pct!;
    expect(forecast.points).toHaveLength(24);
    expect(at(forecast.points.at(-1)!.at) - at(forecast.madeAt)).toBe(24 * quarterMs);
    const upper = forecast.limits.find(({ side }) => side === "high");
    expect(upper).toMatchObject({ limit: 60, warned: true, crossing: { at: warning.expectedAt } });
    await sentry.stop();
  });
});

describe.skipIf(isMissing("influxd"))("figures of rooms in InfluxDB (skipped where influxd is not installed)", () => {
  test("are there: what the air means for holdings, and the forecast at the times it is for", async () => {
    const influx = (await startInfluxV1())!;
    onTestFinished(() => influx.remove());
    const store = { kind: "influx-v1" as const, url: influx.url, database: "archive" };
    const sentry = await startSentry(aHouse(siteFile(["dev-1"], { stores: [store] })));
    const client = await sentry.connect("dev-1");
    const samples = climbing();
    for (const sample of samples) await publish(client, telemetry("dev-1"), sample);
    const rows = (fields: string) =>
      askInflux(influx, "archive", `SELECT ${fields} FROM "room" WHERE "room" = 'a-101' AND "site" = 'north'`);
    const figures = await eventually("every quarter of an hour is in InfluxDB", async () => {
      const found = await rows('"emc_pct", "mould_index", "minutes_outside", "twpi_y"');
      return found.length >= samples.length ? found : undefined;
    });
    const [, moisture, mould, minutesOutside, preservationY] = figures.at(-1)!;
    expect(moisture).toBeCloseTo(10.8, 0);
    expect([mould, minutesOutside]).toEqual([0, expect.any(Number)]);
    expect(preservationY).toBeGreaterThan(10);
    const names = ["forecast_temperature_c", "forecast_relative_humidity_pct"];
    for (const name of names) {
      const curve = await rows(`"${name}", "${name}_low", "${name}_high"`);
      expect(Number(curve.at(-1)![0])).toBeGreaterThan(Date.now() + 5 * 3_600_000);
      for (const [, value, low, high] of curve) {
        expect(Number(low)).toBeLessThanOrEqual(Number(value));
        expect(Number(high)).toBeGreaterThanOrEqual(Number(value));
      }
    }
    // Each moment is there once, whichever forecasts were for it.
    const times = (await rows('"forecast_temperature_c"')).map(([atMs]) => atMs);
    expect(new Set(times).size).toBe(times.length);
    await sentry.stop();
  });
});
