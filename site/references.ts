import { z } from "zod";

/**
 * Whatever names something else in the site file must name something that is there. Judged also where the shape of
 * the file is wrong elsewhere, so that everything wrong with it is said at once.
 */

const id = z.string().optional().catch(undefined);
const listOf = <T extends z.ZodType>(entry: T) => z.array(entry.nullable().catch(null)).catch([]);
const roomsOrAll = z.union([z.literal("all"), listOf(z.string())]).catch("all");

/** What can be read of the references in a file that may be wrong anywhere. */
const outline = z.object({
  buildings: listOf(z.object({ id })),
  rooms: listOf(z.object({ id, building: id, key_holder: id, deciders: listOf(z.string()) })),
  doors: listOf(z.object({ id, room: id, contact: id, reader: id, exit_button: id })),
  out_of_service: listOf(z.object({ room: id, device: id })),
  devices: listOf(z.object({ id, room: id, gateway: id, assignments: listOf(z.object({ room: id })) })),
  people: listOf(
    z.object({
      id,
      told: z.object({ rooms: roomsOrAll }).catch({ rooms: "all" }),
      rights: listOf(z.object({ rooms: roomsOrAll })),
    }),
  ),
  stores: listOf(z.object({ name: id })),
  sources: listOf(z.object({ kind: id, name: id })),
  broker: z.object({ identities: listOf(z.object({ name: id })) }).catch({ identities: [] }),
});

type Path = (string | number)[];

export function checkReferences(site: unknown, context: z.core.$RefinementCtx<unknown>): void {
  const read = outline.safeParse(site);
  if (!read.success) return;
  const { buildings, rooms, doors, devices, out_of_service: outOfService, people, stores, sources, broker } = read.data;
  const fault = (path: Path, message: string) => context.addIssue({ code: "custom", path, message });

  const unique = (names: (string | undefined)[], list: Path, key: "id" | "name"): ReadonlySet<string> => {
    const first = new Map<string, number>();
    names.forEach((name, at) => {
      const earlier = name === undefined ? undefined : first.get(name);
      if (earlier !== undefined)
        fault(
          [...list, at, key],
          `${key === "id" ? "an id" : "a name"} of its own, found ${name} again (first ${list.join(".")}[${earlier}])`,
        );
      else if (name !== undefined) first.set(name, at);
    });
    return new Set(first.keys());
  };
  const idsOf = (list: readonly ({ id?: string | undefined } | null)[]) => list.map((entry) => entry?.id);
  const namesOf = (list: readonly ({ name?: string | undefined } | null)[]) => list.map((entry) => entry?.name);
  const known = {
    buildings: unique(idsOf(buildings), ["buildings"], "id"),
    rooms: unique(idsOf(rooms), ["rooms"], "id"),
    devices: unique(idsOf(devices), ["devices"], "id"),
    people: unique(idsOf(people), ["people"], "id"),
  };
  unique(idsOf(doors), ["doors"], "id");
  unique(namesOf(stores), ["stores"], "name");
  unique(namesOf(sources), ["sources"], "name");
  unique(namesOf(broker.identities), ["broker", "identities"], "name");

  const refers = (path: Path, value: string | null | undefined, what: keyof typeof known) => {
    if (typeof value === "string" && !known[what].has(value)) fault(path, `the id of one of ${what}, found ${value}`);
  };
  sources.forEach((source, at) => {
    if (source?.kind !== "probe" || source.name === undefined || !known.devices.has(source.name)) return;
    fault(["sources", at, "name"], `a name that no device has, because a probe reports as one, found ${source.name}`);
  });
  const eachRoom = (path: Path, list: "all" | (string | null)[]) => {
    if (list !== "all") list.forEach((room, at) => refers([...path, at], room, "rooms"));
  };
  rooms.forEach((room, at) => {
    refers(["rooms", at, "building"], room?.building, "buildings");
    refers(["rooms", at, "key_holder"], room?.key_holder, "people");
    room?.deciders.forEach((person, n) => refers(["rooms", at, "deciders", n], person, "people"));
  });
  doors.forEach((door, at) => {
    refers(["doors", at, "room"], door?.room, "rooms");
    refers(["doors", at, "contact"], door?.contact, "devices");
    refers(["doors", at, "reader"], door?.reader, "devices");
    refers(["doors", at, "exit_button"], door?.exit_button, "devices");
  });
  devices.forEach((device, at) => {
    refers(["devices", at, "room"], device?.room, "rooms");
    const path = ["devices", at, "gateway"];
    refers(path, device?.gateway, "devices");
    // Two that hang on each other would hide each other's silence.
    if (device?.gateway && devices.some((other) => other?.id === device.gateway && other?.gateway !== undefined)) {
      fault(path, `a device that hangs on no other, found ${device.gateway}`);
    }
    device?.assignments.forEach((stay, n) => refers(["devices", at, "assignments", n, "room"], stay?.room, "rooms"));
  });
  outOfService.forEach((window, at) => {
    refers(["out_of_service", at, "room"], window?.room, "rooms");
    refers(["out_of_service", at, "device"], window?.device, "devices");
  });
  people.forEach((person, at) => {
    if (person) eachRoom(["people", at, "told", "rooms"], person.told.rooms);
    person?.rights.forEach((right, n) => {
      if (right) eachRoom(["people", at, "rights", n, "rooms"], right.rooms);
    });
  });
}
