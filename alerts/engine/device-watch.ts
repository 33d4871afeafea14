import { settingsOf } from "./condition.ts";
import { sensorClockFault, sensorSilent, silentAfterMs } from "./conditions/sensors.ts";
import { type Context, deviceIn } from "./context.ts";
import { onGrid } from "./deadlines.ts";
import type { EngineSample } from "./events.ts";

/** Judges devices themselves: whether they are heard, and whether their clocks can be believed. */
export class DeviceWatch {
  readonly #context: Context;
  /** What the samples of healthy devices are spared: devices that wait for their deadline, are silent, or mistimed. */
  readonly #awaited = new Set<string>();
  readonly #silent = new Set<string>();
  readonly #mistimed = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Silence of every device of the site counts from now. */
  countFromNow(): void {
    for (const id of this.#context.site.devices.keys()) {
      deviceIn(this.#context, id).silenceFromMs = this.#context.state.nowMs;
    }
  }

  awaitAll(): void {
    this.#awaited.clear();
    for (const { active, condition, device } of this.#context.state.alarms.values()) {
      if (!active || device === null) continue;
      if (condition === sensorSilent.name) this.#silent.add(device);
      if (condition === sensorClockFault.name) this.#mistimed.add(device);
    }
    for (const id of this.#context.state.devices.keys()) this.#await(id);
  }

  heard(id: string): void {
    const { book, state } = this.#context;
    deviceIn(this.#context, id).silenceFromMs = state.nowMs;
    if (!this.#awaited.has(id)) this.#await(id);
    if (this.#silent.delete(id)) book.return(`sensor-silent|${id}`, state.nowMs, null, "heard-again");
  }

  silenceDue(id: string, dueMs: number): void {
    const { site, state, book } = this.#context;
    const device = state.devices.get(id);
    const config = site.devices.get(id);
    if (!device || !config) return;
    this.#awaited.delete(id);
    const afterMs = silentAfterMs(config.interval);
    if (onGrid(device.silenceFromMs + afterMs) > dueMs) {
      this.#await(id);
      return;
    }
    const room = site.roomOf(id, dueMs);
    if (!settingsOf(site, sensorSilent, room).enabled) return;
    this.#silent.add(id);
    book.raise({
      key: `sensor-silent|${id}`,
      condition: sensorSilent.name,
      device: id,
      subject: null,
      room,
      sinceMs: device.silenceFromMs,
      atMs: dueMs,
      value: (dueMs - device.silenceFromMs) / 60_000,
      limit: afterMs / 60_000,
      unit: sensorSilent.unit,
      detail: null,
      lateMs: null,
    });
  }

  judgeClock(id: string, sample: EngineSample): void {
    if (sample.offsetMs === null || sample.imported) return;
    if (this.#mistimed.has(id) === sample.clockUntrusted) return;
    const { site, state, book } = this.#context;
    const key = `sensor-clock-fault|${id}`;
    const offsetS = Math.round(-sample.offsetMs / 1_000);
    if (!sample.clockUntrusted) {
      this.#mistimed.delete(id);
      book.return(key, state.nowMs, offsetS, "clock-right-again");
      return;
    }
    const room = site.roomOf(id, state.nowMs);
    if (!settingsOf(site, sensorClockFault, room).enabled) return;
    this.#mistimed.add(id);
    const { trusted_future: future, trusted_past: past } = site.config.limits;
    book.raise({
      key,
      condition: sensorClockFault.name,
      device: id,
      subject: null,
      room,
      sinceMs: state.nowMs,
      atMs: state.nowMs,
      value: offsetS,
      limit: (offsetS > 0 ? future : -past) / 1_000,
      unit: sensorClockFault.unit,
      detail: null,
      lateMs: null,
    });
  }

  #await(id: string): void {
    const device = this.#context.state.devices.get(id);
    const config = this.#context.site.devices.get(id);
    if (!device || !config) return;
    const dueMs = onGrid(device.silenceFromMs + silentAfterMs(config.interval));
    this.#awaited.add(id);
    this.#context.deadlines.add({ dueMs, key: `silent|${id}` });
  }
}
