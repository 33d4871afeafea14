import fc from "fast-check";
import { expect, test } from "vitest";
import { alarm, deviceState, type EngineState, type EngineTransition, writeDeviceState } from "../../alerts/index.ts";
import type { Values } from "../../contract/index.ts";
import { aRoom, minute } from "./builder.ts";

/** The state as the store writes and reads it. */
function stored(state: EngineState): EngineState {
  const copy = <T>(map: Map<string, T>, write: (value: T) => string, parse: (value: unknown) => T) =>
    new Map([...map].map(([key, value]) => [key, parse(JSON.parse(write(value)))] as const));
  return {
    ...structuredClone(state),
    devices: copy(state.devices, writeDeviceState, (value) => deviceState.parse(value)),
    alarms: copy(state.alarms, JSON.stringify, (value) => alarm.parse(value)),
  };
}

const asKept = (transition: EngineTransition) => ({ ...transition, alarm: alarm.parse(transition.alarm) });

const devices = `  - { id: second, room: a-101, quantities: [temperature_c, surface_temperature_c], interval: 60s, calibrations: [{ quantity: temperature_c, on: "2026-01-01", due: "2026-12-23" }] }
  - { id: smoke, room: a-101, quantities: [smoke_obscuration_pct_per_m, battery_pct, leak], interval: 60s }`;
const more =
  "climate: { swing: deviation }\nconditions: { preservation-low: { limit: 60 }, humidity-near-limit: { enabled: true }, humidity-high: { cumulative: { longest: 2h, within: 24h } } }";

const value = (min: number, max: number) => fc.integer({ min: min * 2, max: max * 2 }).map((n) => n / 2);
const climate: fc.Arbitrary<Values> = fc.record({ temperature_c: value(10, 60), relative_humidity_pct: value(40, 95) });
const second: fc.Arbitrary<Values> = fc.record({ temperature_c: value(18, 22), surface_temperature_c: value(5, 20) });
const smoke: fc.Arbitrary<Values> = fc.record({
  smoke_obscuration_pct_per_m: value(0, 1),
  battery_pct: value(10, 30),
  leak: fc.constantFrom(0, 1),
});
const event = fc.record({
  afterMs: fc.constantFrom(minute / 2, 5 * minute, 20 * minute, 400 * minute, 1_500 * minute),
  what: fc.oneof(
    climate.map((values) => ({ device: "climate", values, faults: [] as string[] })),
    climate.map((values) => ({ device: "climate", values, faults: ["payload: no"] })),
    second.map((values) => ({ device: "second", values, faults: [] as string[] })),
    smoke.map((values) => ({ device: "smoke", values, faults: [] as string[] })),
  ),
});

test("a state that was stored and read between any two events goes on as if it had not been", () => {
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 5, maxLength: 60 }),
      fc.array(fc.nat(60), { maxLength: 6 }),
      (events, cuts) => {
        const through = aRoom({ devices, more });
        const cut = aRoom({ devices, more });
        let atMs = 0;
        events.forEach(({ afterMs, what: { device, values, faults } }, n) => {
          atMs += afterMs;
          through.sample(atMs, values, device, faults);
          if (cuts.includes(n)) cut.restore(stored(cut.state()));
          cut.sample(atMs, values, device, faults);
        });
        expect(cut.records.map(asKept)).toEqual(through.records.map(asKept));
        expect(stored(cut.state())).toEqual(stored(through.state()));
      },
    ),
    { numRuns: 80 },
  );
});
