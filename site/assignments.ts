import type { DeviceConfig } from "./schema.ts";

interface Stay {
  room: string;
  fromMs: number;
  toMs: number;
}

/** Where a device was when: `assignments` first, else its `room` at any time. */
export interface Assignments {
  /** Room of the device at that moment; `null` for an unknown device or a gap between assignments. */
  roomOf(device: string, atMs: number): string | null;
}

export function createAssignments(devices: readonly DeviceConfig[]): Assignments {
  const fixed = new Map<string, string>();
  const moving = new Map<string, Stay[]>();
  for (const device of devices) {
    if (device.room !== undefined) fixed.set(device.id, device.room);
    if (device.assignments.length > 0) {
      moving.set(
        device.id,
        device.assignments.map((a) => ({
          room: a.room,
          fromMs: a.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(a.from),
          toMs: a.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(a.to),
        })),
      );
    }
  }
  return {
    roomOf(device, atMs) {
      const stays = moving.get(device);
      const stay = stays?.findLast((s) => atMs >= s.fromMs && atMs < s.toMs);
      return stay?.room ?? fixed.get(device) ?? null;
    },
  };
}
