import { z } from "zod";
import { type Database, randomId, transaction } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import type { ChannelName } from "./channel.ts";
import type { AlarmNotice } from "./notice.ts";
import { statementsOf } from "./outbox-sql.ts";
import { markGivenUp } from "./sending.ts";

/** A test goes the way of every message: through the outbox, its channel and the log, marked as what it is. */

/** Queues a test message. @returns the number of its row in the outbox */
export function queueTest(
  db: Database,
  options: { site: Site; person: string; channel: ChannelName; by: string; nowMs: number },
): number {
  const { site, person, channel, by, nowMs } = options;
  const sql = statementsOf(db);
  return transaction(db, () => {
    // Numbers of the journal are positive: a test is no transition of an alarm.
    const lowest = z.object({ n: z.number().nullable() }).parse(sql.lowestNotice.get()).n ?? 0;
    const notice = testNotice({ site, by, nowMs, n: Math.min(0, lowest) - 1 });
    sql.insertNotice.run(notice.n, notice.alarmId, JSON.stringify(notice));
    const { lastInsertRowid } = sql.insert.run({
      alarm_id: notice.alarmId,
      n: notice.n,
      round: 0,
      person,
      channel,
      transition: notice.transition,
      priority: notice.priority,
      urgency: 0,
      reason: "test",
      held_until_ms: 0,
      gather: 0,
      instead_of: null,
      created_at_ms: Math.round(nowMs),
    });
    const id = Number(lastInsertRowid);
    // It asks about this channel and no other.
    sql.passedOn.run({ ids: JSON.stringify([id]) });
    return id;
  });
}

/** Ends a test that has not got through: it must not arrive hours later. */
export function endTest(db: Database, id: number, options: { nowMs: number; reason: string }): void {
  markGivenUp(db, [id], options);
}

function testNotice({ site, by, nowMs, n }: { site: Site; by: string; nowMs: number; n: number }): AlarmNotice {
  const person = site.people.get(by);
  const text = { "zh-CN": "测试消息", en: "Test message" };
  return {
    alarmId: `test-${randomId()}`,
    code: null,
    n,
    transition: "raised",
    state: "unacknowledged",
    // A notice has a condition; nothing that is shown of a test says which.
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
    messages: text,
    advice: { "zh-CN": "", en: "" },
    evidence: [],
    lateMs: null,
    by: person === undefined ? by : `${person.name} (${person.id})`,
    test: true,
  };
}
