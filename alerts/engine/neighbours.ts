import type { Site } from "../../site/index.ts";
import type { Context } from "./context.ts";
import type { Memory } from "./memory.ts";

/** Which devices may be in a room, by room: of a site that never changes, so it is found once. */
const known = new WeakMap<Site, Map<string, string[]>>();

/** Devices that are or have been in that room. */
export function devicesOf(site: Site, room: string): readonly string[] {
  let byRoom = known.get(site);
  if (!byRoom) {
    byRoom = new Map();
    for (const device of site.devices.values()) {
      const rooms = new Set(device.assignments.map((stay) => stay.room));
      if (device.room !== undefined) rooms.add(device.room);
      for (const id of rooms) byRoom.set(id, [...(byRoom.get(id) ?? []), device.id]);
    }
    known.set(site, byRoom);
  }
  return byRoom.get(room) ?? [];
}

/** What is remembered of the other devices in the room. */
export function othersIn({ site, devices }: Context, memory: Memory): Memory[] {
  if (memory.room === null) return [];
  return devicesOf(site, memory.room).flatMap((id) => {
    const other = devices.get(id)?.state.memory;
    return other === undefined || other === memory || other.room !== memory.room ? [] : [other];
  });
}
