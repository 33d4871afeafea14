import type { Engine } from "../alerts/index.ts";
import type { Clock, Timer } from "../core/index.ts";

/** A wait longer than this is looked at again: a clock may have been stepped meanwhile. */
const longestWaitMs = 60_000;

/**
 * Enters a tick into the log when the engine has a deadline and nothing else has come to move its clock past it.
 * `arm` is called whenever the engine has stepped.
 */
export function createTicker(options: {
  engine: () => Engine;
  clock: Clock;
  /** A clock set back would otherwise not be noticed before it is where it was, when nothing else comes. */
  noticeStep: () => void;
  tick: () => void;
}) {
  const { clock } = options;
  let timer: Timer | null = null;
  let dueMs = Number.POSITIVE_INFINITY;
  let stopped = false;
  const ring = () => {
    timer = null;
    dueMs = Number.POSITIVE_INFINITY;
    options.noticeStep();
    const nextMs = options.engine().nextDeadlineMs();
    if (nextMs !== null && nextMs <= clock.nowMs()) options.tick();
    else arm();
  };
  const arm = () => {
    const nextMs = options.engine().nextDeadlineMs();
    if (stopped || nextMs === null || (timer !== null && dueMs <= nextMs)) return;
    timer?.cancel();
    dueMs = nextMs;
    timer = clock.after(Math.min(longestWaitMs, Math.max(10, nextMs - clock.nowMs())), ring);
  };
  return {
    arm,
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}
