import { describe, expect, onTestFinished, test } from "vitest";
import type { AlarmState, Transition } from "../../contract/index.ts";
import { manualClock, openDatabase, silentLogger, transaction } from "../../core/index.ts";
import {
  type AlarmNotice,
  type Channel,
  type ChannelName,
  channelTraits,
  createDelivery,
  createEscalation,
  enqueue,
  outboxMigration,
  outboxRoundsMigration,
  plansMigration,
  pruneTelling,
  type SendResult,
  tellingLog,
} from "../../notify/index.ts";
import type { Site, SiteFile } from "../../site/index.ts";
import { aNotice, anOutbox, aPerson, aSite, migrations, startMs } from "./builders.ts";

const minute = 60_000;
type Telling = NonNullable<SiteFile["telling"]>;
type Policy = NonNullable<Telling["policies"]>[number];

const both: { channels: ChannelName[] } = { channels: ["email", "sms-modem"] };
const spool = "/var/spool/sms";
const modem = { "sms-modem": { daemon: "smstools" as const, directory: spool }, "voice-modem": { directory: spool } };

function aTellingSite(
  policy: Partial<Policy>,
  telling: Telling = {},
  people: NonNullable<SiteFile["people"]> = [],
): Site {
  const named = [aPerson({ id: "one" }), aPerson({ id: "two" }), aPerson({ id: "boss", category: "leader" })];
  return aSite({
    channels: modem,
    people: named.map((person) => people.find(({ id }) => id === person.id) ?? person),
    telling: {
      rotas: [{ id: "duty", layers: [{ person: "one" }] }],
      teams: [{ id: "team", members: ["one", "two"] }],
      ...telling,
      policies: [
        {
          id: "all",
          answered_inside_only: true,
          steps: [
            { tell: [{ rota: "duty" }] },
            { after: "5m", tell: [{ team: "team" }] },
            { after: "10m", tell: ["leadership"] },
          ],
          ...policy,
        },
      ],
    },
  });
}

/** Everything but the wire, on a clock that moves when told to. 08:00 on a Sunday in Shanghai unless it begins elsewhere. */
function aNight(site: Site, options: { beginMs?: number; answer?: (channel: ChannelName) => SendResult } = {}) {
  const db = anOutbox();
  const clock = manualClock(options.beginMs ?? startMs);
  const said: string[] = [];
  const channelNamed = (name: "email" | "sms-modem"): Channel => ({
    name,
    ...channelTraits[name],
    concurrency: 4,
    timeoutMs: 10_000,
    async send(message, person) {
      const result = options.answer?.(name) ?? { kind: "delivered", reply: "250 ok" };
      if (result.kind === "delivered") {
        const atMinute = Math.round((clock.nowMs() - (options.beginMs ?? startMs)) / minute);
        const what = message.notices.length > 1 ? `${message.notices.length} alarms` : message.notices[0]!.transition;
        said.push(`${atMinute} ${person.id} ${name === "email" ? "" : "sms "}${what}`);
      }
      return result;
    },
    async close() {},
  });
  const shared = { db, site: () => site, clock, log: silentLogger };
  const channels = [channelNamed("email"), channelNamed("sms-modem")];
  const delivery = createDelivery({
    ...shared,
    instance: "test",
    channels: () => channels,
    random: () => 0,
    onSettled: () => escalation.wake(),
  });
  const escalation = createEscalation({ ...shared, onQueued: delivery.wake });
  delivery.start();
  escalation.start();
  onTestFinished(async () => {
    escalation.stop();
    const stopped = delivery.stop();
    clock.advance(2_000);
    await stopped;
  });
  let n = 0;
  const settle = async () => {
    for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
  };
  return {
    db,
    said,
    escalation,
    async happens(transition: Transition, state: AlarmState, changes: Partial<AlarmNotice> = {}, isFlood = false) {
      const facts = { n: ++n, transition, state, recordedAtMs: clock.nowMs(), ...changes };
      transaction(db, () => enqueue(db, aNotice(facts), site, { nowMs: clock.nowMs(), isFlood }));
      delivery.wake();
      escalation.wake();
      await settle();
    },
    async pass(minutes: number) {
      for (let each = 0; each < minutes; each++) {
        clock.advance(minute);
        await settle();
      }
    },
    /** Nothing runs meanwhile. */
    async sleep(minutes: number) {
      escalation.stop();
      clock.step(minutes * minute);
      escalation.start();
      await settle();
    },
  };
}

describe("steps follow until somebody acknowledges", () => {
  test("each step in its time, then anew after the repeat", async () => {
    const night = aNight(aTellingSite({ repeat: "20m" }));
    await night.happens("raised", "unacknowledged");
    await night.pass(36);
    expect(night.said).toEqual([
      "0 one raised",
      "5 one raised",
      "5 two raised",
      "10 boss raised",
      "30 one raised",
      "35 one raised",
      "35 two raised",
    ]);
    expect(
      tellingLog(night.db, { limit: 100 })
        .map(({ reason }) => reason)
        .toReversed(),
    ).toEqual(["raised", "escalated", "escalated", "escalated", "reminded", "reminded", "reminded"]);
  });

  test("an acknowledgement stops everything; those who were told hear of it, not the one who gave it", async () => {
    const night = aNight(aTellingSite({ repeat: "20m", return_within: "60m" }));
    await night.happens("raised", "unacknowledged");
    await night.pass(6);
    await night.happens("acknowledged", "acknowledged", { by: "two", via: "api", comment: "在处理" });
    await night.pass(54);
    expect(night.said).toEqual(["0 one raised", "5 one raised", "5 two raised", "6 one acknowledged"]);
    // It stands still after its time: the first step, and whoever knows of it.
    await night.pass(7);
    expect(night.said.slice(4)).toEqual(["66 one acknowledged", "66 two acknowledged"]);
    // A comment gives the time again; the return goes to all who were told.
    await night.happens("commented", "acknowledged", { by: "two" });
    await night.pass(59);
    await night.happens("returned", "normal");
    await night.pass(200);
    expect(night.said.slice(6)).toEqual(["126 one returned", "126 two returned"]);
  });

  test("steps that came while nothing ran are taken at once, one message a person", async () => {
    const night = aNight(aTellingSite({}));
    for (let alarm = 1; alarm <= 3; alarm++) await night.happens("raised", "unacknowledged", { alarmId: `a-${alarm}` });
    night.said.length = 0;
    await night.sleep(120);
    expect(night.said.toSorted()).toEqual(["120 boss 3 alarms", "120 one 3 alarms", "120 two 3 alarms"]);
  });

  test("a wall clock that is moved back holds up no step", async () => {
    const night = aNight(aTellingSite({}));
    await night.happens("raised", "unacknowledged");
    await night.sleep(-600);
    await night.pass(6);
    expect(night.said.map((line) => line.slice(line.indexOf(" ") + 1))).toEqual([
      "one raised",
      "one raised",
      "two raised",
    ]);
  });

  test("a step that finds nobody is passed over at once", async () => {
    const site = aTellingSite({}, { rotas: [{ id: "duty", layers: [{ when: "working-hours", person: "one" }] }] });
    const night = aNight(site);
    await night.happens("raised", "unacknowledged");
    expect(night.said.toSorted()).toEqual(["0 one raised", "0 two raised"]);
    await night.pass(6);
    expect(night.said).toContain("5 boss raised");
  });

  test.each<[what: string, until: Policy["until"], expected: string[]]>([
    ["the return ends it", "returned", ["0 one raised", "2 one returned"]],
    [
      "or only an acknowledgement",
      "acknowledged",
      ["0 one raised", "2 one returned", "5 one returned", "5 two returned"],
    ],
  ])("%s", async (_what, until, expected) => {
    const night = aNight(aTellingSite({ until }));
    await night.happens("raised", "unacknowledged");
    await night.pass(2);
    await night.happens("returned", "returned-unacknowledged");
    await night.pass(5);
    expect(night.said).toEqual(expected);
  });

  test("what goes out of sight is withdrawn, and told from the first step on when it is back", async () => {
    const night = aNight(aTellingSite({}), { answer: () => ({ kind: "retry", reason: "451" }) });
    await night.happens("raised", "unacknowledged");
    await night.happens("shelved", "shelved", { by: "one" });
    expect(tellingLog(night.db, { limit: 9 }).map(({ state, reply }) => `${state}: ${reply}`)).toEqual([
      "withdrawn: out of sight: shelved",
    ]);
    await night.pass(30);
    await night.happens("unshelved", "unacknowledged");
    expect(tellingLog(night.db, { limit: 1 })[0]).toMatchObject({
      person: "one",
      reason: "shelving-over",
      state: "pending",
    });
  });
});

test("a telephone that rang for an alarm does not ring to say who took it", async () => {
  const people = [aPerson({ id: "one", channels: ["voice-modem", "email"] }), aPerson({ id: "two" })];
  const steps: Policy["steps"] = [
    { tell: [{ person: "one" }], channels: ["voice-modem"] },
    { after: "9h", tell: ["leadership"] },
  ];
  const site = aTellingSite({ steps }, {}, people);
  const db = anOutbox();
  const take = (changes: Partial<AlarmNotice>) =>
    transaction(db, () => enqueue(db, aNotice({ priority: "critical", ...changes }), site));
  take({ n: 1 });
  db.exec("UPDATE outbox SET state = 'delivered'");
  take({ n: 2, transition: "acknowledged", state: "acknowledged", by: "two" });
  expect(tellingLog(db, { limit: 9 }).map(({ person, channel, reason }) => `${person} ${channel} ${reason}`)).toEqual([
    "one email taken",
    "one voice-modem raised",
  ]);
});

describe("what can wait", () => {
  const slow: Partial<Policy> = { match: { priorities: ["medium", "low"] }, steps: [{ tell: [{ person: "one" }] }] };
  const medium = (alarm: number) => ({ alarmId: `a-${alarm}`, priority: "medium" as const });

  test("waits for working hours, and is never told when it is over by then", async () => {
    // Sunday 22:00.
    const night = aNight(aTellingSite({ ...slow, hold: "working-hours" }), { beginMs: startMs + 14 * 60 * minute });
    for (let alarm = 1; alarm <= 3; alarm++) await night.happens("raised", "unacknowledged", medium(alarm));
    await night.pass(60);
    await night.happens("returned", "returned-unacknowledged", medium(3));
    await night.pass(11 * 60);
    // Monday 08:00, as one message.
    expect(night.said).toEqual(["600 one 2 alarms"]);
  });

  test("is gathered with what else comes; urgent alarms are not", async () => {
    const night = aNight(aTellingSite({ ...slow, gather: "10m" }));
    await night.happens("raised", "unacknowledged", medium(1));
    await night.pass(4);
    await night.happens("raised", "unacknowledged", medium(2));
    await night.happens("raised", "unacknowledged", { alarmId: "urgent", priority: "critical" });
    await night.pass(10);
    expect(night.said.filter((line) => line.includes("one"))).toEqual(["4 one raised", "10 one 2 alarms"]);
  });

  test("an alarm flood gathers all but the critical", async () => {
    const night = aNight(aTellingSite({ steps: [{ tell: ["leadership"] }] }));
    for (let alarm = 1; alarm <= 5; alarm++) {
      await night.happens("raised", "unacknowledged", { alarmId: `a-${alarm}` }, true);
    }
    await night.happens("raised", "unacknowledged", { alarmId: "fire", priority: "critical" }, true);
    await night.pass(2);
    expect(night.said).toEqual(["0 boss raised", "1 boss 5 alarms"]);
  });

  test("quiet times hold back everything but what is critical", async () => {
    const quiet = aPerson({ id: "one", quiet: [{ hours: "07:00-09:00" }] });
    const night = aNight(aTellingSite({}, {}, [quiet]));
    await night.happens("raised", "unacknowledged", { alarmId: "a-1" });
    await night.happens("raised", "unacknowledged", { alarmId: "fire", priority: "critical" });
    expect(night.said).toEqual(["0 one raised"]);
    expect(tellingLog(night.db, { limit: 9, alarmId: "a-1" })[0]).toMatchObject({
      state: "pending",
      heldUntilMs: startMs + 60 * minute,
    });
  });

  test("beyond their limit an hour a person has one message with what waited; critical ones come", async () => {
    const night = aNight(aTellingSite({ steps: [{ tell: ["leadership"] }] }, { messages_per_hour: 3 }));
    for (let alarm = 1; alarm <= 6; alarm++) await night.happens("raised", "unacknowledged", { alarmId: `a-${alarm}` });
    await night.happens("raised", "unacknowledged", { alarmId: "fire", priority: "critical" });
    expect(night.said).toEqual(Array(4).fill("0 boss raised"));
    await night.pass(62);
    expect(night.said.slice(4)).toEqual(["61 boss 3 alarms"]);
  });
});

describe("when a channel fails", () => {
  const people = [aPerson({ id: "one", ...both }), aPerson({ id: "boss", category: "leader", ...both })];

  test("a refusal for good is told through the next channel at once", async () => {
    const night = aNight(aTellingSite({}, {}, people), {
      answer: (channel) =>
        channel === "email" ? { kind: "give-up", reason: "550" } : { kind: "delivered", reply: "ok" },
    });
    await night.happens("raised", "unacknowledged");
    expect(night.said).toEqual(["0 one sms raised"]);
    await night.happens("returned", "returned-unacknowledged");
    expect(night.said).toEqual(["0 one sms raised", "0 one sms returned"]);
  });

  test("so is one that fails again and again, and whichever gets through withdraws the other", async () => {
    const night = aNight(aTellingSite({}, {}, people), {
      answer: (channel) =>
        channel === "email" ? { kind: "retry", reason: "451" } : { kind: "delivered", reply: "ok" },
    });
    await night.happens("raised", "unacknowledged");
    await night.pass(3);
    expect(night.said).toEqual(["2 one sms raised"]);
    const log = tellingLog(night.db, { limit: 9 });
    expect(log.map(({ channel, state, reply }) => `${channel} ${state} ${reply}`)).toEqual([
      "sms-modem delivered ok",
      "email withdrawn told through another channel",
    ]);
  });

  test("nobody is reached: known as soon as nothing is left to try, and over with an acknowledgement", async () => {
    const night = aNight(aTellingSite({ steps: [{ tell: ["leadership"] }] }), {
      answer: () => ({ kind: "give-up", reason: "550" }),
    });
    await night.happens("raised", "unacknowledged");
    await night.pass(1);
    expect(night.escalation.unreached()).toEqual(["k3v9"]);
    await night.happens("acknowledged", "acknowledged", { by: "one" });
    expect(night.escalation.unreached()).toEqual([]);
  });

  test("that nobody was reached is told to the whole team through every channel, and is no reason for another", async () => {
    const night = aNight(aTellingSite({}, {}, people), {});
    await night.happens("raised", "unacknowledged", { condition: "nobody-reached", priority: "critical", room: null });
    const each = ["boss", "one", "two"].flatMap((person) => [`0 ${person} raised`, `0 ${person} sms raised`]);
    expect(night.said.toSorted()).toEqual(each);
    const failing = aNight(aTellingSite({}, {}, people), { answer: () => ({ kind: "give-up", reason: "550" }) });
    await failing.happens("raised", "unacknowledged", {
      condition: "nobody-reached",
      priority: "critical",
      room: null,
    });
    await failing.pass(20);
    expect(failing.escalation.unreached()).toEqual([]);
  });
});

describe("the record", () => {
  test("what waited under the tables of before is told under those of now", () => {
    const db = openDatabase(":memory:", { migrations: [outboxMigration] });
    onTestFinished(() => db.close());
    db.exec(`INSERT INTO outbox_notices VALUES (7, 'k3v9', '${JSON.stringify(aNotice({ n: 7 }))}');
      INSERT INTO outbox (alarm_id, n, person, channel, transition, priority, urgency, reason, state, created_at_ms)
      VALUES ('k3v9', 7, '10231', 'email', 'raised', 'high', 1, 'raised', 'pending', ${startMs})`);
    for (const step of [outboxRoundsMigration, plansMigration]) db.exec(step);
    expect(migrations).toEqual([outboxMigration, outboxRoundsMigration, plansMigration]);
    expect(tellingLog(db, { limit: 9 })).toMatchObject([{ id: 1, n: 7, person: "10231", state: "pending" }]);
    // Its return still goes to whom it was to be told.
    transaction(db, () =>
      enqueue(db, aNotice({ n: 8, transition: "returned", state: "returned-unacknowledged" }), aSite()),
    );
    expect(tellingLog(db, { limit: 1 })[0]).toMatchObject({ n: 8, reason: "returned-after-told" });
  });

  test("is kept for its time, then removed a thousand lines a turn; what waits stays", async () => {
    const night = aNight(
      aTellingSite({ steps: [{ tell: ["leadership"] }] }, { digest_from: 10_000, messages_per_hour: 10_000 }),
    );
    for (let alarm = 1; alarm <= 1_100; alarm++) {
      await night.happens("raised", "unacknowledged", { alarmId: `a-${alarm}` });
    }
    await night.pass(1);
    expect(pruneTelling(night.db, startMs)).toBe(0);
    expect(pruneTelling(night.db, startMs + minute)).toBe(1_000);
    expect(pruneTelling(night.db, startMs + minute)).toBe(100);
    expect(pruneTelling(night.db, startMs + minute)).toBe(0);
  });
});
