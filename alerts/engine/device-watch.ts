import { atLeast, type Priority } from "../../contract/index.ts";
import { settingsOf } from "./condition.ts";
import { roomBlind, sensorClockFault, sensorSilent, silentAfterMs } from "./conditions/sensors.ts";
import type { Context, WatchedDevice } from "./context.ts";
import { onGrid } from "./deadlines.ts";
import type { EngineSample } from "./events.ts";
import { RoomWatch } from "./room-watch.ts";

/** Judges devices themselves: whether they are heard, and whether their clocks can be believed. */
export class DeviceWatch {
  readonly #context: Context;
  readonly #rooms: RoomWatch;
  /** How many devices hang on a gateway. */
  readonly #carries = new Map<string, number>();

  constructor(context: Context) {
    this.#context = context;
    for (const { gateway } of context.site.devices.values()) {
      if (gateway !== undefined) this.#carries.set(gateway, (this.#carries.get(gateway) ?? 0) + 1);
    }
    this.#rooms = new RoomWatch(context);
  }

  /** Silence of every device of the site counts from now. */
  countFromNow(): void {
    const { site, state, devices } = this.#context;
    for (const id of site.devices.keys()) {
      const device = devices.known(id);
      device.state.silenceFromMs = state.nowMs;
      delete device.state.patientUntilMs;
      devices.touch(device);
    }
  }

  awaitAll(): void {
    const { devices, book } = this.#context;
    for (const device of devices) {
      device.silent = book.isActive(`${sensorSilent.name}|${device.id}`);
      device.mistimed = book.isActive(`${sensorClockFault.name}|${device.id}`);
      device.awaitsSilence = false;
      this.#await(device);
    }
  }

  heard(device: WatchedDevice): void {
    const { book, state } = this.#context;
    device.state.silenceFromMs = state.nowMs;
    if (device.state.patientUntilMs !== undefined) delete device.state.patientUntilMs;
    if (!device.awaitsSilence) this.#await(device);
    if (!device.silent) return;
    device.silent = false;
    book.return(`${sensorSilent.name}|${device.id}`, state.nowMs, null, "heard-again");
    this.#rooms.heard(device);
  }

  silenceDue(device: WatchedDevice, dueMs: number): void {
    const { site, devices, book } = this.#context;
    const { id, silentAfterMs: afterMs } = device;
    if (device.forgotten || afterMs === null) return;
    const { silenceFromMs } = device.state;
    if (onGrid(device.state.patientUntilMs ?? silenceFromMs + afterMs) > dueMs) {
      this.#await(device);
      return;
    }
    const patientUntilMs = this.#patientUntilMs(device, dueMs);
    if (patientUntilMs !== null) {
      device.state.patientUntilMs = patientUntilMs;
      devices.touch(device);
      this.#await(device);
      return;
    }
    const room = site.roomOf(id, dueMs);
    // Nobody waits for a device that has been taken out of its room.
    if (room === null || !settingsOf(site, sensorSilent, room).enabled) return;
    device.silent = true;
    // First that nobody sees the room, which explains why its last sensor need not ring too.
    this.#rooms.lost(id, room, dueMs);
    const carries = this.#carries.get(id) ?? 0;
    book.raise({
      key: `${sensorSilent.name}|${id}`,
      condition: sensorSilent.name,
      device: id,
      subject: null,
      room,
      sinceMs: silenceFromMs,
      atMs: dueMs,
      value: (dueMs - silenceFromMs) / 60_000,
      limit: afterMs / 60_000,
      unit: sensorSilent.unit,
      // Rooms that nobody sees without it are hidden behind it: it is as urgent as they are.
      ...(carries > 0 ? { detail: `→ ${carries}`, priority: this.#carrierPriority(room) } : { detail: null }),
      lateMs: null,
    });
  }

  /** The site may have changed. */
  judgeRoomsAgain(): void {
    this.#rooms.judgeAgain();
  }

  judgeClock(device: WatchedDevice, sample: EngineSample): void {
    if (sample.offsetMs === null || sample.imported) return;
    if (device.mistimed === sample.clockUntrusted) return;
    const { site, state, book } = this.#context;
    const { id } = device;
    const key = `${sensorClockFault.name}|${id}`;
    const offsetS = Math.round(-sample.offsetMs / 1_000);
    if (!sample.clockUntrusted) {
      device.mistimed = false;
      book.return(key, state.nowMs, offsetS, "clock-right-again");
      return;
    }
    const room = site.roomOf(id, state.nowMs);
    if (!settingsOf(site, sensorClockFault, room).enabled) return;
    device.mistimed = true;
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

  /**
   * While its gateway is overdue too, a sensor waits until that has been decided, and at most as long again as it
   * waited for itself: so that one alarm names the gateway, and no gateway can hide a sensor by never being missed.
   */
  #patientUntilMs(device: WatchedDevice, dueMs: number): number | null {
    const { site, devices } = this.#context;
    const config = site.devices.get(device.id)!;
    if (config.gateway === undefined || device.state.patientUntilMs !== undefined) return null;
    const gateway = devices.get(config.gateway);
    const carrier = site.devices.get(config.gateway);
    if (!gateway || !carrier || gateway.silent) return null;
    const { silenceFromMs } = gateway.state;
    if (dueMs - silenceFromMs <= 1.5 * carrier.interval) return null;
    const decidedMs = onGrid(silenceFromMs + silentAfterMs(carrier.interval)) + 1_000;
    return Math.min(decidedMs, dueMs + silentAfterMs(config.interval));
  }

  #carrierPriority(room: string): Priority {
    const { site } = this.#context;
    const own = settingsOf(site, sensorSilent, room).priority;
    const blind = settingsOf(site, roomBlind, room).priority;
    return atLeast(own, blind) ? own : blind;
  }

  #await(device: WatchedDevice): void {
    const { silentAfterMs: afterMs } = device;
    if (afterMs === null || device.awaitsSilence) return;
    const { silenceFromMs, patientUntilMs } = device.state;
    device.silence ??= { dueMs: 0, key: `silent|${device.id}`, silenceOf: device };
    device.silence.dueMs = onGrid(patientUntilMs ?? silenceFromMs + afterMs);
    this.#context.deadlines.add(device.silence);
  }
}
