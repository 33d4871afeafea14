import { coarseMeasurements } from "../../contract/index.ts";
import { type Clock, type Logger, messageOf, type Timer } from "../../core/index.ts";
import type { InfluxPoint } from "../stores/influx-lines.ts";
import type { PastRange } from "../stores/past-history.ts";
import type { CoarseBackfill } from "./coarse-backfill.ts";

/** The last hours are theirs: servers make minutes anew for three hours, and hours for a day (`rhythmOf`). */
const theirsMs = 2 * 3_600_000;
const lookEveryMs = 10_000;
/** Whole hours of UTC, with which the windows of every series begin. */
const stepMs = 6 * 3_600_000;
const retryMs = 60_000;

/**
 * Makes the coarse series anew for hours of which points came later than the server looks back: after an absence of
 * days, or of a past that was entered. What is still to be done outlives a restart.
 */
export interface LateHours {
  /** Points that are about to be written. */
  note(points: readonly InfluxPoint[]): void;
  start(): void;
  stop(): Promise<void>;
}

export function createLateHours(options: {
  /** Name of the store. */
  name: string;
  open: () => Promise<CoarseBackfill>;
  /** There is more to write first. */
  isBusy: () => boolean;
  load: () => PastRange | null;
  save: (range: PastRange | null) => void;
  clock: Clock;
  log: Logger;
}): LateHours {
  const { name, clock, log } = options;
  let range = options.load();
  let timer: Timer | null = null;
  let working: Promise<void> | null = null;
  let stopped = false;
  const keep = (next: PastRange | null) => {
    range = next;
    options.save(next);
  };

  const work = async (): Promise<number> => {
    if (range === null || options.isBusy()) return lookEveryMs;
    const coarse = await options.open();
    if (coarse.possible !== "yes") {
      // There are none yet: whoever sets them up is told that they begin with `history backfill`.
      keep(null);
      return lookEveryMs;
    }
    while (range !== null && !stopped && !options.isBusy()) {
      const { fromMs } = range;
      await coarse.fill({ fromMs, toMs: fromMs + stepMs });
      // Earlier hours may have been noted meanwhile.
      if (range.fromMs === fromMs) keep(fromMs + stepMs < range.toMs ? { ...range, fromMs: fromMs + stepMs } : null);
    }
    if (range === null) log.info("collector.coarse.made", { store: name });
    return lookEveryMs;
  };
  const turn = () => {
    working = work()
      .catch((error: unknown) => {
        log.warn("collector.coarse.failed", { store: name, error: messageOf(error) });
        return retryMs;
      })
      .then((pauseMs) => {
        if (!stopped) timer = clock.after(pauseMs, turn);
      });
  };

  return {
    note(points) {
      const beforeMs = clock.nowMs() - theirsMs;
      let [fromMs, toMs] = [range?.fromMs ?? Number.POSITIVE_INFINITY, range?.toMs ?? Number.NEGATIVE_INFINITY];
      for (const { measurement, atMs } of points) {
        if (atMs >= beforeMs || !isCoarse(measurement)) continue;
        fromMs = Math.min(fromMs, Math.floor(atMs / stepMs) * stepMs);
        toMs = Math.max(toMs, atMs + 1);
      }
      if (fromMs < toMs && (fromMs !== range?.fromMs || toMs > range.toMs)) keep({ fromMs, toMs });
    },
    start() {
      timer = clock.after(lookEveryMs, turn);
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      await working;
    },
  };
}

const isCoarse = (measurement: string) => coarseMeasurements.some((one) => one === measurement);
