import { z } from "zod";
import { type Database, transaction } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import type { ChannelName } from "./channel.ts";
import { inFlightOf } from "./in-flight.ts";
import { type AlarmNotice, alarmNoticeSchema } from "./notice.ts";
import { dueRow, passOnRow, statementsOf } from "./outbox-sql.ts";
import { channelAfter } from "./reach.ts";
import { reachableOf } from "./recipients.ts";

/** What of the outbox is to be sent, and what became of it. */

/** A message to send now: the newest row of its group. */
export interface DueRow {
  id: number;
  alarmId: string;
  n: number;
  round: number;
  person: string;
  channel: ChannelName;
  reason: string;
  attempts: number;
  notice: AlarmNotice;
  /** To go out together with what else of this kind waits for the same recipient. */
  gather: boolean;
  /** Whether older notices to the same recipient are settled with this one. */
  merges: boolean;
}

export interface DueOptions {
  channel: ChannelName;
  nowMs: number;
  limit: number;
  /** No retry lies further ahead than this; one that does was set before the wall clock was moved back. */
  longestRetryMs: number;
  /** Recipients to be left out. */
  without?: readonly string[];
}

/** What to send now, most urgent first, at most one row per alarm and recipient. What cannot be read is given up. */
export function due(db: Database, { channel, nowMs, limit, longestRetryMs, without = [] }: DueOptions): DueRow[] {
  const times = { now: nowMs, beyond: nowMs + longestRetryMs };
  return readable(db, statementsOf(db).due.all({ channel, ...times, limit, without: JSON.stringify(without) }), nowMs);
}

/** Everything that waits for one recipient, whether or not its next attempt is due. */
export function waitingFor(
  db: Database,
  { person, channel, nowMs, limit }: { person: string; channel: ChannelName; nowMs: number; limit: number },
): DueRow[] {
  return readable(db, statementsOf(db).waitingFor.all({ person, channel, now: nowMs, limit }), nowMs);
}

function readable(db: Database, rows: readonly unknown[], nowMs: number): DueRow[] {
  return rows.flatMap((raw) => {
    const { alarm_id: alarmId, notice: text, gather, merges, ...row } = dueRow.parse(raw);
    const notice = alarmNoticeSchema.safeParse(JSON.parse(text));
    if (notice.success) {
      return [{ ...row, alarmId, notice: notice.data, gather: gather === 1, merges: merges === 1 }];
    }
    // Queued by another version of this program. One such row must not hold up all others, nor vanish.
    markGivenUp(db, [row.id], { nowMs, reason: `the notice cannot be read: ${notice.error.message}` });
    return [];
  });
}

/** When the next retry or held message falls due on a channel, `null` when none waits for its time. */
export function nextAttemptMs(db: Database, options: { channel: ChannelName; nowMs: number }): number | null {
  const row = statementsOf(db).next.get({ channel: options.channel, now: options.nowMs });
  return z.object({ at: z.number().nullable() }).parse(row).at;
}

/** Rows that are settled with these, because these stand for them. */
export function olderIds(db: Database, ids: readonly number[]): number[] {
  const rows = statementsOf(db).settledWith.all({ ids: JSON.stringify(ids) });
  return rows.map((row) => z.object({ id: z.number() }).parse(row).id);
}

/**
 * The other side has taken the rows' message. Other channels that were tried in place of this one, or that this one
 * stands in for, need not tell the same thing again.
 */
export function markDelivered(
  db: Database,
  ids: readonly number[],
  at: { nowMs: number; reply: string; digest?: string | undefined },
): void {
  const sql = statementsOf(db);
  const facts = { now: Math.round(at.nowMs), reply: at.reply.slice(0, 1_000), digest: at.digest ?? null };
  transaction(db, () => {
    const all = JSON.stringify([...ids, ...olderIds(db, ids)]);
    const others = sql.family.all({ ids: all }).map((row) => z.object({ id: z.number() }).parse(row).id);
    // With what they stood for: it is older news than what has just been told.
    const family = [...others, ...olderIds(db, others)];
    const inFlight = inFlightOf(db);
    const reason = "told through another channel";
    const waiting = JSON.stringify(family.filter((id) => !inFlight.has(id)));
    sql.withdraw.run({ ids: waiting, reason, now: facts.now });
    sql.withdrawing.run({ ids: JSON.stringify(family.filter((id) => inFlight.has(id))), reason });
    sql.settleOlder.run({ ids: JSON.stringify(ids), ...facts, state: "merged" });
    sql.settle.run({ ids: JSON.stringify(ids), ...facts, state: "delivered" });
  });
}

/** Gives rows up and, with them, the older ones they stood for: their news has reached nobody either. */
export function markGivenUp(db: Database, ids: readonly number[], at: { nowMs: number; reason: string }): void {
  const sql = statementsOf(db);
  const facts = { now: Math.round(at.nowMs), reply: at.reason.slice(0, 1_000), digest: null, state: "given-up" };
  transaction(db, () => {
    sql.settleOlder.run({ ids: JSON.stringify(ids), ...facts });
    sql.settle.run({ ids: JSON.stringify(ids), ...facts });
  });
}

/** To be offered again, unless it has been withdrawn meanwhile. */
export function markRetry(
  db: Database,
  ids: readonly number[],
  at: { nowMs: number; nextAttemptMs: number; reason: string },
): void {
  const sql = statementsOf(db);
  const list = JSON.stringify(ids);
  transaction(db, () => {
    // With what they stood for: those were under way with them.
    sql.cutOff.run({ ids: JSON.stringify([...ids, ...olderIds(db, ids)]), now: Math.round(at.nowMs) });
    sql.retry.run({ ids: list, at: Math.round(at.nextAttemptMs), reply: at.reason.slice(0, 1_000) });
  });
}

/** After a start: what was on its way when it was withdrawn, and of which nobody knows, is not offered again. */
export function settleCutOff(db: Database, nowMs: number): void {
  statementsOf(db).withdrawCutOff.run({ now: Math.round(nowMs) });
}

/**
 * Offers through each person's next channel what has failed through this one: given up, tried `after` times, or
 * waiting while the whole channel fails. @returns how many rows were added
 */
export function passOn(
  db: Database,
  options: { site: Site; channel: ChannelName; failing: boolean; nowMs: number; limit: number },
): number {
  const { site, channel, failing, nowMs, limit } = options;
  const sql = statementsOf(db);
  const after = site.config.telling.other_channel_after;
  const rows = sql.passOn.all({ channel, failing: failing ? 1 : 0, after, now: nowMs, limit });
  if (rows.length === 0) return 0;
  return transaction(db, () => {
    let added = 0;
    for (const raw of rows) {
      const { id, origin, ...row } = passOnRow.parse(raw);
      const person = reachableOf(site, row.person);
      const notice = person && noticeOf(db, row.n);
      const next = person && notice ? channelAfter(person, channel, { notice, site }) : null;
      sql.passedOn.run({ ids: JSON.stringify([id]) });
      if (next === null) continue;
      const facts = { held_until_ms: 0, instead_of: origin, created_at_ms: Math.round(nowMs) };
      added += Number(sql.insert.run({ ...row, channel: next, ...facts }).changes);
    }
    return added;
  });
}

function noticeOf(db: Database, n: number): AlarmNotice | undefined {
  const row = statementsOf(db).notice.get(n);
  if (row === undefined) return undefined;
  return alarmNoticeSchema.safeParse(JSON.parse(z.object({ notice: z.string() }).parse(row).notice)).data;
}
