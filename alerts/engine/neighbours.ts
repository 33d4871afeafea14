import type { RoomConfig, Site } from "../../site/index.ts";
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

/** What is remembered of the devices that are in that room. */
export function memoriesIn({ site, devices }: Context, room: string): Memory[] {
  return devicesOf(site, room).flatMap((id) => {
    const memory = devices.get(id)?.state.memory;
    return memory?.room === room ? [memory] : [];
  });
}

/** More rooms of a plant or a building would change nothing in what they say. */
export const mostRooms = 24;

/** The plant that keeps a room: its own word, else its building's; nobody's where nothing keeps it. */
export function plantOf({ climate_control: control, plant, building }: RoomConfig): string | null {
  return control === "none" ? null : (plant ?? building ?? null);
}

const byPlant = new WeakMap<Site, Map<string, string[]>>();

/** Other rooms that the same plant keeps as closely; none for a room that it keeps in part only. */
export function roomsOfPlant(site: Site, room: string): readonly string[] {
  let rooms = byPlant.get(site);
  if (!rooms) {
    rooms = new Map();
    for (const config of site.rooms.values()) {
      const plant = plantOf(config);
      if (plant === null || config.climate_control !== "full") continue;
      rooms.set(plant, [...(rooms.get(plant) ?? []).slice(0, mostRooms), config.id]);
    }
    byPlant.set(site, rooms);
  }
  const config = site.rooms.get(room);
  const plant = config ? plantOf(config) : null;
  if (plant === null || config?.climate_control !== "full") return [];
  return (rooms.get(plant) ?? []).filter((other) => other !== room);
}
