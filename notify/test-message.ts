import { type Database, randomId, transaction } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import type { ChannelName } from "./channel.ts";
import { plainNotice, queuePlain } from "./plain-message.ts";
import { markGivenUp } from "./sending.ts";

/** A test goes the way of every message: through the outbox, its channel and the log, marked as what it is. */

/** Queues a test message. @returns the number of its row in the outbox */
export function queueTest(
  db: Database,
  options: { site: Site; person: string; channel: ChannelName; by: string; nowMs: number },
): number {
  const { site, person, channel, by, nowMs } = options;
  const asker = site.people.get(by);
  return transaction(db, () => {
    const notice = plainNotice(
      db,
      {
        alarmId: `test-${randomId()}`,
        messages: { "zh-CN": "测试消息", en: "Test message" },
        by: asker === undefined ? by : `${asker.name} (${asker.id})`,
        test: true,
      },
      nowMs,
    );
    return queuePlain(db, notice, [{ person, channel }], { reason: "test", urgency: 0, nowMs })[0]!;
  });
}

/** Ends a test that has not got through: it must not arrive hours later. */
export function endTest(db: Database, id: number, options: { nowMs: number; reason: string }): void {
  markGivenUp(db, [id], options);
}
