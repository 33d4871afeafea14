import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { onTestFinished } from "vitest";
import { parse } from "yaml";
import { createSentry, openDataFolder, prepareSampleHospital, samplePath } from "../../app/index.ts";
import { silentLogger, systemClock } from "../../core/index.ts";
import { loadSite, type Site, type SiteFile } from "../../site/index.ts";
import { runCli } from "../cli/builders.ts";
import { askInflux } from "../influx.ts";
import { aHouse, eventually } from "../sentry.ts";
import { startInfluxV1, type TestServer } from "../servers.ts";

/** A real InfluxDB with the sample hospital's month in it: set up, and then filled, by the program alone. */

export const database = "archive";

export interface Filled {
  influx: TestServer;
  site: Site;
}

export async function filledInflux(): Promise<Filled> {
  const influx = (await startInfluxV1())!;
  onTestFinished(() => influx.remove());
  const file: SiteFile = parse(readFileSync(samplePath, "utf8"));
  const house = aHouse({
    ...file,
    calendar: { ...file.calendar, days_file: resolve(samplePath, "..", "calendar.csv") },
    limits: { disk_free: "1B" },
    stores: [{ kind: "influx-v1", url: influx.url, database }],
  });
  const setUp = await runCli(["history", "setup", "--config", house.config]);
  if (setUp.code !== 0) throw new Error(setUp.err);
  const clock = systemClock;
  const log = silentLogger;
  const data = openDataFolder(house.data);
  const sample = await prepareSampleHospital({
    data,
    clock,
    log,
    mqttPort: 0,
    httpPort: 0,
    path: house.config,
    days: 10,
  });
  await sample.live({ onProgress() {}, signal: new AbortController().signal });
  const sentry = createSentry({ site: sample.site, data, clock, log, credentials: sample.credentials });
  onTestFinished(() => sentry.stop());
  await sentry.start();
  sample.begin(sentry);
  sample.startIncident();
  onTestFinished(() => sample.stop());
  const newest = async (query: string) => (await askInflux(influx, database, query))[0]?.[1];
  await eventually(
    "the month, what devices are like now and the averages of the past are in InfluxDB",
    async () =>
      Number(await newest('SELECT count("twpi_y") FROM "one_hour"."room"')) > 12 * 24 * 9 &&
      (await newest(`SELECT last("id") FROM "alarm" WHERE "condition" = 'smoke-alarm' AND time > now() - 2m`)) !==
        undefined &&
      (await newest('SELECT last("battery_pct") FROM "device" WHERE time > now() - 1m')) !== undefined &&
      Number(await newest('SELECT sum("online") FROM "device" WHERE time > now() - 90s')) > 40,
    150_000,
  );
  await sample.stop();
  await sentry.stop();
  return { influx, site: loadSite(house.config, { nowMs: Date.now() }).site };
}
