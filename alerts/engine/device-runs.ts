import { cumulativeSuffix } from "./conditions/climate-cumulative.ts";
import type { WatchedDevice } from "./context.ts";
import type { Watch } from "./plan.ts";
import type { DeviceState, Run } from "./state.ts";

/** The runs of a device, found by their place in its plan: names are for what is stored. */

export function runOf(device: WatchedDevice, { index, runKey }: Watch): Run | null {
  let run = device.runs[index];
  if (run === undefined) {
    run = device.state.runs[runKey] ?? null;
    device.runs[index] = run;
  }
  return run;
}

export function alarmKeyOf(device: WatchedDevice, { index, condition }: Watch): string {
  const key = device.alarmKeys[index] ?? `${condition.name}|${device.id}`;
  device.alarmKeys[index] = key;
  return key;
}

/** Nothing stands and no delay runs: what waits to begin anew needs no state. */
export function isAtRest(run: Run): boolean {
  return run.sinceMs === null && run.activeAtMs === null && run.lastWithinMs === run.lastAtMs;
}

/** What acts on arrival remembers when it was heard last: a sample that has been overtaken must not raise anew. */
export function forget(device: WatchedDevice, { index, runKey, inOrder }: Watch): void {
  if (!inOrder) return;
  delete device.state.runs[runKey];
  device.runs[index] = null;
}

/** A condition of several quantities stands while any of them does, and a limit while the sum beyond it is too long. */
export function heldByAnother(device: DeviceState, { condition, runKey, settings }: Watch): boolean {
  if (settings.cumulative !== null) {
    const other = runKey === condition.name ? `${condition.name}${cumulativeSuffix}` : condition.name;
    if (device.runs[other]?.activeAtMs != null) return true;
  }
  if (condition.quantities.length === 1) return false;
  return condition.quantities.some((quantity) => device.runs[`${condition.name}/${quantity}`]?.activeAtMs != null);
}
