import { describe, expect, test } from "vitest";
import { Engine, type EngineState, emptyState, type RoomFigures } from "../../alerts/index.ts";
import type { Values } from "../../contract/index.ts";
import { createSite, parseSite } from "../../site/index.ts";

const minute = 60_000;
const hour = 60 * minute;
/** Midnight in the room. */
const startMs = Date.parse("2026-03-02T00:00:00+08:00");

function aRoom(devices = ["one"]) {
  const text = `
site: { id: north, name: { zh: 北院, en: North }, time_zone: Asia/Shanghai }
rooms:
  - { id: a-101, limits: { temperature_c: 14..24, relative_humidity_pct: 45..60 } }
devices:
${devices.map((id) => `  - { id: ${id}, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 5m }`).join("\n")}`;
  const { site: written } = parseSite(text, { directory: ".", name: "site.yaml", nowMs: startMs });
  const site = createSite(written.config, { directory: "." });
  let engine = new Engine(site, emptyState(), { figures: true });
  engine.step({ kind: "started", receivedAtMs: startMs });
  return {
    state: () => engine.state,
    present: () => engine.figuresOf("a-101"),
    restore(state: EngineState) {
      engine = new Engine(site, state, { figures: true });
    },
    say(afterMs: number, values: Values, device = "one") {
      const atMs = startMs + afterMs;
      const sample = { atMs, receivedAtMs: atMs, values, clockUntrusted: false, offsetMs: null, imported: false };
      engine.step({ kind: "samples", receivedAtMs: atMs, device, samples: [sample] });
    },
    /** Everything that has been told by now, also what waited for its turn. */
    figures(atMs: number): RoomFigures[] {
      engine.step({ kind: "tick", receivedAtMs: startMs + atMs + 3 * minute });
      return engine.takeFigures();
    },
  };
}

const air = (temperatureC: number, humidityPct: number): Values => ({
  temperature_c: temperatureC,
  relative_humidity_pct: humidityPct,
});

describe("the figures of a room", () => {
  test("are told once a quarter of an hour: moisture of wood, ageing, and minutes outside of the site's day", () => {
    const room = aRoom();
    for (let at = 0; at < 2 * hour; at += 5 * minute) room.say(at, air(20, at < hour ? 50 : 65));
    const told = room.figures(2 * hour);
    expect(told).toHaveLength(8);
    const last = told.at(-1)!;
    expect(last).toMatchObject({ room: "a-101", atMs: startMs + 105 * minute });
    // Beyond since the sample at one o'clock.
    expect(last.values.minutes_outside).toBe(45);
    expect(told[0]!.values.emc_pct).toBeCloseTo(9.27, 1);
    expect(told[0]!.values.twpi_y).toBeUndefined();
    expect(last.values.twpi_y).toBeGreaterThan(20);
  });

  test("minutes outside begin anew with the site's day, and a gap counts for nothing", () => {
    const room = aRoom();
    for (let at = 23 * hour; at < 25 * hour; at += 5 * minute) room.say(at, air(20, 65));
    room.say(30 * hour, air(20, 65));
    const told = room.figures(30 * hour);
    expect(told.map(({ values }) => values.minutes_outside)).toEqual([0, 15, 30, 45, 0, 15, 30, 45, 55]);
  });

  test("of several sensors one tells, and the worst place counts", () => {
    const room = aRoom(["one", "two"]);
    for (let at = 0; at <= hour; at += 5 * minute) {
      room.say(at, air(20, 50), "one");
      room.say(at + 1_000, air(20, 70), "two");
    }
    const told = room.figures(hour);
    expect(told).toHaveLength(5);
    expect(told.at(-1)!.values.minutes_outside).toBeGreaterThanOrEqual(55);
  });

  test("carry what is expected of the next six hours, with its band", () => {
    const room = aRoom();
    for (let at = 0; at <= 3 * hour; at += 15 * minute) room.say(at, air(20, 50 + (3 * at) / hour));
    const [forecast] = room
      .figures(3 * hour)
      .at(-1)!
      .forecasts.filter((each) => each.quantity !== "temperature_c");
    expect(forecast).toMatchObject({ madeAtMs: startMs + 3 * hour, everyMs: 15 * minute });
    const { value, low, high, limits } = forecast!;
    expect(value).toHaveLength(24);
    expect(value[3]).toBeGreaterThan(59);
    for (const [step, expected] of value.entries()) {
      expect(low[step]).toBeLessThan(expected);
      expect(high[step]).toBeGreaterThan(expected);
    }
    const upper = limits.find(({ side }) => side === "high")!;
    expect(upper).toMatchObject({ limit: 60, warned: true });
    expect(upper.crossing!.atMs).toBeGreaterThan(startMs + 3 * hour);
    expect(limits.find(({ side }) => side === "low")).toMatchObject({ warned: false, crossing: null });
  });

  test("are the same after a restart", () => {
    const through = aRoom();
    const restarted = aRoom();
    for (let at = 0; at < 3 * hour; at += 5 * minute) {
      through.say(at, air(20, 58 + at / hour));
      restarted.say(at, air(20, 58 + at / hour));
      if (at === hour) restarted.restore(structuredClone({ ...restarted.state() }));
    }
    const last = (room: typeof through) => room.figures(3 * hour).at(-1);
    expect(last(restarted)).toEqual(last(through));
  });

  test("can be asked for at any time, also after a restart, and are then those last told", () => {
    const room = aRoom();
    expect(room.present()).toBeNull();
    for (let minutes = 0; minutes <= 120; minutes += 5) room.say(minutes * minute, air(26, 50));
    const told = room.figures(120 * minute).at(-1)!.values;
    expect(told.minutes_outside).toBeGreaterThan(0);
    expect(room.present()).toEqual(told);
    room.restore(structuredClone(room.state()));
    expect(room.present()).toEqual(told);
  });
});
