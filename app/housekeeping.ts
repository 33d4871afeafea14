import { type IntakeLog, pruneRaw, pruneTurnRows, type RollUps, type SqliteHistory } from "../collector/index.ts";
import { type Clock, type Logger, messageOf } from "../core/index.ts";
import type { Site } from "../site/index.ts";

/** Entries removed in one turn: a longer one would hold up messages. */
const entriesATurn = 1_000;
const everyMs = 2_000;
/** How often the history is brought onto the disk, which lets the log go; at once while the log is full. */
const syncEveryMs = 60_000;

/** Removes what has been read and what has outlived its retention, a little at a time. */
export function createHousekeeping(options: {
  log: IntakeLog;
  history: SqliteHistory;
  rollUps: RollUps;
  /** Position up to which the log's other readers have what it said on disk. */
  readUpTo: () => number;
  /** Drops figures of rooms that are older than this. */
  pruneFigures: (beforeMs: number, limit: number) => number;
  intakeFull: () => boolean;
  site: () => Site;
  clock: Clock;
  logger: Logger;
}) {
  const { log, history, clock, logger } = options;
  const work = () => {
    try {
      // The history commits without waiting for the disk: its entries stay in the log until they are safe there.
      const sinceSyncMs = clock.monotonicMs() - syncedAtMs;
      if (!moreToDo && (options.intakeFull() || sinceSyncMs >= syncEveryMs)) {
        readByAll = Math.min(options.readUpTo(), history.makeDurable());
        syncedAtMs = clock.monotonicMs();
      }
      const removed = log.prune(readByAll, entriesATurn);
      const before = clock.nowMs() - options.site().config.history.raw;
      const pruned = pruneRaw(history.database, before, options.rollUps.position());
      const outlived = options.pruneFigures(clock.nowMs() - options.site().config.history.figures, entriesATurn);
      moreToDo = removed === entriesATurn || pruned === pruneTurnRows || outlived === entriesATurn;
      // Much to do: go on soon, after the messages that wait.
      if (!stopped) timer = clock.after(moreToDo ? 20 : everyMs, work);
    } catch (error) {
      logger.warn("app.housekeeping.failed", { error: messageOf(error) });
      if (!stopped) timer = clock.after(everyMs, work);
    }
  };
  let readByAll = 0;
  let syncedAtMs = clock.monotonicMs();
  let moreToDo = false;
  let stopped = false;
  let timer = clock.after(everyMs, work);
  return {
    stop() {
      stopped = true;
      timer.cancel();
    },
  };
}
