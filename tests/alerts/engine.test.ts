import { describe, expect, it } from "vitest";
import { Engine, type EngineEvent, type EngineTransition, emptyState } from "../../alerts/index.ts";
import type { Values } from "../../contract/index.ts";
import { parseSite } from "../../site/index.ts";
import { numbering } from "./builder.ts";

const startMs = Date.parse("2026-11-22T08:00:00Z");
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

function building(more = "") {
  const text = `
site: { id: north, name: { zh: 北院, en: North } }
rooms: [{ id: a-101, limits: { temperature_c: 14..24, relative_humidity_pct: 45..60 } }, { id: outdoor }]
doors: [{ id: door-1, room: a-101, contact: door }]
devices:
  - { id: climate, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 60s }
  - { id: smoke, room: a-101, quantities: [smoke_obscuration_pct_per_m, smoke_alarm], interval: 60s }
  - { id: door, room: a-101, quantities: [door], interval: 1h }
  - { id: air, room: outdoor, quantities: [temperature_c], interval: 24h }
${more}`;
  const { site } = parseSite(text, { directory: ".", name: "site.yaml", nowMs: startMs });
  const engine = new Engine(site, emptyState());
  const journal: string[] = [];
  const records: EngineTransition[] = [];
  const clock = (ms: number) => {
    const s = Math.round((ms - startMs) / second);
    return `${s < 0 ? "-" : ""}${Math.floor(Math.abs(s) / 60)}:${String(Math.abs(s) % 60).padStart(2, "0")}`;
  };
  const step = (event: EngineEvent) => {
    const result = engine.step(event);
    records.push(...result.transitions);
    for (const t of result.transitions) {
      journal.push(`${clock(t.atMs)} ${t.alarm.condition} ${t.transition} ${t.reason} → ${t.alarm.state}`);
    }
    return result;
  };
  step({ kind: "started", receivedAtMs: startMs });
  const { samplesEvent } = told();
  return {
    engine,
    journal,
    records,
    step,
    tick: (afterMs: number) => step({ kind: "tick", receivedAtMs: startMs + afterMs }),
    /** A sample taken `afterMs` after the start and received `lateMs` later. */
    sample(device: string, afterMs: number, values: Values, lateMs = 0) {
      return step(samplesEvent(device, [{ afterMs, values }], afterMs + lateMs));
    },
    samples: (device: string, list: { afterMs: number; values: Values }[], receivedAfterMs: number) =>
      step(samplesEvent(device, list, receivedAfterMs)),
    operator: (act: "acknowledge" | "comment" | "reset", alarm: string, afterMs: number) =>
      step({
        kind: "command",
        receivedAtMs: startMs + afterMs,
        command: { do: act, alarm, by: "10231", comment: "on my way", via: "api" },
      }),
  };
}

/** Messages of devices that number their samples. */
function told() {
  const numbered = numbering();
  return {
    samplesEvent(device: string, list: { afterMs: number; values: Values }[], receivedAfterMs: number): EngineEvent {
      const receivedAtMs = startMs + receivedAfterMs;
      const samples = list.map(({ afterMs, values }) => ({
        atMs: startMs + afterMs,
        receivedAtMs,
        values,
        clockUntrusted: false,
        offsetMs: receivedAtMs - startMs - afterMs,
        imported: false,
        ...numbered(device),
      }));
      return { kind: "samples", receivedAtMs, device, samples };
    },
  };
}

describe("a climate limit", () => {
  /** Temperatures of one sensor, a sample a minute from the start. */
  const tables: [what: string, temperatures: number[], journal: string[]][] = [
    [
      "is raised once beyond for ten minutes",
      Array(12).fill(25),
      ["10:00 temperature-high raised first-breach → unacknowledged"],
    ],
    ["is not raised before", Array(10).fill(25), []],
    ["is not raised at the limit itself", Array(15).fill(24), []],
    ["starts its delay anew after a sample within", [...Array(9).fill(25), 23, ...Array(9).fill(25)], []],
    [
      "starts its delay anew after a sample just inside the limit",
      [...Array(9).fill(25), 23.8, ...Array(9).fill(25)],
      [],
    ],
    [
      "stands while just inside, and returns with the first sample the hysteresis inside",
      [...Array(11).fill(25), 23.9, 23.6, 23.5, 22],
      [
        "10:00 temperature-high raised first-breach → unacknowledged",
        "13:00 temperature-high returned back-within → returned-unacknowledged",
      ],
    ],
    [
      "is mirrored below",
      [...Array(11).fill(13), 14.5],
      [
        "10:00 temperature-low raised first-breach → unacknowledged",
        "11:00 temperature-low returned back-within → returned-unacknowledged",
      ],
    ],
    [
      "raises the same alarm again",
      [...Array(11).fill(25), 23, ...Array(11).fill(25)],
      [
        "10:00 temperature-high raised first-breach → unacknowledged",
        "11:00 temperature-high returned back-within → returned-unacknowledged",
        "22:00 temperature-high raised raised-again → unacknowledged",
      ],
    ],
  ];
  it.each(tables)("%s", (_, temperatures, journal) => {
    const b = building("conditions: { sensor-silent: { enabled: false } }");
    temperatures.forEach((temperature_c, n) => b.sample("climate", n * minute, { temperature_c }));
    expect(b.journal).toEqual(journal);
  });

  it("is interrupted by a gap of over an hour while its delay runs, never once it stands", () => {
    const quiet = "conditions: { sensor-silent: { enabled: false } }";
    const waiting = building(quiet);
    waiting.sample("climate", 0, { temperature_c: 25 });
    waiting.sample("climate", 61 * minute, { temperature_c: 25 });
    expect(waiting.journal).toEqual([]);
    const standing = building(quiet);
    for (const at of [0, 10, 200]) standing.sample("climate", at * minute, { temperature_c: 25 });
    expect(standing.journal).toHaveLength(1);
  });

  it("judges no outdoor air", () => {
    const b = building();
    for (let n = 0; n < 20; n++) b.sample("air", n * minute, { temperature_c: -10 });
    expect(b.journal.filter((line) => line.includes("temperature"))).toEqual([]);
  });

  it("takes delay, hysteresis, limit and priority of the room over those of the site", () => {
    const b = building(
      "conditions: { temperature-high: { delay: 30s, priority: high, limit: 22 }, sensor-silent: { enabled: false } }",
    );
    b.sample("climate", 0, { temperature_c: 23 });
    b.sample("climate", 30 * second, { temperature_c: 23 });
    expect(b.records[0]?.alarm).toMatchObject({
      condition: "temperature-high",
      priority: "high",
      limit: 22,
      value: 23,
    });
  });
});

describe("late samples", () => {
  const quiet = "conditions: { sensor-silent: { enabled: false } }";
  it("alarm with their delay stated when nothing newer contradicts them", () => {
    const b = building(quiet);
    b.samples(
      "climate",
      [0, 5, 10].map((m) => ({ afterMs: m * minute, values: { temperature_c: 30 } })),
      3 * hour,
    );
    expect(b.journal).toEqual(["10:00 temperature-high raised first-breach → unacknowledged"]);
    expect(b.records[0]?.lateMs).toBe(3 * hour - 10 * minute);
  });
  it("page nobody when the newest of their message says that it is over", () => {
    const b = building(quiet);
    const values = [30, 30, 30, 20].map((temperature_c, n) => ({
      afterMs: n * 10 * minute,
      values: { temperature_c },
    }));
    b.samples("climate", values, 3 * hour);
    expect(b.journal).toEqual([]);
  });
  it("page nobody when a newer sample has been heard", () => {
    const b = building(quiet);
    b.sample("smoke", hour, { smoke_obscuration_pct_per_m: 0 });
    b.sample("smoke", 10 * minute, { smoke_obscuration_pct_per_m: 5 }, 51 * minute);
    expect(b.journal).toEqual([]);
  });
  it("page nobody when they are older than page_within", () => {
    const b = building(quiet);
    b.sample("smoke", 0, { smoke_obscuration_pct_per_m: 5 }, 25 * hour);
    expect(b.journal).toEqual([]);
  });
  it("of smoke still alarm when a newer sample has overtaken them by less than two minutes", () => {
    const b = building(quiet);
    b.sample("smoke", minute, { smoke_obscuration_pct_per_m: 0 });
    b.sample("smoke", 30 * second, { smoke_obscuration_pct_per_m: 3 }, 31 * second);
    expect(b.journal.filter((line) => line.includes("smoke-alarm"))).toEqual([
      "0:30 smoke-alarm raised first-breach → unacknowledged",
      "1:00 smoke-alarm returned back-within → returned-unacknowledged",
    ]);
  });
});

describe("smoke", () => {
  it("is not delayed, has two fixed limits, and stays latched until a person resets it", () => {
    const b = building();
    b.sample("smoke", 10 * second, { smoke_obscuration_pct_per_m: 0.2 });
    b.sample("smoke", 20 * second, { smoke_obscuration_pct_per_m: 2 });
    b.sample("smoke", 30 * second, { smoke_obscuration_pct_per_m: 0 });
    const [pre, alarm] = b.records.map((record) => record.alarm.id);
    expect(b.operator("reset", alarm!, 35 * second).outcome).toMatchObject({ ok: false, code: "state-conflict" });
    b.operator("acknowledge", alarm!, 40 * second);
    b.operator("acknowledge", pre!, 41 * second);
    b.operator("reset", alarm!, 50 * second);
    expect(b.journal).toEqual([
      "0:10 smoke-prealarm raised first-breach → unacknowledged",
      "0:20 smoke-alarm raised first-breach → unacknowledged",
      "0:30 smoke-prealarm returned back-within → returned-unacknowledged",
      "0:30 smoke-alarm returned back-within → returned-unacknowledged",
      "0:40 smoke-alarm acknowledged by-person-after-return → latched",
      "0:41 smoke-prealarm acknowledged by-person-after-return → latched",
      "0:50 smoke-alarm reset by-person → normal",
    ]);
  });
  it("alarms by the detector's own word too, and stands while either says so", () => {
    const b = building();
    b.sample("smoke", 0, { smoke_alarm: 1, smoke_obscuration_pct_per_m: 3 });
    b.sample("smoke", 10 * second, { smoke_obscuration_pct_per_m: 0 });
    expect(b.journal.filter((line) => line.includes("smoke-alarm"))).toHaveLength(1);
    b.sample("smoke", 20 * second, { smoke_alarm: 0 });
    expect(b.journal.at(-1)).toBe("0:20 smoke-alarm returned back-within → returned-unacknowledged");
  });
});

describe("a door", () => {
  it("held open alarms after two minutes by itself, without a further report", () => {
    const b = building();
    b.sample("door", 0, { door: 1 });
    b.tick(119 * second);
    expect(b.journal).toEqual([]);
    b.tick(200 * second);
    expect(b.journal.filter((line) => line.includes("door"))).toEqual([
      "2:00 door-held-open raised first-breach → unacknowledged",
    ]);
    b.sample("door", 210 * second, { door: 0 });
    expect(b.journal.at(-1)).toBe("3:30 door-held-open returned back-within → returned-unacknowledged");
  });
  it("closed in time does not", () => {
    const b = building();
    b.sample("door", 0, { door: 1 });
    b.sample("door", 100 * second, { door: 0 });
    b.sample("door", 110 * second, { door: 1 });
    b.tick(229 * second);
    expect(b.journal.filter((line) => line.includes("door"))).toEqual([]);
  });
});

describe("silence", () => {
  it("is an alarm after three intervals, returns when the device is heard, and never clears another alarm", () => {
    const b = building("conditions: { temperature-high: { delay: 0s }, room-blind: { enabled: false } }");
    b.sample("climate", 0, { temperature_c: 30 });
    b.tick(3 * minute);
    b.sample("climate", 5 * minute, { temperature_c: 30 });
    expect(b.journal.filter((line) => !line.includes("smoke") || line.includes("temperature"))).toEqual([
      "0:00 temperature-high raised first-breach → unacknowledged",
      "3:00 sensor-silent raised first-breach → unacknowledged",
      "3:00 sensor-silent raised first-breach → unacknowledged",
      "5:00 sensor-silent returned heard-again → returned-unacknowledged",
    ]);
  });
  it("counts anew from a start: while the program was down nobody could be heard", () => {
    const b = building();
    b.sample("climate", 0, { temperature_c: 20 });
    b.step({ kind: "started", receivedAtMs: startMs + 5 * hour });
    b.tick(5 * hour + 2 * minute);
    expect(b.journal).toEqual([]);
  });
  it("of a device that has been taken out of its room is expected", () => {
    const b = building(`  - id: gone
    quantities: [temperature_c]
    assignments: [{ room: a-101, to: "2026-11-22T08:01:00Z" }]
`);
    for (const device of ["climate", "smoke"]) b.sample(device, 170 * second, { temperature_c: 20 });
    b.tick(4 * minute);
    expect(b.journal).toEqual([]);
  });
  it("is not caused by a step of our own clock", () => {
    const b = building();
    b.sample("climate", 0, { temperature_c: 20 });
    b.step({ kind: "clock-stepped", receivedAtMs: startMs + 30 * 24 * hour, byMs: 30 * 24 * hour });
    expect(b.journal.map((line) => line.split(" ").slice(1, 3).join(" "))).toEqual(["server-clock-fault raised"]);
  });
});

describe("acknowledging", () => {
  it("names a person, leaves the alarm standing, and ends it when its cause has gone", () => {
    const b = building("conditions: { temperature-high: { delay: 0s } }");
    b.sample("climate", 0, { temperature_c: 30 });
    const id = b.records[0]!.alarm.id;
    expect(b.operator("acknowledge", id, second).outcome).toMatchObject({
      ok: true,
      alarm: { acknowledgedBy: "10231" },
    });
    expect(b.operator("acknowledge", id, 2 * second).outcome).toMatchObject({ ok: false, code: "state-conflict" });
    expect(b.operator("comment", id, 3 * second).outcome).toMatchObject({ ok: true });
    b.sample("climate", minute, { temperature_c: 20 });
    expect(b.journal.at(-1)).toBe("1:00 temperature-high returned back-within → normal");
    expect(b.engine.state.alarms.size).toBe(0);
    expect(b.operator("acknowledge", id, 2 * minute).outcome).toMatchObject({ ok: false, code: "not-found" });
  });
});

describe("clocks and strangers", () => {
  it("raise sensor-clock-fault until the device's clock is right again", () => {
    const b = building();
    const sample = { atMs: startMs, receivedAtMs: startMs, values: { temperature_c: 20 }, imported: false };
    b.step({
      kind: "samples",
      receivedAtMs: startMs,
      device: "climate",
      samples: [{ ...sample, clockUntrusted: true, offsetMs: -hour }],
    });
    b.sample("climate", minute, { temperature_c: 20 });
    expect(b.journal).toEqual([
      "0:00 sensor-clock-fault raised first-breach → unacknowledged",
      "1:00 sensor-clock-fault returned clock-right-again → returned-unacknowledged",
    ]);
    expect(b.records[0]?.alarm).toMatchObject({ value: 3600, limit: 300, unit: "s" });
  });
  it("are told once while they repeat, and are over after ten quiet minutes", () => {
    const b = building("conditions: { sensor-silent: { enabled: false } }");
    for (let n = 0; n < 100; n++) {
      b.step({ kind: "unknown-device", receivedAtMs: startMs + n * second, device: "ghost", detail: "MQTT" });
    }
    b.tick(12 * minute);
    expect(b.journal).toEqual([
      "0:00 unknown-device raised first-breach → unacknowledged",
      "11:39 unknown-device returned not-repeated → returned-unacknowledged",
    ]);
  });
  it("share one alarm when they are too many, so that invented names cost nothing", () => {
    const b = building();
    for (let n = 0; n < 1_000; n++) {
      b.step({ kind: "unknown-device", receivedAtMs: startMs, device: `ghost-${n}`, detail: "MQTT" });
    }
    expect(b.engine.state.alarms.size).toBeLessThanOrEqual(202);
  });
});

describe("the engine", () => {
  it("gives the same journal when it is stopped and restored between any two events", () => {
    const { samplesEvent } = told();
    const events: EngineEvent[] = [{ kind: "started", receivedAtMs: startMs }];
    for (let n = 0; n < 60; n++) {
      events.push(
        samplesEvent(
          "climate",
          [{ afterMs: n * minute, values: { temperature_c: n % 25 < 15 ? 26 : 20 } }],
          n * minute,
        ),
      );
      if (n % 7 === 0)
        events.push(
          samplesEvent("door", [{ afterMs: n * minute, values: { door: n % 14 === 0 ? 1 : 0 } }], n * minute),
        );
    }
    events.push({ kind: "tick", receivedAtMs: startMs + 3 * hour });
    const { engine: whole } = building();
    const { site } = siteOf();
    const run = (restoreEvery: number) => {
      let engine = new Engine(site, emptyState());
      const lines: string[] = [];
      events.forEach((event, n) => {
        if (restoreEvery > 0 && n % restoreEvery === 0) engine = new Engine(site, structuredClone(engine.state));
        for (const t of engine.step(event).transitions)
          lines.push(`${t.atMs} ${t.alarm.id} ${t.alarm.key} ${t.transition}`);
      });
      return lines;
    };
    expect(whole.state.devices.size).toBe(4);
    const straight = run(0);
    expect(straight.length).toBeGreaterThan(5);
    expect(run(1)).toEqual(straight);
    expect(run(3)).toEqual(straight);
  });
});

function siteOf() {
  return parseSite(
    `
site: { id: north, name: { zh: 北院, en: North } }
rooms: [{ id: a-101 }]
devices:
  - { id: climate, room: a-101, quantities: [temperature_c] }
  - { id: door, room: a-101, quantities: [door] }
`,
    { directory: ".", name: "site.yaml", nowMs: startMs },
  );
}
