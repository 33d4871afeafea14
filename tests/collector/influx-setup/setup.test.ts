import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createCoarseBackfill, setUpStore } from "../../../collector/index.ts";
import { systemClock } from "../../../core/index.ts";
import { loadSite, type SiteFile } from "../../../site/index.ts";
import { aHouse, type House, siteFile } from "../../sentry.ts";
import { isMissing, startVictoriaMetrics } from "../../servers.ts";
import { fakeInfluxV2, fakeInfluxV3 } from "./stand-ins.ts";

type Store = NonNullable<SiteFile["stores"]>[number];

function houseWith(url: string, changes: Partial<Extract<Store, { kind: "influx-v2" }>> = {}): House {
  const store: Store = {
    kind: "influx-v2",
    url,
    org: "hospital",
    bucket: "archive",
    token_file: "write.token",
    ...changes,
  };
  return aHouse(siteFile(["dev-1"], { stores: [store] }));
}

async function setUp(house: House, options: { token?: string; dryRun?: boolean; hasPast?: boolean } = {}) {
  const { site } = loadSite(house.config, { nowMs: Date.now() });
  const steps: string[] = [];
  for await (const { kind, name, outcome } of setUpStore({
    site,
    store: site.config.stores[0]!,
    credentials: options.token === undefined ? {} : { token: options.token },
    readTokenFile: join(house.folder, "read.token"),
    dryRun: options.dryRun ?? false,
    hasPast: options.hasPast ?? false,
    clock: systemClock,
  })) {
    steps.push(`${kind} ${name}: ${outcome}`);
  }
  return steps;
}

test("2.x: buckets, mapping, tasks and two tokens are made; done again, nothing is", async () => {
  const influx = await fakeInfluxV2();
  const house = houseWith(influx.url);
  const first = await setUp(house, { token: influx.admin });
  expect(first).toEqual([
    "bucket archive: created",
    "bucket archive/one_minute: created",
    "bucket archive/one_hour: created",
    "mapping archive.raw: created",
    "mapping archive.one_minute: created",
    "mapping archive.one_hour: created",
    "task archive-sentry archive one_minute: created",
    "task archive-sentry archive one_hour: created",
    "token archive-sentry writes archive: created",
    "token archive-sentry reads archive: created",
    "marker coarse series: created",
  ]);
  expect(influx.buckets.map(({ retentionRules }) => retentionRules[0])).toEqual([
    { type: "expire", everySeconds: 0, shardGroupDurationSeconds: 28 * 86_400 },
    { type: "expire", everySeconds: 0, shardGroupDurationSeconds: 28 * 86_400 },
    { type: "expire", everySeconds: 0, shardGroupDurationSeconds: 364 * 86_400 },
  ]);
  expect(influx.mappings.filter((mapping) => mapping.default)).toHaveLength(1);
  const again = await setUp(house, { token: influx.admin });
  expect(again.map((line) => line.split(": ")[1])).toEqual(Array(11).fill("there"));
  expect(influx.asked.filter(({ method, path }) => method !== "GET" && path.startsWith("/api/v2/dbrps"))).toHaveLength(
    3,
  );
});

test("2.x: the token for writing may write one bucket, that for reading read three, and both are for the owner alone", async () => {
  const influx = await fakeInfluxV2();
  const house = houseWith(influx.url);
  await setUp(house, { token: influx.admin });
  const rights = influx.authorizations.map(({ permissions }) =>
    permissions.map(({ action, resource }) => `${action} ${influx.buckets.find(({ id }) => id === resource.id)?.name}`),
  );
  expect(rights).toEqual([["write archive"], ["read archive", "read archive/one_minute", "read archive/one_hour"]]);
  for (const [at, file] of ["write.token", "read.token"].entries()) {
    const path = join(house.folder, file);
    expect(readFileSync(path, "utf8").trim()).toBe(influx.authorizations[at]?.token);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
});

test("2.x: a dry run asks and writes nothing, not even a file", async () => {
  const influx = await fakeInfluxV2();
  const house = houseWith(influx.url);
  const steps = await setUp(house, { token: influx.admin, dryRun: true });
  expect(steps.filter((line) => line.endsWith("created"))).toHaveLength(11);
  expect(influx.asked.filter(({ method, path }) => method !== "GET" && path !== "/query")).toEqual([]);
  expect(() => statSync(join(house.folder, "write.token"))).toThrow("ENOENT");
});

test("2.x: lengths of time and tasks of an older version are put right", async () => {
  const influx = await fakeInfluxV2();
  const house = houseWith(influx.url, { keep: { raw: "400d" } });
  await setUp(house, { token: influx.admin });
  influx.buckets[0]!.retentionRules = [{ type: "expire", everySeconds: 0 }];
  const right = influx.tasks[1]!.flux;
  influx.tasks[1]!.flux = 'option task = {name: "older", every: 1h}';
  const steps = await setUp(house, { token: influx.admin });
  expect(steps.filter((line) => line.endsWith("changed"))).toEqual([
    "bucket archive: changed",
    "task archive-sentry archive one_hour: changed",
  ]);
  expect(influx.buckets[0]!.retentionRules).toEqual([
    { type: "expire", everySeconds: 400 * 86_400, shardGroupDurationSeconds: 28 * 86_400 },
  ]);
  expect(influx.tasks[1]!.flux).toBe(right);
});

test("2.x: the task of the hours begins with a whole hour and keeps the highest of what grows within a day", async () => {
  const influx = await fakeInfluxV2();
  await setUp(houseWith(influx.url), { token: influx.admin });
  expect(influx.tasks[1]!.flux).toMatchInlineSnapshot(`
    "import "date"

    option task = {name: "archive-sentry archive one_hour", every: 1h, offset: 30s}

    averages = from(bucket: "archive")
      |> range(start: date.truncate(t: -1d, unit: 1h))
      |> filter(fn: (r) => r._measurement == "environment" or r._measurement == "room" or r._measurement == "device" or r._measurement == "leak" or r._measurement == "smoke_alarm")
      |> filter(fn: (r) => not (r._field == "minutes_outside" or r._field == "seq_gap" or r._field == "smoke_obscuration_pct_per_m" or r._field == "co_ppm" or r._field == "state"))
      |> aggregateWindow(every: 1h, fn: mean, createEmpty: false, timeSrc: "_start")

    highest = from(bucket: "archive")
      |> range(start: date.truncate(t: -1d, unit: 1h))
      |> filter(fn: (r) => r._measurement == "environment" or r._measurement == "room" or r._measurement == "device" or r._measurement == "leak" or r._measurement == "smoke_alarm")
      |> filter(fn: (r) => r._field == "minutes_outside" or r._field == "seq_gap" or r._field == "smoke_obscuration_pct_per_m" or r._field == "co_ppm" or r._field == "state")
      |> aggregateWindow(every: 1h, fn: max, createEmpty: false, timeSrc: "_start")

    union(tables: [averages, highest])
      |> to(bucket: "archive/one_hour", org: "hospital")
    "
  `);
});

test("2.x: where there is a past already, charts wait for the backfill, which makes it with Flux", async () => {
  const influx = await fakeInfluxV2();
  const house = houseWith(influx.url);
  expect(await setUp(house, { token: influx.admin, hasPast: true })).toContain("marker coarse series: later");
  expect(influx.lines).toEqual([]);
  const { site } = loadSite(house.config, { nowMs: Date.now() });
  const store = site.config.stores[0]!;
  const without = await createCoarseBackfill({ site, store, credentials: {}, clock: systemClock });
  expect(without.possible).toBe("needs-token");
  const coarse = await createCoarseBackfill({ site, store, credentials: { token: influx.admin }, clock: systemClock });
  expect(coarse.possible).toBe("yes");
  const fromMs = Date.parse("2026-01-31T00:00:00Z");
  await coarse.fill({ fromMs, toMs: fromMs + 86_400_000 });
  expect(influx.fluxRun).toHaveLength(2);
  expect(influx.fluxRun[1]).toContain("range(start: 2026-01-31T00:00:00.000Z, stop: 2026-02-01T00:00:00.000Z)");
  await coarse.tellCharts();
  expect(influx.lines).toEqual([
    'sentry,part=series-one_minute,site=north range_from_ms=172800000,series="one_minute." 4102444800000',
    'sentry,part=series-one_hour,site=north range_from_ms=2592000000,series="one_hour." 4102444801000',
  ]);
});

test("2.x: a wrong token and an organisation that is not there are named, the token never", async () => {
  const influx = await fakeInfluxV2();
  const wrong = setUp(houseWith(influx.url), { token: "secret-but-wrong" });
  await expect(wrong).rejects.toMatchObject({
    code: "not-authenticated",
    message: expect.stringContaining("unauthorized access"),
  });
  await expect(wrong).rejects.not.toMatchObject({ message: expect.stringContaining("secret-but-wrong") });
  const nobody = setUp(houseWith(influx.url, { org: "nobody" }), { token: influx.admin });
  await expect(nobody).rejects.toMatchObject({ code: "not-found", message: expect.stringContaining('"nobody"') });
});

test("3.x: the database is made once, with the store's own token", async () => {
  const influx = await fakeInfluxV3();
  const house = houseWith(influx.url, { org: "", keep: { raw: "400d" } });
  writeFileSync(join(house.folder, "write.token"), influx.admin, { mode: 0o600 });
  expect(await setUp(house)).toEqual(["database archive: created"]);
  expect(influx.created).toEqual([{ db: "archive", retention_period: "9600h" }]);
  expect(await setUp(house)).toEqual(["database archive: there"]);
});

test.skipIf(isMissing("victoria-metrics"))("VictoriaMetrics, which has nothing to set up, is told apart", async () => {
  const server = (await startVictoriaMetrics())!;
  onTestFinished(() => server.remove());
  const { token_file: _, ...store } = {
    kind: "influx-v2" as const,
    url: server.url,
    bucket: "archive",
    token_file: "",
  };
  const house = aHouse(siteFile(["dev-1"], { stores: [store] }));
  await expect(setUp(house)).rejects.toMatchObject({
    code: "store-refused",
    message: expect.stringContaining("does not say at /ping which InfluxDB it is"),
  });
});
