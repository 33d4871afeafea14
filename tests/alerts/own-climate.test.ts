import { describe, expect, test } from "vitest";
import { createAlertStore } from "../../alerts/index.ts";
import { stateMigrations } from "../../app/state-migrations.ts";
import { openDatabase } from "../../core/index.ts";
import { aRoom, minute, startMs } from "./builder.ts";
import { aForetoldRoom, quarter } from "./forecast-rooms.ts";

const chosen = "limits: { relative_humidity_pct: own-climate }";
const quiet = "sensor-silent: { enabled: false }, humidity-forecast: { enabled: false }";
const near = `conditions: { ${quiet}, humidity-near-limit: { enabled: true } }`;
type Room = ReturnType<typeof aRoom>;
const own = (room: Room, afterMs: number, band: { low: number; high: number } | null) =>
  room.step({ kind: "own-climate", receivedAtMs: startMs + afterMs, room: "a-101", band, fromMs: startMs + afterMs });

/** What is raised by twenty minutes of that air, and by which limit. */
function judged(humidityPct: number, bandAt: Parameters<typeof own>[2] | undefined, more: { room?: string } = {}) {
  const room = aRoom({ room: more.room ?? chosen, more: near });
  if (bandAt !== undefined) own(room, 0, bandAt);
  for (let ms = 0; ms <= 20 * minute; ms += minute) room.sample(ms, { relative_humidity_pct: humidityPct });
  return room.records.map(({ alarm }) => `${alarm.condition} ${alarm.limit}`);
}

describe("the humidity limits of a room's own past", () => {
  test.each<[number, Parameters<typeof own>[2] | undefined, string[]]>([
    // Without a band, or before it is known, those of the profile: 45…60.
    [40, undefined, ["humidity-low 45"]],
    [40, null, ["humidity-low 45"]],
    [65, null, ["humidity-high 60"]],
    [40, { low: 28, high: 48 }, []],
    [27, { low: 28, high: 48 }, ["humidity-low 28"]],
    [50, { low: 28, high: 48 }, ["humidity-high 48"]],
    [29, { low: 28, high: 48 }, ["humidity-near-limit 28"]],
    [47, { low: 28, high: 48 }, ["humidity-near-limit 48"]],
    [46, null, ["humidity-near-limit 45"]],
  ])("at %s %% with %j: %j", (humidityPct, band, expected) => {
    expect(judged(humidityPct, band)).toEqual(expected);
  });

  test("are none of a room that did not choose them", () => {
    expect(judged(40, { low: 28, high: 48 }, { room: "floor: 1" })).toEqual(["humidity-low 45"]);
  });

  test("give way to a limit that the site file sets of the condition itself", () => {
    const room = `${chosen}, conditions: { humidity-low: { limit: 35 } }`;
    expect(judged(32, { low: 28, high: 48 }, { room })).toEqual(["humidity-low 35"]);
  });

  test("return an alarm that stands only by the profile, and raise one anew when a history is lost", () => {
    const room = aRoom({ room: chosen, more: `conditions: { ${quiet} }` });
    const hear = (fromMin: number, toMin: number) => {
      for (let n = fromMin; n < toMin; n++) room.sample(n * minute, { relative_humidity_pct: 40 });
    };
    hear(0, 20);
    own(room, 20 * minute, { low: 28, high: 48 });
    hear(20, 40);
    own(room, 40 * minute, null);
    hear(40, 60);
    expect(room.only("humidity-low")).toEqual([
      "0:10 humidity-low raised medium (first-breach)",
      "0:20 humidity-low returned medium (back-within)",
      "0:50 humidity-low raised medium (raised-again)",
    ]);
  });

  test("say since when they are in force, however often they change", () => {
    const room = aRoom({ room: chosen });
    own(room, 0, null);
    own(room, 10 * minute, { low: 28, high: 48 });
    own(room, 20 * minute, { low: 28.1, high: 48.1 });
    expect(room.state().ownClimate.get("a-101")).toEqual({
      band: { low: 28.1, high: 48.1 },
      fromMs: startMs + 10 * minute,
    });
  });

  test("are what is forecast", () => {
    const room = aForetoldRoom({ limits: "{ relative_humidity_pct: own-climate }" });
    const limits = () => room.forecastLimits();
    for (let n = 0; n < 20; n++) room.sample(n * quarter, { temperature_c: 20, relative_humidity_pct: 50 });
    expect(limits()).toEqual([60, 45]);
    room.ownClimate(20 * quarter, { low: 28, high: 55.5 });
    for (let n = 20; n < 24; n++) room.sample(n * quarter, { temperature_c: 20, relative_humidity_pct: 50 });
    expect(limits()).toEqual([55.5, 28]);
    room.restore();
    expect(limits()).toEqual([55.5, 28]);
  });
});

test("a state that was stored keeps the band, and one of before it is opened", () => {
  const at = stateMigrations.findIndex((text) => text.includes("engine_own_climate"));
  const before = openDatabase(":memory:", { migrations: stateMigrations.slice(0, at) });
  for (const next of stateMigrations.slice(at)) before.exec(next);
  expect(createAlertStore(before).load().state.ownClimate).toEqual(new Map());
  before.close();

  const db = openDatabase(":memory:", { migrations: stateMigrations });
  const store = createAlertStore(db);
  const room = aRoom({ room: chosen, more: `conditions: { ${quiet} }` });
  own(room, 0, { low: 28, high: 48 });
  const changed = { devices: [], alarms: [], forecasts: [], ownClimate: ["a-101"] };
  store.commit({ position: 1, state: room.state(), changed, memories: [], journal: [] });
  const { state } = createAlertStore(db).load();
  expect(state.ownClimate).toEqual(room.state().ownClimate);
  room.restore(state);
  for (let n = 0; n < 20; n++) room.sample(n * minute, { relative_humidity_pct: 40 });
  expect(room.only("humidity-low")).toEqual([]);
  db.close();
});
