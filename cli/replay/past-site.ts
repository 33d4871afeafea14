import { outdoorRoom } from "../../alerts/index.ts";
import { isDeviceName, isName, type Quantity } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import {
  createSite,
  loadSite,
  ownClimateName,
  type PresetName,
  parseRange,
  presetNames,
  type RoomConfig,
  type Site,
  type SiteConfig,
  siteSchema,
} from "../../site/index.ts";

/** What the room of a recording is judged by. */
export interface PastOptions {
  config?: string;
  room?: string;
  profile?: string;
  limits?: string;
  device?: string;
}

/** The settings of a replay, checked before the first row is read. */
export interface PastSetting {
  config: SiteConfig;
  directory: string;
  room: RoomConfig;
  device: string | undefined;
}

/** @throws SentryError `usage`, and what `loadSite` throws. */
export function readSetting(options: PastOptions): PastSetting {
  const { device } = options;
  if (device !== undefined && !isDeviceName(device)) {
    throw new SentryError("usage", `--device: expected a name of a-z, 0-9 and -, found ${device}`);
  }
  const loaded = options.config === undefined ? null : loadSite(options.config, { nowMs: Date.now() }).site;
  const config = loaded?.config ?? adHoc(options.room ?? "room");
  const room = roomOf(config, options.room);
  const profile = options.profile === undefined ? room.profile : presetNamed(options.profile);
  const limits = { ...room.limits, ...(options.limits === undefined ? {} : readLimits(options.limits)) };
  return { config, directory: loaded?.directory ?? ".", room: { ...room, profile, limits }, device };
}

/**
 * A site with that one room, and one device whose interval is the recording's: silence is judged by how often the
 * recording speaks, and no other device of the site is missed.
 */
export function pastSite(
  setting: PastSetting,
  recording: { quantities: readonly Quantity[]; intervalMs: number; outdoorIntervalMs: number | null },
): { site: Site; device: string } {
  const { config, room, directory } = setting;
  const device = setting.device ?? deviceIn(config, room.id, recording.quantities) ?? "replay";
  const outdoor = siteSchema.shape.rooms.parse([{ id: outdoorRoom, climate_control: "none" }]);
  const deviceConfig = (id: string, inRoom: string, intervalMs: number) => ({
    id,
    room: inRoom,
    assignments: [],
    quantities: [...recording.quantities],
    interval: intervalMs,
    calibrations: [],
  });
  const { outdoorIntervalMs } = recording;
  const site = createSite(
    {
      ...config,
      rooms: [room, ...(outdoorIntervalMs === null || room.id === outdoorRoom ? [] : outdoor)],
      doors: config.doors.filter((door) => door.room === room.id && door.contact === device),
      devices: [
        deviceConfig(device, room.id, recording.intervalMs),
        ...(outdoorIntervalMs === null ? [] : [deviceConfig(outdoorDevice, outdoorRoom, outdoorIntervalMs)]),
      ],
    },
    { directory },
  );
  return { site, device };
}

export const outdoorDevice = "outdoor-recording";

/** The room's device that measures what the recording holds, so that alarms and topics name it. */
export function deviceIn(config: SiteConfig, room: string, quantities: readonly Quantity[]): string | undefined {
  const there = config.devices.filter((device) => (device.room ?? device.assignments.at(-1)?.room) === room);
  const shared = (device: (typeof there)[number]) => quantities.filter((name) => device.quantities.includes(name));
  const most = Math.max(0, ...there.map((device) => shared(device).length));
  return most === 0 ? undefined : there.find((device) => shared(device).length === most)?.id;
}

function adHoc(room: string): SiteConfig {
  if (!isName(room)) throw new SentryError("usage", `--room: expected a name of a-z, 0-9 and -, found ${room}`);
  return siteSchema.parse({
    site: { id: "replay", name: { zh: "回放", en: "Replay" }, language: "en" },
    rooms: [{ id: room }],
  });
}

function roomOf(config: SiteConfig, wanted: string | undefined): RoomConfig {
  const rooms = config.rooms.filter((room) => room.id !== outdoorRoom);
  const room = wanted === undefined && rooms.length === 1 ? rooms[0] : config.rooms.find(({ id }) => id === wanted);
  if (room) return room;
  const known = rooms.map(({ id }) => id).join(", ");
  throw new SentryError("usage", `--room: expected one of ${known || "no rooms"}, found ${wanted ?? "nothing"}`);
}

function presetNamed(name: string): PresetName {
  const preset = presetNames.find((known) => known === name);
  if (preset) return preset;
  throw new SentryError("usage", `--profile: expected one of ${presetNames.join(", ")}, found ${name}`);
}

const limitNames = ["temperature_c", "relative_humidity_pct"] as const;

/** `temperature_c=14..24,relative_humidity_pct=45..60` */
function readLimits(text: string): RoomConfig["limits"] {
  const limits: RoomConfig["limits"] = {};
  for (const part of text.split(",")) {
    const [name = "", rangeText = ""] = part.trim().split("=");
    const known = limitNames.find((limit) => limit === name);
    if (known === "relative_humidity_pct" && rangeText === ownClimateName) {
      limits[known] = ownClimateName;
      continue;
    }
    const range = parseRange(rangeText);
    if (!known || !range) {
      throw new SentryError(
        "usage",
        `--limits: expected ${limitNames.map((limit) => `${limit}=<low>..<high>`).join(",")}, found ${part}`,
      );
    }
    limits[known] = range;
  }
  return limits;
}
