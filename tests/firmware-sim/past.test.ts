import { expect, test } from "vitest";
import { createModel, type PastSample, pastSamples } from "../../firmware-sim/index.ts";
import { createPeople } from "../../firmware-sim/people.ts";
import { loadSite } from "../../site/index.ts";

const nowMs = Date.parse("2026-11-22T10:00:00+08:00");
const dayMs = 86_400_000;
const stepMs = 300_000;
const { site, warnings } = loadSite("config/sample-hospital.yaml", { nowMs });

test("the sample hospital is what it says: 12 rooms and the outdoors, 3 buildings, 44 devices, 8 doors", () => {
  expect(warnings).toEqual([]);
  expect(site.rooms.size).toBe(13);
  expect(site.config.buildings).toHaveLength(3);
  expect(site.devices.size).toBe(44);
  expect(site.config.doors).toHaveLength(8);
  expect(new Set([...site.rooms.values()].map((room) => room.profile))).toEqual(
    new Set(["cn-paper", "cn-special-collections", "cn-film-copy", "cn-film-master", "cn-magnetic", "cn-optical-disc"]),
  );
  expect(JSON.stringify(site.config)).not.toMatch(/"password"|password_file|token_file/);
});

test.each(["2026-11-22", "2026-07-31", "2026-02-10"])("30 normal days up to %s break no limit", (day) => {
  const toMs = Date.parse(`${day}T10:00:00+08:00`);
  const opened = new Map<string, number>();
  const daily = new Map<string, { low: number; high: number }>();
  // Faults are gathered and not expected one by one: a hundred thousand expectations take ten seconds.
  const faults: string[] = [];
  let count = 0;
  let lastMs = 0;
  for (const sample of pastSamples({ site, seed: 1, fromMs: toMs - 30 * dayMs, toMs, stepMs })) {
    const fault = (what: string) =>
      faults.push(
        `${sample.device} at ${new Date(sample.atMs).toISOString()}: ${what} ${JSON.stringify(sample.values)}`,
      );
    count++;
    if (sample.atMs < lastMs) fault("out of order");
    lastMs = sample.atMs;
    const room = site.roomOf(sample.device, sample.atMs)!;
    if (room === "outdoor") continue;
    const limits = site.limitsOf(room);
    for (const [name, range, swing] of [
      ["temperature_c", limits.temperatureC, limits.swing!.temperatureC],
      ["relative_humidity_pct", limits.relativeHumidityPct, limits.swing!.relativeHumidityPct],
    ] as const) {
      const value = sample.values[name];
      if (value === undefined) continue;
      // Well inside: half a degree and two percent from either limit.
      const guard = name === "temperature_c" ? 0.5 : 2;
      if (value < range.low! + guard || value > range.high! - guard) fault("near or beyond a limit");
      const key = `${sample.device} ${name} ${Math.floor(sample.atMs / dayMs)}`;
      const seen = daily.get(key) ?? { low: value, high: value };
      seen.low = Math.min(seen.low, value);
      seen.high = Math.max(seen.high, value);
      daily.set(key, seen);
      if (seen.high - seen.low >= swing) fault("swing");
    }
    if (sample.values.door === 1 && !opened.has(sample.device)) opened.set(sample.device, sample.atMs);
    if (sample.values.door === 0 && opened.has(sample.device)) {
      if (sample.atMs - opened.get(sample.device)! > 90_000) fault("held open");
      opened.delete(sample.device);
    }
    if ((sample.values.smoke_obscuration_pct_per_m ?? 0) >= 0.1) fault("smoke");
    if ((sample.values.battery_pct ?? 100) <= 20) fault("battery");
  }
  expect(faults).toEqual([]);
  expect(count).toBeGreaterThan(110_000);
});

test("the past is the same for the same seed, and another for another", () => {
  const past = (seed: number): PastSample[] => [
    ...pastSamples({ site, seed, fromMs: nowMs - 2 * dayMs, toMs: nowMs, stepMs }),
  ];
  expect(past(5)).toEqual(past(5));
  expect(past(6)).not.toEqual(past(5));
});

test("thirty days are made in a few seconds", () => {
  const startedMs = performance.now();
  let count = 0;
  for (const _ of pastSamples({ site, seed: 1, fromMs: nowMs - 30 * dayMs, toMs: nowMs, stepMs })) count++;
  expect(count).toBeGreaterThan(100_000);
  // Under 2 s on an idle core; the bound leaves room for a busy machine.
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});

test("the world stands where the past ended, so that the present goes on from there", () => {
  const model = createModel({ site, seed: 2, startMs: nowMs - dayMs });
  let last: PastSample | undefined;
  for (const sample of pastSamples({ site, seed: 2, fromMs: nowMs - dayMs, toMs: nowMs, stepMs, model })) {
    if (sample.device === "climate-b-202") last = sample;
  }
  expect(model.nowMs()).toBe(nowMs);
  expect(model.conditions("b-202")!.temperatureC).toBeCloseTo(last!.values.temperature_c!, 0);
});

test("people come on working days only, worked Saturdays included", () => {
  const people = createPeople({ site, seed: 1 });
  const visits = (day: string) => {
    const fromMs = Date.parse(`${day}T00:00:00+08:00`);
    return [...site.rooms.keys()].flatMap((room) => people.visits(room, { fromMs, toMs: fromMs + dayMs }));
  };
  expect(visits("2026-11-18").length).toBeGreaterThan(20);
  expect(visits("2026-11-22")).toEqual([]);
  expect(visits("2026-10-01")).toEqual([]);
  expect(visits("2026-10-10").length).toBeGreaterThan(20);
  for (const visit of visits("2026-11-18")) {
    for (const opening of visit.openings) expect(opening.toMs - opening.fromMs).toBeLessThan(60_000);
    expect(visit.person).toMatch(/^10(231|312|405|518|622)$/);
  }
});
