/** The only place in the project where real time and real timers are touched. */

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01T00:00:00Z. May step. */
  nowMs(): number;
  /** Milliseconds since an arbitrary start. Never steps. */
  monotonicMs(): number;
  after(delayMs: number, callback: () => void): Timer;
  every(periodMs: number, callback: () => void): Timer;
  /** Resolves after `delayMs`, or at once when the signal aborts. Never rejects. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, callback) {
    const handle = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
  every(periodMs, callback) {
    const handle = setInterval(callback, periodMs);
    return { cancel: () => clearInterval(handle) };
  },
  sleep: (delayMs, signal) => sleepWith(systemClock, delayMs, signal),
};

export interface ManualClock extends Clock {
  /** Moves wall and monotonic time forward together, firing the timers that fall due, in order. */
  advance(byMs: number): void;
  /** Steps the wall clock alone, as an administrator or a bad NTP server would. */
  step(byMs: number): void;
}

/** A clock that moves only when told to: for tests and for offline replay. */
export function manualClock(startMs = 0): ManualClock {
  let wallMs = startMs;
  let elapsedMs = 0;
  let order = 0;
  const pending = new Map<number, { dueMs: number; callback: () => void; periodMs: number | null }>();
  const add = (delayMs: number, callback: () => void, periodMs: number | null): Timer => {
    const id = order++;
    pending.set(id, { dueMs: elapsedMs + Math.max(0, delayMs), callback, periodMs });
    return { cancel: () => pending.delete(id) };
  };
  const clock: ManualClock = {
    nowMs: () => wallMs,
    monotonicMs: () => elapsedMs,
    after: (delayMs, callback) => add(delayMs, callback, null),
    every: (periodMs, callback) => add(periodMs, callback, Math.max(1, periodMs)),
    sleep: (delayMs, signal) => sleepWith(clock, delayMs, signal),
    step(byMs) {
      wallMs += byMs;
    },
    advance(byMs) {
      const endMs = elapsedMs + byMs;
      for (;;) {
        let next: number | null = null;
        for (const [id, timer] of pending) {
          if (timer.dueMs <= endMs && (next === null || timer.dueMs < pending.get(next)!.dueMs)) next = id;
        }
        if (next === null) break;
        const timer = pending.get(next)!;
        wallMs += Math.max(0, timer.dueMs - elapsedMs);
        elapsedMs = Math.max(elapsedMs, timer.dueMs);
        if (timer.periodMs === null) pending.delete(next);
        else timer.dueMs += timer.periodMs;
        timer.callback();
      }
      wallMs += endMs - elapsedMs;
      elapsedMs = endMs;
    },
  };
  return clock;
}

function sleepWith(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      timer.cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.after(delayMs, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** An instant as people and interfaces read it: RFC 3339, UTC, with milliseconds. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
