import { expect, test } from "vitest";
import { createAlertStore, describe, writeRoomForecast } from "../../alerts/index.ts";
import { stateMigrations } from "../../app/state-migrations.ts";
import { openDatabase } from "../../core/index.ts";
import { aForetoldRoom, quarter } from "./forecast-rooms.ts";

test("what was learnt, when it is expected and why are kept in the store", () => {
  const room = aForetoldRoom();
  for (let at = 0, value = 52; value < 60; at += quarter, value += 0.25) {
    room.sample(at, { temperature_c: 20, relative_humidity_pct: value });
  }
  const [raised] = room.foretold;
  const db = openDatabase(":memory:", {
    migrations: stateMigrations,
  });
  const store = createAlertStore(db);
  const state = room.state();
  store.commit({
    position: 1,
    state,
    changed: {
      devices: [],
      alarms: [...state.alarms.keys()],
      forecasts: [...state.forecasts.keys()],
      ownClimate: [],
    },
    memories: [],
    journal: [{ transition: raised!, description: describe(room.site, raised!), recordedAtMs: state.nowMs }],
  });

  const loaded = createAlertStore(db).load().state;
  expect([...loaded.forecasts.keys()]).toEqual([...state.forecasts.keys()]);
  for (const [id, forecast] of state.forecasts) {
    expect(writeRoomForecast(loaded.forecasts.get(id)!)).toBe(writeRoomForecast(forecast));
  }
  expect(loaded.alarms.get(raised!.alarm.key)).toMatchObject({ expectation: raised!.alarm.expectation });
  const [row] = store.journal({ limit: 10 });
  expect(row).toMatchObject({
    condition: "humidity-forecast",
    expected_at_ms: raised!.alarm.expectation!.atMs,
    evidence: raised!.alarm.evidence,
  });

  db.exec("UPDATE engine_forecasts SET state = '{}'");
  expect(createAlertStore(db).load().state.forecasts.size).toBe(0);
});
