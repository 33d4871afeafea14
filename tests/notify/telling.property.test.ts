import fc from "fast-check";
import { expect, test } from "vitest";
import { type Priority, priorities, type Transition } from "../../contract/index.ts";
import { type Database, manualClock, openDatabase, silentLogger, transaction } from "../../core/index.ts";
import {
  type Channel,
  channelTraits,
  createDelivery,
  enqueue,
  type SendResult,
  tellingLog,
} from "../../notify/index.ts";
import { aNotice, aPerson, aSite, migrations, startMs } from "./builders.ts";

/** What happens, in any order: the engine commits a transition, time passes, the process is killed. */
type Happening =
  | { kind: "transition"; alarm: number; transition: Transition; priority: Priority }
  | { kind: "time"; ms: number }
  | { kind: "crash" };

/** What the server does with an offer. `hang-…` never answers; whether it has taken the mail, nobody here knows. */
const answers = ["accept", "accept", "later", "refuse", "hang-taken", "hang-lost"] as const;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("transition" as const),
      alarm: fc.nat(1),
      transition: fc.constantFrom<Transition>("raised", "priority-changed", "returned", "acknowledged"),
      priority: fc.constantFrom(...priorities),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("time" as const), ms: fc.constantFrom(10, 700, 11_000, 400_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash" as const) }) },
);

const site = aSite({ people: [aPerson(), aPerson({ id: "leader", told: { from_priority: "high" } })] });

/** A message that carries an older one hangs while somebody acknowledges: both end. */
const acknowledgedUnderWay: [Happening[], (typeof answers)[number][]] = [
  [
    { kind: "transition", alarm: 0, transition: "raised", priority: "medium" },
    { kind: "time", ms: 400_000 },
    { kind: "transition", alarm: 0, transition: "raised", priority: "critical" },
    { kind: "transition", alarm: 0, transition: "acknowledged", priority: "critical" },
  ],
  ["accept", "hang-lost"],
];

/** Good news hangs, and is brought a second time: what it carried does not come after it. */
const returnedUnderWay: [Happening[], (typeof answers)[number][]] = [
  [
    { kind: "transition", alarm: 0, transition: "raised", priority: "critical" },
    { kind: "transition", alarm: 0, transition: "returned", priority: "critical" },
    { kind: "transition", alarm: 0, transition: "returned", priority: "critical" },
  ],
  ["later", "accept", "hang-taken"],
];

/** An alarm that came back hangs with the good news it carries, while somebody acknowledges: neither is sent again. */
const cameBackUnderWay: [Happening[], (typeof answers)[number][]] = [
  [
    { kind: "transition", alarm: 1, transition: "raised", priority: "medium" },
    { kind: "transition", alarm: 1, transition: "returned", priority: "critical" },
    { kind: "transition", alarm: 1, transition: "raised", priority: "critical" },
    { kind: "transition", alarm: 1, transition: "acknowledged", priority: "critical" },
  ],
  ["accept", "later", "hang-taken"],
];

test("whatever fails and whenever the process dies: nobody is told twice, nothing overtakes, all is settled", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { maxLength: 25 }),
      fc.array(fc.constantFrom(...answers), { maxLength: 40 }),
      async (happenings, script) => {
        const db = openDatabase(":memory:", { migrations });
        try {
          await play(db, happenings, [...script]);
        } finally {
          db.close();
        }
      },
    ),
    { numRuns: 150, examples: [acknowledgedUnderWay, returnedUnderWay, cameBackUnderWay] },
  );
});

async function play(db: Database, happenings: Happening[], script: (typeof answers)[number][]): Promise<void> {
  const clock = manualClock(startMs);
  /** Mails that the server took, in order. `unsure` ones gave no answer, or the process died before it knew. */
  const taken: { person: string; alarm: string; n: number; key: string; isDigest: boolean }[] = [];
  const unsure = new Set<string>();
  let generation = 0;

  const boot = () => {
    const born = ++generation;
    const channel: Channel = {
      name: "email",
      ...channelTraits.email,
      concurrency: 2,
      timeoutMs: 10_000,
      async send(message, person, signal): Promise<SendResult> {
        const mails = message.notices.map(({ alarmId, n }) => ({
          person: person.id,
          alarm: alarmId,
          n,
          key: message.key,
          isDigest: message.notices.length > 1,
        }));
        const answer = script.shift() ?? "accept";
        if (answer === "accept" || answer === "hang-taken") taken.push(...mails);
        if (answer.startsWith("hang")) {
          if (answer === "hang-taken") unsure.add(message.key);
          return new Promise(() => {});
        }
        // Between acceptance and commit lies a turn of the event loop: a crash or the time limit may fall into it.
        await new Promise(setImmediate);
        if (born !== generation || signal.aborted) {
          if (answer === "accept") unsure.add(message.key);
          return new Promise(() => {});
        }
        if (answer === "later") return { kind: "retry", reason: "451" };
        if (answer === "refuse") return { kind: "give-up", reason: "550" };
        return { kind: "delivered", reply: "250" };
      },
      async close() {},
    };
    const delivery = createDelivery({
      instance: "test",
      db,
      site: () => site,
      channels: () => [channel],
      clock,
      log: silentLogger,
      random: () => 0,
    });
    delivery.start();
    return delivery;
  };
  const crash = async (delivery: ReturnType<typeof boot>) => {
    generation++;
    const stopped = delivery.stop();
    clock.advance(2_000);
    await stopped;
  };
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
  };

  let delivery = boot();
  let n = 0;
  for (const each of happenings) {
    if (each.kind === "transition") {
      const { alarm, transition, priority } = each;
      const notice = aNotice({ alarmId: `alarm-${alarm}`, n: ++n, transition, priority, recordedAtMs: clock.nowMs() });
      transaction(db, () => enqueue(db, notice, site));
      delivery.wake();
      // Some sends are under way and some are not when the next thing happens.
      await turns(n % 3);
    } else if (each.kind === "time") {
      clock.advance(each.ms);
      await turns(2);
    } else {
      await crash(delivery);
      delivery = boot();
    }
  }
  script.length = 0;
  for (let round = 0; round < 6; round++) {
    clock.advance(400_000);
    await turns(4);
  }
  await crash(delivery);

  const log = tellingLog(db, { limit: 1_000 });
  // Everything ends: told, told as part of a newer message, or given up with the server's words.
  expect(log.filter((entry) => entry.state === "pending")).toEqual([]);
  // What is recorded as delivered was taken by the server.
  for (const entry of log.filter(({ state }) => state === "delivered")) {
    expect(taken.some((mail) => mail.person === entry.person && mail.n === entry.n)).toBe(true);
  }
  const groups = Map.groupBy(taken, (mail) => `${mail.person} ${mail.alarm}`);
  for (const mails of groups.values()) {
    for (const [at, mail] of mails.entries()) {
      const before = mails.slice(0, at);
      // Never of a state older than the one last told.
      for (const earlier of before) expect(mail.n).toBeGreaterThanOrEqual(earlier.n);
      // Never twice for one transition, save where nobody could know of the first: under the same key, unless what has
      // gathered meanwhile goes out as one message.
      const twin = before.findLast((earlier) => earlier.n === mail.n);
      if (twin) {
        expect(unsure.has(twin.key)).toBe(true);
        if (!mail.isDigest && !twin.isDigest) expect(mail.key).toBe(twin.key);
      }
    }
  }
}
