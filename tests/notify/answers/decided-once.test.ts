import { expect, onTestFinished, test } from "vitest";
import { type Database, manualClock, openDatabase, silentLogger } from "../../../core/index.ts";
import {
  alarmCodesMigration,
  answersMigration,
  createAnswers,
  settleAnswers,
  takeAlarmCode,
} from "../../../notify/index.ts";
import { aSite, migrations, startMs } from "../builders.ts";

type Options = Parameters<typeof createAnswers>[0];
type Alarm = NonNullable<ReturnType<Options["alarm"]>>;

/** One alarm, one log that takes commands or dies, and the answers' part as it is made at each start. */
function aDesk() {
  const db: Database = openDatabase(":memory:", { migrations: [...migrations, alarmCodesMigration, answersMigration] });
  onTestFinished(() => db.close());
  const code = takeAlarmCode(db, { id: "17", state: "unacknowledged" })!;
  const clock = manualClock(startMs);
  const alarm: Alarm = {
    id: "17",
    room: "a-101",
    condition: "smoke-alarm",
    state: "unacknowledged",
    priority: "high",
    at: "2026-11-22T00:00:00.000Z",
  };
  const entered: string[] = [];
  const replies: number[] = [];
  const suspicions: unknown[] = [];
  const acknowledge = (by: string, via: string) => {
    Object.assign(alarm, { state: "acknowledged", acknowledgedBy: by });
    settleAnswers(db, { transition: "acknowledged", alarm: "17", by, via });
  };
  const start = (command?: Options["command"]) =>
    createAnswers({
      db,
      site: () => aSite(),
      alarm: (id) => (id === alarm.id ? alarm : undefined),
      command:
        command ??
        (async ({ by, via }) => {
          entered.push(by);
          if (alarm.state !== "unacknowledged") return { ok: false };
          acknowledge(by, via);
          return { ok: true };
        }),
      onSuspicion: (suspicion) => suspicions.push(suspicion),
      onReply: () => replies.push(clock.nowMs()),
      clock,
      log: silentLogger,
    });
  const sms = {
    key: "file-1",
    via: "sms" as const,
    text: `1 ${code}`,
    from: { phone: "13900000000", countryCode: "86" },
  };
  return { db, alarm, entered, replies, suspicions, acknowledge, start, sms: { ...sms, reply: true } };
}

/** As a killed process leaves it: nothing that was awaited ever comes. */
const dies = () => new Promise<never>(() => {});

test("a file that is offered again is the same answer", async () => {
  const { start, sms, entered, replies } = aDesk();
  const answers = start();
  const first = await answers.take(sms);
  expect(first).toMatchObject({ outcome: "acknowledged", person: "10231" });
  expect(await answers.take(sms)).toEqual(first);
  expect(await start().take(sms)).toEqual(first);
  expect(entered).toEqual(["10231"]);
  expect(replies).toHaveLength(1);
});

test("killed before the command was in the log: entered at the next start, once", async () => {
  const { start, sms, entered, replies } = aDesk();
  void start(dies).take(sms);
  await Promise.resolve();
  const next = start();
  await next.recover();
  expect(await next.take(sms)).toMatchObject({ outcome: "acknowledged" });
  expect(entered).toEqual(["10231"]);
  expect(replies).toHaveLength(1);
});

test("killed after the engine had it, before we knew: not entered again, and replied to all the same", async () => {
  const { start, sms, entered, replies, acknowledge } = aDesk();
  void start(({ by, via }) => {
    entered.push(by);
    acknowledge(by, via);
    return dies();
  }).take(sms);
  await Promise.resolve();
  const next = start();
  await next.recover();
  expect(await next.take(sms)).toMatchObject({ outcome: "acknowledged" });
  expect(entered).toEqual(["10231"]);
  expect(replies).toHaveLength(1);
});

test("killed, and the alarm has become worse meanwhile: an answer to less is no answer to more", async () => {
  const { start, sms, entered, alarm } = aDesk();
  void start(dies).take(sms);
  await Promise.resolve();
  alarm.priority = "critical";
  const next = start();
  await next.recover();
  expect(await next.take(sms)).toMatchObject({ outcome: "refused", reason: "changed" });
  expect(entered).toEqual([]);
});

test("the log takes nothing: nobody is told that it was taken, and the same answer is good later", async () => {
  const { start, sms, entered } = aDesk();
  await expect(start(() => Promise.reject(new Error("disk full"))).take(sms)).rejects.toThrow("disk full");
  // Nor does it come true by itself later on.
  await start().recover();
  expect(entered).toEqual([]);
  expect(await start().take(sms)).toMatchObject({ outcome: "acknowledged" });
  expect(entered).toEqual(["10231"]);
});

test("two robots that answer each other fall silent", async () => {
  const { start, sms, replies } = aDesk();
  const answers = start();
  for (let n = 0; n < 30; n++) await answers.take({ ...sms, key: `file-${n}`, text: "I am on leave until Monday." });
  expect(replies).toHaveLength(10);
});

test("a foreign number is a security event that does not name it, and is told nothing", async () => {
  const { start, sms, entered, replies, suspicions } = aDesk();
  const result = await start().take({ ...sms, from: { phone: "+86 139 9999 9999", countryCode: "86" } });
  expect(result).toEqual({ outcome: "ignored", reason: null, text: null, person: null });
  expect(suspicions).toEqual([{ who: "answers-sms", detail: "an answer from a number that belongs to nobody" }]);
  expect(JSON.stringify(suspicions)).not.toContain("9999");
  expect([entered, replies]).toEqual([[], []]);
});
