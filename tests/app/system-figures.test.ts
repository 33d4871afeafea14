import { describe, expect, test } from "vitest";
import { type Alarm, emptyState } from "../../alerts/index.ts";
import { alarmFigures, createTellingFigures } from "../../app/watched/system-figures.ts";
import { systemFigures } from "../../contract/index.ts";

const hourMs = 3_600_000;

function anAlarm(changes: Partial<Alarm>): Alarm {
  return {
    id: "1",
    key: "humidity-high|a-101",
    condition: "humidity-high",
    room: "a-101",
    device: null,
    subject: null,
    priority: "medium",
    state: "unacknowledged",
    latching: false,
    active: true,
    sinceMs: 0,
    raisedAtMs: 0,
    value: null,
    limit: null,
    unit: null,
    detail: null,
    acknowledgedBy: null,
    quietAtMs: null,
    ...changes,
  };
}

const figuresAt = (nowMs: number, alarms: Partial<Alarm>[]) =>
  alarmFigures({ ...emptyState(), nowMs, alarms: new Map(alarms.map((alarm, at) => [String(at), anAlarm(alarm)])) });

describe("figures of alarms", () => {
  test("are those that the contract names, also when all is well", () => {
    expect(Object.keys(figuresAt(0, []))).toEqual([...systemFigures.alarms]);
    expect(Object.values(figuresAt(0, []))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("count what is open by priority, what nobody has answered, and what stands for more than a day", () => {
    const figures = figuresAt(30 * hourMs, [
      { priority: "critical", raisedAtMs: 29 * hourMs },
      { state: "acknowledged", raisedAtMs: 5 * hourMs },
      { state: "returned-unacknowledged", active: false, raisedAtMs: 0 },
    ]);
    expect(figures).toMatchObject({ open_critical: 1, open_high: 0, open_medium: 2, unacknowledged: 2, standing: 1 });
    // What has returned no longer stands, however long nobody has answered.
    expect(figures.oldest_open_s).toBe((25 * hourMs) / 1_000);
  });
});

describe("figures of telling", () => {
  test("say how long somebody had to wait at the most, each time once", () => {
    const telling = createTellingFigures({ backlog: () => ({ pending: 2, oldestAtMs: 1_000 }), nowMs: () => 61_000 });
    const told = (tookMs: number) => telling.told({ atMs: 5_000 + tookMs, row: { notice: { recordedAtMs: 5_000 } } });
    told(40);
    told(900);
    told(20);
    expect(telling.figures()).toEqual({ pending: 2, oldest_pending_s: 60, delivered: 3, latency_max_ms: 900 });
    expect(telling.figures()).toMatchObject({ delivered: 3, latency_max_ms: 0 });
    expect(Object.keys(telling.figures())).toEqual([...systemFigures.notify]);
  });
  test("an empty outbox has no oldest message", () => {
    const telling = createTellingFigures({ backlog: () => ({ pending: 0, oldestAtMs: null }), nowMs: () => 61_000 });
    expect(telling.figures()).toMatchObject({ pending: 0, oldest_pending_s: 0 });
  });
});
