import type { Clock } from "../../core/index.ts";

const minuteMs = 60_000;

/** Counts what was refused within the running minute: somebody who guesses is not to keep us busy. */
export function createRefusalLimit(clock: Clock, mostPerMinute: () => number) {
  let sinceMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return {
    note(): void {
      if (clock.monotonicMs() - sinceMs >= minuteMs) {
        sinceMs = clock.monotonicMs();
        count = 0;
      }
      count++;
    },
    isReached: (): boolean => clock.monotonicMs() - sinceMs < minuteMs && count >= mostPerMinute(),
  };
}
