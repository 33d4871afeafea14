import { type Clock, type Database, type Logger, messageOf, type Timer } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import type { Channel } from "../channel.ts";
import { type AnswerRow, answerRow, answerStatements } from "./answers-sql.ts";

/** A reply that has not got through by then would only confuse. */
const mostAttempts = 5;
const firstWaitMs = 5_000;

/**
 * Sends the replies to answers, through whichever channel sends free text: the first that takes one. They have an
 * outbox of their own, for they are about no transition; each is sent once, as far as can be known.
 */
export function createReplies(options: {
  db: Database;
  site: () => Site;
  channels: () => readonly Channel[];
  clock: Clock;
  log: Logger;
}) {
  const { db, site, clock, log } = options;
  const sql = answerStatements(db);
  let timer: Timer | null = null;
  let working: Promise<void> | null = null;
  const stopped = new AbortController();

  async function sendOne(row: AnswerRow): Promise<void> {
    const person = site().people.get(row.person ?? "");
    const able = options.channels().filter((channel) => channel.say !== undefined);
    let state = "given-up";
    for (const channel of able) {
      if (person?.phone === undefined || row.reply === null || stopped.signal.aborted) break;
      const signal = AbortSignal.any([stopped.signal, timeLimit(channel.timeoutMs)]);
      const result = await channel.say!(row.reply, person, { key: `answer-${row.key}`, atMs: clock.nowMs(), signal });
      if (stopped.signal.aborted) return;
      if (result.kind === "delivered") {
        state = "sent";
        break;
      }
      log.warn("notify.reply.delayed", { person: row.person, channel: channel.name, reason: result.reason });
      if (result.kind === "retry" && row.attempts + 1 < mostAttempts) state = "waiting";
    }
    const next = clock.nowMs() + firstWaitMs * 2 ** row.attempts;
    sql.replied.run({ key: row.key, state, next: Math.round(next) });
  }

  function timeLimit(limitMs: number): AbortSignal {
    const limit = new AbortController();
    clock.after(limitMs, () => limit.abort());
    return limit.signal;
  }

  async function round(): Promise<void> {
    timer?.cancel();
    timer = null;
    const rows = sql.replies.all().map((raw) => answerRow.parse(raw));
    for (const row of rows) if (row.next_attempt_ms <= clock.nowMs()) await sendOne(row);
    const next = sql.replies.get();
    if (next === undefined || stopped.signal.aborted) return;
    timer = clock.after(Math.max(0, answerRow.parse(next).next_attempt_ms - clock.nowMs()), wake);
  }

  let isAsked = false;
  function wake(): void {
    if (stopped.signal.aborted) return;
    if (working) {
      isAsked = true;
      return;
    }
    working = round()
      .catch((error: unknown) => log.error("notify.reply.failed", { reason: messageOf(error) }))
      .finally(() => {
        working = null;
        if (isAsked) wake();
        isAsked = false;
      });
  }

  return {
    wake,
    async stop(): Promise<void> {
      stopped.abort();
      timer?.cancel();
      await working;
    },
  };
}
