import fc from "fast-check";
import { expect, test } from "vitest";
import { deviceState, writeDeviceState } from "../../alerts/index.ts";
import { aRoom, minute } from "./builder.ts";

const dayMs = 24 * 60 * minute;

/** Largest − smallest of the last 24 h after each sample, the slow way. */
function swings(values: number[], stepMs: number): number[] {
  const perDay = Math.floor(dayMs / stepMs);
  return values.map((_, n) => {
    const day = values.slice(Math.max(0, n - perDay), n + 1);
    return Math.max(...day) - Math.min(...day);
  });
}

/** When the swing alarm was raised and returned, in minutes from the start. */
function stays(values: number[]) {
  const room = aRoom({ room: "climate_control: full", more: "conditions: { sensor-silent: { enabled: false } }" });
  values.forEach((relative_humidity_pct, n) => void room.sample(n * minute, { relative_humidity_pct }));
  const told = room.records.filter(({ alarm }) => alarm.condition === "humidity-swing");
  const [first] = room.records;
  const startMs = first ? room.state().nowMs - (values.length - 1) * minute : 0;
  return { state: room.state(), told: told.map(({ transition, atMs }) => [transition, (atMs - startMs) / minute]) };
}

test("a day of slow rises and falls in small steps is told to the minute, and its state stays small", () => {
  // Through a third of the scale and back within a day, every minute another value: 240 points decide its extremes.
  const values = Array.from({ length: 4_000 }, (_, n) => {
    const slow = n < 1_500 ? Math.min(n, 240) / 20 : Math.max(0, 12 - (n - 1_500) / 20);
    return Math.round((45 + slow) * 1e4) / 1e4;
  });
  const expected = swings(values, minute);
  const beyond = expected.findIndex((swing) => swing > 10);
  const back = expected.findIndex((swing, n) => n > beyond && swing <= 8);
  const { state, told } = stays(values);
  const raised = told.find(([transition]) => transition === "raised");
  expect(raised).toEqual(["raised", beyond + 10]);
  expect(told.find(([transition]) => transition === "returned")).toEqual(["returned", back]);
  expect(writeDeviceState(state.devices.get("climate")!).length).toBeLessThan(8_192);
});

test("what is stored of a device is read back as it was", () => {
  const value = fc.double({ min: -40, max: 100, noNaN: true });
  const samples = fc.array(fc.tuple(fc.integer({ min: 1, max: 4_000_000 }), value, value), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(samples, (list) => {
      const room = aRoom();
      let atMs = 0;
      for (const [stepMs, temperature_c, humidity] of list) {
        atMs += stepMs;
        room.sample(atMs, { temperature_c, relative_humidity_pct: Math.abs(humidity) });
      }
      const device = room.state().devices.get("climate")!;
      const read = deviceState.parse(JSON.parse(writeDeviceState(device)));
      expect(read).toEqual(deviceState.parse(JSON.parse(JSON.stringify(device))));
    }),
    { numRuns: 100 },
  );
});
