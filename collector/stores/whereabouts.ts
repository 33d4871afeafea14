import type { Site } from "../../site/index.ts";

/** A span [fromMs, toMs) in which a device was in one room, or in none. */
export interface Stay {
  device: string;
  room: string | null;
  fromMs: number;
  toMs: number;
}

/**
 * Where the devices were, part by part, between two moments: devices move, and what one measured belongs to the room
 * it was in then. Only the parts in `room` when one is given.
 */
export function staysOf(
  site: Site,
  query: { devices: readonly string[]; room?: string; fromMs: number; toMs: number },
): Stay[] {
  const stays: Stay[] = [];
  for (const device of query.devices) {
    const moves = (site.devices.get(device)?.assignments ?? [])
      .flatMap(({ from, to }) => [from, to])
      .flatMap((text) => (text === undefined ? [] : [Date.parse(text)]))
      .filter((atMs) => atMs > query.fromMs && atMs < query.toMs)
      .sort((a, b) => a - b);
    const bounds = [query.fromMs, ...new Set(moves), query.toMs];
    for (let at = 1; at < bounds.length; at++) {
      const stay = { device, room: site.roomOf(device, bounds[at - 1]!), fromMs: bounds[at - 1]!, toMs: bounds[at]! };
      const before = stays.at(-1);
      if (before?.device === device && before.room === stay.room && before.toMs === stay.fromMs)
        before.toMs = stay.toMs;
      else if (query.room === undefined || stay.room === query.room) stays.push(stay);
    }
  }
  return stays;
}

/** Devices that have ever been assigned to the room. */
export function devicesEverIn(site: Site, room: string): string[] {
  return site.config.devices
    .filter((device) => device.room === room || device.assignments.some((assignment) => assignment.room === room))
    .map((device) => device.id);
}
