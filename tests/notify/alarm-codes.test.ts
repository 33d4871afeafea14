import { expect, onTestFinished, test } from "vitest";
import type { AlarmState } from "../../contract/index.ts";
import { openDatabase } from "../../core/index.ts";
import { alarmCodesMigration, alarmOfCode, takeAlarmCode } from "../../notify/index.ts";

function codes() {
  const db = openDatabase(":memory:", { migrations: [alarmCodesMigration] });
  onTestFinished(() => db.close());
  const take = (id: string, state: AlarmState = "unacknowledged") => takeAlarmCode(db, { id, state });
  return { take, find: (code: string) => alarmOfCode(db, code) };
}

test("an alarm keeps its code of four digits through all of its transitions", () => {
  const { take, find } = codes();
  const code = take("a")!;
  expect(code).toMatch(/^[1-9]\d{3}$/);
  expect(take("b")).not.toBe(code);
  expect(take("a", "acknowledged")).toBe(code);
  expect(take("a", "normal")).toBe(code);
  expect(find(code)).toEqual({ alarmId: "a", open: false });
});

test("the same history gives the same codes", () => {
  const first = codes();
  const second = codes();
  const history = [..."abcdefgh"].flatMap((id) => [id, id === "c" ? "normal" : "unacknowledged"] as const);
  const run = ({ take }: ReturnType<typeof codes>) => history.map((id) => take(id));
  expect(run(first)).toEqual(run(second));
});

test("one mistyped digit names no other of 500 alarms raised one after the other", () => {
  const { take } = codes();
  const open = Array.from({ length: 500 }, (_, n) => take(`alarm-${n}`)!);
  const differing = (a: string, b: string) => [...a].filter((digit, at) => digit !== b[at]).length;
  for (let i = 0; i < open.length; i++)
    for (let j = 0; j < i; j++) if (differing(open[i]!, open[j]!) < 2) expect.fail(`${open[i]} and ${open[j]}`);
});

test("a freed code is taken last, by which time a late answer to it is long past", () => {
  const { take, find } = codes();
  const code = take("first")!;
  take("first", "normal");
  const next = Array.from({ length: 8_999 }, (_, n) => take(`alarm-${n}`));
  expect(next).not.toContain(code);
  expect(take("last")).toBe(code);
  expect(find(code)).toEqual({ alarmId: "last", open: true });
});

test("open alarms never share a code; with all 9,000 open the next has none", () => {
  const { take } = codes();
  const open = Array.from({ length: 9_000 }, (_, n) => take(`alarm-${n}`));
  expect(new Set(open).size).toBe(9_000);
  expect(take("one too many")).toBeNull();
  take("alarm-77", "normal");
  expect(take("one too many")).toBe(open[77]);
});

test("an alarm that is over and never had a code gets none, and an unknown code names nothing", () => {
  const { take, find } = codes();
  expect(take("old", "normal")).toBeNull();
  expect(find("4711")).toBeNull();
});
