import { z } from "zod";
import type { Database } from "../core/index.ts";
import type { ChannelName } from "./channel.ts";
import type { AlarmNotice } from "./notice.ts";
import { statementsOf } from "./outbox-sql.ts";

/** Messages of the outbox that no policy has asked for: tests and letters. */

/** A notice of something that is no alarm. */
export function plainNotice(
  db: Database,
  facts: Pick<AlarmNotice, "alarmId" | "messages"> & Partial<AlarmNotice>,
  nowMs: number,
): AlarmNotice {
  // Numbers of the journal are positive: this is no transition of an alarm.
  const lowest = z.object({ n: z.number().nullable() }).parse(statementsOf(db).lowestNotice.get()).n ?? 0;
  return {
    code: null,
    n: Math.min(0, lowest) - 1,
    transition: "raised",
    state: "unacknowledged",
    // A notice has a condition; nothing that is shown of such a message says which.
    condition: "notification-failing",
    priority: "low",
    room: null,
    device: null,
    atMs: nowMs,
    raisedAtMs: nowMs,
    recordedAtMs: nowMs,
    value: null,
    limit: null,
    unit: null,
    advice: { "zh-CN": "", en: "" },
    evidence: [],
    lateMs: null,
    ...facts,
  };
}

/** Queues a notice to each recipient, through that channel and no other. @returns the numbers of the rows */
export function queuePlain(
  db: Database,
  notice: AlarmNotice,
  to: readonly { person: string; channel: ChannelName; heldUntilMs?: number }[],
  how: { reason: "test" | "report"; urgency: number; nowMs: number },
): number[] {
  if (to.length === 0) return [];
  const sql = statementsOf(db);
  sql.insertNotice.run(notice.n, notice.alarmId, JSON.stringify(notice));
  return to.map(({ person, channel, heldUntilMs = 0 }) => {
    const { lastInsertRowid } = sql.insert.run({
      alarm_id: notice.alarmId,
      n: notice.n,
      round: 0,
      person,
      channel,
      transition: notice.transition,
      priority: notice.priority,
      urgency: how.urgency,
      reason: how.reason,
      held_until_ms: heldUntilMs,
      gather: 0,
      instead_of: null,
      created_at_ms: Math.round(how.nowMs),
    });
    const id = Number(lastInsertRowid);
    sql.passedOn.run({ ids: JSON.stringify([id]) });
    return id;
  });
}
