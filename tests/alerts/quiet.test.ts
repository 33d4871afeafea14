import { describe, expect, it } from "vitest";
import { isFlood } from "../../alerts/index.ts";
import { parseSite } from "../../site/index.ts";
import { aBuilding, hour, minute, second, startMs, text } from "./building.ts";

/** No sensors but the one: silence of the others is not what is tested. */
const only = (b: ReturnType<typeof aBuilding>) => b.about("temperature-high");

describe("a shelved alarm", () => {
  function shelved(forMs = 2 * hour) {
    const b = aBuilding();
    b.sample("climate", 0, { temperature_c: 30 });
    const alarm = b.records[0]!.alarm.id;
    return { ...b, alarm, outcome: b.operator("shelve", alarm, minute, forMs) };
  }

  it("comes back by itself, standing, when its cause is still there", () => {
    const b = shelved();
    b.tick(3 * hour);
    expect(only(b)).toEqual([
      "0:00 temperature-high(climate) raised first-breach → unacknowledged",
      "1:00 temperature-high(climate) shelved by-person → shelved",
      "121:00 temperature-high(climate) unshelved time-over → unacknowledged",
    ]);
  });
  it("goes on being evaluated, and comes back as its cause is then", () => {
    const b = shelved();
    b.sample("climate", 10 * minute, { temperature_c: 20 });
    b.sample("climate", 20 * minute, { temperature_c: 30 });
    b.sample("climate", 30 * minute, { temperature_c: 20 });
    b.tick(3 * hour);
    expect(only(b).slice(2)).toEqual([
      "10:00 temperature-high(climate) returned back-within → shelved",
      "20:00 temperature-high(climate) raised raised-again → shelved",
      "30:00 temperature-high(climate) returned back-within → shelved",
      "121:00 temperature-high(climate) unshelved time-over → returned-unacknowledged",
    ]);
  });
  it("that was acknowledged and has gone is over when its time is", () => {
    const b = shelved();
    b.operator("acknowledge", b.alarm, 2 * minute);
    b.sample("climate", 10 * minute, { temperature_c: 20 });
    expect(b.engine.state.alarms.has("temperature-high|climate")).toBe(true);
    b.operator("unshelve", b.alarm, 11 * minute);
    expect(only(b).at(-1)).toBe("11:00 temperature-high(climate) unshelved by-person → normal");
    expect(b.engine.state.alarms.has("temperature-high|climate")).toBe(false);
  });
  it("is not shelved twice, nor unshelved when it is not", () => {
    const b = shelved();
    expect(b.operator("shelve", b.alarm, 2 * minute, hour)).toMatchObject({ ok: false, code: "state-conflict" });
    b.operator("unshelve", b.alarm, 3 * minute);
    expect(b.operator("unshelve", b.alarm, 4 * minute)).toMatchObject({ ok: false, code: "state-conflict" });
    b.operator("shelve", b.alarm, 5 * minute, 10 * minute);
    b.tick(16 * minute);
    expect(only(b).at(-1)).toBe("15:00 temperature-high(climate) unshelved time-over → unacknowledged");
  });
  it("is never one without a limit, nor beyond the site's longest", () => {
    expect(shelved(9 * hour).outcome).toMatchObject({ ok: false, reason: expect.stringContaining("shelve_longest") });
    expect(shelved(0).outcome).toMatchObject({ ok: false, reason: expect.stringContaining("without a limit") });
  });
  it("is never a fire", () => {
    const b = aBuilding();
    b.sample("smoke", 0, { smoke_obscuration_pct_per_m: 3 });
    for (const { alarm } of [...b.records]) {
      expect(b.operator("shelve", alarm.id, minute, hour)).toMatchObject({
        ok: false,
        code: "state-conflict",
        reason: expect.stringContaining("is never put off"),
      });
    }
  });
  it("keeps its time when our own clock is set", () => {
    const b = shelved();
    b.step({ kind: "clock-stepped", receivedAtMs: startMs + 25 * hour, byMs: 24 * hour });
    expect(only(b).at(-1)).toContain("→ shelved");
    b.tick(27 * hour);
    expect(only(b).at(-1)).toContain("unshelved time-over");
  });
});

describe("out of service", () => {
  const window = (what: string) =>
    `out_of_service: [{ ${what}, from: "2026-11-22T08:10:00Z", to: "2026-11-22T09:00:00Z", reason: duct works }]`;

  it("a room's alarms go on being evaluated, and come back when the window ends", () => {
    const b = aBuilding(window("room: a-101"));
    b.sample("climate", 0, { temperature_c: 30, relative_humidity_pct: 50 });
    b.tick(15 * minute);
    b.sample("climate", 20 * minute, { temperature_c: 20 });
    b.sample("climate", 30 * minute, { temperature_c: 31 });
    b.tick(2 * hour);
    expect(only(b)).toEqual([
      "0:00 temperature-high(climate) raised first-breach → unacknowledged",
      "10:00 temperature-high(climate) out-of-service duct works → out-of-service",
      "20:00 temperature-high(climate) returned back-within → out-of-service",
      "30:00 temperature-high(climate) raised raised-again → out-of-service",
      "60:00 temperature-high(climate) in-service window-over → unacknowledged",
    ]);
  });
  it("an alarm that begins in the window is in nobody's sight from the first", () => {
    const b = aBuilding(window("device: climate"));
    b.sample("climate", 20 * minute, { temperature_c: 30 });
    expect(only(b)).toEqual([
      "20:00 temperature-high(climate) raised first-breach → out-of-service",
      "20:00 temperature-high(climate) out-of-service duct works → out-of-service",
    ]);
  });
  it("a room is never for a fire; a detector of its own is, and then explains nothing", () => {
    const room = aBuilding(window("room: a-101"));
    room.sample("smoke", 20 * minute, { smoke_obscuration_pct_per_m: 3 });
    expect(room.about("smoke-alarm")).toEqual(["20:00 smoke-alarm(smoke) raised first-breach → unacknowledged"]);
    const device = aBuilding(window("device: smoke"));
    device.sample("smoke", 20 * minute, { smoke_obscuration_pct_per_m: 3 });
    device.sample("climate", 21 * minute, { temperature_c: 30 });
    expect(device.about("smoke-alarm").at(-1)).toContain("→ out-of-service");
    expect(only(device)).toEqual(["21:00 temperature-high(climate) raised first-breach → unacknowledged"]);
  });
  it("must name one room or device, and an end", () => {
    const parse = (more: string) => () => parseSite(text + more, { directory: ".", name: "f", nowMs: startMs });
    expect(parse(window("room: a-101, device: climate"))).toThrow("either room or device");
    expect(parse(window("room: b-1"))).toThrow("b-1");
    expect(parse(`out_of_service: [{ room: a-101, from: "2026-11-22T08:10:00Z", reason: x }]`)).toThrow("to");
  });
});

describe("suppression by design", () => {
  it("a fire hides the heat that it brings, until it is over", () => {
    const b = aBuilding();
    b.sample("smoke", 0, { smoke_obscuration_pct_per_m: 3 });
    const fire = b.records.find(({ alarm }) => alarm.condition === "smoke-alarm")!.alarm.id;
    b.sample("climate", minute, { temperature_c: 40 });
    b.sample("climate", 2 * minute, { temperature_c: 20 });
    b.sample("climate", 13 * minute, { temperature_c: 40 });
    b.sample("smoke", 20 * minute, { smoke_obscuration_pct_per_m: 0 });
    expect(only(b)).toEqual([
      "1:00 temperature-high(climate) raised first-breach → suppressed",
      `1:00 temperature-high(climate) suppressed by smoke-alarm ${fire} → suppressed`,
      "2:00 temperature-high(climate) returned back-within → suppressed",
      "2:00 temperature-high(climate) unsuppressed back-within → returned-unacknowledged",
      "13:00 temperature-high(climate) raised raised-again → suppressed",
      `13:00 temperature-high(climate) suppressed by smoke-alarm ${fire} → suppressed`,
      "20:00 temperature-high(climate) unsuppressed cause-over → unacknowledged",
    ]);
  });
  it("a fire hides nothing that stood when it was noticed", () => {
    const b = aBuilding();
    b.sample("climate", 0, { temperature_c: 25 });
    b.sample("smoke", 0, { smoke_obscuration_pct_per_m: 3 });
    expect(only(b)).toEqual(["0:00 temperature-high(climate) raised first-breach → unacknowledged"]);
  });
  it("a silent gateway hides the silence of its sensors, which have time to be heard after it", () => {
    const b = aBuilding();
    for (const device of ["far-1", "far-2"]) b.sample(device, 10 * second, { temperature_c: 20 });
    b.sample("gateway", 30 * second, { rssi_dbm: -60 });
    b.tick(10 * minute);
    const told = b.about("sensor-silent").filter((entry) => entry.endsWith("→ unacknowledged"));
    expect(told).toEqual(["3:30 sensor-silent(gateway) raised first-breach → unacknowledged"]);
    b.sample("gateway", 20 * minute, { rssi_dbm: -60 });
    b.sample("far-1", 20 * minute + 30 * second, { temperature_c: 20 });
    b.tick(22 * minute + 59 * second);
    expect(b.about("far-1").slice(-2)).toEqual([
      "20:30 sensor-silent(far-1) returned heard-again → suppressed",
      "20:30 sensor-silent(far-1) unsuppressed back-within → returned-unacknowledged",
    ]);
    expect(b.about("far-2").at(-1)).toContain("→ suppressed");
    for (let n = 0; n < 5; n++) b.sample("gateway", (21 + n) * minute, { rssi_dbm: -60 });
    expect(b.about("far-2").at(-1)).toBe("23:00 sensor-silent(far-2) unsuppressed cause-over → unacknowledged");
  });
  it("a silent gateway is as urgent as the rooms that nobody sees without it, and hides them", () => {
    const b = aBuilding();
    b.tick(10 * minute);
    const told = b.records.filter(({ alarm }) => alarm.state === "unacknowledged");
    expect(told.map(({ alarm }) => `${alarm.condition} ${alarm.device} ${alarm.priority} ${alarm.detail}`)).toEqual([
      "sensor-silent gateway high → 2",
    ]);
    expect(b.about("room-blind").at(-1)).toContain("suppressed by sensor-silent 1001 → suppressed");
    b.sample("gateway", 20 * minute, { rssi_dbm: -60 });
    for (let n = 0; n < 6; n++) b.sample("gateway", (21 + n) * minute, { rssi_dbm: -60 });
    expect(b.about("room-blind").at(-1), "it is back and the room is not").toBe(
      "23:00 room-blind unsuppressed cause-over → unacknowledged",
    );
    b.sample("far-1", 27 * minute, { temperature_c: 20 });
    expect(b.about("room-blind").at(-1)).toBe("27:00 room-blind returned heard-again → returned-unacknowledged");
  });
  it("a room is blind and says so, whatever gateway is silent, while one of its sensors hangs on none", () => {
    const b = aBuilding();
    b.sample("climate", 0, { temperature_c: 20 });
    b.tick(40 * hour);
    expect(
      b
        .about("room-blind")
        .filter((entry) => entry.includes("raised"))
        .slice(1),
    ).toEqual([
      "2160:00 room-blind raised first-breach → unacknowledged",
      "2160:00 room-blind raised first-breach → unacknowledged",
    ]);
  });
  it("a gateway hides no smoke", () => {
    const b = aBuilding();
    b.tick(10 * minute);
    b.sample("smoke", 11 * minute, { smoke_obscuration_pct_per_m: 3 });
    expect(b.about("smoke-alarm")).toEqual(["11:00 smoke-alarm(smoke) raised first-breach → unacknowledged"]);
  });
  it("an outage of a store hides nothing", () => {
    const b = aBuilding();
    const report = {
      condition: "history-unreachable",
      subject: "influx",
      wrong: true,
      value: null,
      limit: null,
      unit: null,
    } as const;
    b.step({ kind: "system", receivedAtMs: startMs, report });
    b.sample("climate", minute, { temperature_c: 30 });
    expect(only(b)).toEqual(["1:00 temperature-high(climate) raised first-breach → unacknowledged"]);
  });
  it("gateways hang on no other: two could hide each other's silence", () => {
    const chain = text.replace("quantities: [rssi_dbm], interval: 60s", "quantities: [rssi_dbm], gateway: far-1");
    expect(() => parseSite(chain, { directory: ".", name: "f", nowMs: startMs })).toThrow("hangs on no other");
  });
});

describe("an alarm that keeps coming and going", () => {
  /** Beyond and within in turns, a minute each. */
  function chattering(turns: number) {
    const b = aBuilding();
    for (let n = 0; n < turns; n++) b.sample("climate", n * minute, { temperature_c: n % 2 === 0 ? 30 : 20 });
    return b;
  }
  const calm = [
    "0:00 temperature-high(climate) raised first-breach → unacknowledged",
    "1:00 temperature-high(climate) returned back-within → returned-unacknowledged",
    "2:00 temperature-high(climate) raised raised-again → unacknowledged",
    "3:00 temperature-high(climate) returned back-within → returned-unacknowledged",
    "4:00 temperature-high(climate) raised chattering → unacknowledged",
  ];
  it("is said to chatter at the third time, and then stands until it has stayed within", () => {
    const b = chattering(20);
    expect(only(b)).toEqual(calm);
    b.tick(28 * minute);
    expect(only(b)).toEqual(calm);
    b.tick(30 * minute);
    expect(only(b).slice(5)).toEqual([
      "29:00 temperature-high(climate) returned back-within → returned-unacknowledged",
    ]);
  });
  it("is counted under whatever name it is raised again", () => {
    const b = aBuilding();
    for (let n = 0; n < 6; n++) {
      b.sample("climate", n * minute, { temperature_c: n % 2 === 0 ? 30 : 20 });
      const open = b.engine.state.alarms.get("temperature-high|climate");
      if (open?.active) b.operator("acknowledge", open.id, n * minute + second);
    }
    expect(only(b).filter((entry) => entry.includes("raised"))).toHaveLength(3);
    expect(only(b).at(-1)).toContain("acknowledged");
  });
  it("is not held when it has stood long enough", () => {
    const b = chattering(5);
    b.sample("climate", 20 * minute, { temperature_c: 20 });
    expect(only(b).at(-1)).toBe("20:00 temperature-high(climate) returned back-within → returned-unacknowledged");
  });
  it("of smoke is never held back: it is latched anyway", () => {
    const b = aBuilding();
    for (let n = 0; n < 8; n++) b.sample("smoke", n * minute, { smoke_obscuration_pct_per_m: n % 2 === 0 ? 3 : 0 });
    expect(b.about("smoke-alarm")).toHaveLength(8);
  });
});

describe("a flood", () => {
  it("is recognised at the tenth alarm within ten minutes", () => {
    const b = aBuilding();
    for (let n = 0; n < 12; n++) {
      b.step({ kind: "unknown-device", receivedAtMs: startMs + n * second, device: `ghost-${n}`, detail: "MQTT" });
    }
    const reasons = b.records.map(({ reason }) => reason);
    expect(reasons).toEqual([...Array(9).fill("first-breach"), ...Array(3).fill("flood")]);
    expect(isFlood(b.engine.state)).toBe(true);
    b.tick(10 * minute + 5 * second);
    expect(isFlood(b.engine.state)).toBe(false);
  });
});
