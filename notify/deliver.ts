import { type Clock, type Database, type Logger, messageOf, randomFraction, type Timer } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import type { AnswerLink } from "./answers/links.ts";
import { attempt } from "./attempt.ts";
import { backoffMs } from "./backoff.ts";
import { type ChannelHealth, createBreakers } from "./breaker.ts";
import type { Channel, ChannelName, SendResult } from "./channel.ts";
import type { ReadingsFor } from "./channels/mail.ts";
import { type Claim, claim } from "./claims.ts";
import { digestKey } from "./digest.ts";
import type { Background } from "./facts.ts";
import { inFlightOf } from "./in-flight.ts";
import { toldLine } from "./message.ts";
import { movementOf } from "./movement.ts";
import { knowingOf } from "./outbox.ts";
import {
  type DueRow,
  markDelivered,
  markGivenUp,
  markRetry,
  nextAttemptMs,
  olderIds,
  passOn,
  settleCutOff,
} from "./sending.ts";

/** Rows offered through another channel in one turn. */
const passedOnATurn = 200;
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
  /** Called after each message that was taken, put off or given up. */
  onSettled?: () => void;
  /** Called when a channel starts to fail and when it works again. */
  onFailing?: (health: ChannelHealth) => void;
  /** What was measured before an alarm, for how its value moves. */
  readingsFor?: ReadingsFor;
  answerLink?: AnswerLink;
  /** In [0, 1); for the jitter of retries. */
  random?: () => number;
}

export interface Delivery {
  start(): void;
  /** Call after each commit that may have queued something: sending starts in this turn of the event loop. */
  wake(): void;
  /** Resolves once nothing is being sent and nothing is due; what waits for a retry is not waited for. */
  idle(): Promise<void>;
  /** How the channels used since the start are doing. */
  health(): ChannelHealth[];
  /** Lets sends in flight finish for up to 2 s; those cut off are repeated after the next start under the same key. */
  stop(): Promise<void>;
}

type Phase = "new" | "running" | "stopping" | "stopped";

export function createDelivery(options: DeliveryOptions): Delivery {
  const { db, clock, log, instance, answerLink } = options;
  const random = options.random ?? randomFraction;
  const breakers = createBreakers(random);
  const underWay = new Map<Claim, { abort: AbortController; done: Promise<void> }>();
  const groups = new Set<string>();
  const ids = inFlightOf(db);
  let phase: Phase = "new";
  let awake = false;
  let timer: Timer | null = null;
  let waiters: (() => void)[] = [];
  let stopping: Promise<void> | null = null;

  const around = { clock, instance, answerLink, background };
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
      for (const { name } of options.channels()) tryOthers(name, nowMs);
      for (const channel of options.channels()) {
        for (const each of choose(channel, nowMs)) begin(channel, each);
      }
      sleepUntilNextRetry(nowMs);
      if (underWay.size === 0) release();
    } catch (error) {
      log.error("notify.outbox.read-failed", { reason: messageOf(error) });
      timer = clock.after(databasePauseMs, wake);
    }
  }

  /** What has failed through one channel is offered through each person's next. */
  function tryOthers(channel: ChannelName, nowMs: number): void {
    const failing = breakers.isFailing(channel);
    while (passOn(db, { site: options.site(), channel, failing, nowMs, limit: passedOnATurn }) === passedOnATurn);
  }

  function choose(channel: Channel, nowMs: number): Claim[] {
    const { name } = channel;
    const busy = [...underWay.keys()].filter((each) => each.channel === name);
    const isRecovering = breakers.isFailing(name);
    if (breakers.closedForMs(name, clock.monotonicMs()) > 0) return [];
    const free = (isRecovering ? 1 : channel.concurrency) - busy.length;
    if (free <= 0) return [];
    return claim(db, {
      site: options.site(),
      channel: name,
      nowMs,
      limit: free,
      // A newer row of a group whose older one is on its way is due as well: ask for more, skip those, keep the order.
      look: channel.concurrency + busy.length,
      isRecovering,
      digesting: busy.filter(({ isDigest }) => isDigest).map(({ person }) => person),
      isUnderWay: (row) => groups.has(groupOf(row)),
    });
  }

  function begin(channel: Channel, each: Claim): void {
    const abort = new AbortController();
    const own = each.rows.map(({ id }) => id);
    const all = [...own, ...olderIds(db, own)];
    for (const id of all) ids.add(id);
    for (const row of each.rows) groups.add(groupOf(row));
    const done = deliver(channel, each, abort)
      .catch((error: unknown) => {
        log.error("notify.message.failed", { alarm: each.rows[0]!.alarmId, reason: messageOf(error) });
      })
      .then(() => {
        underWay.delete(each);
        for (const id of all) ids.delete(id);
        for (const row of each.rows) groups.delete(groupOf(row));
        wake();
      });
    underWay.set(each, { abort, done });
  }

  /** What a mail says beside the notice. It is never worth a mail: whatever goes wrong with it, the mail goes without. */
  function background({ rows }: Claim): Background | null {
    const { alarmId, notice } = rows[0]!;
    try {
      const readings = options.readingsFor?.(notice, clock.nowMs()) ?? null;
      return { movement: readings && movementOf(readings, notice), knowing: knowingOf(db, alarmId) };
    } catch (error) {
      log.warn("notify.background.unread", { reason: messageOf(error) });
      return null;
    }
  }

  async function deliver(channel: Channel, each: Claim, abort: AbortController): Promise<void> {
    const site = options.site();
    const result = await attempt({ ...around, channel, claim: each, site, abort });
    // Stopped meanwhile: the database may be closed. The row still waits and goes out again under the same key.
    if (isStopped()) return;
    await record(() => settle(each, result, site));
    if (isStopped()) return;
    watchHealth(channel.name, result, site);
    options.onSettled?.();
    if (result.kind === "delivered") {
      const row = each.rows[0]!;
      log.info("notify.message.delivered", { ...factsOf(each), reply: result.reply });
      options.onDelivered?.({ atMs: clock.nowMs(), row, reply: result.reply, line: toldLine(row, site, result.reply) });
    }
  }

  function settle(each: Claim, result: SendResult, site: Site): void {
    const nowMs = clock.nowMs();
    const { send_attempts: most, send_retry_first: firstMs, send_retry_longest: longestMs } = site.config.limits;
    const own = each.rows.map(({ id }) => id);
    const attempts = Math.max(...each.rows.map((row) => row.attempts)) + 1;
    if (result.kind === "delivered") {
      const digest = each.isDigest ? digestKey(each.rows, { site, instance: options.instance }) : undefined;
      markDelivered(db, own, { nowMs, reply: result.reply, digest });
    } else if (result.kind === "give-up" || attempts >= most) {
      markGivenUp(db, own, { nowMs, reason: result.reason });
      log.error("notify.message.given-up", { ...factsOf(each), attempts, reason: result.reason });
    } else {
      const askedMs = Math.min(result.afterMs ?? 0, longestMs);
      const waitMs = Math.max(askedMs, backoffMs(attempts, { firstMs, longestMs }, random()));
      markRetry(db, own, { nowMs, nextAttemptMs: nowMs + waitMs, reason: result.reason });
      log.warn("notify.message.delayed", { ...factsOf(each), attempts, reason: result.reason });
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

  function watchHealth(channel: ChannelName, result: SendResult, site: Site): void {
    const { send_retry_first: firstMs, send_retry_longest: longestMs } = site.config.limits;
    const failure = result.kind === "retry" ? result.reason : null;
    const changed = breakers.note(channel, failure, { monotonicMs: clock.monotonicMs(), firstMs, longestMs });
    if (changed === null) return;
    log.warn(changed.failing ? "notify.channel.failing" : "notify.channel.working-again", { ...changed });
    options.onFailing?.(changed);
  }

  function sleepUntilNextRetry(nowMs: number): void {
    // What is due already waits for a free place, and whoever frees it wakes us.
    const waits = options.channels().flatMap(({ name }) => {
      const closedMs = breakers.closedForMs(name, clock.monotonicMs());
      const atMs = nextAttemptMs(db, { channel: name, nowMs });
      if (closedMs > 0) return [closedMs];
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
    const sends = [...underWay.values()].map((send) => send.done);
    await Promise.race([Promise.all(sends), clock.sleep(stopWithinMs, bound.signal)]);
    bound.abort();
    phase = "stopped";
    for (const send of underWay.values()) send.abort.abort();
    ids.clear();
    release();
  }

  return {
    start() {
      if (phase !== "new") return;
      phase = "running";
      settleCutOff(db, clock.nowMs());
      wake();
    },
    wake,
    idle() {
      if (phase !== "running") return Promise.resolve();
      const idle = new Promise<void>((resolve) => waiters.push(resolve));
      wake();
      return idle;
    },
    health: breakers.health,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

const groupOf = (row: DueRow): string => JSON.stringify([row.alarmId, row.person, row.channel]);

const factsOf = ({ rows, person, channel }: Claim) => {
  const { alarmId, n, notice } = rows[0]!;
  const { transition, condition } = notice;
  return {
    alarm: alarmId,
    n,
    transition,
    condition,
    person,
    channel,
    ...(rows.length > 1 ? { alarms: rows.length } : {}),
  };
};
