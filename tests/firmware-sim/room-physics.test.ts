import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { vapourGM3 } from "../../firmware-sim/air.ts";
import { createClimateUnit } from "../../firmware-sim/climate-unit.ts";
import { noFire } from "../../firmware-sim/model.ts";
import {
  humidityOf,
  obscurationPctPerM,
  ordinaryBuild,
  type RoomBuild,
  type RoomInfluences,
  type RoomState,
  settledRoom,
  stepRoom,
} from "../../firmware-sim/room-physics.ts";

const build = ordinaryBuild(120);
/** Nothing goes in or out. */
const closed: RoomBuild = { ...build, massToOutdoorWPerK: 0, massToCorridorWPerK: 0, infiltrationPerH: 0 };
const winter = { temperatureC: -8, vapourGM3: vapourGM3(-8, 40) };
const corridor = { temperatureC: 20, vapourGM3: vapourGM3(20, 25) };
const still: RoomInfluences = {
  outdoor: winter,
  corridor,
  doorOpenPart: 0,
  people: 0,
  unitHeatW: 0,
  unitVapourGPerS: 0,
  unitFan: false,
  fire: noFire,
  wetFloorM2: 0,
};
const stepS = fc.integer({ min: 1, max: 900 });

describe("a closed room", () => {
  test("keeps its energy and its water, whatever the steps", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 5, max: 35, noNaN: true }),
        fc.double({ min: -15, max: 15, noNaN: true }),
        fc.double({ min: 20, max: 80, noNaN: true }),
        fc.array(stepS, { minLength: 1, maxLength: 60 }),
        (temperatureC, warmer, humidityPct, steps) => {
          const state = settledRoom(closed, { temperatureC, relativeHumidityPct: humidityPct });
          state.airC += warmer;
          state.vapourG *= 1.3;
          const energy = (s: RoomState) => 1_200 * closed.volumeM3 * s.airC + closed.massHeatJPerK * s.massC;
          const water = (s: RoomState) => s.vapourG + s.bufferG;
          const before = { energy: energy(state), water: water(state) };
          for (const seconds of steps) stepRoom(closed, state, still, seconds);
          expect(energy(state) / before.energy).toBeCloseTo(1, 9);
          expect(water(state) / before.water).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  test("comes to rest: air and mass equally warm, air and paper equally moist", () => {
    const state = settledRoom(closed, { temperatureC: 19, relativeHumidityPct: 50 });
    state.airC += 6;
    state.vapourG *= 0.7;
    for (let n = 0; n < 2_000; n++) stepRoom(closed, state, still, 60);
    expect(state.airC).toBeCloseTo(state.massC, 6);
    expect(humidityOf(closed, state)).toBeCloseTo(state.bufferG / closed.bufferGPerPct, 6);
  });

  test("keeps the heat and the smoke that a fire puts in", () => {
    const sealed = { ...closed };
    const state = settledRoom(sealed, { temperatureC: 19, relativeHumidityPct: 50 });
    const heat = () => 1_200 * sealed.volumeM3 * state.airC + sealed.massHeatJPerK * state.massC;
    const before = heat();
    for (let n = 0; n < 60; n++) {
      stepRoom(sealed, state, { ...still, fire: { heatW: 1_000, smokeM2PerS: 0.1, coGPerS: 0.01 } }, 1);
    }
    expect(heat() - before).toBeCloseTo(60_000, 3);
    expect(state.coG).toBeCloseTo(0.6, 9);
    // Some smoke settles; none is made from nothing.
    expect(state.ceilingSmokeM2 + state.lowerSmokeM2).toBeGreaterThan(5.9);
    expect(state.ceilingSmokeM2 + state.lowerSmokeM2).toBeLessThanOrEqual(6);
  });
});

test("the result hardly depends on the step: a second or a quarter of an hour", () => {
  const after = (seconds: number) => {
    const state = settledRoom(build, { temperatureC: 19, relativeHumidityPct: 52 });
    for (let t = 0; t < 86_400; t += seconds) stepRoom(build, state, still, seconds);
    return state;
  };
  const fine = after(1);
  for (const seconds of [30, 60, 900]) {
    const coarse = after(seconds);
    expect(Math.abs(coarse.airC - fine.airC)).toBeLessThan(0.3);
    expect(Math.abs(humidityOf(build, coarse) - humidityOf(build, fine))).toBeLessThan(1);
  }
});

test("no step is too long: air stays between what surrounds it", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 86_400 }), { minLength: 1, maxLength: 40 }), (steps) => {
      const state = settledRoom(build, { temperatureC: 19, relativeHumidityPct: 52 });
      for (const seconds of steps) {
        stepRoom(build, state, { ...still, doorOpenPart: 1 }, seconds);
        expect(state.airC).toBeGreaterThan(winter.temperatureC);
        expect(state.airC).toBeLessThanOrEqual(corridor.temperatureC);
        expect(humidityOf(build, state)).toBeGreaterThan(0);
        expect(humidityOf(build, state)).toBeLessThan(100);
      }
    }),
  );
});

test("paper buffers: the same water moves the humidity of a full store far less than of an empty room", () => {
  const humidityAfter = (bufferGPerPct: number) => {
    const room = { ...closed, bufferGPerPct };
    const state = settledRoom(room, { temperatureC: 19, relativeHumidityPct: 50 });
    for (let n = 0; n < 120; n++) stepRoom(room, state, { ...still, unitVapourGPerS: 200 / 7_200 }, 60);
    return humidityOf(room, state);
  };
  expect(humidityAfter(0.001) - 50).toBeGreaterThan(8);
  expect(humidityAfter(build.bufferGPerPct) - 50).toBeLessThan(3);
});

test.each([
  ["winter", winter, 1],
  ["winter, long steps", winter, 30],
  ["summer", { temperatureC: 34, vapourGM3: vapourGM3(34, 60) }, 30],
])("a climate unit holds its set point: %s", (_, outdoor, seconds) => {
  const limits = {
    temperatureC: { low: 14, high: 24 },
    relativeHumidityPct: { low: 45, high: 60 },
    swing: null,
  };
  const unit = createClimateUnit({ control: "full", limits, volumeM3: build.volumeM3 })!;
  expect(unit.setPoint).toEqual({ temperatureC: 19, relativeHumidityPct: 52.5 });
  const state = settledRoom(build, unit.setPoint);
  let worstC = 0;
  let worstPct = 0;
  for (let t = 0; t < 2 * 86_400; t += seconds) {
    const air = { temperatureC: state.airC, relativeHumidityPct: humidityOf(build, state) };
    const output = unit.control(air);
    stepRoom(
      build,
      state,
      { ...still, outdoor, unitHeatW: output.heatW, unitVapourGPerS: output.vapourGPerS, unitFan: output.fan },
      seconds,
    );
    worstC = Math.max(worstC, Math.abs(state.airC - 19));
    worstPct = Math.max(worstPct, Math.abs(humidityOf(build, state) - 52.5));
  }
  expect(worstC).toBeLessThan(0.5);
  expect(worstPct).toBeLessThan(2);
});

test("without its unit a room drifts towards the cold outdoors and the dry air", () => {
  const state = settledRoom(build, { temperatureC: 19, relativeHumidityPct: 52.5 });
  for (let n = 0; n < 24 * 60; n++) stepRoom(build, state, still, 60);
  expect(state.airC).toBeLessThan(17);
  expect(humidityOf(build, state)).toBeLessThan(50);
});

test("smoke gathers under the ceiling first, then mixes, then settles", () => {
  const state = settledRoom(build, { temperatureC: 19, relativeHumidityPct: 50 });
  stepRoom(build, state, { ...still, fire: { heatW: 0, smokeM2PerS: 1, coGPerS: 0 } }, 1);
  const first = obscurationPctPerM(build, state);
  expect(first).toBeGreaterThan(3);
  for (let n = 0; n < 10; n++) stepRoom(build, state, still, 60);
  const mixed = obscurationPctPerM(build, state);
  expect(mixed).toBeLessThan(first / 3);
  for (let n = 0; n < 24 * 60; n++) stepRoom(build, state, still, 60);
  expect(obscurationPctPerM(build, state)).toBeLessThan(mixed / 20);
});
