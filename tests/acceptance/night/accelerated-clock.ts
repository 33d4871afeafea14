import { performance } from "node:perf_hooks";
import type { Clock } from "../../../core/index.ts";

/** A clock that runs `speed` times as fast as the real one, from a given moment on. */
export function acceleratedClock(startMs: number, speed: number): Clock {
  const beganMs = performance.now();
  const monotonicMs = () => (performance.now() - beganMs) * speed;
  return {
    nowMs: () => startMs + Math.floor(monotonicMs()),
    monotonicMs,
    after(delayMs, callback) {
      const handle = setTimeout(callback, delayMs / speed);
      return { cancel: () => clearTimeout(handle) };
    },
    every(periodMs, callback) {
      const handle = setInterval(callback, periodMs / speed);
      return { cancel: () => clearInterval(handle) };
    },
    sleep(delayMs, signal) {
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(handle);
          signal?.removeEventListener("abort", done);
          resolve();
        };
        const handle = setTimeout(done, delayMs / speed);
        if (signal?.aborted) done();
        else signal?.addEventListener("abort", done);
      });
    },
  };
}
