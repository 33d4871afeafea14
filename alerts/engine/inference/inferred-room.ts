import type { ConditionName } from "../../../contract/index.ts";
import type { RoomConfig, Site } from "../../../site/index.ts";
import { outdoorRoom, type Settings, settingsOf } from "../condition.ts";
import { waterLeak } from "../conditions/device-contacts.ts";
import { climateControlFailure, fireSuspected } from "../conditions/inference.ts";
import { sensorDisagreement } from "../conditions/sensor-disagreement.ts";
import { silentAfterMs } from "../conditions/sensors.ts";
import type { WatchedDevice, WatchedDevices } from "../context.ts";
import { devicesOf, mostRooms, plantOf } from "../neighbours.ts";
import type { Seen } from "./room-view.ts";
import type { Recent } from "./track.ts";

/** What the inference has to know of a room, found once. */
export interface InferredRoom {
  id: string;
  /** Rooms of its building: they share its weather and its haze. */
  others: readonly string[];
  /** Rooms that the same plant keeps. */
  mates: readonly string[];
  plantId: string | null;
  fire: Settings | null;
  leak: Settings | null;
  plant: Settings | null;
  sensor: Settings | null;
  keys: Record<"fire" | "leak" | "plant" | "wholePlant" | "sensor", string>;
  /** Whether any alarm of those keys stands, as of that many passages of alarms. */
  stands: { asOf: number; any: boolean };
}

export class InferredRooms {
  readonly #site: Site;
  readonly #rooms = new Map<string, InferredRoom | null>();
  readonly #byBuilding = new Map<string | null, string[]>();
  readonly #byPlant = new Map<string, string[]>();

  constructor(site: Site) {
    this.#site = site;
    for (const room of site.rooms.values()) {
      if (room.id === outdoorRoom) continue;
      const building = room.building ?? null;
      this.#byBuilding.set(building, [...(this.#byBuilding.get(building) ?? []).slice(0, mostRooms), room.id]);
      const plant = plantOf(room);
      if (plant !== null) this.#byPlant.set(plant, [...(this.#byPlant.get(plant) ?? []).slice(0, mostRooms), room.id]);
    }
  }

  /** `null` where nothing is inferred: outdoors, and in rooms that the site does not have. */
  get(id: string): InferredRoom | null {
    const known = this.#rooms.get(id);
    if (known !== undefined) return known;
    const config = this.#site.rooms.get(id);
    const room = config && id !== outdoorRoom ? this.#roomFor(config) : null;
    this.#rooms.set(id, room);
    return room;
  }

  #roomFor(config: RoomConfig): InferredRoom {
    const { id } = config;
    const enabled = (condition: Parameters<typeof settingsOf>[1]) => {
      const settings = settingsOf(this.#site, condition, id);
      return settings.enabled ? settings : null;
    };
    const but = (ids: readonly string[] = []) => ids.filter((other) => other !== id);
    const plantId = plantOf(config);
    return {
      id,
      others: but(this.#byBuilding.get(config.building ?? null)),
      mates: plantId === null ? [] : but(this.#byPlant.get(plantId)),
      plantId,
      fire: enabled(fireSuspected),
      leak: enabled(waterLeak),
      plant: config.climate_control === "none" ? null : enabled(climateControlFailure),
      sensor: enabled(sensorDisagreement),
      keys: {
        fire: `${fireSuspected.name}|${id}`,
        leak: `${waterLeak.name}|${id}|suspected`,
        plant: `${climateControlFailure.name}|${id}`,
        wholePlant: `${climateControlFailure.name}|${plantId}|plant`,
        sensor: `${sensorDisagreement.name}|${id}|sudden`,
      },
      stands: { asOf: -1, any: false },
    };
  }
}

/** A device that may be in a room, as often looked for as the room's neighbours stir: so it is found once. */
interface Sensor {
  id: string;
  silentAfterMs: number;
  device: WatchedDevice | undefined;
}

/** What the sensors of rooms show. */
export class SeenRooms {
  readonly #site: Site;
  readonly #devices: WatchedDevices;
  readonly #sensors = new Map<string, readonly Sensor[]>();

  constructor(site: Site, devices: WatchedDevices) {
    this.#site = site;
    this.#devices = devices;
  }

  /** The sensors of a room that can be seen now; `blind` when one of them is overdue. */
  seenIn(room: string, nowMs: number): { seen: Seen[]; blind: boolean } {
    const seen: Seen[] = [];
    let blind = false;
    for (const sensor of this.#sensorsOf(room)) {
      sensor.device ??= this.#devices.get(sensor.id);
      const state = sensor.device?.state;
      const recent = state?.memory?.recent;
      if (!state?.memory || !recent || state.memory.room !== room) continue;
      const overdue = nowMs - state.newestAtMs > sensor.silentAfterMs;
      if (overdue && measures(recent)) blind = true;
      else seen.push({ device: sensor.id, memory: state.memory, recent });
    }
    return { seen, blind };
  }

  #sensorsOf(room: string): readonly Sensor[] {
    let sensors = this.#sensors.get(room);
    if (!sensors) {
      sensors = devicesOf(this.#site, room).map((id) => {
        const afterMs = silentAfterMs(this.#site.devices.get(id)!.interval);
        return { id, silentAfterMs: afterMs, device: undefined };
      });
      this.#sensors.set(room, sensors);
    }
    return sensors;
  }
}

/** A reader that sends badges alone is not missed between two of them. */
function measures({ tracks, contacts }: Recent): boolean {
  for (const _ in tracks) return true;
  for (const name in contacts) if (name !== "badge") return true;
  return false;
}

/** Conditions of a room's climate whose likely cause is worth a word. */
export const climateAlarms: ReadonlySet<ConditionName> = new Set<ConditionName>([
  "temperature-high",
  "temperature-low",
  "humidity-high",
  "humidity-low",
  "temperature-swing",
  "humidity-swing",
]);
