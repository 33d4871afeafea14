import { describe, expect, test } from "vitest";
import { systemClock } from "../../core/index.ts";
import { type Ask, buildDashboards, type CheckedQuery, checkDashboards, influxReader } from "../../dashboards/index.ts";
import type { Site } from "../../site/index.ts";
import { runCli } from "../cli/builders.ts";
import { askInflux } from "../influx.ts";
import { isMissing } from "../servers.ts";
import { database, filledInflux } from "./filled-influx.ts";
import { sampleSite } from "./sample.ts";

const dayMs = 86_400_000;

async function checked(site: Site, ask: Ask, options: { longestMs?: number; rangeMs?: number } = {}) {
  const all: CheckedQuery[] = [];
  const dashboards = buildDashboards(site)
    .filter(({ language }) => language === "en")
    .map(({ dashboard }) => dashboard);
  for await (const query of checkDashboards({ dashboards, ask, clock: systemClock, longestMs: 300, ...options })) {
    all.push(query);
  }
  return all;
}

const faulty = (all: readonly CheckedQuery[]) =>
  all.filter(({ fault }) => fault !== null).map(({ panel, refId, fault }) => `${panel} ${refId}: ${fault}`);

describe.skipIf(isMissing("influxd"))("on a real InfluxDB (skipped where influxd is not installed)", () => {
  test("a month lived by the program fills every panel; without one field, those that need it are named", async () => {
    const { influx, site } = await filledInflux();
    const reader = (name: string) => influxReader({ url: influx.url, database: name, timeoutMs: 20_000 });
    const all = await checked(site, reader(database), { longestMs: 5_000 });
    expect(faulty(all)).toEqual([]);
    expect(all.length).toBeGreaterThan(80);

    const asked = ["dashboards", "check", "--influx", influx.url, "--longest", "5000", "--database"];
    const told = await runCli([...asked, database]);
    expect(told).toMatchObject({ code: 0, err: expect.stringContaining(`${all.length} queries, 0 with a fault`) });
    expect(told.out).toMatch(/^Room · Sample Hospital North\s+Temperature A\s+\d+\s+[\d.]+\s+ok$/m);

    // Over a long range the averages are read, which the program has made of what it wrote late.
    const long = await checked(site, reader(database), { longestMs: 5_000, rangeMs: 40 * dayMs });
    expect(faulty(long)).toEqual([]);
    const temperature = long.find(({ dashboard, panel }) => dashboard.startsWith("Room") && panel === "Temperature");
    expect(temperature).toMatchObject({ query: expect.stringContaining("FROM one_hour."), fault: null });
    expect(temperature?.rows).toBeGreaterThan(200);

    await askInflux(influx, database, "CREATE DATABASE less");
    const rest = 'SELECT "relative_humidity_pct", "dew_point_c", "absolute_humidity_g_m3"';
    await askInflux(influx, database, `${rest} INTO "less".."environment" FROM "environment" GROUP BY *`);
    const faults = faulty(await checked(site, reader("less"), { longestMs: 5_000 }));
    expect(faults).toContain("Temperature A: no rows");
    expect(faults).not.toContain("Relative humidity A: no rows");
    expect(await runCli([...asked, "less"])).toMatchObject({ code: 1, out: expect.stringContaining("no rows") });
  }, 180_000);
});

describe("a query is at fault", () => {
  const rows: Ask = async (query) => [{ columns: ["time", ...columnsIn(query)], values: [[0, 1, 1, 1, 1, 1, 1, 1]] }];
  const columnsIn = (query: string) =>
    query
      .split(" FROM ")[0]!
      .replace("SELECT ", "")
      .split(", ")
      .flatMap((column) => /"(\w+)"$/.exec(column)?.[1] ?? []);
  const firstFault = async (ask: Ask, options: { longestMs?: number } = {}) =>
    (await checked(sampleSite(), ask, options))[0]?.fault;

  test("never, when everything is well", async () => {
    expect(faulty(await checked(sampleSite(), rows))).toEqual([]);
  });
  test("when the database refuses it, in its words", async () => {
    const refusing: Ask = async (query) => {
      if (query.includes("range_from_ms")) return [];
      throw new Error("field is of the wrong type");
    };
    expect(await firstFault(refusing)).toBe("field is of the wrong type");
  });
  test("when nothing comes back", async () => {
    expect(await firstFault(async () => [])).toBe("no rows");
  });
  test("when a column has no value in any row", async () => {
    const empty: Ask = async (query) => [
      { columns: ["time", ...columnsIn(query)], values: [[0, null, null, null, null, null, null]] },
    ];
    expect(await firstFault(empty)).toBe("no value in open_critical");
  });
  test("when it takes too long, also the second time", async () => {
    const asked: string[] = [];
    const slow: Ask = async (query) => {
      asked.push(query);
      return rows(query);
    };
    expect(await firstFault(slow, { longestMs: -1 })).toMatch(/^took \d+ ms, more than -1 ms$/);
    expect(asked[0]).toBe(asked[1]);
  });
});
