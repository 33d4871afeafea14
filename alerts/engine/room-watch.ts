import type { Quantity } from "../../contract/index.ts";
import type { DeviceConfig } from "../../site/index.ts";
import { settingsOf } from "./condition.ts";
import { roomBlind } from "./conditions/sensors.ts";
import type { Context, WatchedDevice } from "./context.ts";
import { devicesOf } from "./neighbours.ts";

/**
 * What a room is watched for: of each list one quantity must be heard. One alarm a kind, because one lost device must
 * not ring three times. What a device says of itself is none of it.
 */
const kinds: Record<string, readonly (readonly Quantity[])[]> = {
  climate: [["temperature_c"], ["relative_humidity_pct"]],
  smoke: [["smoke_obscuration_pct_per_m", "smoke_alarm"]],
  leak: [["leak"]],
  door: [["door"]],
};

/** Notices when the last sensor of a kind in a room has fallen silent: nobody would see what happens there. */
export class RoomWatch {
  readonly #context: Context;
  constructor(context: Context) {
    this.#context = context;
  }

  /** A device has fallen silent. */
  lost(id: string, room: string, atMs: number): void {
    const { site, book } = this.#context;
    const config = site.devices.get(id);
    if (!config || !settingsOf(site, roomBlind, room).enabled) return;
    const lost = kindsOf(config).filter((kind) => this.#isBlind(room, kind));
    for (const kind of lost) {
      book.raise({
        key: `${roomBlind.name}|${room}|${kind}`,
        condition: roomBlind.name,
        device: null,
        subject: kind,
        room,
        sinceMs: atMs,
        atMs,
        value: null,
        limit: null,
        unit: null,
        detail: `${kind}: ${blindFor(this.#context, room, kind).join(", ")}`,
        lateMs: null,
      });
    }
  }

  /** A device is heard again, wherever it is now: its room sees again. */
  heard(device: WatchedDevice): void {
    const { site, state, book } = this.#context;
    const config = site.devices.get(device.id);
    const room = site.roomOf(device.id, state.nowMs);
    if (!config || room === null) return;
    for (const kind of kindsOf(config)) {
      if (this.#isBlind(room, kind)) continue;
      book.return(`${roomBlind.name}|${room}|${kind}`, state.nowMs, null, "heard-again");
    }
  }

  /** The site may have changed: a room is blind no longer when its silent device is gone, or another is there. */
  judgeAgain(): void {
    const { state, book } = this.#context;
    for (const { condition, active, room, subject, key } of [...state.alarms.values()]) {
      if (condition !== roomBlind.name || !active || room === null || subject === null) continue;
      if (!this.#isBlind(room, subject)) book.close(key, state.nowMs, null, "removed-from-site");
    }
  }

  #isBlind(room: string, kind: string): boolean {
    return blindFor(this.#context, room, kind).length > 0;
  }
}

/** The silent devices without which nobody sees that of the room; none while somebody does. */
export function blindFor({ site, state, devices }: Context, room: string, kind: string): string[] {
  const there = devicesOf(site, room).filter((id) => site.roomOf(id, state.nowMs) === room);
  for (const anyOf of kinds[kind] ?? []) {
    const watching = there.filter((id) => measures(site.devices.get(id), anyOf));
    if (watching.length > 0 && watching.every((id) => devices.get(id)?.silent)) return watching;
  }
  return [];
}

const measures = (config: DeviceConfig | undefined, anyOf: readonly Quantity[]) =>
  config?.quantities.some((quantity) => anyOf.includes(quantity)) ?? false;

export function kindsOf(config: DeviceConfig): string[] {
  return Object.keys(kinds).filter((kind) => kinds[kind]!.some((anyOf) => measures(config, anyOf)));
}
