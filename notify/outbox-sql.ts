import { z } from "zod";
import { conditionNames, priorities, transitions } from "../contract/index.ts";
import type { Database, Statement } from "../core/index.ts";
import { channelNames } from "./channel.ts";

/** The outbox's tables in `state.db`; outbox.ts says what they mean. */
export const outboxMigration = `
  CREATE TABLE outbox_notices (
    n INTEGER PRIMARY KEY,
    alarm_id TEXT NOT NULL,
    notice TEXT NOT NULL
  ) STRICT;
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    alarm_id TEXT NOT NULL,
    n INTEGER NOT NULL REFERENCES outbox_notices (n),
    person TEXT NOT NULL,
    channel TEXT NOT NULL,
    transition TEXT NOT NULL,
    priority TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'merged', 'given-up')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_ms INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL,
    settled_at_ms INTEGER,
    reply TEXT,
    UNIQUE (alarm_id, n, person, channel)
  ) STRICT;
  CREATE INDEX outbox_pending ON outbox (channel, urgency, id) WHERE state = 'pending';
  CREATE INDEX outbox_retries ON outbox (channel, next_attempt_ms) WHERE state = 'pending';
`;

const group = "alarm_id = :alarm_id AND person = :person AND channel = :channel AND state = 'pending'";
const newerThan = (row: string) =>
  `(SELECT 1 FROM outbox newer WHERE newer.alarm_id = ${row}.alarm_id AND newer.n > ${row}.n
     AND newer.person = ${row}.person AND newer.channel = ${row}.channel AND newer.state = 'pending')`;

const queries = {
  insertNotice: "INSERT INTO outbox_notices (n, alarm_id, notice) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  insert: `INSERT INTO outbox (alarm_id, n, person, channel, transition, priority, urgency, reason, state, created_at_ms)
    VALUES (:alarm_id, :n, :person, :channel, :transition, :priority, :urgency, :reason, 'pending', :created_at_ms)
    ON CONFLICT DO NOTHING`,
  history: `SELECT person, channel, reason, priority FROM outbox
    WHERE alarm_id = ? AND n < ? AND state <> 'given-up' ORDER BY n`,
  due: `SELECT o.id, o.alarm_id, o.n, o.person, o.channel, o.attempts, notice,
      EXISTS (SELECT 1 FROM outbox older WHERE older.alarm_id = o.alarm_id AND older.n < o.n
        AND older.person = o.person AND older.channel = o.channel AND older.state = 'pending') AS merges
    FROM outbox o JOIN outbox_notices USING (n)
    WHERE o.state = 'pending' AND o.channel = :channel
      AND (o.next_attempt_ms <= :now OR o.next_attempt_ms > :beyond)
      AND NOT EXISTS ${newerThan("o")}
    ORDER BY o.urgency, o.id LIMIT :limit`,
  next: `SELECT next_attempt_ms AS at FROM outbox o
    WHERE state = 'pending' AND channel = :channel AND next_attempt_ms > :now AND NOT EXISTS ${newerThan("o")}
    ORDER BY next_attempt_ms LIMIT 1`,
  settle: `UPDATE outbox SET state = :state, attempts = attempts + 1, settled_at_ms = :now, reply = :reply
    WHERE ${group} AND n = :n`,
  settleOlder: `UPDATE outbox SET state = :state, settled_at_ms = :now, reply = :reply WHERE ${group} AND n < :n`,
  retry: `UPDATE outbox SET attempts = attempts + 1, next_attempt_ms = :at, reply = :reply WHERE ${group} AND n = :n`,
  log: `SELECT id, o.alarm_id, n, transition, notice ->> 'condition' AS condition, notice ->> 'room' AS room,
      person, channel, reason, state, attempts, created_at_ms, settled_at_ms, reply
    FROM outbox o JOIN outbox_notices USING (n)
    WHERE (:before IS NULL OR id < :before) AND (:alarm_id IS NULL OR o.alarm_id = :alarm_id)
    ORDER BY id DESC LIMIT :limit`,
  backlog: "SELECT count(*) AS pending, min(created_at_ms) AS oldestAtMs FROM outbox WHERE state = 'pending'",
} as const;

const prepared = new WeakMap<Database, Record<keyof typeof queries, Statement>>();

export function statementsOf(db: Database): Record<keyof typeof queries, Statement> {
  const known = prepared.get(db);
  if (known) return known;
  const { insertNotice, insert, history, due, next, settle, settleOlder, retry, log, backlog } = queries;
  const statements = {
    insertNotice: db.prepare(insertNotice),
    insert: db.prepare(insert),
    history: db.prepare(history),
    due: db.prepare(due),
    next: db.prepare(next),
    settle: db.prepare(settle),
    settleOlder: db.prepare(settleOlder),
    retry: db.prepare(retry),
    log: db.prepare(log),
    backlog: db.prepare(backlog),
  };
  prepared.set(db, statements);
  return statements;
}

const person = { person: z.string(), channel: z.enum(channelNames) };
export const historyRow = z.object({ ...person, reason: z.string(), priority: z.enum(priorities) });
export const dueRow = z.object({
  ...person,
  id: z.number(),
  alarm_id: z.string(),
  n: z.number(),
  attempts: z.number(),
  notice: z.string(),
  merges: z.number(),
});
export const logRow = z.object({
  ...person,
  id: z.number(),
  alarm_id: z.string(),
  n: z.number(),
  transition: z.enum(transitions),
  condition: z.enum(conditionNames),
  room: z.string().nullable(),
  reason: z.string(),
  state: z.enum(["pending", "delivered", "merged", "given-up"]),
  attempts: z.number(),
  created_at_ms: z.number(),
  settled_at_ms: z.number().nullable(),
  reply: z.string().nullable(),
});
