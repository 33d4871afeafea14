import { z } from "zod";
import { type ConditionName, priorities, type Transition } from "../contract/index.ts";
import { type Database, transaction } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import type { ChannelName } from "./channel.ts";
import { type AlarmNotice, alarmNoticeSchema } from "./notice.ts";
import { dueRow, historyRow, logRow, statementsOf } from "./outbox-sql.ts";
import { returnedReason, type ToldBefore, whoIsTold } from "./policy.ts";

/**
 * The transactional outbox: rows are written inside the transaction that commits the transition, so that a crash
 * leaves either both or neither. One row per (alarm, transition, recipient, channel), for ever: it is also the record
 * of who was told.
 *
 * A notice that is still waiting when a newer one of the same alarm arrives for the same recipient and channel is
 * never sent on its own. It would tell of a state already past. The newest row of such a group carries the group: its
 * message stands alone (it says when the alarm was raised and, where so, when it returned), and the older rows settle
 * with it as `merged`. Should an older one have been accepted just before a crash, the newer is simply the next
 * message, with its own Message-ID: nobody is told twice.
 */

/** Writes the rows a transition causes, each once. Call it inside the transaction that commits the transition. */
export function enqueue(db: Database, notice: AlarmNotice, site: Site): number {
  const sql = statementsOf(db);
  const tellings = whoIsTold(notice, site, toldBefore(db, notice));
  if (tellings.length === 0) return 0;
  sql.insertNotice.run(notice.n, notice.alarmId, JSON.stringify(notice));
  let added = 0;
  for (const { person, channel, reason } of tellings) {
    const { changes } = sql.insert.run({
      alarm_id: notice.alarmId,
      n: notice.n,
      person,
      channel,
      transition: notice.transition,
      priority: notice.priority,
      urgency: priorities.indexOf(notice.priority),
      reason,
      created_at_ms: Math.round(notice.recordedAtMs),
    });
    added += Number(changes);
  }
  return added;
}

/** Those whose last news of the alarm is that it stands. Who could not be reached was not told. */
function toldBefore(db: Database, notice: AlarmNotice): ToldBefore[] {
  const told = new Map<string, ToldBefore>();
  for (const raw of statementsOf(db).history.all(notice.alarmId, notice.n)) {
    const row = historyRow.parse(raw);
    const key = JSON.stringify([row.person, row.channel]);
    const earlier = told.get(key);
    if (row.reason === returnedReason) told.delete(key);
    else if (earlier === undefined || priorities.indexOf(row.priority) < priorities.indexOf(earlier.priority)) {
      told.set(key, { person: row.person, channel: row.channel, priority: row.priority });
    }
  }
  return [...told.values()];
}

/** A message to send now: the newest row of its group. */
export interface DueRow {
  id: number;
  alarmId: string;
  n: number;
  person: string;
  channel: ChannelName;
  attempts: number;
  notice: AlarmNotice;
  /** Whether older notices to the same recipient are settled with this one. */
  merges: boolean;
}

export interface DueOptions {
  channel: ChannelName;
  nowMs: number;
  limit: number;
  /** No retry lies further ahead than this; one that does was set before the wall clock was moved back. */
  longestRetryMs: number;
}

/** What to send now, most urgent first, at most one row per alarm and recipient. What cannot be read is given up. */
export function due(db: Database, options: DueOptions): DueRow[] {
  return statementsOf(db)
    .due.all({
      channel: options.channel,
      now: options.nowMs,
      beyond: options.nowMs + options.longestRetryMs,
      limit: options.limit,
    })
    .flatMap((raw) => {
      const row = dueRow.parse(raw);
      const facts = { id: row.id, alarmId: row.alarm_id, n: row.n, person: row.person, channel: row.channel };
      const notice = alarmNoticeSchema.safeParse(JSON.parse(row.notice));
      if (notice.success) {
        return [{ ...facts, attempts: row.attempts, notice: notice.data, merges: row.merges === 1 }];
      }
      // Queued by another version of this program. One such row must not hold up all others, nor vanish.
      markGivenUp(db, facts, { nowMs: options.nowMs, reason: `the notice cannot be read: ${notice.error.message}` });
      return [];
    });
}

/** When the next retry falls due on a channel, `null` when none waits for its time. */
export function nextAttemptMs(db: Database, options: { channel: ChannelName; nowMs: number }): number | null {
  const row = statementsOf(db).next.get({ channel: options.channel, now: options.nowMs });
  return row === undefined ? null : z.object({ at: z.number() }).parse(row).at;
}

type Settled = Pick<DueRow, "alarmId" | "n" | "person" | "channel">;

export function markDelivered(db: Database, row: Settled, at: { nowMs: number; reply: string }): void {
  settle(db, row, { state: "delivered", older: "merged", nowMs: at.nowMs, reply: at.reply });
}

/** Gives the row up and, with it, the older ones it stood for: their news has reached nobody either. */
export function markGivenUp(db: Database, row: Settled, at: { nowMs: number; reason: string }): void {
  settle(db, row, { state: "given-up", older: "given-up", nowMs: at.nowMs, reply: at.reason });
}

function settle(
  db: Database,
  row: Settled,
  how: { state: "delivered" | "given-up"; older: "merged" | "given-up"; nowMs: number; reply: string },
): void {
  const sql = statementsOf(db);
  const group = { alarm_id: row.alarmId, n: row.n, person: row.person, channel: row.channel };
  const facts = { now: how.nowMs, reply: how.reply.slice(0, 1_000) };
  transaction(db, () => {
    sql.settleOlder.run({ ...group, ...facts, state: how.older });
    sql.settle.run({ ...group, ...facts, state: how.state });
  });
}

export function markRetry(db: Database, row: Settled, at: { nextAttemptMs: number; reason: string }): void {
  statementsOf(db).retry.run({
    alarm_id: row.alarmId,
    n: row.n,
    person: row.person,
    channel: row.channel,
    at: Math.round(at.nextAttemptMs),
    reply: at.reason.slice(0, 1_000),
  });
}

/** One line of the record: who was told what, when, through what, and what the other side said. */
export interface TellingRecord {
  id: number;
  alarmId: string;
  n: number;
  transition: Transition;
  condition: ConditionName;
  room: string | null;
  person: string;
  channel: ChannelName;
  reason: string;
  state: "pending" | "delivered" | "merged" | "given-up";
  attempts: number;
  createdAtMs: number;
  settledAtMs: number | null;
  /** The server's reply, or why the last attempt failed. */
  reply: string | null;
}

/** The record, newest first; `beforeId` continues a page. */
export function tellingLog(
  db: Database,
  options: { limit: number; beforeId?: number; alarmId?: string },
): TellingRecord[] {
  return statementsOf(db)
    .log.all({ before: options.beforeId ?? null, alarm_id: options.alarmId ?? null, limit: options.limit })
    .map((raw) => {
      const row = logRow.parse(raw);
      return {
        id: row.id,
        alarmId: row.alarm_id,
        n: row.n,
        transition: row.transition,
        condition: row.condition,
        room: row.room,
        person: row.person,
        channel: row.channel,
        reason: row.reason,
        state: row.state,
        attempts: row.attempts,
        createdAtMs: row.created_at_ms,
        settledAtMs: row.settled_at_ms,
        reply: row.reply,
      };
    });
}

/** How much waits to be told, and since when the oldest of it waits. */
export function outboxBacklog(db: Database): { pending: number; oldestAtMs: number | null } {
  return z.object({ pending: z.number(), oldestAtMs: z.number().nullable() }).parse(statementsOf(db).backlog.get());
}
