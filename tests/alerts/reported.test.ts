import { describe, expect, test } from "vitest";
import { conditionNamed, partConditions } from "../../alerts/index.ts";
import { engineEventOf, type LoggedEvent } from "../../app/engine/log-events.ts";
import { conditionNames } from "../../contract/index.ts";
import { aRoom, minute, second, startMs } from "./builder.ts";

/** Parts of the program speak by an event in the log: what becomes of it, minutes and seconds after the start. */
function said(events: [afterMs: number, event: LoggedEvent][], more?: string) {
  const b = aRoom(more === undefined ? {} : { more });
  for (const [afterMs, event] of events) {
    const receivedAtMs = startMs + afterMs;
    const entry = { kind: "event", receivedAtMs, origin: "test", topic: event.event, position: 1 } as const;
    const payload = Buffer.from(JSON.stringify(event));
    b.step(engineEventOf({ ...entry, payload }, { kind: "none" })!);
  }
  return b;
}

const forced = (active: boolean): LoggedEvent => ({
  event: "condition",
  condition: "door-forced",
  subject: "d1",
  active,
  room: "a-101",
});

test("every name of the contract has its line in the registry", () => {
  expect(conditionNames.filter((name) => !conditionNamed(name))).toEqual([]);
});

test("what parts may raise is what the engine does not find in samples", () => {
  expect(partConditions.map((name) => conditionNamed(name)?.kind)).toEqual(
    partConditions.map((name) => (name === "certificate-expiring" ? "value" : "reported")),
  );
});

test.each(partConditions)("%s is raised by its part's event and named in both languages", (condition) => {
  const b = said([[0, { event: "condition", condition, subject: "x", active: true, detail: "why" }]]);
  expect(b.records.map(({ alarm, transition }) => [alarm.condition, alarm.subject, alarm.detail, transition])).toEqual([
    [condition, "x", "why", "raised"],
  ]);
});

describe("a part's condition", () => {
  test("lasts until the part takes it back, and is told once", () => {
    const event = { event: "condition", condition: "notification-failing", subject: "email" } as const;
    const { journal } = said([
      [0, { ...event, active: true }],
      [minute, { ...event, active: true }],
      [30 * minute, { ...event, active: false }],
      [31 * minute, { ...event, active: false }],
    ]);
    expect(journal).toEqual([
      "0:00 notification-failing raised high (first-breach)",
      "0:30 notification-failing returned high (right-again)",
    ]);
  });

  test("that has become worse is told anew", () => {
    const event = { event: "condition", condition: "record-overdue", subject: "r-1", active: true } as const;
    const { journal } = said([
      [0, event],
      [minute, { ...event, priority: "high" }],
      [2 * minute, { ...event, priority: "medium" }],
    ]);
    expect(journal).toEqual([
      "0:00 record-overdue raised low (first-breach)",
      "0:01 record-overdue priority-changed high (worse)",
    ]);
  });

  test("that merely happens is over ten minutes after it happened last", () => {
    const event: LoggedEvent = { event: "condition", condition: "access-unauthorised", subject: "d1", active: true };
    const b = said([
      [0, event],
      [5 * minute, event],
    ]);
    b.tick(60 * minute);
    expect(b.journal).toEqual([
      "0:00 access-unauthorised raised high (first-breach)",
      "0:15 access-unauthorised returned high (not-repeated)",
    ]);
  });

  test("has a room where the part names one, and follows that room's settings", () => {
    const event: LoggedEvent = { ...forced(true) };
    expect(said([[0, event]]).records[0]?.alarm).toMatchObject({ room: "a-101", priority: "critical" });
    expect(said([[0, event]], "conditions: { door-forced: { enabled: false } }").journal).toEqual([]);
  });
});

test("a forced door stays latched after it is closed, until a person resets it", () => {
  const b = said([
    [0, forced(true)],
    [minute, forced(false)],
  ]);
  const id = b.records[0]!.alarm.id;
  b.operator("acknowledge", id, 2 * minute);
  expect(b.records.at(-1)?.alarm.state).toBe("latched");
  b.operator("reset", id, 3 * minute);
  expect(b.state().alarms.size).toBe(0);
});

test("a broken ledger cannot be shelved", () => {
  const b = said([[0, { event: "condition", condition: "ledger-broken", subject: "ledger", active: true }]]);
  const command = { do: "shelve", alarm: b.records[0]!.alarm.id, by: "10231", comment: "later", via: "api" } as const;
  const { outcome } = b.step({ kind: "command", receivedAtMs: startMs, command: { ...command, forMs: minute } });
  expect(outcome).toMatchObject({ ok: false });
  expect(b.records).toHaveLength(1);
});

describe("log-ins that fail", () => {
  const failed = (subject: string, from = "10.0.0.9"): LoggedEvent => {
    return { event: "security", what: "login-failed", subject, from, detail: `wrong password (${from})` };
  };
  const tries = (count: number, everyMs: number, event: (n: number) => LoggedEvent) =>
    Array.from({ length: count }, (_, n): [number, LoggedEvent] => [n * everyMs, event(n)]);

  test.each<[string, [number, LoggedEvent][], string[]]>([
    ["four times are four slips", tries(4, second, () => failed("dev-1")), []],
    ["five times are told, by the address", tries(7, second, () => failed("dev-1")), ["10.0.0.9"]],
    ["many names from one address are one thing", tries(9, second, (n) => failed(`dev-${n}`)), ["10.0.0.9"]],
    ["many addresses under one name too", tries(9, second, (n) => failed("dev-1", `10.0.0.${n}`)), ["dev-1"]],
    ["one every five minutes is a device that nobody has set up", tries(9, 5 * minute, () => failed("dev-1")), []],
  ])("%s", (_, events, told) => {
    expect(said(events).records.map(({ alarm }) => alarm.subject)).toEqual(told);
  });

  test("the limit is a setting", () => {
    const more = "conditions: { login-failures: { limit: 2 } }";
    expect(
      said(
        tries(2, second, () => failed("dev-1")),
        more,
      ).journal,
    ).toHaveLength(1);
  });
});
