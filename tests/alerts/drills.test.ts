import { expect, it } from "vitest";
import { type Alarm, Engine, type EngineTransition, emptyState, performanceOf } from "../../alerts/index.ts";
import { createSite, siteSchema } from "../../site/index.ts";

const startMs = Date.parse("2026-11-22T00:00:00Z");
const site = createSite(
  siteSchema.parse({
    site: { id: "north", name: { zh: "北院", en: "North" } },
    rooms: [{ id: "a-101" }, { id: "a-102", conditions: { "smoke-alarm": { enabled: false } } }],
    devices: [{ id: "dev-7", room: "a-101", quantities: ["smoke_alarm"] }],
  }),
  { directory: "/" },
);
const minute = 60_000;
const drill = (room = "a-101", id = "d1") => ({
  kind: "drill" as const,
  receivedAtMs: startMs,
  drill: {
    id,
    purpose: "drill" as const,
    scenario: "smoke" as const,
    room,
    untilMs: startMs + 30 * minute,
    by: "10231",
    comment: "yearly",
    via: "api",
  },
});
const smoke = (atMinute: number, value: number) => {
  const receivedAtMs = startMs + atMinute * minute;
  const sample = {
    atMs: receivedAtMs,
    receivedAtMs,
    values: { smoke_alarm: value },
    clockUntrusted: false,
    offsetMs: 0,
  };
  return { kind: "samples" as const, receivedAtMs, device: "dev-7", samples: [{ ...sample, imported: false }] };
};
const tick = (atMinute: number) => ({ kind: "tick" as const, receivedAtMs: startMs + atMinute * minute });
const said = (rows: readonly EngineTransition[]) =>
  rows.map(
    ({ alarm, transition, reason }) => `${alarm.drill ? "drill" : "real"} ${alarm.condition} ${transition}: ${reason}`,
  );
const ack = (alarm: Alarm, atMinute: number) => ({
  kind: "command" as const,
  receivedAtMs: startMs + atMinute * minute,
  command: { do: "acknowledge" as const, alarm: alarm.id, by: "10231", comment: "on my way", via: "api" },
});

it("an exercise is judged by the room's own limits, answered like an alarm, and leaves nothing behind", () => {
  const engine = new Engine(site, emptyState());
  const begun = engine.step(drill());
  expect(said(begun.transitions)).toEqual(["drill smoke-alarm raised: first-breach"]);
  expect(begun.transitions[0]).toMatchObject({ by: "10231", comment: "yearly", alarm: { priority: "critical" } });
  const alarm = begun.transitions[0]!.alarm;
  expect(engine.state.alarms.size).toBe(0);
  expect(said(engine.step(ack(alarm, 2)).transitions)).toEqual(["drill smoke-alarm acknowledged: by-person"]);
  expect(said(engine.step(tick(31)).transitions)).toEqual([
    "drill smoke-alarm returned: drill-over",
    "drill smoke-alarm reset: drill-over",
  ]);
  expect(engine.state.drills.size).toBe(0);
  expect(engine.nextDeadlineMs()).toBeNull();
});

it("a real alarm in the room of an exercise is raised as what it is, and its answer is its own", () => {
  const engine = new Engine(site, emptyState());
  const exercise = engine.step(drill()).transitions[0]!.alarm;
  const real = engine.step(smoke(1, 1)).transitions;
  expect(said(real)).toContain("real smoke-alarm raised: first-breach");
  engine.step(ack(exercise, 2));
  const open = [...engine.state.alarms.values()].find(({ condition }) => condition === "smoke-alarm");
  expect(open).toMatchObject({ state: "unacknowledged", device: "dev-7" });
  engine.step({ kind: "drill-end", receivedAtMs: startMs + 3 * minute, id: "d1", by: "10231", via: "api" });
  expect(open?.state).toBe("unacknowledged");
});

it("what would raise nothing is refused, and an exercise is never put off", () => {
  const engine = new Engine(site, emptyState());
  expect(engine.step(drill("a-102")).outcome).toMatchObject({ ok: false, code: "state-conflict" });
  expect(engine.step(drill("b-1")).outcome).toMatchObject({ ok: false, code: "not-found" });
  const alarm = engine.step(drill()).transitions[0]!.alarm;
  const shelve = { do: "shelve" as const, alarm: alarm.id, by: "1", comment: "no", forMs: 60_000, via: "api" };
  expect(engine.step({ kind: "command", receivedAtMs: startMs, command: shelve }).outcome).toMatchObject({
    ok: false,
    reason: expect.stringContaining("exercise"),
  });
});

it("an exercise that was on at a restart ends at its time all the same", () => {
  const state = emptyState();
  new Engine(site, state).step(drill());
  const after = new Engine(site, structuredClone(state));
  expect(after.nextDeadlineMs()).toBe(startMs + 30 * minute);
  expect(said(after.step(tick(30)).transitions)).toContain("drill smoke-alarm returned: drill-over");
});

it("exercises are not counted among the alarms that people must answer", () => {
  const engine = new Engine(site, emptyState());
  const [raised] = engine.step(drill()).transitions;
  const { id, drill: mark, priority, condition, room, device, subject, state } = raised!.alarm;
  const row = { alarm: id, at_ms: startMs, recorded_at_ms: startMs, transition: "raised" as const };
  const rows = [{ ...row, condition, room, device, subject, priority, state, drill: mark ?? null }];
  const period = { fromMs: startMs, toMs: startMs + 60 * minute };
  expect(performanceOf(rows, period).annunciated).toBe(0);
  expect(performanceOf([{ ...rows[0]!, drill: null }], period).annunciated).toBe(1);
});
