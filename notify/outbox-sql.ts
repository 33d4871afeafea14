import { z } from "zod";
import { conditionNames, priorities, tellingStates, transitions } from "../contract/index.ts";
import { channelNames } from "./channel.ts";
import { preparing } from "./statements.ts";

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

/**
 * Several tellings of one transition (`round`: escalation steps, reminders), messages that wait (`held_until_ms`) or
 * go out together (`gather`, `digest`), another channel in place of one that fails (`instead_of`, `other_tried`), and
 * what is no longer to be told (`withdrawn`; `withdrawing` where it was on its way already).
 */
export const outboxRoundsMigration = `
  CREATE TABLE outbox_next (
    id INTEGER PRIMARY KEY,
    alarm_id TEXT NOT NULL,
    n INTEGER NOT NULL REFERENCES outbox_notices (n),
    round INTEGER NOT NULL DEFAULT 0,
    person TEXT NOT NULL,
    channel TEXT NOT NULL,
    transition TEXT NOT NULL,
    priority TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'merged', 'given-up', 'withdrawn')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_ms INTEGER NOT NULL DEFAULT 0,
    held_until_ms INTEGER NOT NULL DEFAULT 0,
    gather INTEGER NOT NULL DEFAULT 0,
    instead_of INTEGER,
    other_tried INTEGER NOT NULL DEFAULT 0,
    withdrawing TEXT,
    digest TEXT,
    created_at_ms INTEGER NOT NULL,
    settled_at_ms INTEGER,
    reply TEXT,
    UNIQUE (alarm_id, n, round, person, channel)
  ) STRICT;
  INSERT INTO outbox_next (id, alarm_id, n, person, channel, transition, priority, urgency, reason, state, attempts,
      next_attempt_ms, other_tried, created_at_ms, settled_at_ms, reply)
    SELECT id, alarm_id, n, person, channel, transition, priority, urgency, reason, state, attempts,
      next_attempt_ms, state <> 'pending', created_at_ms, settled_at_ms, reply FROM outbox;
  DROP TABLE outbox;
  ALTER TABLE outbox_next RENAME TO outbox;
  CREATE INDEX outbox_pending ON outbox (channel, urgency, id) WHERE state = 'pending';
  CREATE INDEX outbox_retries ON outbox (channel, next_attempt_ms) WHERE state = 'pending';
  CREATE INDEX outbox_groups ON outbox (alarm_id, person, channel, id) WHERE state = 'pending';
  CREATE INDEX outbox_waiting ON outbox (person, channel) WHERE state = 'pending';
  CREATE INDEX outbox_family ON outbox (instead_of) WHERE instead_of IS NOT NULL;
  CREATE INDEX outbox_other ON outbox (channel) WHERE other_tried = 0 AND state IN ('pending', 'given-up');
  CREATE INDEX outbox_told ON outbox (person, channel, settled_at_ms) WHERE state = 'delivered';
  CREATE INDEX outbox_by_notice ON outbox (n);
`;

/** Rows of one alarm to one recipient through one channel: the newest of those that wait carries the others. */
const newerThan = (row: string) =>
  `(SELECT 1 FROM outbox newer WHERE newer.alarm_id = ${row}.alarm_id AND newer.person = ${row}.person
     AND newer.channel = ${row}.channel AND newer.id > ${row}.id AND newer.state = 'pending')`;
const columns = `o.id, o.alarm_id, o.n, o.round, o.person, o.channel, o.reason, o.attempts, o.gather, o.urgency, notice,
      EXISTS (SELECT 1 FROM outbox older WHERE older.alarm_id = o.alarm_id AND older.person = o.person
        AND older.channel = o.channel AND older.id < o.id AND older.state = 'pending') AS merges`;
const waiting = `o.state = 'pending' AND o.withdrawing IS NULL AND o.channel = :channel AND o.held_until_ms <= :now
      AND NOT EXISTS ${newerThan("o")}`;
/** No test, letter or exercise. */
const isAlarm = "o.reason NOT IN ('test', 'report') AND coalesce(notice ->> 'drill', 0) = 0";
const ids = "(SELECT value FROM json_each(:ids))";

const queries = {
  insertNotice: "INSERT INTO outbox_notices (n, alarm_id, notice) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  notice: "SELECT notice FROM outbox_notices WHERE n = ?",
  insert: `INSERT INTO outbox (alarm_id, n, round, person, channel, transition, priority, urgency, reason, state,
      held_until_ms, gather, instead_of, created_at_ms)
    VALUES (:alarm_id, :n, :round, :person, :channel, :transition, :priority, :urgency, :reason, 'pending',
      :held_until_ms, :gather, :instead_of, :created_at_ms)
    ON CONFLICT DO NOTHING`,
  history: `SELECT id, person, channel, reason, priority, state, withdrawing, instead_of, held_until_ms FROM outbox
    WHERE alarm_id = ? AND state <> 'given-up' ORDER BY id`,
  due: `SELECT ${columns} FROM outbox o JOIN outbox_notices USING (n)
    WHERE ${waiting} AND (o.next_attempt_ms <= :now OR o.next_attempt_ms > :beyond)
      AND o.person NOT IN (SELECT value FROM json_each(:without))
    ORDER BY o.urgency, o.id LIMIT :limit`,
  waitingFor: `SELECT ${columns} FROM outbox o JOIN outbox_notices USING (n)
    WHERE ${waiting} AND o.person = :person AND ${isAlarm} ORDER BY o.urgency, o.id LIMIT :limit`,
  countWaiting: `SELECT count(*) AS count FROM outbox o JOIN outbox_notices USING (n)
    WHERE ${waiting} AND o.person = :person AND ${isAlarm}`,
  next: `SELECT min(max(next_attempt_ms, held_until_ms)) AS at FROM outbox o
    WHERE state = 'pending' AND withdrawing IS NULL AND channel = :channel
      AND max(next_attempt_ms, held_until_ms) > :now AND NOT EXISTS ${newerThan("o")}`,
  settle: `UPDATE outbox SET state = :state, attempts = attempts + 1, settled_at_ms = :now, reply = :reply,
      digest = :digest WHERE id IN ${ids} AND state = 'pending'`,
  settleOlder: `UPDATE outbox SET state = :state, settled_at_ms = :now, reply = :reply, digest = :digest
    WHERE state = 'pending' AND id IN (SELECT older.id FROM outbox older JOIN outbox o ON o.alarm_id = older.alarm_id
      AND o.person = older.person AND o.channel = older.channel AND older.id < o.id
      WHERE o.id IN ${ids} AND older.state = 'pending')`,
  retry: `UPDATE outbox SET attempts = attempts + 1, next_attempt_ms = :at, reply = :reply
    WHERE id IN ${ids} AND state = 'pending' AND withdrawing IS NULL`,
  cutOff: `UPDATE outbox SET state = 'withdrawn', attempts = attempts + 1, settled_at_ms = :now, reply = withdrawing
    WHERE id IN ${ids} AND state = 'pending' AND withdrawing IS NOT NULL`,
  withdrawCutOff: `UPDATE outbox SET state = 'withdrawn', settled_at_ms = :now, reply = withdrawing
    WHERE state = 'pending' AND withdrawing IS NOT NULL`,
  knowing: `SELECT person, max(state IN ('delivered', 'merged')) AS told FROM outbox
    WHERE alarm_id = ? AND state IN ('pending', 'delivered', 'merged') AND withdrawing IS NULL
    GROUP BY person ORDER BY told DESC, min(id)`,
  pendingOf:
    "SELECT id, person, channel, reason, held_until_ms, instead_of FROM outbox WHERE alarm_id = ? AND state = 'pending'",
  withdraw: `UPDATE outbox SET state = 'withdrawn', settled_at_ms = :now, reply = :reason
    WHERE id IN ${ids} AND state = 'pending'`,
  withdrawing: `UPDATE outbox SET withdrawing = :reason WHERE id IN ${ids} AND state = 'pending'`,
  tryNoOther: "UPDATE outbox SET other_tried = 1 WHERE alarm_id = ? AND other_tried = 0 AND state = 'given-up'",
  family: `SELECT id FROM outbox WHERE state = 'pending' AND id NOT IN ${ids} AND (
      instead_of IN (SELECT coalesce(instead_of, id) FROM outbox WHERE id IN ${ids})
      OR id IN (SELECT instead_of FROM outbox WHERE id IN ${ids} AND instead_of IS NOT NULL))`,
  settledWith: `SELECT older.id FROM outbox older JOIN outbox o ON o.alarm_id = older.alarm_id AND o.person = older.person
      AND o.channel = older.channel AND older.id < o.id WHERE o.id IN ${ids} AND older.state = 'pending'`,
  passOn: `SELECT o.id, o.alarm_id, o.n, o.round, o.person, o.channel, o.transition, o.priority, o.urgency, o.reason,
      coalesce(o.instead_of, o.id) AS origin, o.gather
    FROM outbox o WHERE o.channel = :channel AND o.other_tried = 0 AND o.withdrawing IS NULL
      AND o.state IN ('pending', 'given-up') AND (o.state = 'given-up' OR :failing OR o.attempts >= :after)
      AND o.held_until_ms <= :now AND NOT EXISTS ${newerThan("o")} AND NOT EXISTS (SELECT 1 FROM outbox news
        WHERE news.alarm_id = o.alarm_id AND news.person = o.person AND news.n > o.n AND news.id > o.id
          AND news.state IN ('pending', 'delivered', 'merged'))
    ORDER BY o.urgency, o.id LIMIT :limit`,
  passedOn: `UPDATE outbox SET other_tried = 1 WHERE id IN ${ids}`,
  messagesSince: `SELECT count(DISTINCT coalesce(digest, id)) AS count, min(settled_at_ms) AS oldestAtMs
    FROM outbox o JOIN outbox_notices USING (n)
    WHERE ${isAlarm} AND person = :person AND channel = :channel AND state = 'delivered'
      AND settled_at_ms > :since AND settled_at_ms <= :now`,
  hold: `UPDATE outbox SET held_until_ms = :until, gather = 1 WHERE person = :person AND channel = :channel
    AND state = 'pending' AND withdrawing IS NULL AND priority <> 'critical' AND held_until_ms < :until`,
  log: `SELECT id, o.alarm_id, n, transition, notice ->> 'condition' AS condition, notice ->> 'room' AS room,
      person, channel, reason, state, attempts, created_at_ms, held_until_ms, settled_at_ms, reply
    FROM outbox o JOIN outbox_notices USING (n)
    WHERE (:before IS NULL OR id < :before) AND (:alarm_id IS NULL OR o.alarm_id = :alarm_id)
      AND (:person IS NULL OR person = :person)
    ORDER BY id DESC LIMIT :limit`,
  backlog: "SELECT count(*) AS pending, min(created_at_ms) AS oldestAtMs FROM outbox WHERE state = 'pending'",
  figures: `SELECT channel, count(*) AS messages, sum(state IN ('delivered', 'merged')) AS delivered,
      sum(state = 'given-up') AS givenUp, sum(state = 'withdrawn') AS withdrawn
    FROM outbox WHERE created_at_ms >= :from AND created_at_ms < :to GROUP BY channel ORDER BY channel`,
  lowestNotice: "SELECT min(n) AS n FROM outbox_notices",
  one: `SELECT id, o.alarm_id, n, transition, notice ->> 'condition' AS condition, notice ->> 'room' AS room,
      person, channel, reason, state, attempts, created_at_ms, held_until_ms, settled_at_ms, reply
    FROM outbox o JOIN outbox_notices USING (n) WHERE id = ?`,
  // Oldest first, and no further than a turn: nothing is searched that is not removed.
  prune: `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT :limit)
    AND state <> 'pending' AND settled_at_ms < :before`,
  pruneNotices: `DELETE FROM outbox_notices WHERE n IN (SELECT n FROM outbox_notices ORDER BY n LIMIT :limit)
    AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.n = outbox_notices.n)`,
} as const;

export const statementsOf = preparing(queries);

const person = { person: z.string(), channel: z.enum(channelNames) };
export const historyRow = z.object({
  ...person,
  id: z.number(),
  reason: z.string(),
  priority: z.enum(priorities),
  state: z.enum(tellingStates),
  withdrawing: z.string().nullable(),
  instead_of: z.number().nullable(),
  held_until_ms: z.number(),
});
export const pendingRow = z.object({
  ...person,
  id: z.number(),
  reason: z.string(),
  held_until_ms: z.number(),
  instead_of: z.number().nullable(),
});
export const passOnRow = z.object({
  ...person,
  id: z.number(),
  alarm_id: z.string(),
  n: z.number(),
  round: z.number(),
  transition: z.enum(transitions),
  priority: z.enum(priorities),
  urgency: z.number(),
  reason: z.string(),
  origin: z.number(),
  gather: z.number(),
});
export const dueRow = z.object({
  ...person,
  id: z.number(),
  alarm_id: z.string(),
  n: z.number(),
  round: z.number(),
  reason: z.string(),
  attempts: z.number(),
  gather: z.number(),
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
  state: z.enum(tellingStates),
  attempts: z.number(),
  created_at_ms: z.number(),
  held_until_ms: z.number(),
  settled_at_ms: z.number().nullable(),
  reply: z.string().nullable(),
});
