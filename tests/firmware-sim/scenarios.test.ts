import { describe, expect, test } from "vitest";
import { type ManualClock, manualClock } from "../../core/index.ts";
import { scenarios } from "../../firmware-sim/index.ts";
import { loadSite } from "../../site/index.ts";
import { smallSite, startBroker, startHospital, until } from "./support.ts";

/** Hours of a scenario pass at once on a manual clock; the MQTT beneath is real. */
const startMs = Date.parse("2026-01-18T03:00:00+08:00");

async function running(clock: ManualClock, options: { interval?: string } = {}) {
  const broker = await startBroker();
  const site = smallSite(options);
  const hospital = startHospital({ site, url: broker.url, clock });
  const connected = async (count = 8) => {
    await until(() => {
      clock.advance(250);
      return hospital.state().devices.connected === count && hospital.state().devices.waiting === 0;
    }, `${count} devices connected and nothing waiting`);
  };
  await connected();
  const room = (id: string) => hospital.state().rooms.find((one) => one.id === id)!;
  const settled = () => until(() => hospital.state().devices.waiting === 0, "everything confirmed");
  return { broker, site, hospital, room, connected, settled };
}

test("every scenario has a name, a summary and parameters that say what they mean", () => {
  expect(scenarios.map((scenario) => scenario.name)).toEqual([
    "normal-day",
    "hvac-failure",
    "plant-failure",
    "smouldering-fire",
    "flaming-fire",
    "water-leak",
    "door-propped",
    "forced-door",
    "unapproved-visit",
    "after-hours-visit",
    "controller-offline",
    "sensor-silent",
    "sensor-stuck",
    "sensor-drift",
    "battery-dying",
    "network-outage-with-backfill",
    "gateway-down",
    "clock-jump",
  ]);
  for (const scenario of scenarios) {
    expect(scenario.summary).toMatch(/^[A-Z].*\.$/);
    for (const parameter of Object.values(scenario.parameters)) expect(parameter.meaning).not.toBe("");
  }
});

test("in the sample hospital each scenario finds a fitting target by itself", () => {
  const { site } = loadSite("config/sample-hospital.yaml", { nowMs: startMs });
  const targets = Object.fromEntries(scenarios.map((scenario) => [scenario.name, scenario.target(site, {})]));
  expect(targets).toEqual({
    "normal-day": {},
    "forced-door": { room: "a-101" },
    "unapproved-visit": { room: "a-101" },
    "after-hours-visit": { room: "a-101" },
    "controller-offline": { room: "a-101" },
    "hvac-failure": { room: "b-202" },
    "plant-failure": { room: "a-101" },
    "smouldering-fire": { room: "a-101" },
    "flaming-fire": { room: "a-101" },
    "water-leak": { room: "a-102" },
    "door-propped": { room: "a-101" },
    "sensor-silent": { device: "climate-a-101", room: "a-101" },
    "sensor-stuck": { device: "climate-a-101", room: "a-101" },
    "sensor-drift": { device: "climate-a-101", room: "a-101" },
    "battery-dying": { device: "climate-a-101", room: "a-101" },
    "network-outage-with-backfill": { room: "a-101" },
    "gateway-down": { room: "a-101" },
    "clock-jump": { device: "climate-a-101", room: "a-101" },
  });
});

test("unknown names, parameters and rooms are refused with what was expected", async () => {
  const { hospital } = await running(manualClock(startMs));
  expect(() => hospital.startScenario("flood")).toThrow(/expected a scenario of normal-day, .* found flood/);
  expect(() => hospital.startScenario("hvac-failure", { room: "cellar" })).toThrow(/room of the site, found cellar/);
  expect(() => hospital.startScenario("hvac-failure", { parameters: { days: 1 } })).toThrow(/hours, found days/);
  expect(() => hospital.startScenario("sensor-silent", { device: "nobody" })).toThrow(/device of the site/);
});

test("normal-day changes nothing", async () => {
  const clock = manualClock(startMs);
  const { hospital, room } = await running(clock);
  hospital.startScenario("normal-day");
  clock.advance(3_600_000);
  expect(hospital.state().scenarios).toEqual([]);
  expect(room("r1").temperatureC).toBeGreaterThan(18.5);
  expect(room("r1").temperatureC).toBeLessThan(19.5);
});

test("hvac-failure lets one room drift and no other, and ends", async () => {
  const clock = manualClock(startMs);
  const { hospital, room } = await running(clock);
  hospital.startScenario("hvac-failure", { room: "r1", parameters: { hours: 8 } });
  clock.advance(7.9 * 3_600_000);
  expect(room("r1").unitDuty).toBe(0);
  expect(Math.abs(room("r1").relativeHumidityPct - 52.5)).toBeGreaterThan(1.5);
  expect(Math.abs(room("r2").temperatureC - 19)).toBeLessThan(0.5);
  expect(Math.abs(room("r2").relativeHumidityPct - 52.5)).toBeLessThan(1.5);
  clock.advance(6 * 3_600_000);
  expect(hospital.state().scenarios).toEqual([]);
  expect(Math.abs(room("r1").temperatureC - 19)).toBeLessThan(0.5);
});

describe("smouldering-fire", () => {
  test("shown as a demonstration, the detector tells of 0.2 %/m within 15 s and of 2 %/m within 25 s", async () => {
    const clock = manualClock(startMs);
    const { hospital, broker, settled } = await running(clock, { interval: "1h" });
    const begunMs = clock.nowMs();
    hospital.startScenario("smouldering-fire", { demo: true });
    for (let second = 0; second < 60; second++) {
      clock.advance(1_000);
      await settled();
    }
    const reached = (limit: number) => {
      const sample = broker.samples("smoke-r1").find((one) => Number(one.smoke_obscuration_pct_per_m) >= limit)!;
      return (Date.parse(String(sample.at)) - begunMs) / 1000;
    };
    expect(reached(0.2)).toBeLessThan(15);
    expect(reached(2)).toBeLessThan(25);
    expect(Number(broker.samples("smoke-r1").at(-1)!.co_ppm)).toBeGreaterThan(1);
    expect(broker.samples("smoke-r2").every((one) => Number(one.smoke_obscuration_pct_per_m) < 0.1)).toBe(true);
  });

  test("as it really goes, it takes minutes, and it warms the room", async () => {
    const clock = manualClock(startMs);
    const { hospital, room } = await running(clock, { interval: "1h" });
    hospital.startScenario("smouldering-fire", { room: "r2" });
    clock.advance(60_000);
    expect(room("r2").obscurationPctPerM).toBeLessThan(0.2);
    clock.advance(14 * 60_000);
    expect(room("r2").obscurationPctPerM).toBeGreaterThan(2);
    const peerC = room("r1").temperatureC;
    clock.advance(30 * 60_000);
    expect(room("r2").temperatureC - peerC).toBeGreaterThan(0.2);
    clock.advance(6 * 3_600_000);
    expect(hospital.state().scenarios).toEqual([]);
    expect(room("r2").obscurationPctPerM).toBeLessThan(2);
  });
});

test("door-propped keeps the contact open without a break and lets the corridor in", async () => {
  const clock = manualClock(startMs);
  const { hospital, broker, room, settled } = await running(clock);
  const before = room("r1").relativeHumidityPct;
  hospital.startScenario("door-propped", { room: "r1", parameters: { minutes: 10 } });
  clock.advance(9 * 60_000);
  await settled();
  const changed = broker.samples("door-r1").findIndex((sample) => sample.door === "open");
  const since = broker.samples("door-r1").slice(changed);
  expect(since.length).toBeGreaterThanOrEqual(9);
  expect(since.every((sample) => sample.door === "open")).toBe(true);
  expect(broker.samples("door-r2").every((sample) => sample.door === "closed")).toBe(true);
  expect(room("r1").relativeHumidityPct).toBeLessThan(before - 1);
  clock.advance(2 * 60_000);
  await settled();
  expect(broker.samples("door-r1").at(-1)!.door).toBe("closed");
});

test("sensor-silent takes one device's power: the will speaks; later it boots with a new session from 0", async () => {
  const clock = manualClock(startMs);
  const { hospital, broker, connected } = await running(clock);
  const [before] = broker.statuses("climate-r1");
  hospital.startScenario("sensor-silent", { room: "r1", parameters: { minutes: 10 } });
  await until(() => broker.statuses("climate-r1").length === 2, "the will");
  expect(broker.statuses("climate-r1")[1]).toEqual({ state: "offline", session: before!.session });
  const will = broker.messages.findLast((message) => message.topic.endsWith("/climate-r1/status"))!;
  expect(will.retain).toBe(true);
  const told = broker.samples("climate-r1").length;
  clock.advance(9 * 60_000);
  expect(broker.samples("climate-r1")).toHaveLength(told);
  expect(hospital.state().devices.connected).toBe(7);
  clock.advance(2 * 60_000);
  await connected();
  const after = broker.statuses("climate-r1").at(-1)!;
  expect(after.state).toBe("online");
  expect(after.session).not.toBe(before!.session);
  const [first] = broker.samples("climate-r1").slice(told);
  expect(first).toMatchObject({ seq: 0, session: after.session });
});

test("network-outage-with-backfill: one building falls silent, then tells everything, in arrays, in order", async () => {
  const clock = manualClock(startMs);
  const { hospital, broker, connected } = await running(clock);
  hospital.startScenario("network-outage-with-backfill", { room: "r1", parameters: { minutes: 30 } });
  await until(() => broker.statuses("climate-r1").at(-1)!.state === "offline", "the will");
  const told = broker.samples("climate-r1").length;
  clock.advance(29 * 60_000);
  expect(broker.samples("climate-r1")).toHaveLength(told);
  expect(hospital.state().devices.connected).toBe(4);
  expect(hospital.state().devices.waiting).toBeGreaterThan(4 * 25);
  clock.advance(2 * 60_000);
  await connected();
  const samples = broker.samples("climate-r1");
  expect(samples.map((sample) => sample.seq)).toEqual(samples.map((_, at) => at));
  expect(samples.length).toBeGreaterThan(told + 25);
  expect(new Set(samples.map((sample) => sample.session)).size).toBe(1);
  const times = samples.map((sample) => Date.parse(String(sample.at)));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const arrays = broker.messages.filter(
    (message) => message.topic.endsWith("/climate-r1/telemetry") && message.payload.startsWith("["),
  );
  expect(arrays.length).toBeGreaterThan(0);
  expect(new Set(broker.statuses("climate-r2").map((status) => status.state))).toEqual(new Set(["online"]));
});

test("clock-jump moves one device's stamps ahead and back; its readings and numbers go on", async () => {
  const clock = manualClock(startMs);
  const { hospital, broker, settled } = await running(clock);
  hospital.startScenario("clock-jump", { room: "r1", parameters: { jump_s: 7_200, minutes: 5 } });
  const offsets = () => {
    const sample = broker.samples("climate-r1").at(-1)!;
    return Math.round((Date.parse(String(sample.at)) - clock.nowMs()) / 60_000);
  };
  clock.advance(3 * 60_000);
  await settled();
  expect(offsets()).toBeGreaterThanOrEqual(118);
  expect(offsets()).toBeLessThanOrEqual(120);
  clock.advance(5 * 60_000);
  await settled();
  expect(offsets()).toBeLessThanOrEqual(0);
  const samples = broker.samples("climate-r1");
  expect(samples.map((sample) => sample.seq)).toEqual(samples.map((_, at) => at));
});

test("a scenario given at the start begins at its own offset", async () => {
  const clock = manualClock(startMs);
  const broker = await startBroker();
  const hospital = startHospital({
    site: smallSite(),
    url: broker.url,
    clock,
    scenario: { name: "smouldering-fire", demo: true },
  });
  clock.advance(19_000);
  expect(hospital.state().scenarios).toEqual([]);
  clock.advance(3_000);
  expect(hospital.state().scenarios).toMatchObject([{ name: "smouldering-fire", room: "r1" }]);
});

test("with speed the world runs faster while stamps stay on the wall clock", async () => {
  const clock = manualClock(startMs);
  const broker = await startBroker();
  const hospital = startHospital({ site: smallSite(), url: broker.url, clock, speed: 60 });
  await until(() => {
    clock.advance(250);
    return broker.samples("climate-r1").length > 0;
  }, "first sample");
  clock.advance(120_000);
  const passedMs = clock.nowMs() - startMs;
  expect(hospital.state().simulatedMs - startMs).toBeGreaterThan(59 * (passedMs - 1_000));
  await until(() => hospital.state().devices.waiting === 0, "everything confirmed");
  for (const sample of broker.samples("climate-r1")) {
    expect(Math.abs(Date.parse(String(sample.at)) - clock.nowMs())).toBeLessThan(passedMs + 1_000);
  }
});

test("a visitor's badge goes out on the badge topic, with the door opening", async () => {
  const clock = manualClock(Date.parse("2026-11-18T09:00:00+08:00"));
  const { broker, settled } = await running(clock);
  clock.advance(4 * 3_600_000);
  await settled();
  const badges = broker.messages
    .filter((message) => message.topic.endsWith("/badge"))
    .map((m) => JSON.parse(m.payload));
  expect(badges.length).toBeGreaterThan(2);
  expect(badges[0]).toEqual({
    at: expect.any(String),
    credential: expect.stringMatching(/^[0-9A-F]{8}$/),
    direction: "in",
    decision: "granted",
  });
  expect(broker.messages.filter((message) => message.topic.endsWith("/badge")).every((m) => !m.retain)).toBe(true);
  expect(
    broker
      .samples("door-r1")
      .concat(broker.samples("door-r2"))
      .some((sample) => sample.door === "open"),
  ).toBe(true);
});
