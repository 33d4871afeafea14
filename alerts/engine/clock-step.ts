import { forgetAfter } from "./memory.ts";
import type { DeviceState, Hidden } from "./state.ts";

/** What a step of our own clock does to what is remembered with a time. */
export function movedBy(hidden: Hidden, byMs: number): Hidden {
  const { shelvedUntilMs, suppressedUntilMs } = hidden;
  return {
    ...hidden,
    ...(shelvedUntilMs === undefined ? {} : { shelvedUntilMs: shelvedUntilMs + byMs }),
    ...(suppressedUntilMs === undefined ? {} : { suppressedUntilMs: suppressedUntilMs + byMs }),
  };
}

/** Takes back to now whatever a device's state says of a time that is still to come. */
export function forgetFuture(device: DeviceState, nowMs: number): void {
  device.newestAtMs = Math.min(device.newestAtMs, nowMs);
  if (device.settledMs !== undefined) device.settledMs = Math.min(device.settledMs, nowMs);
  if (device.memory) forgetAfter(device.memory, nowMs);
  for (const run of Object.values(device.runs)) {
    run.lastAtMs = Math.min(run.lastAtMs, nowMs);
    run.lastWithinMs = Math.min(run.lastWithinMs, nowMs);
    if (run.sinceMs !== null) run.sinceMs = Math.min(run.sinceMs, nowMs);
    if (run.activeAtMs !== null) run.activeAtMs = Math.min(run.activeAtMs, nowMs);
  }
}
