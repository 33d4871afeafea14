import type { z } from "zod";

/** Whatever names something else in the site file must name something that is there. */

interface Referring {
  buildings: { id: string }[];
  rooms: { id: string; building?: string | undefined; key_holder?: string | undefined }[];
  doors: { id: string; room: string; contact?: string | undefined; reader?: string | undefined }[];
  devices: { id: string; room?: string | undefined; assignments: { room: string }[] }[];
  people: { id: string; told: { rooms: "all" | string[] } }[];
  stores: { name: string }[];
}

export function checkReferences(site: Referring, context: z.core.$RefinementCtx<unknown>): void {
  const fault = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
  const unique = (list: { id: string }[], key: string) => {
    const seen = new Map<string, number>();
    list.forEach((entry, at) => {
      const first = seen.get(entry.id);
      if (first !== undefined)
        fault([key, at, "id"], `an id of its own, found ${entry.id} again (first ${key}[${first}])`);
      else seen.set(entry.id, at);
    });
    return seen;
  };
  const buildings = unique(site.buildings, "buildings");
  const rooms = unique(site.rooms, "rooms");
  const devices = unique(site.devices, "devices");
  const people = unique(site.people, "people");
  unique(site.doors, "doors");
  const known = (names: Map<string, number>, path: (string | number)[], value: string | undefined, what: string) => {
    if (value !== undefined && !names.has(value)) fault(path, `the id of one of ${what}, found ${value}`);
  };
  site.rooms.forEach((r, at) => {
    known(buildings, ["rooms", at, "building"], r.building, "buildings");
    known(people, ["rooms", at, "key_holder"], r.key_holder, "people");
  });
  site.doors.forEach((d, at) => {
    known(rooms, ["doors", at, "room"], d.room, "rooms");
    known(devices, ["doors", at, "contact"], d.contact, "devices");
    known(devices, ["doors", at, "reader"], d.reader, "devices");
  });
  site.devices.forEach((d, at) => {
    known(rooms, ["devices", at, "room"], d.room, "rooms");
    d.assignments.forEach((a, n) => known(rooms, ["devices", at, "assignments", n, "room"], a.room, "rooms"));
    if (d.room === undefined && d.assignments.length === 0)
      fault(["devices", at, "room"], "room or assignments, found neither");
  });
  const storeNames = new Set<string>();
  site.stores.forEach((s, at) => {
    if (storeNames.has(s.name)) fault(["stores", at, "name"], `a name of its own, found ${s.name} again`);
    storeNames.add(s.name);
  });
  site.people.forEach((p, at) => {
    if (Array.isArray(p.told.rooms))
      p.told.rooms.forEach((r, n) => known(rooms, ["people", at, "told", "rooms", n], r, "rooms"));
  });
}
