import { z } from "zod";
import type { Database } from "../core/index.ts";
import type { Plan } from "./escalation.ts";
import { alarmNoticeSchema } from "./notice.ts";
import { tellingReasons } from "./policy.ts";
import { preparing } from "./statements.ts";

/** The plans of escalation in `state.db`: one an alarm, kept until it is over and its log has gone. */
export const plansMigration = `
  CREATE TABLE telling_plans (
    alarm_id TEXT PRIMARY KEY,
    notice TEXT NOT NULL,
    began_n INTEGER NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('running', 'answered', 'quiet')),
    reason TEXT NOT NULL,
    cycle INTEGER NOT NULL,
    step INTEGER NOT NULL,
    round INTEGER NOT NULL,
    started_at_ms INTEGER NOT NULL,
    due_at_ms INTEGER,
    judge_at_ms INTEGER,
    unreached INTEGER NOT NULL,
    set_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX telling_plans_due ON telling_plans (due_at_ms) WHERE due_at_ms IS NOT NULL;
  CREATE INDEX telling_plans_judge ON telling_plans (judge_at_ms) WHERE judge_at_ms IS NOT NULL;
  CREATE INDEX telling_plans_unreached ON telling_plans (alarm_id) WHERE unreached = 1;
`;

/**
 * A message of the alarm, of this plan, that some recipient's channel has taken. Programs are no recipients, and a fire
 * control room does not look after records.
 */
const reached = `EXISTS (SELECT 1 FROM outbox o WHERE o.alarm_id = p.alarm_id AND o.n >= p.began_n
  AND o.state = 'delivered' AND o.reason NOT IN ('returned-after-told', 'taken') AND o.channel <> 'webhook'
  AND o.person NOT LIKE '@fire-control-room-%')`;
const waiting = "EXISTS (SELECT 1 FROM outbox o WHERE o.alarm_id = p.alarm_id AND o.state = 'pending')";

const queries = {
  read: "SELECT * FROM telling_plans WHERE alarm_id = ?",
  save: `INSERT OR REPLACE INTO telling_plans (alarm_id, notice, began_n, phase, reason, cycle, step, round, started_at_ms,
      due_at_ms, judge_at_ms, unreached, set_at_ms)
    VALUES (:alarm_id, :notice, :began_n, :phase, :reason, :cycle, :step, :round, :started_at_ms, :due_at_ms, :judge_at_ms,
      :unreached, :set_at_ms)`,
  due: "SELECT * FROM telling_plans WHERE due_at_ms <= :now ORDER BY due_at_ms LIMIT :limit",
  next: `SELECT min(at) AS at FROM (SELECT min(due_at_ms) AS at FROM telling_plans WHERE due_at_ms IS NOT NULL
    UNION ALL SELECT min(judge_at_ms) FROM telling_plans WHERE judge_at_ms IS NOT NULL)`,
  // The wall clock was moved back since the plan was made: its delays count from the new time on.
  shift: `UPDATE telling_plans SET due_at_ms = due_at_ms - (set_at_ms - :now), judge_at_ms = judge_at_ms - (set_at_ms - :now),
      started_at_ms = started_at_ms - (set_at_ms - :now), set_at_ms = :now
    WHERE set_at_ms > :now AND (due_at_ms IS NOT NULL OR judge_at_ms IS NOT NULL)`,
  judgedReached: `UPDATE telling_plans AS p SET judge_at_ms = NULL, unreached = 0
    WHERE (judge_at_ms IS NOT NULL OR unreached = 1) AND ${reached}`,
  judgedUnreached: `UPDATE telling_plans AS p SET judge_at_ms = NULL, unreached = 1
    WHERE judge_at_ms IS NOT NULL AND (judge_at_ms <= :now OR NOT ${waiting}) AND NOT ${reached}`,
  unreached: "SELECT alarm_id FROM telling_plans WHERE unreached = 1 ORDER BY alarm_id",
  prune: `DELETE FROM telling_plans WHERE alarm_id IN (SELECT alarm_id FROM telling_plans AS p WHERE phase = 'quiet'
    AND set_at_ms < :before AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.alarm_id = p.alarm_id) LIMIT :limit)`,
} as const;

const statementsOf = preparing(queries);

const planRow = z.object({
  alarm_id: z.string(),
  notice: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(alarmNoticeSchema),
  began_n: z.number(),
  phase: z.enum(["running", "answered", "quiet"]),
  reason: z.enum(tellingReasons),
  cycle: z.number(),
  step: z.number(),
  round: z.number(),
  started_at_ms: z.number(),
  due_at_ms: z.number().nullable(),
  judge_at_ms: z.number().nullable(),
  unreached: z.number(),
});

function planOf(raw: unknown): Plan {
  const row = planRow.parse(raw);
  const { notice, phase, reason, cycle, step, round } = row;
  return {
    alarmId: row.alarm_id,
    notice,
    beganN: row.began_n,
    phase,
    reason,
    cycle,
    step,
    round,
    startedAtMs: row.started_at_ms,
    dueAtMs: row.due_at_ms,
    judgeAtMs: row.judge_at_ms,
    unreached: row.unreached === 1,
  };
}

export function readPlan(db: Database, alarmId: string): Plan | null {
  const row = statementsOf(db).read.get(alarmId);
  return row === undefined ? null : planOf(row);
}

export function savePlan(db: Database, plan: Plan, nowMs: number): void {
  const rounded = (atMs: number | null) => (atMs === null ? null : Math.round(atMs));
  statementsOf(db).save.run({
    alarm_id: plan.alarmId,
    notice: JSON.stringify(plan.notice),
    began_n: plan.beganN,
    phase: plan.phase,
    reason: plan.reason,
    cycle: plan.cycle,
    step: plan.step,
    round: plan.round,
    started_at_ms: Math.round(plan.startedAtMs),
    due_at_ms: rounded(plan.dueAtMs),
    judge_at_ms: rounded(plan.judgeAtMs),
    unreached: plan.unreached ? 1 : 0,
    set_at_ms: Math.round(nowMs),
  });
}

export function duePlans(db: Database, nowMs: number, limit: number): Plan[] {
  const sql = statementsOf(db);
  sql.shift.run({ now: Math.round(nowMs) });
  return sql.due.all({ now: Math.round(nowMs), limit }).map(planOf);
}

/** When next a step falls due or somebody must have been reached; `null` when nothing is planned. */
export function nextPlanMs(db: Database): number | null {
  return z.object({ at: z.number().nullable() }).parse(statementsOf(db).next.get()).at;
}

/** Decides of whom nobody was reached: after their time, or as soon as nothing waits to be told any more. */
export function judgePlans(db: Database, nowMs: number): void {
  const sql = statementsOf(db);
  sql.judgedReached.run();
  sql.judgedUnreached.run({ now: Math.round(nowMs) });
}

/** The alarms of which nobody was reached. */
export function unreachedAlarms(db: Database): string[] {
  return statementsOf(db)
    .unreached.all()
    .map((row) => z.object({ alarm_id: z.string() }).parse(row).alarm_id);
}

export function prunePlans(db: Database, options: { beforeMs: number; limit: number }): number {
  return Number(statementsOf(db).prune.run({ before: Math.round(options.beforeMs), limit: options.limit }).changes);
}
