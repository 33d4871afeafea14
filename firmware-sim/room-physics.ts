import { type Air, relativeHumidityPct, saturationGM3 } from "./air.ts";

/**
 * A room as a few well-mixed bodies: its air, its mass (holdings, shelves, walls), the water its holdings hold,
 * smoke under the ceiling and below. Each exchange is solved exactly over the step, pair by pair, so energy and
 * water are conserved and no step length makes it unstable.
 */

export interface RoomBuild {
  volumeM3: number;
  /** What is warmed within hours, not the whole building. */
  massHeatJPerK: number;
  airToMassWPerK: number;
  massToOutdoorWPerK: number;
  massToCorridorWPerK: number;
  /** Air changes through the envelope. */
  infiltrationPerH: number;
  /** Water the outer sheets of paper take up a percent of humidity; the depth of a stack takes weeks. */
  bufferGPerPct: number;
  airToBufferGPerSPct: number;
}

export interface RoomState {
  airC: number;
  massC: number;
  vapourG: number;
  bufferG: number;
  /** Smoke as its total light-blocking cross-section: extinction coefficient times volume. */
  ceilingSmokeM2: number;
  lowerSmokeM2: number;
  coG: number;
  co2Ppm: number;
}

/** Everything that may act on a room. A scenario changes these, never the state. */
export interface RoomInfluences {
  outdoor: Air;
  corridor: Air;
  /** Part of the step in which the door stood open. */
  doorOpenPart: number;
  people: number;
  /** What the climate unit adds; negative when it cools or dries. */
  unitHeatW: number;
  unitVapourGPerS: number;
  /** Whether the unit's fan turns: it drives air through a filter. */
  unitFan: boolean;
  fire: { heatW: number; smokeM2PerS: number; coGPerS: number };
  wetFloorM2: number;
}

const airHeatJPerM3K = 1_200;
/** The detectors hang in the upper fifth of the room, where warm smoke collects first. */
const ceilingPart = 0.2;
const ceilingMixingS = 60;
/** Counterflow through a single open door between rooms of nearly equal temperature. */
const doorFlowM3PerS = 0.1;
const filterPerH = 1;
const depositionPerH = 0.3;
/** Mass transfer from a still, wet floor by natural convection: some 60 g an hour and square metre at 20 °C and 50 %RH. */
const evaporationMPerS = 0.002;
const evaporationJPerG = 2_450;
const outdoorCo2Ppm = 420;
const person = { heatW: 90, vapourGPerS: 50 / 3600, co2M3PerS: 20e-3 / 3600 };

/** Dimensions of an ordinary store of this volume. */
export function ordinaryBuild(volumeM3: number): RoomBuild {
  return {
    volumeM3,
    massHeatJPerK: 25_000 * volumeM3,
    airToMassWPerK: 33 * volumeM3,
    massToOutdoorWPerK: 0.15 * volumeM3,
    massToCorridorWPerK: 0.4 * volumeM3,
    infiltrationPerH: 0.15,
    bufferGPerPct: 2.5 * volumeM3,
    // The air meets its holdings within a quarter of an hour: about 0.17 g/m³ a percent, over 900 s.
    airToBufferGPerSPct: (0.17 * volumeM3) / 900,
  };
}

export function settledRoom(build: RoomBuild, air: { temperatureC: number; relativeHumidityPct: number }): RoomState {
  const vapourG = (build.volumeM3 * saturationGM3(air.temperatureC) * air.relativeHumidityPct) / 100;
  return {
    airC: air.temperatureC,
    massC: air.temperatureC,
    vapourG,
    bufferG: build.bufferGPerPct * air.relativeHumidityPct,
    ceilingSmokeM2: 0,
    lowerSmokeM2: 0,
    coG: 0,
    co2Ppm: outdoorCo2Ppm,
  };
}

export function airOf(build: RoomBuild, state: RoomState): Air {
  return { temperatureC: state.airC, vapourGM3: state.vapourG / build.volumeM3 };
}

export function humidityOf(build: RoomBuild, state: RoomState): number {
  return Math.min(100, relativeHumidityPct(airOf(build, state)));
}

/** Light lost over a metre under the ceiling, %. */
export function obscurationPctPerM(build: RoomBuild, state: RoomState): number {
  return 100 * (1 - Math.exp(-state.ceilingSmokeM2 / (ceilingPart * build.volumeM3)));
}

/** Carbon monoxide in ppm of volume; 1.165 mg/m³ is 1 ppm at 20 °C. */
export function coPpm(build: RoomBuild, state: RoomState): number {
  return (state.coG * 1_000) / (build.volumeM3 * 1.165);
}

/** Moves the state `seconds` ahead, in place. */
export function stepRoom(build: RoomBuild, state: RoomState, by: RoomInfluences, seconds: number): void {
  stepHeat(build, state, by, seconds);
  stepWater(build, state, by, seconds);
  stepSmoke(build, state, by, seconds);
}

function stepHeat(build: RoomBuild, state: RoomState, by: RoomInfluences, seconds: number): void {
  const airJPerK = airHeatJPerM3K * build.volumeM3;
  state.airC += ((by.unitHeatW + by.fire.heatW + by.people * person.heatW) * seconds) / airJPerK;
  state.airC += (by.outdoor.temperatureC - state.airC) * renewed(infiltration(build), build, seconds);
  state.airC += (by.corridor.temperatureC - state.airC) * renewed(doorFlowM3PerS * by.doorOpenPart, build, seconds);
  const joules = exchanged({
    difference: state.airC - state.massC,
    first: airJPerK,
    second: build.massHeatJPerK,
    conductance: build.airToMassWPerK,
    seconds,
  });
  state.airC -= joules / airJPerK;
  state.massC += joules / build.massHeatJPerK;
  const toMass = (conductance: number) => 1 - Math.exp((-conductance * seconds) / build.massHeatJPerK);
  state.massC += (by.outdoor.temperatureC - state.massC) * toMass(build.massToOutdoorWPerK);
  state.massC += (by.corridor.temperatureC - state.massC) * toMass(build.massToCorridorWPerK);
}

function stepWater(build: RoomBuild, state: RoomState, by: RoomInfluences, seconds: number): void {
  const volume = build.volumeM3;
  state.vapourG += (by.unitVapourGPerS + by.people * person.vapourGPerS) * seconds;
  state.vapourG = Math.max(0, state.vapourG);
  if (by.wetFloorM2 > 0) evaporate(build, state, by.wetFloorM2, seconds);
  state.vapourG += (by.outdoor.vapourGM3 * volume - state.vapourG) * renewed(infiltration(build), build, seconds);
  state.vapourG +=
    (by.corridor.vapourGM3 * volume - state.vapourG) * renewed(doorFlowM3PerS * by.doorOpenPart, build, seconds);
  const airGPerPct = (volume * saturationGM3(state.airC)) / 100;
  const grams = exchanged({
    difference: state.vapourG / airGPerPct - state.bufferG / build.bufferGPerPct,
    first: airGPerPct,
    second: build.bufferGPerPct,
    conductance: build.airToBufferGPerSPct,
    seconds,
  });
  // Air holds no more than saturation: what is over settles on surfaces and is taken up there.
  const condensed = Math.max(0, state.vapourG - grams - 100 * airGPerPct);
  state.vapourG -= grams + condensed;
  state.bufferG += grams + condensed;
}

/** The floor dries into the air until the air is full, and takes the heat for it from there. */
function evaporate(build: RoomBuild, state: RoomState, wetFloorM2: number, seconds: number): void {
  const fullG = build.volumeM3 * saturationGM3(state.airC);
  const grams =
    Math.max(0, fullG - state.vapourG) * (1 - Math.exp((-evaporationMPerS * wetFloorM2 * seconds) / build.volumeM3));
  state.vapourG += grams;
  state.airC -= (grams * evaporationJPerG) / (airHeatJPerM3K * build.volumeM3);
}

function stepSmoke(build: RoomBuild, state: RoomState, by: RoomInfluences, seconds: number): void {
  const volume = build.volumeM3;
  const ceilingM3 = ceilingPart * volume;
  const lowerM3 = volume - ceilingM3;
  state.ceilingSmokeM2 += by.fire.smokeM2PerS * seconds;
  const sunk = exchanged({
    difference: state.ceilingSmokeM2 / ceilingM3 - state.lowerSmokeM2 / lowerM3,
    first: ceilingM3,
    second: lowerM3,
    conductance: ceilingM3 / ceilingMixingS,
    seconds,
  });
  const flow = infiltration(build) + doorFlowM3PerS * by.doorOpenPart;
  const settled = (volume * (depositionPerH + (by.unitFan ? filterPerH : 0))) / 3600;
  const smokeKept = 1 - renewed(flow + settled, build, seconds);
  state.ceilingSmokeM2 = (state.ceilingSmokeM2 - sunk) * smokeKept;
  state.lowerSmokeM2 = (state.lowerSmokeM2 + sunk) * smokeKept;
  const gasRenewed = renewed(flow, build, seconds);
  state.coG = (state.coG + by.fire.coGPerS * seconds) * (1 - gasRenewed);
  state.co2Ppm += (1e6 * by.people * person.co2M3PerS * seconds) / volume;
  state.co2Ppm += (outdoorCo2Ppm - state.co2Ppm) * gasRenewed;
}

const infiltration = (build: RoomBuild) => (build.infiltrationPerH * build.volumeM3) / 3600;

/** Part of the room's air that a flow (m³/s) has replaced after the step. */
function renewed(flowM3PerS: number, build: RoomBuild, seconds: number): number {
  return flowM3PerS === 0 ? 0 : 1 - Math.exp((-flowM3PerS * seconds) / build.volumeM3);
}

/** What passes between two bodies of the given capacities in the step: the exact solution, never beyond balance. */
function exchanged(pair: {
  difference: number;
  first: number;
  second: number;
  conductance: number;
  seconds: number;
}): number {
  const capacity = (pair.first * pair.second) / (pair.first + pair.second);
  return capacity * pair.difference * (1 - Math.exp((-pair.conductance * pair.seconds) / capacity));
}
