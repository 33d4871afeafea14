import { z } from "zod";
import type { ConditionName, Transition, tellingStates } from "../contract/index.ts";
import type { Database } from "../core/index.ts";
import type { ChannelName } from "./channel.ts";
import { logRow, statementsOf } from "./outbox-sql.ts";

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
  state: (typeof tellingStates)[number];
  attempts: number;
  createdAtMs: number;
  /** Until when it waits, or waited, for quiet times or a limit; `null` when it did not. */
  heldUntilMs: number | null;
  settledAtMs: number | null;
  /** The server's reply, or why the last attempt failed, or why it was withdrawn. */
  reply: string | null;
}

/** The record, newest first; `beforeId` continues a page. */
export function tellingLog(
  db: Database,
  options: { limit: number; beforeId?: number | undefined; alarmId?: string | undefined; person?: string | undefined },
): TellingRecord[] {
  return statementsOf(db)
    .log.all({
      before: options.beforeId ?? null,
      alarm_id: options.alarmId ?? null,
      person: options.person ?? null,
      limit: options.limit,
    })
    .map(recordOf);
}

/** One line of the record by its number. */
export function tellingOf(db: Database, id: number): TellingRecord | null {
  const row = statementsOf(db).one.get(id);
  return row === undefined ? null : recordOf(row);
}

function recordOf(raw: unknown): TellingRecord {
  const row = logRow.parse(raw);
  const { id, n, transition, condition, room, person, channel, reason, state, attempts, reply } = row;
  return {
    id,
    alarmId: row.alarm_id,
    n,
    transition,
    condition,
    room,
    person,
    channel,
    reason,
    state,
    attempts,
    createdAtMs: row.created_at_ms,
    heldUntilMs: row.held_until_ms === 0 ? null : row.held_until_ms,
    settledAtMs: row.settled_at_ms,
    reply,
  };
}

/** What was told through each channel of what was queued in a period. */
export function tellingFigures(
  db: Database,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): { channel: string; messages: number; delivered: number; givenUp: number; withdrawn: number }[] {
  const counts = z.object({
    channel: z.string(),
    messages: z.number(),
    delivered: z.number(),
    givenUp: z.number(),
    withdrawn: z.number(),
  });
  return statementsOf(db)
    .figures.all({ from: Math.round(fromMs), to: Math.round(toMs) })
    .map((row) => counts.parse(row));
}

/** How much waits to be told, and since when the oldest of it waits. */
export function outboxBacklog(db: Database): { pending: number; oldestAtMs: number | null } {
  return z.object({ pending: z.number(), oldestAtMs: z.number().nullable() }).parse(statementsOf(db).backlog.get());
}
