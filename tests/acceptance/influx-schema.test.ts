import { describe, expect, onTestFinished, test } from "vitest";
import { askInflux } from "../influx.ts";
import { aDevice, aHouse, eventually, publish, siteFile, startSentry, telemetry } from "../sentry.ts";
import { isMissing, startInfluxV1 } from "../servers.ts";

describe.skipIf(isMissing("influxd"))("the history in InfluxDB (skipped where influxd is not installed)", () => {
  test("holds climate with what derives from it, states, alarms, devices and the system's own figures", async () => {
    const influx = (await startInfluxV1())!;
    onTestFinished(() => influx.remove());
    const calibrations = [{ quantity: "temperature_c" as const, on: "2020-01-01", due: "2020-06-01" }];
    const house = aHouse(
      siteFile([], {
        devices: [
          aDevice("dev-1", { calibrations, quantities: ["temperature_c", "relative_humidity_pct", "smoke_alarm"] }),
        ],
        stores: [{ kind: "influx-v1", url: influx.url, database: "archive" }],
      }),
    );
    const sentry = await startSentry(house);
    const client = await sentry.connect("dev-1");
    const sample = { temperature_c: 20, relative_humidity_pct: 50, smoke_alarm: true, battery_pct: 77 };
    await publish(client, telemetry("dev-1"), [sample]);
    const rows = (query: string) => askInflux(influx, "archive", query);
    await eventually(
      "the alarm is in InfluxDB",
      async () => (await rows('SELECT "message" FROM "alarm" WHERE "condition" = \'smoke-alarm\'')).length === 1,
    );
    await eventually(
      "the sample is in InfluxDB",
      async () => (await rows('SELECT "state" FROM "smoke_alarm"')).length === 1,
    );
    expect((await rows('SELECT "dew_point_c" FROM "environment"'))[0]?.[1]).toBeCloseTo(9.26, 2);
    expect((await rows('SELECT "state" FROM "smoke_alarm" WHERE "room" = \'a-101\''))[0]?.[1]).toBe(1);
    expect((await rows('SELECT "battery_pct" FROM "device"'))[0]?.[1]).toBe(77);
    // Before its first message nobody knows whether a device is online.
    const [, online, missing, dueD] = (await rows('SELECT "online", "seq_gap", "calibration_due_d" FROM "device"'))[0]!;
    expect([online, missing]).toEqual([null, 0]);
    expect(dueD).toBeLessThan(0);
    expect(await rows('SELECT "head" FROM "sentry" WHERE "part" = \'intake\'')).not.toEqual([]);
    expect(await rows('SELECT "value", "limit" FROM "alarm" WHERE "condition" = \'smoke-alarm\'')).toEqual([]);
    await sentry.stop();
  });
});
