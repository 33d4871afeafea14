import { describe, expect, test } from "vitest";
import { createModel, scenarios } from "../../firmware-sim/index.ts";
import { createSensors } from "../../firmware-sim/sensors.ts";
import { siteOf } from "./support.ts";

/** Scenarios on the physics and the sensors alone, without a wire: hours pass at once. */
const startMs = Date.parse("2026-01-18T03:00:00+08:00");
const minuteMs = 60_000;

const site = siteOf(`
site: { id: t, name: { zh: 试, en: Test } }
buildings: [{ id: a, name: { zh: 甲, en: A } }]
rooms:
  - { id: r1, building: a, floor: 1, suppression: gas }
  - { id: r2, building: a, floor: 1 }
  - { id: r3, building: a, floor: 2 }
devices:
  - { id: gateway, room: r3, quantities: [supply_v] }
  - { id: climate, room: r1, quantities: [temperature_c, relative_humidity_pct, battery_pct], gateway: gateway }
  - { id: smoke, room: r1, quantities: [smoke_obscuration_pct_per_m, co_ppm] }
  - { id: leak, room: r1, quantities: [leak] }
  - { id: climate-2, room: r2, quantities: [temperature_c, relative_humidity_pct] }
  - { id: climate-3, room: r3, quantities: [temperature_c, relative_humidity_pct] }
`);

function running(name: string, options: { parameters?: Record<string, number> } = {}) {
  const model = createModel({ site, seed: 1, startMs });
  const sensors = createSensors({ site, seed: 1, model });
  const powered = new Map<string, boolean>();
  const networked = new Map<string, boolean>();
  const scenario = scenarios.find((one) => one.name === name)!;
  const target = scenario.target(site, {});
  model.advance(startMs + 1_000);
  const measure = (id: string) =>
    sensors.measure(site.devices.get(id)!, {
      realMs: model.nowMs(),
      step: { fromMs: model.nowMs() - 1, toMs: model.nowMs() },
    });
  measure("climate");
  const run = scenario.begin(
    {
      site,
      nowMs: model.nowMs,
      room: (id) => model.causes(id),
      device: (id) => ({
        setPower: (on) => void powered.set(id, on),
        setNetwork: (up) => void networked.set(id, up),
        stepClock: () => {},
        sensors: sensors.fault(id),
      }),
    },
    target,
    { parameters: options.parameters ?? {} },
  );
  const begunMs = model.nowMs();
  return {
    model,
    run,
    target,
    powered,
    networked,
    measure,
    pass(ms: number) {
      const toMs = model.nowMs() + ms;
      while (model.nowMs() < toMs) {
        run.step?.(model.nowMs() - begunMs);
        model.advance(Math.min(toMs, model.nowMs() + 10_000));
      }
    },
  };
}

test("flaming-fire: smoke is there within two minutes and the heat limit is passed within five", () => {
  const fire = running("flaming-fire");
  expect(fire.target).toEqual({ room: "r1" });
  fire.pass(2 * minuteMs);
  expect(fire.measure("smoke").smoke_obscuration_pct_per_m).toBeGreaterThan(0.2);
  fire.pass(3 * minuteMs);
  expect(fire.measure("climate").temperature_c).toBeGreaterThan(46);
  expect(fire.measure("smoke").co_ppm).toBeGreaterThan(5);
  expect(fire.measure("climate-2").temperature_c).toBeLessThan(22);
});

test("water-leak: the puddle reaches the sensor, its water the air; both are over when the floor is dry", () => {
  const leak = running("water-leak");
  expect(leak.target).toEqual({ room: "r1" });
  // A plant that works would dry the air as fast as the floor wets it.
  leak.model.causes("r1").climateUnitPowered = false;
  leak.model.causes("r2").climateUnitPowered = false;
  leak.pass(minuteMs);
  expect(leak.measure("leak").leak).toBe(0);
  leak.pass(4 * minuteMs);
  expect(leak.measure("leak").leak).toBe(1);
  leak.pass(60 * minuteMs);
  expect(leak.measure("climate").relative_humidity_pct!).toBeGreaterThan(
    leak.measure("climate-2").relative_humidity_pct! + 3,
  );
  leak.run.end();
  expect(leak.measure("leak").leak).toBe(0);
});

test("sensor-stuck: it says the same to the last digit until it is restarted", () => {
  const stuck = running("sensor-stuck");
  const first = stuck.measure("climate");
  stuck.pass(300 * minuteMs);
  expect(stuck.measure("climate")).toEqual(first);
  stuck.run.end();
  expect(stuck.measure("climate")).not.toEqual(first);
});

test("sensor-drift: what it says moves away from the room by so much a day, and comes back when calibrated", () => {
  const drift = running("sensor-drift", { parameters: { humidity_pct_per_day: 6 } });
  const apart = () =>
    drift.measure("climate").relative_humidity_pct! - drift.measure("climate-2").relative_humidity_pct!;
  const before = apart();
  drift.pass(24 * 60 * minuteMs);
  expect(apart() - before).toBeGreaterThan(3);
  drift.run.end();
  expect(Math.abs(apart() - before)).toBeLessThan(3);
});

describe("battery-dying", () => {
  test("the charge runs down, the device dies with it and lives again with a new cell", () => {
    const cell = running("battery-dying", { parameters: { empty_h: 10, changed_h: 12 } });
    const full = cell.measure("climate").battery_pct!;
    cell.pass(5 * 60 * minuteMs);
    expect(cell.measure("climate").battery_pct).toBeCloseTo(full / 2, 0);
    expect(cell.powered.size).toBe(0);
    cell.pass(5.1 * 60 * minuteMs);
    expect(cell.powered.get("climate")).toBe(false);
    cell.run.end();
    expect(cell.powered.get("climate")).toBe(true);
    expect(cell.measure("climate").battery_pct).toBeCloseTo(full, 0);
  });
});

test("gateway-down: every device of the fullest floor and the gateway that carries some; other floors go on", () => {
  const down = running("gateway-down");
  expect([...down.networked]).toEqual([
    ["climate", false],
    ["smoke", false],
    ["leak", false],
    ["climate-2", false],
    ["gateway", false],
  ]);
  down.run.end();
  expect([...down.networked.values()]).toEqual([true, true, true, true, true]);
});
