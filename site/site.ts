import type { ConditionName } from "../contract/index.ts";
import { createAssignments } from "./assignments.ts";
import { type Calendar, type CalendarDay, createCalendar } from "./calendar.ts";
import { presets } from "./presets.ts";
import { probeDevices } from "./probe-devices.ts";
import type { ConditionSettings, DeviceConfig, DoorConfig, Person, RoomConfig, SiteConfig } from "./schema.ts";
import { noTemplates, type Templates } from "./templates.ts";
import { ownClimateName, type Range } from "./units.ts";

export interface RoomLimits {
  temperatureC: Range;
  relativeHumidityPct: Range;
  swing: { temperatureC: number; relativeHumidityPct: number } | null;
}

/** A maintenance window: half-open, [from, to). */
export interface ServiceWindow {
  fromMs: number;
  toMs: number;
  room: string | undefined;
  device: string | undefined;
  reason: string;
}

/** A site file as the program uses it: looked up by id, limits resolved. Never changes; a reload makes another. */
export interface Site {
  readonly config: SiteConfig;
  readonly id: string;
  readonly timeZone: string;
  /** Folder of the site file: its `*_file` keys are relative to it. */
  readonly directory: string;
  readonly calendar: Calendar;
  /** The site's own wording of messages. */
  readonly templates: Templates;
  readonly rooms: ReadonlyMap<string, RoomConfig>;
  /** Devices, and probes as the devices that they report as; `config.devices` has the former alone. */
  readonly devices: ReadonlyMap<string, DeviceConfig>;
  readonly people: ReadonlyMap<string, Person>;
  readonly serviceWindows: readonly ServiceWindow[];
  /** The door whose state a contact device reports. */
  doorOfContact(device: string): DoorConfig | undefined;
  roomOf(device: string, atMs: number): string | null;
  limitsOf(room: string): RoomLimits;
  /** The room's settings of a condition over the site's; a `room` of `null` has the site's. */
  conditionSettings(condition: ConditionName, room: string | null): ConditionSettings;
  /** What people call the room, in both languages. */
  roomName(room: string): { zh: string; en: string };
  buildingName(room: string): { zh: string; en: string } | null;
}

export function createSite(
  config: SiteConfig,
  options: { directory: string; days?: CalendarDay[]; templates?: Templates },
): Site {
  const byId = <T extends { id: string }>(list: readonly T[]) => new Map(list.map((entry) => [entry.id, entry]));
  const rooms = byId(config.rooms);
  const buildings = byId(config.buildings);
  const assignments = createAssignments(config.devices);
  const contacts = new Map(config.doors.flatMap((door) => (door.contact ? [[door.contact, door] as const] : [])));
  return {
    config,
    id: config.site.id,
    timeZone: config.site.time_zone,
    directory: options.directory,
    calendar: createCalendar(config.calendar, options.days ?? [], config.site.time_zone),
    templates: options.templates ?? noTemplates,
    rooms,
    devices: byId([...config.devices, ...probeDevices(config.sources)]),
    people: byId(config.people),
    serviceWindows: config.out_of_service.map(({ from, to, room, device, reason }) => {
      return { fromMs: Date.parse(from), toMs: Date.parse(to), room, device, reason };
    }),
    doorOfContact: (device) => contacts.get(device),
    roomOf: assignments.roomOf,
    limitsOf: (id) => limitsOfRoom(rooms.get(id)),
    conditionSettings(condition, room) {
      const own = room === null ? undefined : rooms.get(room)?.conditions[condition];
      return { ...config.conditions[condition], ...own };
    },
    roomName(id) {
      const room = rooms.get(id);
      return room?.name ?? { zh: room?.short_name ?? id, en: room?.short_name ?? id };
    },
    buildingName(id) {
      const building = rooms.get(id)?.building;
      return building === undefined ? null : (buildings.get(building)?.name ?? null);
    },
  };
}

function limitsOfRoom(room: RoomConfig | undefined): RoomLimits {
  const preset = presets[room?.profile ?? "cn-paper"];
  const own = room?.limits;
  const swing = {
    temperatureC: own?.temperature_swing_c ?? preset.swing?.temperatureC,
    relativeHumidityPct: own?.humidity_swing_pct ?? preset.swing?.relativeHumidityPct,
  };
  const judged =
    room?.climate_control !== "none" && swing.temperatureC !== undefined && swing.relativeHumidityPct !== undefined;
  return {
    temperatureC: own?.temperature_c ?? preset.temperatureC,
    relativeHumidityPct: givenHumidity(room) ?? preset.relativeHumidityPct,
    swing: judged ? { temperatureC: swing.temperatureC!, relativeHumidityPct: swing.relativeHumidityPct! } : null,
  };
}

function givenHumidity(room: RoomConfig | undefined): Range | undefined {
  const given = room?.limits.relative_humidity_pct;
  return given === ownClimateName ? undefined : given;
}

/** Whether the room is to be held to the humidity of its own past. */
export function hasOwnClimate(room: RoomConfig | undefined): boolean {
  return room?.limits.relative_humidity_pct === ownClimateName;
}

/** The same site with the humidity that rooms are held to by their own past, as far as it is known. */
export function withOwnClimate(site: Site, bandOf: (room: string) => Range | null | undefined): Site {
  return {
    ...site,
    limitsOf(id) {
      const band = hasOwnClimate(site.rooms.get(id)) ? bandOf(id) : null;
      const limits = site.limitsOf(id);
      return band ? { ...limits, relativeHumidityPct: { low: band.low, high: band.high } } : limits;
    },
  };
}
