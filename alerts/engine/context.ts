import type { Site } from "../../site/index.ts";
import type { AlarmBook } from "./alarm-book.ts";
import type { Deadlines } from "./deadlines.ts";
import type { DeviceState, EngineState } from "./state.ts";

/** What the watches of the engine share. */
export interface Context {
  readonly site: Site;
  readonly state: EngineState;
  readonly book: AlarmBook;
  readonly deadlines: Deadlines;
  readonly changedDevices: Set<string>;
}

/** The remembered state of a device, made at its first mention, and marked as changed. */
export function deviceIn(context: Context, id: string): DeviceState {
  const { state } = context;
  let device = state.devices.get(id);
  if (!device) {
    device = { silenceFromMs: state.nowMs, newestAtMs: Number.MIN_SAFE_INTEGER, runs: {} };
    state.devices.set(id, device);
  }
  context.changedDevices.add(id);
  return device;
}
