import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { createReplay, type PastSample } from "../../app/engine/replay.ts";
import { ownClimateBand } from "../../climate/index.ts";
import { roomsResponse } from "../../contract/index.ts";
import { createSite, parseSite } from "../../site/index.ts";
import { seeded } from "../alerts/forecast-rooms.ts";
import { aHouse, eventually, siteFile, startSentry } from "../sentry.ts";

const hour = 3_600_000;
const day = 24 * hour;
const firstMs = Date.parse("2025-01-01T00:00:00Z");

function aSite(limits: string) {
  const text = `
site: { id: north, name: { zh: 北院, en: North }, time_zone: UTC }
rooms: [{ id: a-101, limits: ${limits}, conditions: { humidity-swing: { enabled: false } } }]
devices: [{ id: climate, room: a-101, quantities: [relative_humidity_pct], interval: 60m }]
`;
  return parseSite(text, { directory: ".", name: "site.yaml", nowMs: firstMs }).site;
}

/**
 * A room without humidifier: 32 % in January, 58 % in July, days of ±2 % and weeks of ±3 %, a little drier the second year.
 */
function seasonal(days: number): PastSample[] {
  const noise = seeded(3);
  return Array.from({ length: days * 24 }, (_, n) => {
    const d = n / 24;
    const level = 45 - 13 * Math.cos((2 * Math.PI * d) / 365) - d / 365;
    const value = level + 2 * Math.sin(2 * Math.PI * d) + 3 * Math.sin((2 * Math.PI * d) / 9) + 0.5 * noise();
    return {
      device: "climate",
      atMs: firstMs + n * hour,
      values: { relative_humidity_pct: Math.round(value * 10) / 10 },
    };
  });
}

function replayed(limits: string, samples: readonly PastSample[]) {
  const replay = createReplay(aSite(limits), { forecasts: false, inOrder: true });
  const raised = samples.flatMap((sample) =>
    replay
      .push(sample)
      .filter(({ transition, alarm }) => transition === "raised" && alarm.condition.startsWith("humidity-"))
      .map(({ alarm, atMs }) => ({ day: Math.floor((atMs - firstMs) / day), ...alarm })),
  );
  return { raised, own: replay.ownClimateOf("a-101") };
}

/** How long a limit of humidity has stood as crossed since then. */
function outsideMs(limits: string, samples: readonly PastSample[], fromMs: number): number {
  const replay = createReplay(aSite(limits), { forecasts: false, inOrder: true });
  let sum = 0;
  const standing = new Map<string, number>();
  for (const sample of samples) {
    for (const { alarm, transition, atMs } of replay.push(sample)) {
      if (!/^humidity-(high|low)$/.test(alarm.condition)) continue;
      if (transition === "raised") standing.set(alarm.condition, atMs);
      if (transition === "returned") {
        sum += Math.max(0, atMs - Math.max(fromMs, standing.get(alarm.condition) ?? fromMs));
        standing.delete(alarm.condition);
      }
    }
  }
  return sum;
}

describe("fourteen months of a room with dry winters", () => {
  const samples = seasonal(430);

  test("are judged by the profile for thirteen months, then by what the room has lived with", () => {
    const { raised, own } = replayed("{ relative_humidity_pct: own-climate }", samples);
    const byProfile = replayed("{}", samples).raised;
    expect(byProfile.length).toBeGreaterThan(5);
    // Until the 395th day the very same alarms; from then on none, in a winter that is as dry as the one before.
    expect(raised.map(({ day, limit }) => [day, limit])).toEqual(
      byProfile.filter(({ day }) => day < 395).map(({ day, limit }) => [day, limit]),
    );
    expect(own).toMatchObject({ fromMs: firstMs + 395 * day });
  });

  test("what the room has never lived with is told, with the limit of that day", () => {
    // A fortnight into the band the heating dries the air by 15 %.
    const dried = samples.map((sample, n) =>
      n < 410 * 24
        ? sample
        : { ...sample, values: { relative_humidity_pct: sample.values.relative_humidity_pct! - 15 } },
    );
    const late = replayed("{ relative_humidity_pct: own-climate }", dried).raised.filter(({ day }) => day >= 395);
    expect(late.map(({ condition, day }) => [condition, day])).toEqual([["humidity-low", 410]]);
    const hours = samples.map(({ atMs, values }) => ({ atMs, value: values.relative_humidity_pct! }));
    const { band } = ownClimateBand(hours, { dayStartMs: firstMs + 410 * day, leastPct: 10 });
    expect(late[0]!.limit).toBe(band!.low);
    expect(band!.low).toBeLessThan(35);
  });

  test("the least distance from the level is the site's", () => {
    const site = aSite("{ relative_humidity_pct: own-climate }");
    const strict = createSite(
      { ...site.config, climate: { ...site.config.climate, own_climate_least_pct: 3 } },
      { directory: "." },
    );
    const replay = createReplay(strict, { forecasts: false, inOrder: true });
    for (const sample of samples) replay.push(sample);
    const { low, high } = replay.ownClimateOf("a-101")!.band!;
    expect(high - low).toBeGreaterThan(6);
    expect(high - low).toBeLessThan(12);
  });
});

const london = join(
  process.env.SENTRY_DATA_DIR ?? join(import.meta.dirname, "../../../shared/data"),
  "london-room1-2024-jan-aug.csv",
);

test.skipIf(!existsSync(london))(
  "a real room of eight months keeps its profile, and of twenty is held to its past",
  () => {
    const rows: { time: string; relative_humidity_pct: string }[] = parse(readFileSync(london), { columns: true });
    const once = rows
      .filter((row) => row.relative_humidity_pct !== "")
      .map((row): PastSample => {
        const values = { relative_humidity_pct: Number(row.relative_humidity_pct) };
        return { device: "climate", atMs: Date.parse(row.time), values };
      });
    const eight = replayed("{ relative_humidity_pct: own-climate }", once);
    expect(eight.own).toEqual({ band: null, fromMs: Date.parse("2025-01-30T00:00:00Z") });
    expect(eight.raised).toEqual(replayed("{}", once).raised);
    // The recording once more a year later, and autumn between as spring was, backwards: January to August twice.
    const lastMs = once.at(-1)!.atMs;
    const autumn = once
      .map((sample) => ({ ...sample, atMs: lastMs + (lastMs - sample.atMs) + 15 * 60_000 }))
      .filter(({ atMs }) => atMs < Date.parse("2025-01-01T00:00:00Z"))
      .sort((a, b) => a.atMs - b.atMs);
    const twenty = [...once, ...autumn, ...once.map((each) => ({ ...each, atMs: each.atMs + 366 * day }))];
    const fromMs = Date.parse("2025-02-01T00:00:00Z");
    const hourly = twenty.filter((_, n) => n % 4 === 0);
    const share = (limits: string) => outsideMs(limits, hourly, fromMs) / (twenty.at(-1)!.atMs - fromMs);
    const { fromMs: inForceMs = 0 } = replayed("{ relative_humidity_pct: own-climate }", hourly).own ?? {};
    expect(Math.floor(inForceMs / day) * day).toBe(Date.parse("2025-01-30T00:00:00Z"));
    // By 45–60 % most of the year is wrong; of what the room has lived with, EN 15757 cuts off 7 % on either side.
    expect(share("{}")).toBeGreaterThan(0.5);
    const outside = share("{ relative_humidity_pct: own-climate }");
    expect(outside).toBeLessThan(0.16);
    expect(outside).toBeGreaterThan(0.04);
  },
);

describe("the running program", () => {
  const imported = (sample: PastSample) => ({
    ...sample,
    ...{ receivedAtMs: Date.now(), session: null, seq: null, flags: 0, offsetMs: null, serverAheadMs: 0 },
    doubt: "same-time" as const,
  });

  test("says from when on its history is long enough, takes the band from it, and keeps it over a restart", async () => {
    const rooms: NonNullable<Parameters<typeof siteFile>[1]>["rooms"] = [
      { id: "a-101", limits: { relative_humidity_pct: "own-climate" } },
    ];
    const house = aHouse(siteFile(["dev-1"], { rooms }));
    const roomOf = async (running: Awaited<ReturnType<typeof startSentry>>) =>
      (await running.ask(roomsResponse, "/api/v1/rooms")).rooms[0]!;
    const first = await startSentry(house);
    const today = Math.floor(Date.now() / day) * day;
    const pending = await eventually("it was looked at", async () => {
      const room = await roomOf(first);
      return room.ownClimate?.from ? room : undefined;
    });
    expect(pending).toMatchObject({
      limits: { relative_humidity_pct: { low: 45, high: 60 } },
      limitsFrom: { temperature_c: "profile", relative_humidity_pct: "profile" },
      ownClimate: { inForce: false, from: new Date(today + 395 * day).toISOString() },
    });
    const shiftMs = today - firstMs - 410 * day;
    const past = seasonal(410).map((sample) => ({ ...sample, device: "dev-1", atMs: sample.atMs + shiftMs }));
    first.sentry.importSamples(past.map(imported));
    const response = await first.post("/api/v1/config/reload", { by: "10231" });
    expect(response.status).toBe(200);
    const inForce = await eventually("the band is in force", async () => {
      const room = await roomOf(first);
      return room.ownClimate?.inForce ? room : undefined;
    });
    const hours = past.map(({ atMs, values }) => ({ atMs, value: values.relative_humidity_pct! }));
    const { band } = ownClimateBand(hours, { dayStartMs: today, leastPct: 10 });
    expect(inForce.limits.relative_humidity_pct).toEqual(band);
    expect(inForce.limitsFrom.relative_humidity_pct).toBe("own-climate");
    await first.stop();

    const second = await startSentry(house);
    const again = await roomOf(second);
    expect(again.limits).toEqual(inForce.limits);
    expect(again.ownClimate).toEqual(inForce.ownClimate);
    await second.stop();
  });
});
