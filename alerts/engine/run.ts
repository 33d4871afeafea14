import type { Run } from "./state.ts";

/** A gap longer than this interrupts a delay: what happened in it is not known. It never ends an alarm. */
export const gapMs = 60 * 60_000;
/** How late a sample may come and still take part in a delay of at least this length. */
export const reorderBoundMs = 2 * 60_000;

export function freshRun(): Run {
  return {
    sinceMs: null,
    activeAtMs: null,
    lastAtMs: Number.MIN_SAFE_INTEGER,
    lastWithinMs: Number.MIN_SAFE_INTEGER,
    value: 0,
  };
}

/**
 * Lets one more sample into a run, in event time.
 * @param returnMs how long it must be within before it is over; time that nobody measured counts as one gap at most
 * @param delayEndsBySample whether the delay needs a sample beyond the limit at its end
 */
export function extendRun(
  run: Run,
  sample: { atMs: number; value: number; place: "beyond" | "between" | "within" },
  rule: { delayMs: number; delayEndsBySample: boolean; returnMs: number },
): void {
  const { atMs, place } = sample;
  if (atMs < run.lastAtMs) {
    extendLate(run, atMs, place);
    return;
  }
  const sinceLastMs = atMs - run.lastAtMs;
  const gap = sinceLastMs > gapMs;
  run.lastAtMs = atMs;
  if (rule.returnMs > 0 && run.activeAtMs !== null) {
    if (place !== "within") delete run.withinMs;
    else {
      run.withinMs = run.withinMs === undefined ? 0 : run.withinMs + Math.min(sinceLastMs, gapMs);
      run.value = sample.value;
      if (run.withinMs < rule.returnMs) return;
      delete run.withinMs;
    }
  }
  if (place === "within") {
    run.lastWithinMs = atMs;
    run.sinceMs = null;
    run.activeAtMs = null;
    run.value = sample.value;
    return;
  }
  if (place === "between") {
    // Neither beyond nor back: it interrupts a delay that still runs, and leaves a standing alarm alone.
    run.value = sample.value;
    if (run.activeAtMs === null) run.sinceMs = null;
    return;
  }
  run.value = sample.value;
  if (run.sinceMs === null || (gap && run.activeAtMs === null)) run.sinceMs = atMs;
  if (run.activeAtMs === null && rule.delayEndsBySample && atMs - run.sinceMs >= rule.delayMs) run.activeAtMs = atMs;
  if (run.activeAtMs === null && rule.delayMs === 0) run.activeAtMs = atMs;
}

/** A sample older than the newest: it may move the start of a delay that still runs, and nothing else. */
function extendLate(run: Run, atMs: number, place: "beyond" | "between" | "within"): void {
  if (place === "within") run.lastWithinMs = Math.max(run.lastWithinMs, atMs);
  if (run.sinceMs === null || run.activeAtMs !== null) return;
  if (place === "beyond") {
    if (atMs < run.sinceMs && atMs > run.lastWithinMs) run.sinceMs = atMs;
  } else if (atMs > run.sinceMs) run.sinceMs = run.lastAtMs;
}
