import { z } from "zod";
import type { Database } from "../../core/index.ts";
import { preparing } from "../statements.ts";
import { refusals } from "./understand.ts";

/**
 * Every answer that came in, under what makes it unique (a file's content, a gateway's number, a link's nonce): it is
 * decided once, before anything follows from it, and the decision outlives a crash. What was written is not kept, nor
 * the number it came from.
 */
export const answersMigration = `
  CREATE TABLE answers (
    key TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    via TEXT NOT NULL,
    person TEXT,
    alarm_id TEXT,
    comment TEXT,
    seen TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'refused', 'ignored')),
    reason TEXT,
    code TEXT,
    reply TEXT,
    reply_state TEXT NOT NULL DEFAULT 'none' CHECK (reply_state IN ('none', 'wanted', 'waiting', 'sent', 'given-up')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_ms INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX answers_by_person ON answers (person, at_ms);
  CREATE INDEX answers_by_time ON answers (at_ms);
  CREATE INDEX answers_pending ON answers (alarm_id) WHERE state = 'pending';
  CREATE INDEX answers_replies ON answers (reply_state, next_attempt_ms) WHERE reply_state IN ('wanted', 'waiting');
  CREATE INDEX outbox_told_lately ON outbox (person, settled_at_ms) WHERE state IN ('delivered', 'merged');
`;

const asking = "('raised', 'priority-rose', 'escalated', 'reminded', 'not-returned')";

export const answerStatements = preparing({
  find: "SELECT * FROM answers WHERE key = ?",
  insert: `INSERT INTO answers (key, at_ms, via, person, alarm_id, comment, seen, state, reason, code,
      reply_state)
    VALUES (:key, :at_ms, :via, :person, :alarm_id, :comment, :seen, :state, :reason, :code, :reply_state)`,
  settle: "UPDATE answers SET state = :state, reason = :reason WHERE key = :key AND state = 'pending'",
  settleWith: `UPDATE answers SET state = 'done' WHERE state = 'pending'
    AND alarm_id = :alarm_id AND person = :person AND via = :via`,
  pending: "SELECT * FROM answers WHERE state = 'pending' ORDER BY at_ms",
  // Since the last right one.
  wrongPins: `SELECT count(*) AS count FROM answers WHERE person = :person AND reason = 'wrong-pin' AND at_ms > max(:since,
    coalesce((SELECT max(at_ms) FROM answers WHERE person = :person AND via IN ('sms', 'voice') AND state = 'done'), 0))`,
  unnoted: "SELECT * FROM answers WHERE reply_state = 'wanted' AND state <> 'pending'",
  queueReply:
    "UPDATE answers SET reply = :reply, reply_state = :reply_state WHERE key = :key AND reply_state = 'wanted'",
  repliesSince: `SELECT count(*) AS count FROM answers
    WHERE person = :person AND at_ms > :since AND reply_state IN ('waiting', 'sent')`,
  replies: "SELECT * FROM answers WHERE reply_state = 'waiting' ORDER BY next_attempt_ms LIMIT 100",
  replied: `UPDATE answers SET reply_state = :state, attempts = attempts + 1, next_attempt_ms = :next WHERE key = :key`,
  forget: "DELETE FROM answers WHERE key = ? AND state <> 'done'",
  prune: "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE at_ms < ? AND state <> 'pending' LIMIT 1000)",
  // The newest alarm of which a message asked this person for something; a summary's rows were settled as one. By the
  // journal's order: two that are told at one moment may arrive in any.
  newestTold: `SELECT alarm_id, digest FROM outbox WHERE person = :person AND state IN ('delivered', 'merged')
    AND settled_at_ms > :since AND reason IN ${asking} ORDER BY n DESC, id DESC LIMIT 1`,
  digestOf: `SELECT DISTINCT alarm_id FROM outbox WHERE person = :person AND settled_at_ms > :since
    AND state IN ('delivered', 'merged') AND digest = :digest AND reason IN ${asking}`,
  codeOf: "SELECT code FROM alarm_codes WHERE alarm_id = ?",
});

export const answerRow = z.object({
  key: z.string(),
  at_ms: z.number(),
  via: z.enum(["sms", "voice", "link"]),
  person: z.string().nullable(),
  alarm_id: z.string().nullable(),
  comment: z.string().nullable(),
  seen: z.string().nullable(),
  state: z.enum(["pending", "done", "refused", "ignored"]),
  reason: z.enum(refusals).nullable(),
  code: z.string().nullable(),
  reply: z.string().nullable(),
  reply_state: z.enum(["none", "wanted", "waiting", "sent", "given-up"]),
  attempts: z.number(),
  next_attempt_ms: z.number(),
});
export type AnswerRow = z.infer<typeof answerRow>;

/** Call it inside the commit of the transitions: an answer and what came of it are on disk together, or neither is. */
export function settleAnswers(
  db: Database,
  row: { transition: string; alarm: string; by?: string | null; via?: string | null },
): void {
  if (row.transition !== "acknowledged" || row.by == null || row.via == null) return;
  answerStatements(db).settleWith.run({ alarm_id: row.alarm, person: row.by, via: row.via });
}

export function pruneAnswers(db: Database, beforeMs: number): void {
  answerStatements(db).prune.run(Math.round(beforeMs));
}

const countRow = z.object({ count: z.number() });
export const countOf = (row: unknown): number => countRow.parse(row).count;
