import { settingsOf } from "./condition.ts";
import { sensorImplausible } from "./conditions/sensors.ts";
import type { Context, WatchedDevice } from "./context.ts";
import { faultsWithinMs, freshMemory, noteFault } from "./memory.ts";

/** One odd value is a spike, and the record keeps it apart; this many in an hour are a sensor at fault. */
const repeated = 3;
/** What is told of a value that came from outside. */
const longestDetail = 120;

/** Notices devices whose values again and again cannot be. */
export class FaultWatch {
  readonly #context: Context;
  constructor(context: Context) {
    this.#context = context;
  }

  /** After a message of the device has been judged. */
  heard(device: WatchedDevice, faults: readonly string[]): void {
    const { site, state, book } = this.#context;
    const room = site.roomOf(device.id, state.nowMs);
    if (faults.length > 0) {
      device.state.memory ??= freshMemory(room);
      noteFault(device.state.memory, state.nowMs, faults[0]!);
    }
    const noted = device.state.memory?.faults;
    if (!noted) return;
    const key = `${sensorImplausible.name}|${device.id}`;
    if (state.nowMs - noted.lastAtMs > faultsWithinMs) {
      delete device.state.memory!.faults;
      book.return(key, state.nowMs, null, "plausible-again");
      return;
    }
    if (noted.count < repeated || book.isActive(key) || !settingsOf(site, sensorImplausible, room).enabled) return;
    book.raise({
      key,
      condition: sensorImplausible.name,
      device: device.id,
      subject: null,
      room,
      sinceMs: noted.lastAtMs,
      atMs: state.nowMs,
      value: null,
      limit: null,
      unit: null,
      detail: noted.detail.slice(0, longestDetail),
      lateMs: null,
    });
  }
}
