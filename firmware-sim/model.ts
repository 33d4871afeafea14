import type { Site } from "../site/index.ts";
import { type Air, relativeHumidityPct } from "./air.ts";
import { type ClimateUnit, createClimateUnit, type UnitOutput } from "./climate-unit.ts";
import { corridorOf, createOutdoor, outdoorRoom } from "./outdoor.ts";
import { createPeople, credentialOf, overlapPart, type Span, type Visit } from "./people.ts";
import { keyOf, uniform } from "./random.ts";
import {
  coPpm,
  humidityOf,
  obscurationPctPerM,
  ordinaryBuild,
  type RoomBuild,
  type RoomState,
  settledRoom,
  stepRoom,
} from "./room-physics.ts";

/** The site's physical world: every room's air, the weather, the people. It knows no sensor and no network. */

/** Longest step of the physics: short against the quickest thing that matters (a door, smoke mixing). */
const longestStepMs = 30_000;
const blockMs = 3_600_000;

export interface Fire {
  heatW: number;
  smokeM2PerS: number;
  coGPerS: number;
}

/** What a scenario may change about a room: causes only. */
export interface RoomCauses {
  climateUnitPowered: boolean;
  doorPropped: boolean;
  fire: Fire;
  /** Wet floor, m²: it gives its water to the air. */
  wetFloorM2: number;
  /** Who comes besides those who always come. */
  visitors: Visit[];
}

export const noFire: Fire = { heatW: 0, smokeM2PerS: 0, coGPerS: 0 };

/** What a sensor in the room could feel. */
export interface RoomConditions {
  temperatureC: number;
  relativeHumidityPct: number;
  surfaceC: number;
  obscurationPctPerM: number;
  coPpm: number;
  co2Ppm: number;
  wetFloorM2: number;
  people: number;
  unitDuty: number;
}

export interface BadgeEvent {
  atMs: number;
  reader: string;
  credential: string;
  direction: "in" | "out";
}

export interface DoorChange {
  atMs: number;
  room: string;
  door: number;
  open: boolean;
}

export interface Model {
  nowMs(): number;
  /** Lets the world go on until then; going back is not possible and changes nothing. */
  advance(toMs: number): void;
  causes(room: string): RoomCauses;
  /** `undefined` for a room the site does not have. */
  conditions(room: string): RoomConditions | undefined;
  /** Whether the door (index among the room's doors) stood open at any moment of the span. */
  doorOpen(room: string, door: number, span: Span): boolean;
  doorChanges(room: string, span: Span): DoorChange[];
  badges(span: Span): BadgeEvent[];
}

interface ModelRoom {
  id: string;
  build: RoomBuild;
  state: RoomState;
  unit: ClimateUnit | undefined;
  output: UnitOutput;
  causes: RoomCauses;
  /** Visits that touch the current block: looking a day up for each step would cost more than the physics. */
  visits: Visit[];
  blockStartMs: number;
  people: number;
}

const resting: UnitOutput = { heatW: 0, vapourGPerS: 0, fan: false, duty: 0 };

export function createModel(options: { site: Site; seed: number; startMs: number }): Model {
  const { site, seed } = options;
  const outdoor = createOutdoor({ seed, calendar: site.calendar });
  const people = createPeople({ site, seed });
  let nowMs = Math.floor(options.startMs);
  let outside = outdoor(nowMs);
  const rooms = new Map<string, ModelRoom>();
  for (const room of site.rooms.values()) {
    // Its size belongs to the room, not to the seed: a new seed is other weather in the same house.
    const build = ordinaryBuild(Math.round(90 + 80 * uniform(keyOf(0, "volume", room.id), 0)));
    const limits = site.limitsOf(room.id);
    const unit = createClimateUnit({ control: room.climate_control, limits, volumeM3: build.volumeM3 });
    rooms.set(room.id, {
      id: room.id,
      build,
      unit,
      state: settledRoom(build, unit?.setPoint ?? unheated(outside)),
      output: resting,
      causes: { climateUnitPowered: true, doorPropped: false, fire: noFire, wetFloorM2: 0, visitors: [] },
      visits: [],
      blockStartMs: Number.NaN,
      people: 0,
    });
  }

  const step = (toMs: number): void => {
    const span = { fromMs: nowMs, toMs };
    outside = outdoor((nowMs + toMs) / 2);
    const corridor = corridorOf(outside);
    const blockStartMs = Math.floor(nowMs / blockMs) * blockMs;
    for (const room of rooms.values()) {
      if (room.id === outdoorRoom) continue;
      if (room.blockStartMs !== blockStartMs) {
        // A step may end in the next block.
        room.visits = people.visits(room.id, { fromMs: blockStartMs, toMs: blockStartMs + blockMs + longestStepMs });
        room.blockStartMs = blockStartMs;
      }
      let doorOpenPart = room.causes.doorPropped ? 1 : 0;
      room.people = 0;
      for (const visit of allVisits(room)) {
        room.people += overlapPart(visit, span);
        for (const opening of visit.openings) doorOpenPart += overlapPart(opening, span);
      }
      room.output =
        room.unit === undefined
          ? resting
          : room.causes.climateUnitPowered
            ? room.unit.control({
                temperatureC: room.state.airC,
                relativeHumidityPct: humidityOf(room.build, room.state),
              })
            : room.unit.stand();
      stepRoom(
        room.build,
        room.state,
        {
          outdoor: outside,
          corridor,
          doorOpenPart: Math.min(1, doorOpenPart),
          people: room.people,
          unitHeatW: room.output.heatW,
          unitVapourGPerS: room.output.vapourGPerS,
          unitFan: room.output.fan,
          fire: room.causes.fire,
          wetFloorM2: room.causes.wetFloorM2,
        },
        (toMs - nowMs) / 1000,
      );
    }
    nowMs = toMs;
  };

  /** The block's own visits wherever they cover the span: asked for each door every second. */
  const visitsIn = (room: ModelRoom, span: Span): readonly Visit[] => {
    const covered = span.fromMs >= room.blockStartMs && span.toMs <= room.blockStartMs + blockMs + longestStepMs;
    const usual = covered ? room.visits : people.visits(room.id, span);
    return allVisits({ visits: usual, causes: room.causes });
  };

  return {
    nowMs: () => nowMs,
    advance(toMs) {
      const endMs = Math.floor(toMs);
      while (nowMs < endMs) step(Math.min(endMs, nowMs + longestStepMs));
    },
    causes(id) {
      const room = rooms.get(id);
      // The site's own rooms only: the caller has looked the room up.
      if (!room) throw new RangeError(`no room ${id} in the model`);
      return room.causes;
    },
    conditions(id) {
      if (id === outdoorRoom) return conditionsOutdoors(outside);
      const room = rooms.get(id);
      return (
        room && {
          temperatureC: room.state.airC,
          relativeHumidityPct: humidityOf(room.build, room.state),
          surfaceC: room.state.massC,
          obscurationPctPerM: obscurationPctPerM(room.build, room.state),
          coPpm: coPpm(room.build, room.state),
          co2Ppm: room.state.co2Ppm,
          wetFloorM2: room.causes.wetFloorM2,
          people: room.people,
          unitDuty: room.output.duty,
        }
      );
    },
    doorOpen(id, door, span) {
      const room = rooms.get(id);
      if (!room) return false;
      if (room.causes.doorPropped && door === 0) return true;
      return visitsIn(room, span).some(
        (visit) => visit.door === door && visit.openings.some((opening) => overlapPart(opening, span) > 0),
      );
    },
    doorChanges(id, span) {
      const visits = [...people.visits(id, span), ...(rooms.get(id)?.causes.visitors ?? [])];
      const changes = visits.flatMap((visit) =>
        visit.openings.flatMap((opening) => [
          { atMs: opening.fromMs, room: id, door: visit.door, open: true },
          { atMs: opening.toMs, room: id, door: visit.door, open: false },
        ]),
      );
      return changes.filter((c) => c.atMs >= span.fromMs && c.atMs < span.toMs).sort((a, b) => a.atMs - b.atMs);
    },
    badges(span) {
      const within = (atMs: number) => atMs >= span.fromMs && atMs < span.toMs;
      const events: BadgeEvent[] = [];
      for (const room of rooms.values()) {
        const doors = site.config.doors.filter((door) => door.room === room.id);
        if (!doors.some((door) => door.reader)) continue;
        for (const visit of visitsIn(room, span)) {
          const reader = doors[visit.door]?.reader;
          if (reader === undefined || visit.person === null) continue;
          const badge = { reader, credential: credentialOf(visit.person) };
          if (within(visit.fromMs)) events.push({ ...badge, atMs: visit.fromMs, direction: "in" });
          if (within(visit.toMs)) events.push({ ...badge, atMs: visit.toMs, direction: "out" });
        }
      }
      return events.sort((a, b) => a.atMs - b.atMs);
    },
  };
}

/** A room nobody heats or cools lies between the corridor and the weather. */
function unheated(outside: Air): { temperatureC: number; relativeHumidityPct: number } {
  const corridor = corridorOf(outside);
  const temperatureC = 0.75 * corridor.temperatureC + 0.25 * outside.temperatureC;
  const humidity = relativeHumidityPct({ temperatureC, vapourGM3: outside.vapourGM3 + 1 });
  return { temperatureC, relativeHumidityPct: Math.min(80, humidity) };
}

function conditionsOutdoors(air: Air): RoomConditions {
  return {
    temperatureC: air.temperatureC,
    relativeHumidityPct: Math.min(100, relativeHumidityPct(air)),
    surfaceC: air.temperatureC,
    obscurationPctPerM: 0,
    coPpm: 0,
    co2Ppm: 420,
    wetFloorM2: 0,
    people: 0,
    unitDuty: 0,
  };
}

function allVisits({ visits, causes }: { visits: readonly Visit[]; causes: RoomCauses }): readonly Visit[] {
  return causes.visitors.length === 0 ? visits : [...visits, ...causes.visitors];
}
