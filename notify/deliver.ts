import { type Clock, type Database, type Logger, messageOf, randomFraction, type Timer } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import { backoffMs } from "./backoff.ts";
import type { Channel, ChannelName, SendResult } from "./channel.ts";
import { renderMessage, toldLine } from "./message.ts";
import { type DueRow, due, markDelivered, markGivenUp, markRetry, nextAttemptMs } from "./outbox.ts";
import { recipientOf } from "./recipients.ts";

/** After so many failures in a row a channel is said to be failing; one success ends that. */
const failuresBeforeFailing = 3;
/** How long to wait before asking the database again after it refused. */
const databasePauseMs = 1_000;
const stopWithinMs = 2_000;

export interface Told {
  atMs: number;
  row: DueRow;
  /** What the other side said: a server's reply, or the path of a file. */
  reply: string;
  /** One line for people, in the site's language. */
  line: string;
}

export interface ChannelHealth {
  channel: ChannelName;
  failing: boolean;
  /** Of the newest failure; empty when the channel works again. */
  reason: string;
}

export interface DeliveryOptions {
  db: Database;
  /** Tells this data folder's messages from those of any other. */
  instance: string;
  site: () => Site;
  /** Asked before each round, so that a reload can exchange them. */
  channels: () => readonly Channel[];
  clock: Clock;
  log: Logger;
  onDelivered?: (told: Told) => void;
  /** Called when a channel starts to fail and when it works again. */
  onFailing?: (health: ChannelHealth) => void;
  /** In [0, 1); for the jitter of retries. */
  random?: () => number;
}

export interface Delivery {
  start(): void;
  /** Call after each commit that may have queued something: sending starts in this turn of the event loop. */
  wake(): void;
  /** Resolves once nothing is being sent and nothing is due; what waits for a retry is not waited for. */
  idle(): Promise<void>;
  /** Lets sends in flight finish for up to 2 s; those cut off are repeated after the next start under the same key. */
  stop(): Promise<void>;
}

type Phase = "new" | "running" | "stopping" | "stopped";

export function createDelivery(options: DeliveryOptions): Delivery {
  const { db, clock, log } = options;
  const random = options.random ?? randomFraction;
  const inFlight = new Map<string, { channel: ChannelName; abort: AbortController; done: Promise<void> }>();
  const failures = new Map<ChannelName, number>();
  let phase: Phase = "new";
  let awake = false;
  let timer: Timer | null = null;
  let waiters: (() => void)[] = [];
  let stopping: Promise<void> | null = null;

  const isFailing = (channel: ChannelName) => (failures.get(channel) ?? 0) >= failuresBeforeFailing;
  const isStopped = () => phase === "stopped";
  const wake = () => {
    if (awake || phase !== "running") return;
    awake = true;
    // Not at once: the caller may still be inside the turn that commits for others.
    queueMicrotask(round);
  };

  function round(): void {
    awake = false;
    if (phase !== "running") return;
    timer?.cancel();
    timer = null;
    // One moment for both questions, so that no row falls between "not due yet" and "due already".
    const nowMs = clock.nowMs();
    try {
      for (const channel of options.channels()) {
        for (const row of claim(channel, nowMs)) begin(channel, row);
      }
      sleepUntilNextRetry(nowMs);
      if (inFlight.size === 0) release();
    } catch (error) {
      log.error("notify.outbox.read-failed", { reason: messageOf(error) });
      timer = clock.after(databasePauseMs, wake);
    }
  }

  function claim(channel: Channel, nowMs: number): DueRow[] {
    const busy = [...inFlight.values()].filter((send) => send.channel === channel.name).length;
    // A server that is away is asked about with one message at a time, not with all that wait for it.
    const free = (isFailing(channel.name) ? 1 : channel.concurrency) - busy;
    if (free <= 0) return [];
    // A newer row of a group whose older one is on its way is due as well: ask for more, skip those, keep the order.
    return due(db, {
      channel: channel.name,
      nowMs,
      limit: channel.concurrency + busy,
      longestRetryMs: options.site().config.limits.send_retry_longest,
    })
      .filter((row) => !inFlight.has(groupOf(row)))
      .slice(0, free);
  }

  function begin(channel: Channel, row: DueRow): void {
    const abort = new AbortController();
    const done = deliver(channel, row, abort)
      .catch((error: unknown) => log.error("notify.message.failed", { alarm: row.alarmId, reason: messageOf(error) }))
      .then(() => {
        inFlight.delete(groupOf(row));
        wake();
      });
    inFlight.set(groupOf(row), { channel: channel.name, abort, done });
  }

  async function deliver(channel: Channel, row: DueRow, abort: AbortController): Promise<void> {
    const site = options.site();
    const result = await attempt(channel, row, site, abort);
    // Stopped meanwhile: the database may be closed. The row still waits and goes out again under the same key.
    if (isStopped()) return;
    await record(() => settle(row, result, site));
    if (isStopped()) return;
    watchHealth(channel.name, result);
    if (result.kind === "delivered") {
      log.info("notify.message.delivered", { ...factsOf(row), reply: result.reply });
      options.onDelivered?.({ atMs: clock.nowMs(), row, reply: result.reply, line: toldLine(row, site, result.reply) });
    }
  }

  async function attempt(channel: Channel, row: DueRow, site: Site, abort: AbortController): Promise<SendResult> {
    const person = recipientOf(site, row.person);
    if (person === undefined) return { kind: "give-up", reason: `${row.person} is no longer in the site file` };
    let limit: Timer | undefined;
    // The limit holds whatever the channel makes of the signal: a server that never answers holds up nobody else.
    const tooLate = new Promise<SendResult>((resolve) => {
      limit = clock.after(channel.timeoutMs, () => {
        resolve({ kind: "retry", reason: `no answer within ${channel.timeoutMs / 1_000} s` });
        abort.abort();
      });
      abort.signal.addEventListener("abort", () => resolve({ kind: "retry", reason: "cut off by the stop" }));
    });
    try {
      const message = renderMessage(row, { site, person, sentAtMs: clock.nowMs(), instance: options.instance });
      return await Promise.race([tooLate, channel.send(message, person, abort.signal)]);
    } catch (error) {
      return { kind: "retry", reason: messageOf(error) };
    } finally {
      limit?.cancel();
    }
  }

  function settle(row: DueRow, result: SendResult, site: Site): void {
    const nowMs = clock.nowMs();
    const { send_attempts: most, send_retry_first: firstMs, send_retry_longest: longestMs } = site.config.limits;
    if (result.kind === "delivered") {
      markDelivered(db, row, { nowMs, reply: result.reply });
    } else if (result.kind === "give-up" || row.attempts + 1 >= most) {
      markGivenUp(db, row, { nowMs, reason: result.reason });
      log.error("notify.message.given-up", { ...factsOf(row), attempts: row.attempts + 1, reason: result.reason });
    } else {
      const askedMs = Math.min(result.afterMs ?? 0, longestMs);
      const waitMs = Math.max(askedMs, backoffMs(row.attempts + 1, { firstMs, longestMs }, random()));
      markRetry(db, row, { nextAttemptMs: nowMs + waitMs, reason: result.reason });
      log.warn("notify.message.delayed", { ...factsOf(row), attempts: row.attempts + 1, reason: result.reason });
    }
  }

  /** A full disk must not make us forget that a server took the message: the commit is repeated, not the send. */
  async function record(commit: () => void): Promise<void> {
    for (;;) {
      if (isStopped()) return;
      try {
        return commit();
      } catch (error) {
        log.error("notify.outbox.write-failed", { reason: messageOf(error) });
        await clock.sleep(databasePauseMs);
      }
    }
  }

  function watchHealth(channel: ChannelName, result: SendResult): void {
    // A refusal of one message says that the other side is there.
    const wasFailing = isFailing(channel);
    failures.set(channel, result.kind === "retry" ? (failures.get(channel) ?? 0) + 1 : 0);
    if (isFailing(channel) !== wasFailing) {
      options.onFailing?.({ channel, failing: !wasFailing, reason: result.kind === "retry" ? result.reason : "" });
    }
  }

  function sleepUntilNextRetry(nowMs: number): void {
    // What is due already waits for a free place, and whoever frees it wakes us.
    const waits = options.channels().flatMap(({ name }) => {
      const atMs = nextAttemptMs(db, { channel: name, nowMs });
      return atMs === null ? [] : [atMs - nowMs];
    });
    if (waits.length === 0) return;
    timer = clock.after(Math.min(...waits, options.site().config.limits.send_retry_longest), wake);
  }

  function release(): void {
    const resolved = waiters;
    waiters = [];
    for (const resolve of resolved) resolve();
  }

  async function stop(): Promise<void> {
    phase = "stopping";
    timer?.cancel();
    const bound = new AbortController();
    const sends = [...inFlight.values()].map((send) => send.done);
    await Promise.race([Promise.all(sends), clock.sleep(stopWithinMs, bound.signal)]);
    bound.abort();
    phase = "stopped";
    for (const send of inFlight.values()) send.abort.abort();
    release();
  }

  return {
    start() {
      if (phase !== "new") return;
      phase = "running";
      wake();
    },
    wake,
    idle() {
      if (phase !== "running") return Promise.resolve();
      const idle = new Promise<void>((resolve) => waiters.push(resolve));
      wake();
      return idle;
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

const groupOf = (row: DueRow): string => JSON.stringify([row.alarmId, row.person, row.channel]);

const factsOf = (row: DueRow) => ({
  alarm: row.alarmId,
  n: row.n,
  transition: row.notice.transition,
  condition: row.notice.condition,
  person: row.person,
  channel: row.channel,
});
