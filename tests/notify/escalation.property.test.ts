import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import type { AlarmState, Priority, Transition } from "../../contract/index.ts";
import { type Database, manualClock, openDatabase, silentLogger, transaction } from "../../core/index.ts";
import {
  type Channel,
  type ChannelName,
  channelTraits,
  createDelivery,
  createEscalation,
  enqueue,
  type SendResult,
  tellingLog,
} from "../../notify/index.ts";
import { aNotice, aPerson, aSite, migrations, startMs } from "./builders.ts";

/**
 * Random lives of alarms, random faults of two channels, a crash at any point, a wall clock that jumps: whatever
 * happens, who must be told is told, and nobody of anything that is past.
 */
type Happening =
  | { kind: "alarm"; alarm: number; choice: number; priority: Priority }
  | { kind: "time"; ms: number }
  | { kind: "crash" }
  | { kind: "clock"; byMs: number };

/** What a server does with an offer. `hang-…` never answers; whether it has taken the message, nobody here knows. */
const answers = ["accept", "accept", "later", "later", "refuse", "hang-taken", "hang-lost"] as const;
type Answer = (typeof answers)[number];

const minute = 60_000;
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("alarm" as const),
      alarm: fc.nat(2),
      choice: fc.nat(100),
      priority: fc.constantFrom<Priority>("critical", "high", "medium"),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("time" as const),
      ms: fc.constantFrom(10, 700, 11_000, 3 * minute, 12 * minute, 70 * minute),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "crash" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("clock" as const),
      byMs: fc.constantFrom(-26 * 60 * minute, -40 * minute, 5 * minute, 3 * 60 * minute),
    }),
  },
);

const both = { channels: ["email", "sms-modem"] as ChannelName[] };
const site = aSite({
  channels: { "sms-modem": { daemon: "smstools", directory: "/var/spool/sms" } },
  people: [
    aPerson({ id: "first", ...both }),
    aPerson({ id: "second", ...both }),
    aPerson({ id: "leader", category: "leader", ...both }),
  ],
  telling: {
    teams: [{ id: "all", members: ["first", "second"] }],
    rotas: [{ id: "duty", layers: [{ rotation: { members: ["first", "second"] } }] }],
    policies: [
      { id: "slow", match: { priorities: ["medium", "low"] }, gather: "2m", steps: [{ tell: [{ rota: "duty" }] }] },
      {
        id: "urgent",
        answered_inside_only: true,
        until: "acknowledged",
        repeat: "30m",
        return_within: "1h",
        steps: [
          { tell: [{ rota: "duty" }] },
          { after: "5m", tell: [{ team: "all" }] },
          { after: "10m", tell: ["leadership"] },
        ],
      },
    ],
  },
});

test("whatever fails: somebody is reached or nobody-reached says so, in order, once, and never after an answer", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { maxLength: 30 }),
      fc.array(fc.constantFrom(...answers), { maxLength: 60 }),
      fc.constantFrom<Answer>("accept", "later"),
      async (happenings, script, ending) => {
        const db = openDatabase(":memory:", { migrations });
        try {
          await play(db, happenings, [...script], ending);
        } finally {
          db.close();
        }
      },
    ),
    { numRuns: Number(process.env.SENTRY_RUNS ?? 50) },
  );
}, 900_000);

/** The transitions that an alarm may take from each state, as the engine's table has them. */
function nextOf(state: AlarmState | "normal", choice: number): [Transition, AlarmState] {
  const may: Record<string, [Transition, AlarmState][]> = {
    normal: [["raised", "unacknowledged"]],
    unacknowledged: [
      ["acknowledged", "acknowledged"],
      ["returned", "returned-unacknowledged"],
      ["priority-changed", "unacknowledged"],
      ["shelved", "shelved"],
      ["commented", "unacknowledged"],
    ],
    acknowledged: [
      ["returned", "normal"],
      ["priority-changed", "unacknowledged"],
      ["commented", "acknowledged"],
    ],
    "returned-unacknowledged": [
      ["raised", "unacknowledged"],
      ["acknowledged", "normal"],
    ],
    shelved: [
      ["unshelved", "unacknowledged"],
      ["unshelved", "returned-unacknowledged"],
    ],
  };
  const list = may[state]!;
  return list[choice % list.length]!;
}

const carrierRow = z.object({ id: z.number(), reason: z.string(), instead_of: z.number().nullable(), n: z.number() });

async function play(db: Database, happenings: Happening[], script: Answer[], ending: Answer): Promise<void> {
  const clock = manualClock(startMs);
  const states = new Map<string, AlarmState | "normal">();
  const taken: { person: string; channel: string; alarm: string; n: number; returned: boolean; row: number }[] = [];
  /** Rows whose message gave no answer, or whose process died before it knew. */
  const unsure = new Set<number>();
  let generation = 0;
  let fallback: Answer = "accept";

  /** The row that carries what is about to be sent of one alarm: it must be right to say so at this moment. */
  const carrierOf = (person: string, channel: string, alarm: string) => {
    const row = db
      .prepare(
        `SELECT id, reason, instead_of, n FROM outbox WHERE person = ? AND channel = ? AND alarm_id = ? AND state = 'pending'
         ORDER BY id DESC LIMIT 1`,
      )
      .get(person, channel, alarm);
    return carrierRow.parse(row);
  };
  const mayBeSaid = (person: string, channel: string, alarm: string) => {
    const row = carrierOf(person, channel, alarm);
    const state = states.get(alarm);
    if (state === "acknowledged") expect(["taken", "returned-after-told", "not-returned"]).toContain(row.reason);
    if (state === "shelved") expect(row.reason).toBe("returned-after-told");
    if (state === "normal") expect(["returned-after-told", "taken"]).toContain(row.reason);
    // Nothing overtakes its own end, whatever the channel.
    for (const earlier of taken.filter((one) => one.person === person && one.alarm === alarm && one.returned)) {
      expect(row.n).toBeGreaterThanOrEqual(earlier.n);
    }
    // Another channel has told this very thing already.
    const family = row.instead_of ?? row.id;
    const told = db
      .prepare(`SELECT count(*) AS n FROM outbox WHERE (id = :f OR instead_of = :f) AND state = 'delivered'`)
      .get({ f: family });
    expect(told).toEqual({ n: 0 });
    return row;
  };

  /** The channel must not throw: what must not have been said is kept for the end. */
  const wrong: unknown[] = [];
  const judged = <T>(judge: () => T): T => {
    try {
      return judge();
    } catch (error) {
      wrong.push(error);
      throw error;
    }
  };

  const boot = () => {
    const born = ++generation;
    const channelNamed = (name: "email" | "sms-modem"): Channel => ({
      name,
      ...channelTraits[name],
      concurrency: 2,
      timeoutMs: 10_000,
      async send(message, person, signal): Promise<SendResult> {
        const said = message.notices.map(({ alarmId, n, transition }) => {
          const row = judged(() => mayBeSaid(person.id, name, alarmId));
          return {
            person: person.id,
            channel: name,
            alarm: alarmId,
            n,
            returned: transition === "returned",
            row: row.id,
          };
        });
        const answer = script.shift() ?? fallback;
        if (answer === "accept" || answer === "hang-taken") taken.push(...said);
        const cutOff = () => {
          for (const { row } of said) unsure.add(row);
          return new Promise<SendResult>(() => {});
        };
        if (answer === "hang-taken") return cutOff();
        if (answer === "hang-lost") return new Promise(() => {});
        // Between acceptance and commit lies a turn of the event loop: a crash or the time limit may fall into it.
        await new Promise(setImmediate);
        if (born !== generation || signal.aborted) return answer === "accept" ? cutOff() : new Promise(() => {});
        if (answer === "later") return { kind: "retry", reason: "451" };
        if (answer === "refuse") return { kind: "give-up", reason: "550" };
        return { kind: "delivered", reply: "250" };
      },
      async close() {},
    });
    const channels = [channelNamed("email"), channelNamed("sms-modem")];
    const shared = { db, site: () => site, clock, log: silentLogger };
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
    return { delivery, escalation };
  };
  const crash = async ({ delivery, escalation }: ReturnType<typeof boot>) => {
    generation++;
    escalation.stop();
    const stopped = delivery.stop();
    clock.advance(2_000);
    await stopped;
  };
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
  };
  /** Time passes in steps, so that what is sent meanwhile has its turns. */
  const pass = async (ms: number) => {
    for (let leftMs = ms; leftMs > 0; leftMs -= 5 * minute) {
      clock.advance(Math.min(leftMs, 5 * minute));
      await turns(3);
    }
  };

  let parts = boot();
  let n = 0;
  const priorities = new Map<string, Priority>();
  for (const each of happenings) {
    if (each.kind === "alarm") {
      const alarmId = `alarm-${each.alarm}`;
      const [transition, state] = nextOf(states.get(alarmId) ?? "normal", each.choice);
      if (transition === "raised" || transition === "priority-changed") priorities.set(alarmId, each.priority);
      const facts = {
        alarmId,
        n: ++n,
        transition,
        state,
        priority: priorities.get(alarmId)!,
        recordedAtMs: clock.nowMs(),
      };
      transaction(db, () => enqueue(db, aNotice({ ...facts, by: "first", via: "api", comment: "在处理" }), site));
      states.set(alarmId, state);
      parts.delivery.wake();
      parts.escalation.wake();
      // Some sends are under way and some are not when the next thing happens.
      await turns(n % 3);
    } else if (each.kind === "time") await pass(each.ms);
    else if (each.kind === "clock") clock.step(each.byMs);
    else {
      await crash(parts);
      parts = boot();
    }
  }
  script.length = 0;
  fallback = ending;
  await pass(150 * minute);
  const unreached = parts.escalation.unreached();
  await crash(parts);

  for (const error of wrong) throw error;
  const log = tellingLog(db, { limit: 10_000 });
  // What waits to be told at the end waits for a channel that does not work.
  if (ending === "accept") expect(log.filter((entry) => entry.state === "pending")).toEqual([]);
  // Whoever needs telling was told, or it is known that nobody was.
  for (const [alarm, state] of states) {
    if (state !== "unacknowledged") continue;
    const reached = log.some((entry) => entry.alarmId === alarm && entry.state === "delivered");
    expect(reached || unreached.includes(alarm), `${alarm} is told or known to be untold`).toBe(true);
    // Urgent ones are told again and again; of the others a refusal of all is the last word.
    if (ending === "accept" && priorities.get(alarm) !== "medium") expect(unreached).not.toContain(alarm);
  }
  // What is recorded as delivered was taken by the server.
  for (const entry of log.filter(({ state }) => state === "delivered")) {
    expect(taken.some((one) => one.row === entry.id)).toBe(true);
  }
  for (const said of Map.groupBy(taken, (one) => one.row).values()) {
    // Once for each transition and step, save where nobody could know of the first.
    if (said.length > 1) expect(unsure.has(said[0]!.row)).toBe(true);
  }
  for (const said of Map.groupBy(taken, (one) => `${one.person} ${one.channel} ${one.alarm}`).values()) {
    for (const [at, one] of said.entries()) {
      if (at > 0) expect(one.n).toBeGreaterThanOrEqual(said[at - 1]!.n);
    }
  }
}
