import { type IntakeLog, pruneRaw, pruneTurnRows, type RollUps, type SqliteHistory } from "../collector/index.ts";
import { type Clock, type Logger, messageOf } from "../core/index.ts";
import type { Site } from "../site/index.ts";

/** Entries removed in one turn: a longer one would hold up messages. */
const entriesATurn = 1_000;
const everyMs = 10_000;
/** Entries stay this long after all have read them: the history's newest commits may not survive a power cut. */
const keepEntriesMs = 10 * 60_000;

/** Removes what has been read and what has outlived its retention, a little at a time. */
export function createHousekeeping(options: {
  log: IntakeLog;
  history: SqliteHistory;
  rollUps: RollUps;
  /** Position that every consumer which may hold the log has on disk. */
  readByAll: () => number;
  site: () => Site;
  clock: Clock;
  logger: Logger;
}) {
  const { log, history, clock, logger } = options;
  // Positions with the time they were read by all: an entry goes only some time after that.
  const marks: { position: number; atMs: number }[] = [];
  const work = () => {
    try {
      const nowMs = clock.monotonicMs();
      marks.push({ position: options.readByAll(), atMs: nowMs });
      let prunable = 0;
      while (marks.length > 0 && nowMs - marks[0]!.atMs > keepEntriesMs) prunable = marks.shift()!.position;
      if (prunable > 0) logPrunable = prunable;
      const removed = logPrunable > 0 ? log.prune(logPrunable, entriesATurn) : 0;
      const before = clock.nowMs() - options.site().config.history.raw;
      const pruned = pruneRaw(history.database, before, options.rollUps.position());
      // Much to do: go on soon, after the messages that wait.
      if (!stopped) timer = clock.after(removed === entriesATurn || pruned === pruneTurnRows ? 20 : everyMs, work);
    } catch (error) {
      logger.warn("app.housekeeping.failed", { error: messageOf(error) });
      if (!stopped) timer = clock.after(everyMs, work);
    }
  };
  let logPrunable = 0;
  let stopped = false;
  let timer = clock.after(everyMs, work);
  return {
    stop() {
      stopped = true;
      timer.cancel();
    },
  };
}
