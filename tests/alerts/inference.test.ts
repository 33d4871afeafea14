import { describe, expect, test } from "vitest";
import { describe as describeAlarm, Engine, type EngineTransition, emptyState } from "../../alerts/index.ts";
import { offlineHospital } from "../../firmware-sim/index.ts";
import { loadSite } from "../../site/index.ts";
import { aRoom, hour, minute, second } from "./builder.ts";

const devices = `  - { id: smoke, room: a-101, quantities: [smoke_obscuration_pct_per_m, co_ppm], interval: 60s }
  - { id: door, room: a-101, quantities: [door], interval: 60s }
  - { id: leak, room: a-101, quantities: [leak], interval: 60s }
  - { id: roof, room: outdoor, quantities: [temperature_c, relative_humidity_pct], interval: 60s }`;

/** A day of an ordinary room, and then each minute what the test says. */
function roomWith(
  course: { t?: number[]; h?: number[]; smoke?: number[]; co?: number[]; door?: number[] },
  minutes: number,
) {
  const b = aRoom({ devices });
  const at = (list: number[] | undefined, n: number, usual: number) =>
    n < 0 || !list ? usual : list[Math.min(n, list.length - 1)]!;
  const day = 24 * 60;
  for (let n = -day; n < minutes; n++) {
    const atMs = (n + day) * minute;
    const noise = (n % 3) * 0.02;
    b.sample(
      atMs,
      { temperature_c: at(course.t, n, 19) + noise, relative_humidity_pct: at(course.h, n, 50) + noise },
      "climate",
    );
    b.sample(
      atMs + second,
      { smoke_obscuration_pct_per_m: at(course.smoke, n, 0.02), co_ppm: at(course.co, n, 0.3) },
      "smoke",
    );
    b.sample(atMs + 2 * second, { door: at(course.door, n, 0) }, "door");
    b.sample(atMs + 3 * second, { leak: 0 }, "leak");
    b.sample(atMs + 4 * second, { temperature_c: 5 + noise, relative_humidity_pct: 60 + noise }, "roof");
  }
  return b.records.filter(({ transition }) => transition === "raised").map(({ alarm }) => alarm);
}

const growing = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7];

describe("a fire", () => {
  const tables: [what: string, course: Parameters<typeof roomWith>[0], suspected: boolean][] = [
    ["is suspected where smoke grows with carbon monoxide", { smoke: growing, co: [1, 2, 3, 4, 6, 8] }, true],
    [
      "is suspected where smoke grows with heat",
      { smoke: growing, t: [19.5, 20, 21, 22, 24, 26], h: [48, 46, 44, 42, 39, 35] },
      true,
    ],
    ["is not made by one faulty detector", { smoke: [6] }, false],
    ["is not made by a detector that climbs alone", { smoke: [0.1, 0.3, 0.8, 1.5, 3, 5] }, false],
    ["is not made by a trolley's dust", { smoke: [0.06, 0.06, 0.02], door: [1, 0] }, false],
    ["is not made by the street's carbon monoxide", { co: [3, 5, 8] }, false],
    ["is not made by a warm draught", { t: [20, 21, 21], door: [1] }, false],
  ];
  test.each(tables)("%s", (_, course, suspected) => {
    expect(roomWith(course, 10).some(({ condition }) => condition === "fire-suspected")).toBe(suspected);
  });

  test("that one sensor sees is told by its fixed limit all the same", () => {
    expect(roomWith({ smoke: [6] }, 3).map(({ condition }) => condition)).toEqual(["smoke-prealarm", "smoke-alarm"]);
  });
});

describe("a leak", () => {
  const wet = [52, 54, 57, 60, 62];
  const tables: [what: string, course: Parameters<typeof roomWith>[0], suspected: boolean][] = [
    ["is suspected where moisture leaps and the door is shut", { h: wet }, true],
    ["is not where the door is open", { h: wet, door: [1] }, false],
    ["is not where humidity goes with temperature", { h: wet, t: [18.4, 17.8, 16.9, 16.1, 15.6] }, false],
  ];
  test.each(tables)("%s", (_, course, suspected) => {
    const found = roomWith(course, 15).filter(({ condition }) => condition === "water-leak");
    expect(found.map(({ priority, subject }) => [priority, subject])).toEqual(suspected ? [["high", "suspected"]] : []);
  });
});

const beginMs = Date.parse("2026-01-12T02:00:00+08:00");
const { site } = loadSite("config/sample-hospital.yaml", { nowMs: beginMs });
function simulated(scenario: string, warmUpMs: number, lengthMs: number, stepMs: number): EngineTransition[] {
  const atMs = beginMs + warmUpMs;
  const engine = new Engine(site, emptyState());
  engine.step({ kind: "started", receivedAtMs: beginMs });
  const records: EngineTransition[] = [];
  const options = { site, seed: 3, fromMs: beginMs, toMs: atMs + lengthMs, scenario: { name: scenario, atMs } };
  for (const { messages } of offlineHospital({ ...options, stepMs: (ms) => (ms < atMs ? minute : stepMs) })) {
    for (const { receivedAtMs, device, samples: told } of messages) {
      const more = { receivedAtMs, clockUntrusted: false, offsetMs: 0, imported: false };
      const samples = told.map((sample) => ({ ...sample, ...more }));
      records.push(...engine.step({ kind: "samples", receivedAtMs, device, samples }).transitions);
    }
  }
  return records.filter(({ transition }) => transition === "raised");
}
const names = (records: readonly EngineTransition[]) => records.map(({ alarm }) => alarm.condition);

describe("in the simulated hospital", () => {
  test("a smouldering cable is a suspected fire that says why", () => {
    const raised = simulated("smouldering-fire", 26 * hour, 20 * minute, 10 * second);
    const fire = raised.find(({ alarm }) => alarm.condition === "fire-suspected")!;
    expect(fire.alarm.evidence?.map(({ text }) => text.en)).toContainEqual(
      expect.stringMatching(/^smoke .* and rising$/),
    );
    expect(fire.alarm.evidence!.reduce((sum, { weight }) => sum + Math.abs(weight), 0)).toBeCloseTo(1, 1);
    const { messages } = describeAlarm(site, fire);
    expect(messages.en).toMatch(
      /Fire suspected \(0\.9\d+\): smoke .* %\/m and rising \(0\.\d+\), CO up to .* door closed/,
    );
    expect(messages["zh-CN"]).toMatch(/疑似火情（0\.9\d+）：烟雾 .*门关闭/);
  });

  test("a plant that stands is told before the limit is crossed", () => {
    const raised = names(simulated("hvac-failure", 48 * hour, 4 * hour, minute));
    expect(raised[0]).toBe("climate-control-failure");
    expect(raised.slice(1)).toContain("temperature-low");
  });

  test.each(["door-propped", "normal-day"])(
    "%s raises none of it",
    (scenario) => {
      const raised = names(
        simulated(scenario, 26 * hour, scenario === "normal-day" ? 6 * 24 * hour : 3 * hour, minute),
      );
      expect(raised.filter((name) => /fire-suspected|climate-control-failure|water-leak/.test(name))).toEqual([]);
    },
    60_000,
  );
});
