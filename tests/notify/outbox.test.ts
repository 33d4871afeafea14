import { expect, test } from "vitest";
import { manualClock, transaction } from "../../core/index.ts";
import {
  type Channel,
  channelTraits,
  enqueue,
  outboxBacklog,
  type SendResult,
  tellingLog,
} from "../../notify/index.ts";
import type { Person } from "../../site/index.ts";
import { aDelivery, aNotice, anOutbox, aPerson, aSite, queue, startMs, until } from "./builders.ts";

/** The wire's far end: answers as told, and keeps what it was offered. */
function aFarEnd(answer: (attempt: number) => SendResult | Promise<SendResult>) {
  const offered: { subject: string; key: string; person: string; text: string }[] = [];
  const channel: Channel = {
    name: "email",
    ...channelTraits.email,
    concurrency: 4,
    timeoutMs: 10_000,
    async send(message, person: Person) {
      offered.push({ subject: message.subject, key: message.key, person: person.id, text: message.text });
      return answer(offered.length);
    },
    async close() {},
  };
  return { channel, offered };
}

const accepted: SendResult = { kind: "delivered", reply: "250 ok" };
const later: SendResult = { kind: "retry", reason: "451 later" };
const states = (db: Parameters<typeof tellingLog>[0]) =>
  tellingLog(db, { limit: 100 })
    .toReversed()
    .map((entry) => `${entry.n} ${entry.transition} ${entry.state}`);

test("a transition is queued once, and not at all when its transaction is rolled back", () => {
  const db = anOutbox();
  const site = aSite();
  expect(queue(db, site)).toBe(1);
  expect(queue(db, site)).toBe(0);
  expect(() =>
    transaction(db, () => {
      enqueue(db, aNotice({ n: 2, alarmId: "other" }), site);
      throw new Error("the engine failed");
    }),
  ).toThrow("the engine failed");
  expect(outboxBacklog(db)).toEqual({ pending: 1, oldestAtMs: startMs });
});

test("returned goes to exactly those who were told, in order", async () => {
  const db = anOutbox();
  const site = aSite({ people: [aPerson(), aPerson({ id: "leader", told: { from_priority: "critical" } })] });
  const { channel, offered } = aFarEnd(() => accepted);
  const delivery = aDelivery({ db, site, channel });
  queue(db, site);
  await delivery.idle();
  queue(db, site, { n: 2, transition: "returned", priority: "critical", atMs: startMs + 5_400_000 });
  await delivery.idle();
  expect(offered.map(({ person, subject }) => `${person} ${subject}`)).toEqual([
    "10231 [重要] 温度超上限报警 · 住院病案一库",
    "10231 [紧急 · 已恢复] 温度超上限报警 · 住院病案一库",
  ]);
  expect(offered[1]!.text).toContain("持续 1小时30分钟");
});

test("who could not be reached at all does not hear that it returned", async () => {
  const db = anOutbox();
  const site = aSite();
  const { channel } = aFarEnd(() => ({ kind: "give-up", reason: "550 no such user" }));
  const delivery = aDelivery({ db, site, channel });
  queue(db, site);
  await delivery.idle();
  expect(queue(db, site, { n: 2, transition: "returned" })).toBe(0);
});

test("after an outage one message says that it was raised and has returned", async () => {
  const db = anOutbox();
  const site = aSite();
  const clock = manualClock(startMs);
  const { channel, offered } = aFarEnd((attempt) => (attempt === 1 ? later : accepted));
  const delivery = aDelivery({ db, site, channel, clock });
  queue(db, site);
  await delivery.idle();
  queue(db, site, { n: 2, transition: "priority-changed", priority: "critical" });
  queue(db, site, { n: 3, transition: "returned", priority: "critical", atMs: startMs + 60_000 });
  await delivery.idle();
  expect(offered.slice(1)).toHaveLength(1);
  expect(offered[1]!.subject).toContain("已恢复");
  expect(offered[1]!.text).toMatch(/发生时间: .*08:00:00[\s\S]*恢复时间: .*08:01:00/);
  expect(offered[1]!.text).toContain("此前的通知未能及时送达,已并入本条。");
  expect(states(db)).toEqual(["1 raised merged", "2 priority-changed merged", "3 returned delivered"]);
  clock.advance(600_000);
  await delivery.idle();
  expect(offered).toHaveLength(2);
});

test("a newer notice waits for the one on its way", async () => {
  const db = anOutbox();
  const site = aSite();
  const answers: ((result: SendResult) => void)[] = [];
  const { channel, offered } = aFarEnd(() => new Promise((resolve) => answers.push(resolve)));
  const delivery = aDelivery({ db, site, channel });
  queue(db, site);
  delivery.wake();
  await until(() => offered.length === 1, "the raise is on its way");
  queue(db, site, { n: 2, transition: "returned" });
  queue(db, site, { n: 3, alarmId: "other" });
  delivery.wake();
  await until(() => offered.length === 2, "another alarm is not held up");
  expect(offered[1]!.subject).not.toContain("已恢复");
  answers[0]!(accepted);
  await until(() => offered.length === 3, "the return follows the raise");
  expect(offered[2]!.subject).toContain("已恢复");
  answers[1]!(accepted);
  answers[2]!(accepted);
  await delivery.idle();
  expect(states(db)).toEqual(["1 raised delivered", "2 returned delivered", "3 raised delivered"]);
});

test("retries wait longer and longer, up to the limit, and end after the last attempt", async () => {
  const db = anOutbox();
  const site = aSite();
  site.config.limits.send_attempts = 12;
  const clock = manualClock(startMs);
  const at: number[] = [];
  const { channel } = aFarEnd(() => {
    at.push(clock.nowMs());
    return later;
  });
  const delivery = aDelivery({ db, site, channel, clock });
  queue(db, site);
  for (let second = 0; second < 3_600 && at.length < 12; second++) {
    await delivery.idle();
    clock.advance(500);
  }
  await delivery.idle();
  const waits = at.slice(1).map((ms, index) => (ms - at[index]!) / 1_000);
  // Half of each full wait, since the random part is zero here.
  expect(waits).toEqual([0.5, 1, 2, 4, 8, 16, 32, 64, 128, 150, 150]);
  expect(tellingLog(db, { limit: 1 })[0]).toMatchObject({ state: "given-up", attempts: 12, reply: "451 later" });
});

test("a wall clock moved back does not hold a retry for hours", async () => {
  const db = anOutbox();
  const site = aSite();
  const clock = manualClock(startMs);
  const { channel, offered } = aFarEnd((attempt) => (attempt === 1 ? later : accepted));
  const delivery = aDelivery({ db, site, channel, clock });
  queue(db, site);
  await delivery.idle();
  clock.step(-7_200_000);
  delivery.wake();
  await delivery.idle();
  expect(offered).toHaveLength(2);
});

test("the most urgent goes first after an outage", async () => {
  const db = anOutbox();
  const site = aSite();
  const { channel, offered } = aFarEnd(() => accepted);
  for (const [n, priority] of (["medium", "critical", "high"] as const).entries()) {
    queue(db, site, { n, alarmId: `alarm-${n}`, priority });
  }
  await aDelivery({ db, site, channel: { ...channel, concurrency: 1 } }).idle();
  expect(offered.map(({ subject }) => subject.slice(0, 4))).toEqual(["[紧急]", "[重要]", "[一般]"]);
});

test("stop lets a send finish; one that hangs is cut off in bounded time and repeated under the same key", async () => {
  const db = anOutbox();
  const site = aSite();
  const clock = manualClock(startMs);
  const { channel, offered } = aFarEnd((attempt) => (attempt === 1 ? new Promise(() => {}) : accepted));
  const first = aDelivery({ db, site, channel, clock });
  queue(db, site);
  first.wake();
  await until(() => offered.length === 1, "the mail is on its way");
  const stopped = first.stop();
  clock.advance(2_000);
  await stopped;
  expect(states(db)).toEqual(["1 raised pending"]);
  await aDelivery({ db, site, channel, clock }).idle();
  expect(states(db)).toEqual(["1 raised delivered"]);
  expect(new Set(offered.map(({ key }) => key)).size).toBe(1);
});

test("a person who has left the site file is not looked for for ever", async () => {
  const db = anOutbox();
  const site = aSite();
  queue(db, site);
  const { channel, offered } = aFarEnd(() => accepted);
  await aDelivery({ db, site: aSite({ people: [] }), channel }).idle();
  expect(offered).toHaveLength(0);
  expect(tellingLog(db, { limit: 1 })[0]).toMatchObject({
    state: "given-up",
    reply: "10231 is no longer in the site file",
  });
});

test("when the database refuses the commit after acceptance, the commit is repeated and not the mail", async () => {
  const db = anOutbox();
  const site = aSite();
  const clock = manualClock(startMs);
  const { channel, offered } = aFarEnd(() => accepted);
  const delivery = aDelivery({ db, site, channel, clock });
  queue(db, site);
  db.exec(`CREATE TRIGGER full BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`);
  delivery.wake();
  await until(() => offered.length === 1, "the mail is taken");
  await new Promise(setImmediate);
  clock.advance(1_000);
  await new Promise(setImmediate);
  expect(states(db)).toEqual(["1 raised pending"]);
  db.exec("DROP TRIGGER full");
  clock.advance(1_000);
  await delivery.idle();
  expect(states(db)).toEqual(["1 raised delivered"]);
  expect(offered).toHaveLength(1);
});

test("a row that this version cannot read is given up and holds up no other", async () => {
  const db = anOutbox();
  const site = aSite();
  queue(db, site);
  queue(db, site, { n: 2, alarmId: "other" });
  db.exec(`UPDATE outbox_notices SET notice = json_set(notice, '$.atMs', 'yesterday') WHERE n = 1`);
  const { channel, offered } = aFarEnd(() => accepted);
  const delivery = aDelivery({ db, site, channel });
  await delivery.idle();
  expect(offered).toHaveLength(1);
  expect(states(db)).toEqual(["1 raised given-up", "2 raised delivered"]);
  expect(tellingLog(db, { limit: 1, alarmId: "k3v9" })[0]!.reply).toContain("cannot be read");
});

test("a channel that throws is a retry like any other", async () => {
  const db = anOutbox();
  const site = aSite();
  const { channel } = aFarEnd(() => Promise.reject(new Error("a bug of the channel")));
  const delivery = aDelivery({ db, site, channel, clock: manualClock(startMs) });
  queue(db, site);
  await delivery.idle();
  expect(tellingLog(db, { limit: 1 })[0]).toMatchObject({
    state: "pending",
    attempts: 1,
    reply: "a bug of the channel",
  });
});

test("a server that is away is asked with one message, after growing waits; what gathered goes out as one", async () => {
  const db = anOutbox();
  const site = aSite({ telling: { digest_from: 100 } });
  const clock = manualClock(startMs);
  const answers: ((result: SendResult) => void)[] = [];
  const { channel, offered } = aFarEnd(() => new Promise((resolve) => answers.push(resolve)));
  const delivery = aDelivery({ db, site, channel, clock });
  for (let n = 1; n <= 20; n++) queue(db, site, { n, alarmId: `alarm-${n}` });
  delivery.wake();
  await until(() => offered.length === 4, "as many at a time as the channel takes");
  for (const answer of answers.splice(0)) answer(later);
  await delivery.idle();
  // The fourth failure doubled the wait of the third: half of it, as the jitter of this test says.
  for (const [waitMs, count] of [
    [999, 4],
    [1, 5],
  ] as const) {
    clock.advance(waitMs);
    await new Promise(setImmediate);
    expect(offered).toHaveLength(count);
  }
  answers.splice(0)[0]!(accepted);
  await delivery.idle();
  expect(offered).toHaveLength(5);
  expect(offered[4]!.subject).toContain("20 条报警");
  expect(states(db).every((line) => line.endsWith("delivered"))).toBe(true);
});

test("stopping twice, and before starting, is harmless", async () => {
  const db = anOutbox();
  const { channel } = aFarEnd(() => accepted);
  const delivery = aDelivery({ db, site: aSite(), channel });
  await Promise.all([delivery.stop(), delivery.stop()]);
  await delivery.idle();
  delivery.wake();
});
