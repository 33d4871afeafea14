import { z } from "zod";
import { priorities } from "../contract/index.ts";
import type { Database } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import { inFlightOf } from "./in-flight.ts";
import type { AlarmNotice } from "./notice.ts";
import { historyRow, pendingRow, statementsOf } from "./outbox-sql.ts";
import { endsBelief, type Telling, type ToldBefore } from "./policy.ts";
import { quietUntilMs } from "./reach.ts";

/**
 * The transactional outbox: rows are written inside the transaction that commits the transition, so that a crash
 * leaves either both or neither. One row per (alarm, transition, round, recipient, channel): it is also the record of
 * who was told.
 *
 * A notice that is still waiting when a newer one of the same alarm arrives for the same recipient and channel is
 * never sent on its own. It would tell of a state already past. The newest row of such a group carries the group: its
 * message stands alone (it says when the alarm was raised and, where so, when it returned), and the older rows settle
 * with it as `merged`. Should an older one have been accepted just before a crash, the newer is simply the next
 * message, with its own Message-ID: nobody is told twice.
 *
 * What need no longer be told is withdrawn: when somebody has acknowledged, and when the alarm goes out of sight.
 */

export interface Queueing {
  /** 0 for what a transition itself causes; steps and reminders that tell of it later count on. */
  round: number;
  nowMs: number;
  /** To go out together with what else of this kind waits for the same recipient. */
  gather: boolean;
}

/** Writes the rows of some tellings, each once. Call it inside the transaction that commits their cause. */
export function queueTellings(
  db: Database,
  tellings: readonly Telling[],
  { notice, site, round, nowMs, gather }: Queueing & { notice: AlarmNotice; site: Site },
): number {
  if (tellings.length === 0) return 0;
  const sql = statementsOf(db);
  sql.insertNotice.run(notice.n, notice.alarmId, JSON.stringify(notice));
  let added = 0;
  for (const { person, channel, reason } of tellings) {
    const held = notice.priority === "critical" ? 0 : quietUntilMs(site.people.get(person), site, nowMs);
    const { changes } = sql.insert.run({
      alarm_id: notice.alarmId,
      n: notice.n,
      round,
      person,
      channel,
      transition: notice.transition,
      priority: notice.priority,
      urgency: priorities.indexOf(notice.priority),
      reason,
      held_until_ms: held,
      gather: gather || held > 0 ? 1 : 0,
      instead_of: null,
      created_at_ms: Math.round(nowMs),
    });
    added += Number(changes);
  }
  return added;
}

/**
 * Those whose last news of the alarm is that it stands: told, about to be, or perhaps told when they should not have
 * been. Who could not be reached was not told.
 */
export function toldBefore(db: Database, alarmId: string): ToldBefore[] {
  const told = new Map<string, ToldBefore>();
  for (const raw of statementsOf(db).history.all(alarmId)) {
    const row = historyRow.parse(raw);
    if (row.state === "withdrawn" && row.withdrawing === null) continue;
    // Another channel in place of one that fails speaks for itself only once it has got through.
    if (row.state === "pending" && row.instead_of !== null && !inFlightOf(db).has(row.id)) continue;
    const key = JSON.stringify([row.person, row.channel]);
    const earlier = told.get(key);
    const { person, channel } = row;
    const isSure = row.state === "delivered" || row.state === "merged" || inFlightOf(db).has(row.id);
    if (endsBelief(row.reason)) told.delete(key);
    else if (earlier === undefined || priorities.indexOf(row.priority) < priorities.indexOf(earlier.priority)) {
      told.set(key, { person, channel, priority: row.priority, knows: isSure || (earlier?.knows ?? false) });
    } else told.set(key, { ...earlier, knows: isSure || earlier.knows });
  }
  return [...told.values()];
}

/** Everybody who is told of an alarm, or has been; those who have first. */
export function knowingOf(db: Database, alarmId: string): { person: string; told: boolean }[] {
  return statementsOf(db)
    .knowing.all(alarmId)
    .map((row) => knowingRow.parse(row))
    .map(({ person, told }) => ({ person, told: told === 1 }));
}

const knowingRow = z.object({ person: z.string(), told: z.number() });

/**
 * Takes back what waits of an alarm: all of it (`"all"`), or only what is held or stands in for another channel
 * (`"held"`). What a channel is at work on is left to it and not repeated. Good news for those who believe that the
 * alarm stands is not taken back.
 */
export function withdraw(
  db: Database,
  alarmId: string,
  how: { what: "all" | "held"; reason: string; nowMs: number; told: readonly ToldBefore[] },
): void {
  const sql = statementsOf(db);
  const inFlight = inFlightOf(db);
  const rows = sql.pendingOf.all(alarmId).map((raw) => pendingRow.parse(raw));
  const knows = new Set(how.told.filter((one) => one.knows).map((one) => JSON.stringify([one.person, one.channel])));
  const gone = rows.filter((row) => {
    if (endsBelief(row.reason)) return how.what === "all" && !knows.has(JSON.stringify([row.person, row.channel]));
    return how.what === "all" || row.held_until_ms > how.nowMs || row.instead_of !== null;
  });
  const idsOf = (list: typeof rows) => JSON.stringify(list.map(({ id }) => id));
  const waiting = gone.filter(({ id }) => !inFlight.has(id));
  if (waiting.length > 0) {
    sql.withdraw.run({ ids: idsOf(waiting), reason: how.reason, now: Math.round(how.nowMs) });
  }
  const called = gone.filter(({ id }) => inFlight.has(id));
  // What a message carries is older than it, and must not come after it.
  const underWay = rows.filter(
    (row) =>
      inFlight.has(row.id) &&
      called.some((one) => one.id >= row.id && one.person === row.person && one.channel === row.channel),
  );
  if (underWay.length > 0) sql.withdrawing.run({ ids: idsOf(underWay), reason: how.reason });
  if (how.what === "all") sql.tryNoOther.run(alarmId);
}
