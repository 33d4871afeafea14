import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { backfill } from "../../app/index.ts";
import { compareHistory, logOf, openPastHistory, setUpStore } from "../../collector/index.ts";
import { ask } from "../../collector/influx-setup/influx-request.ts";
import { silentLogger, systemClock } from "../../core/index.ts";
import { loadSite } from "../../site/index.ts";
import { aDevice, aHouse, type House, publish, siteFile, startSentry, telemetry } from "../sentry.ts";
import { isMissing, startInfluxV1, type TestServer } from "../servers.ts";
import { runCli } from "./builders.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Ten days ago, at the beginning of a day of UTC. */
const fromMs = Math.floor(Date.now() / dayMs - 10) * dayMs;

const devices = ["dev-1", "dev-2"];
const file = (url: string) =>
  siteFile([], {
    devices: devices.map((id) => aDevice(id, { interval: "1h" })),
    stores: [{ kind: "influx-v1", url, database: "archive" }],
  });

/** Two devices that reported every ten minutes for three days, kept by a program that knew no InfluxDB yet. */
async function threeDays(url: string): Promise<House> {
  const { stores: _, ...alone } = file(url);
  const house = aHouse(alone);
  const sentry = await startSentry(house);
  for (const [lane, device] of devices.entries()) {
    const client = await sentry.connect(device);
    const samples = Array.from({ length: 3 * 144 }, (_, at) => ({
      at: fromMs + at * 10 * minuteMs,
      temperature_c: 18 + lane + (at % 6) / 10,
      relative_humidity_pct: 50,
      battery_pct: 90,
    }));
    await publish(client, telemetry(device), samples);
    await client.endAsync();
  }
  await sentry.sentry.settled();
  await sentry.stop();
  house.rewrite(file(url));
  return house;
}

async function anInflux(): Promise<TestServer> {
  const influx = (await startInfluxV1())!;
  onTestFinished(() => influx.remove());
  return influx;
}

const askInflux = async (influx: TestServer, database: string, query: string) =>
  (await ask({ url: influx.url, timeoutMs: 5_000 }, query, database)).flat().flatMap(({ values }) => values);
/** Without a process of its own. */
async function setUp(house: House) {
  const { site } = loadSite(house.config, { nowMs: Date.now() });
  const steps: string[] = [];
  for await (const { name, outcome, because } of setUpStore({
    site,
    store: site.config.stores[0]!,
    credentials: {},
    readTokenFile: join(house.folder, "influx-read.token"),
    dryRun: false,
    hasPast: false,
    clock: systemClock,
  })) {
    if (outcome !== "there") steps.push([name, outcome, because].filter((word) => word !== undefined).join(" "));
  }
  return steps;
}
function runBackfill(house: House, options: Partial<Parameters<typeof backfill>[0]> = {}) {
  const { site } = loadSite(house.config, { nowMs: Date.now() });
  return backfill({
    site,
    store: site.config.stores[0]!,
    folder: house.data,
    credentials: {},
    clock: systemClock,
    log: silentLogger,
    signal: new AbortController().signal,
    onProgress() {},
    ...options,
  });
}
const compared = z.object({
  device: z.string(),
  day: z.string(),
  missing: z.number(),
  sqlite: z.number(),
  influx: z.number(),
});
const of = (house: House) => ["--config", house.config, "--data", house.data];
const count = async (influx: TestServer, from: string) =>
  Number((await askInflux(influx, "archive", `SELECT count("temperature_c") FROM ${from}`))[0]?.[1] ?? 0);

describe.skipIf(isMissing("influxd"))("archive-sentry history, on InfluxDB 1.x", () => {
  test("setup makes what is needed, says so, and finds nothing to do the second time", async () => {
    const influx = await anInflux();
    const house = aHouse(file(influx.url));
    const setup = (...more: string[]) => runCli(["history", "setup", ...of(house), ...more]);

    const dry = await setup("--dry-run");
    expect(dry).toMatchObject({ code: 0, err: "15 to do, nothing was changed\n" });
    expect(dry.out).toContain("would be created");
    expect(await askInflux(influx, "archive", "SHOW DATABASES")).toEqual([]);

    const first = await setup();
    expect(first).toMatchObject({ code: 0, err: "15 of 15 done, the rest stays as it is\n" });
    const policies = await askInflux(influx, "archive", 'SHOW RETENTION POLICIES ON "archive"');
    expect(policies).toEqual([
      ["raw", "0s", "672h0m0s", 1, true],
      ["one_minute", "0s", "672h0m0s", 1, false],
      ["one_hour", "0s", "8736h0m0s", 1, false],
    ]);
    expect(await askInflux(influx, "archive", "SHOW CONTINUOUS QUERIES")).toHaveLength(10);
    // A new database with no past: charts may read the coarse series from now on.
    expect(await askInflux(influx, "archive", 'SELECT "series" FROM "sentry"')).toEqual([
      [4_102_444_800_000, "one_minute."],
      [4_102_444_801_000, "one_hour."],
    ]);

    const second = await setup();
    expect(second).toMatchObject({ code: 0, err: "0 of 15 done, the rest stays as it is\n" });
    expect(second.out).not.toContain("created");
  });

  test("a length of time in the site file is put in force, and nothing else is touched", async () => {
    const influx = await anInflux();
    const house = aHouse(file(influx.url));
    await setUp(house);
    house.rewrite({
      ...file(influx.url),
      stores: [{ kind: "influx-v1", url: influx.url, database: "archive", keep: { one_minute: "400d" } }],
    });
    expect(await setUp(house)).toEqual(["one_minute changed"]);
    expect((await askInflux(influx, "archive", 'SHOW RETENTION POLICIES ON "archive"'))[1]).toEqual([
      "one_minute",
      "9600h0m0s",
      "672h0m0s",
      1,
      false,
    ]);
  });

  test("what is kept for a short time is in shards that are shorter still, made so or shortened later", async () => {
    const influx = await anInflux();
    const short = {
      kind: "influx-v1" as const,
      url: influx.url,
      database: "archive",
      keep: { raw: "10d", one_hour: "90d" },
    };
    const policies = async () =>
      (await askInflux(influx, "archive", 'SHOW RETENTION POLICIES ON "archive"')).map((row) => row.slice(0, 3));
    const house = aHouse({ ...file(influx.url), stores: [short] });
    await setUp(house);
    const expected = [
      ["raw", "240h0m0s", "60h0m0s"],
      ["one_minute", "0s", "672h0m0s"],
      ["one_hour", "2160h0m0s", "540h0m0s"],
    ];
    expect(await policies()).toEqual(expected);
    house.rewrite({
      ...file(influx.url),
      stores: [{ ...short, keep: { raw: "10d", one_minute: "2d", one_hour: "90d" } }],
    });
    expect(await setUp(house)).toEqual(["one_minute changed"]);
    expect(await policies()).toEqual(expected.with(1, ["one_minute", "48h0m0s", "12h0m0s"]));
  });

  test("a continuous query of an older version is made anew", async () => {
    const influx = await anInflux();
    const house = aHouse(file(influx.url));
    await setUp(house);
    await askInflux(influx, "archive", 'DROP CONTINUOUS QUERY "room_one_hour" ON "archive"');
    await askInflux(
      influx,
      "archive",
      'CREATE CONTINUOUS QUERY "room_one_hour" ON "archive" BEGIN SELECT mean("twpi_y") AS "twpi_y" INTO "one_hour"."room" FROM "room" GROUP BY time(1h), * END',
    );
    const again = await runCli(["history", "setup", ...of(house), "--json"]);
    expect(again.out).toContain(
      '{"kind":"continuous-query","name":"room_one_hour","outcome":"changed","dryRun":false}',
    );
  });

  test("a database that holds readings keeps its policy; charts wait for the backfill", async () => {
    const influx = await anInflux();
    await askInflux(influx, "archive", 'CREATE DATABASE "archive"');
    await fetch(`${influx.url}/write?db=archive`, { method: "POST", body: "environment,room=a-101 temperature_c=20" });
    const house = aHouse(file(influx.url));
    const steps = await setUp(house);
    expect(steps).toContain("autogen kept holds-data");
    expect(steps).toContain("coarse series later past-missing");
    expect(await askInflux(influx, "archive", 'SELECT "series" FROM "sentry"')).toEqual([]);
    expect(String(await askInflux(influx, "archive", "SHOW CONTINUOUS QUERIES"))).toContain(
      "FROM archive.autogen.room",
    );
  });

  test("backfill writes everything there is, then the coarse series, and charts read them", async () => {
    const influx = await anInflux();
    const house = await threeDays(influx.url);
    const setup = await runCli(["history", "setup", ...of(house)]);
    expect(setup.out).toContain("run archive-sentry history backfill");
    const ended = await runCli(["history", "backfill", ...of(house)]);
    expect(ended).toMatchObject({
      code: 0,
      err: "there are no figures and forecasts of rooms to be written\nthere are no visits to be written\nthe coarse series are made, and charts read them\n",
    });
    expect(await count(influx, "environment")).toBe(2 * 3 * 144);
    // A reading every ten minutes: as many minutes with one, and 72 hours a device.
    expect(await count(influx, "one_minute.environment")).toBe(2 * 3 * 144);
    expect(await count(influx, "one_hour.environment")).toBe(2 * 72);
    const hour = await askInflux(
      influx,
      "archive",
      `SELECT temperature_c FROM one_hour.environment WHERE device = 'dev-2' AND time = ${fromMs}ms`,
    );
    expect(hour[0]?.[1]).toBeCloseTo(19.25, 6);
    expect(await askInflux(influx, "archive", 'SELECT "series" FROM "sentry"')).toHaveLength(2);
  }, 30_000);

  test("backfill of a part writes that part", async () => {
    const influx = await anInflux();
    const house = await threeDays(influx.url);
    await setUp(house);
    // Somebody was let in: what charts show of it stands in the ledger's file.
    const db = new DatabaseSync(join(house.data, "ledger.db"));
    db.prepare(
      `INSERT INTO access_points (at_ms, room, category, id, door, result, direction, seq, same_before, count)
       VALUES (?, 'a-101', 'archivist', 'e1', 'd1', 'granted', 'in', 1, 0, NULL)`,
    ).run(fromMs + dayMs);
    db.close();
    const [from, to] = [fromMs + dayMs, fromMs + 2 * dayMs].map((atMs) => new Date(atMs).toISOString());
    const ended = await runCli(["history", "backfill", ...of(house), "--from", from!, "--to", to!]);
    expect(ended.code).toBe(0);
    expect(await count(influx, "environment")).toBe(2 * 144);
    expect(await count(influx, "one_hour.environment")).toBe(2 * 24);
    expect(await askInflux(influx, "archive", 'SELECT "id", "room" FROM "access"')).toEqual([
      [fromMs + dayMs, "e1", "a-101"],
    ]);
  }, 30_000);

  test("check finds nothing after a backfill, and names the day and the device that lost something", async () => {
    const influx = await anInflux();
    const house = await threeDays(influx.url);
    await runBackfill(house);
    const check = () => runCli(["history", "check", ...of(house), "--from", new Date(fromMs).toISOString(), "--json"]);
    const same = await check();
    expect(same).toMatchObject({ code: 0 });
    const rows = same.out
      .trim()
      .split("\n")
      .map((line) => compared.parse(JSON.parse(line)));
    // Two quantities, three that are derived of them, and the battery: six values a sample.
    expect(rows.reduce((sum, { influx: count }) => sum + count, 0)).toBe(2 * 3 * 144 * 6);
    // Days of Shanghai: three days of UTC lie in four of them.
    expect(new Set(rows.map(({ day }) => day)).size).toBe(4);
    // The log still has what was published a moment ago, unless it was pruned already.
    expect(rows.every(({ missing }) => missing === 0)).toBe(true);

    const lost = `time >= ${fromMs + dayMs}ms AND time < ${fromMs + dayMs + 60 * minuteMs}ms`;
    await askInflux(influx, "archive", `DELETE FROM "environment" WHERE "device" = 'dev-2' AND ${lost}`);
    const different = await check();
    expect(different.code).toBe(1);
    const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(fromMs + dayMs);
    const found = different.out.split("\n").filter((line) => line.includes('"differs":true'));
    expect(found).toHaveLength(1);
    expect(compared.parse(JSON.parse(found[0]!))).toMatchObject({
      device: "dev-2",
      day,
      sqlite: 864,
      influx: 864 - 30,
    });
  }, 30_000);

  test("a message of the log that never came into the history is missed", async () => {
    const influx = await anInflux();
    const house = await threeDays(influx.url);
    await runBackfill(house);
    const db = new DatabaseSync(join(house.data, "history.db"));
    const { count } = z.object({ count: z.number() }).parse(db.prepare("SELECT count(*) AS count FROM samples").get());
    db.exec(`DELETE FROM samples WHERE at_ms = ${fromMs} AND device = 1`);
    db.close();
    expect(count).toBe(2 * 3 * 144);
    const { site } = loadSite(house.config, { nowMs: Date.now() });
    const history = openPastHistory(join(house.data, "history.db"));
    onTestFinished(() => history.close());
    const rows = await Array.fromAsync(
      compareHistory({
        site,
        store: site.config.stores[0]!,
        credentials: {},
        history,
        log: logOf({ intake: join(house.data, "intake.db"), history: join(house.data, "history.db") }, site),
        fromMs,
        toMs: fromMs + dayMs,
      }),
    );
    expect(rows.filter(({ differs }) => differs)).toMatchObject([
      { device: "dev-1", missing: 3, sqlite: 570, influx: 576 },
    ]);
  }, 30_000);

  test("backfill works beside a running instance, says that the server is away, stops and goes on from there", async () => {
    const influx = await anInflux();
    const house = await threeDays(influx.url);
    const { stores: _, ...alone } = file(influx.url);
    house.rewrite(alone);
    await startSentry(house);
    house.rewrite(file(influx.url));
    await influx.stop();
    await expect(runBackfill(house)).rejects.toMatchObject({ code: "store-unreachable" });
    await influx.restart();
    await setUp(house);
    const stopping = new AbortController();
    const stopped = await runBackfill(house, { signal: stopping.signal, onProgress: () => stopping.abort() });
    expect(stopped).toMatchObject({ resumed: false, stopped: true });
    expect(await count(influx, "one_hour.environment")).toBe(0);
    const ended = await runBackfill(house);
    expect(ended).toMatchObject({ resumed: true, stopped: false, coarse: "made" });
    expect(await count(influx, "environment")).toBe(2 * 3 * 144);
    expect(await count(influx, "one_hour.environment")).toBe(2 * 72);
    // What is finished is forgotten: the next one begins anew.
    expect(await runBackfill(house)).toMatchObject({ resumed: false });
  }, 30_000);

  test.each([
    [["setup", "--store", "nowhere"], "--store: expected one of influx-v1, found nowhere"],
    [["backfill", "--from", "soon"], "--from: expected a time such as"],
  ])("refuses %j with exit code 2", async (args, words) => {
    const house = aHouse(file("http://127.0.0.1:9"));
    const ended = await runCli(["history", ...args, ...of(house)]);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain(words);
  });
});
