import type { Quantity } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import type { RoomCauses } from "../model.ts";
import { outdoorRoom } from "../outdoor.ts";
import type { SensorFault } from "../sensors.ts";

/**
 * A scenario changes causes — a fire, a machine, a door, a cable, a clock — and never a reading. Its times are
 * simulated time.
 */
export interface Scenario {
  readonly name: string;
  /** One sentence for people who choose. */
  readonly summary: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** When it begins after the start of the simulation. */
  readonly startAfterMs: number;
  /** What it happens to: what was wished for, else chosen from the site. */
  target(site: Site, wish: Target): Target;
  begin(causes: Causes, target: Target, choice: ParameterChoice): ScenarioRun;
}

export interface Target {
  room?: string;
  device?: string;
}

export interface Parameter {
  default: number;
  /** A value under which everything happens while one watches; announced as such wherever it is used. */
  demo?: number;
  unit: string;
  meaning: string;
}

export interface ParameterChoice {
  demo?: boolean;
  parameters?: Readonly<Record<string, number>>;
}

export interface DeviceCauses {
  setPower(on: boolean): void;
  setNetwork(up: boolean): void;
  stepClock(byMs: number): void;
  /** What is wrong with its sensors and its cell; changed in place. */
  readonly sensors: SensorFault;
}

/** All a scenario can lay hands on. */
export interface Causes {
  site: Site;
  /** Simulated time. */
  nowMs(): number;
  room(id: string): RoomCauses;
  device(id: string): DeviceCauses;
}

export interface ScenarioRun {
  durationMs: number;
  step?(elapsedMs: number): void;
  end(): void;
}

interface Definition<P extends Record<string, Parameter>> {
  name: string;
  summary: string;
  parameters: P;
  startAfterMs: number;
  target: Scenario["target"];
  begin(causes: Causes, target: Target, values: { [Name in keyof P]: number }): ScenarioRun;
}

/** Lets a scenario read its parameters by name with their type, and everybody else treat all scenarios alike. */
export function defineScenario<const P extends Record<string, Parameter>>(definition: Definition<P>): Scenario {
  return {
    ...definition,
    begin: (causes, target, choice) => definition.begin(causes, target, chosen(definition, choice)),
  };
}

function chosen<P extends Record<string, Parameter>>(
  definition: Pick<Definition<P>, "name" | "parameters">,
  choice: ParameterChoice,
): { [Name in keyof P]: number } {
  const given = choice.parameters ?? {};
  for (const [name, value] of Object.entries(given)) {
    const known = Object.keys(definition.parameters);
    if (!known.includes(name)) {
      throw new SentryError(
        "usage",
        `${definition.name}: expected a parameter of ${known.join(", ") || "none"}, found ${name}`,
      );
    }
    if (!Number.isFinite(value)) throw new SentryError("usage", `${name}: expected a number, found ${value}`);
  }
  const values = Object.entries(definition.parameters).map(([name, parameter]) => [
    name,
    given[name] ?? (choice.demo ? parameter.demo : undefined) ?? parameter.default,
  ]);
  // The entries were made from the very keys of P.
  return Object.fromEntries(values);
}

/** A room of the site: the wish if it exists, else the first that fits, else the first of all. */
export function chooseRoom(site: Site, wish: Target, fits: (room: string) => boolean): Target {
  const wished = wish.room ?? (wish.device && site.devices.get(wish.device)?.room);
  if (wished !== undefined && wished !== "") {
    if (site.rooms.has(wished)) return { room: wished };
    throw new SentryError("not-found", `expected a room of the site, found ${wished}`);
  }
  const rooms = [...site.rooms.keys()].filter((room) => room !== outdoorRoom);
  const room = rooms.find(fits) ?? rooms[0];
  if (room === undefined) throw new SentryError("not-found", "expected a site with a room, found none");
  return { room };
}

/** For a fire: where somebody would see it, and best where entering alone is dangerous. */
export function chooseRoomWithSmokeSensor(site: Site, wish: Target): Target {
  const smoke = (room: string) =>
    devicesIn(site, room).some((id) => site.devices.get(id)?.quantities.includes("smoke_obscuration_pct_per_m"));
  return chooseRoom(site, wish, (room) => site.rooms.get(room)?.suppression === "gas" && smoke(room));
}

/** A device that measures climate: the one wished for, else the wished room's, else the site's first. */
export const chooseClimateDevice = (site: Site, wish: Target): Target => chooseDevice(site, wish, "temperature_c");

/** The same for any quantity. */
export function chooseDevice(site: Site, wish: Target, quantity: Quantity): Target {
  if (wish.device !== undefined) {
    if (site.devices.has(wish.device)) return { device: wish.device };
    throw new SentryError("not-found", `expected a device of the site, found ${wish.device}`);
  }
  const device = [...site.devices.values()].find(
    (d) => d.quantities.includes(quantity) && (wish.room === undefined || d.room === wish.room),
  );
  if (device) return { device: device.id, ...(device.room === undefined ? {} : { room: device.room }) };
  throw new SentryError(
    "not-found",
    `expected a device that measures ${quantity}${wish.room ? ` in ${wish.room}` : ""}, found none`,
  );
}

/** Devices whose present place is the room. */
export function devicesIn(site: Site, room: string): string[] {
  return [...site.devices.values()].filter((d) => (d.room ?? d.assignments.at(-1)?.room) === room).map((d) => d.id);
}
