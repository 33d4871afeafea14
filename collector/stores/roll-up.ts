import { Worker } from "node:worker_threads";
import { type Clock, type Database, type Logger, messageOf, openDatabase, type Timer } from "../../core/index.ts";
import { rollUpMigrations } from "./roll-up-schema.ts";
import type { RollUpRetention } from "./roll-up-turn.ts";
import type { WorkerAnswer, WorkerOptions, WorkerRequest } from "./roll-up-worker.ts";

export interface RollUps {
  start(): void;
  stop(): Promise<void>;
  /** Resolves when every sample committed before the call is rolled up. */
  catchUp(): Promise<void>;
  /** Every sample up to this id is rolled up; only those may be pruned. */
  position(): number;
}

const turnEveryMs = 5_000;
const pruneEveryMs = 3_600_000;
const stopWithinMs = 5_000;
/** A thread that failed is started again, but not in a tight circle. */
const restartAfterMs = 10_000;

/** Keeps `rollups.db` up to date with `history.db` in a thread of its own. */
export function createRollUps(options: {
  historyPath: string;
  path: string;
  timeZone: string;
  retention: RollUpRetention;
  clock: Clock;
  log: Logger;
  /** Samples folded in one transaction. */
  batch?: number;
}): RollUps {
  const { clock, log } = options;
  let worker: Worker | null = null;
  let timers: Timer[] = [];
  let stopped = true;
  let position = 0;
  let prunedAtMs = Number.NEGATIVE_INFINITY;
  let waiting: (() => void)[] = [];

  const release = () => {
    const ready = waiting;
    waiting = [];
    for (const resolve of ready) resolve();
  };
  const launch = () => {
    const workerData: WorkerOptions = {
      historyPath: options.historyPath,
      path: options.path,
      timeZone: options.timeZone,
      retention: options.retention,
      batch: options.batch ?? 10_000,
    };
    const thread = new Worker(new URL("./roll-up-worker.ts", import.meta.url), { workerData });
    worker = thread;
    thread.on("message", (answer: WorkerAnswer) => {
      position = answer.position;
      if (answer.samples > 0) log.debug("collector.roll-up.advanced", { ...answer });
      waiting.shift()?.();
    });
    thread.on("error", (error) => log.error("collector.roll-up.failed", { error: messageOf(error) }));
    thread.on("exit", () => {
      if (worker === thread) worker = null;
      release();
      if (!stopped) timers.push(clock.after(restartAfterMs, () => !stopped && worker === null && launch()));
    });
  };
  const turn = (): Promise<void> => {
    const thread = worker;
    if (thread === null) return Promise.resolve();
    const nowMs = clock.nowMs();
    const prune = clock.monotonicMs() - prunedAtMs >= pruneEveryMs;
    if (prune) prunedAtMs = clock.monotonicMs();
    // The thread answers requests in order, so the first waiting is the first answered.
    const answered = new Promise<void>((resolve) => waiting.push(resolve));
    thread.postMessage({ kind: "turn", nowMs, prune } satisfies WorkerRequest);
    return answered;
  };

  return {
    start() {
      stopped = false;
      // The schema is made here, so that readers may open the file at once.
      openDatabase(options.path, { migrations: rollUpMigrations, durability: "normal" }).close();
      launch();
      void turn();
      timers = [clock.every(turnEveryMs, () => void (waiting.length === 0 && turn()))];
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      for (const timer of timers) timer.cancel();
      const thread = worker;
      if (thread === null) return;
      const gone = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
      thread.postMessage({ kind: "stop" } satisfies WorkerRequest);
      const limit = clock.after(stopWithinMs, () => void thread.terminate());
      await gone;
      limit.cancel();
    },
    catchUp: turn,
    position: () => position,
  };
}

/** The site's `history` section as retention per level. */
export function retentionOf(history: {
  minute: number;
  quarter_hour: number;
  hour: number;
  day: number;
}): RollUpRetention {
  return { "1m": history.minute, "15m": history.quarter_hour, "1h": history.hour, "1d": history.day };
}

/** Rows one turn of pruning may remove: a larger DELETE would hold up the thread that acknowledges messages. */
export const pruneTurnRows = 1_000;

/**
 * Removes the oldest samples in the order of receipt: at most 1,000 that were received before `beforeReceivedMs` and
 * are rolled up, and never the very last one, so that ids are not given twice. Answers how many went; when it is
 * 1,000, there may be more.
 */
export function pruneRaw(history: Database, beforeReceivedMs: number, rolledUpTo: number): number {
  const front = history
    .prepare(
      `SELECT id, received_at_ms FROM samples WHERE id <= ? AND id < (SELECT max(id) FROM samples)
       ORDER BY id LIMIT ${pruneTurnRows}`,
    )
    .all(rolledUpTo);
  const firstKept = front.findIndex((row) => Number(row.received_at_ms) >= beforeReceivedMs);
  const last = front[(firstKept === -1 ? front.length : firstKept) - 1];
  if (last === undefined) return 0;
  return Number(history.prepare("DELETE FROM samples WHERE id <= ?").run(last.id!).changes);
}
