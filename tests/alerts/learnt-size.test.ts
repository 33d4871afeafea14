import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packNumbers, unpackNumbers } from "../../alerts/engine/forecast/packed-numbers.ts";
import { deviceState, readRoomForecast, writeDeviceState, writeRoomForecast } from "../../alerts/index.ts";
import { aRoom, minute } from "./builder.ts";
import { aForetoldRoom, quarter, seeded } from "./forecast-rooms.ts";

const kib = 1_024;

describe("what is learnt of a room", () => {
  /** Every number as long as it can be written, every sensor with the longest name there is. */
  function worst(value: unknown): unknown {
    if (typeof value === "string") return "d".repeat(64);
    if (typeof value === "number")
      return Number.isInteger(value) && value !== 0 ? -12_345_678 : -1.2345678901234567e-100;
    if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value ?? -12_345_678;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, worst(each)]));
  }

  test("takes at most 31 of the 32 KiB it may, with the longest numbers and names too", () => {
    const room = aForetoldRoom();
    const noise = seeded(5);
    for (let n = 0; n < 10 * 96; n++) {
      const outside = { temperature_c: 10 + 5 * noise(), relative_humidity_pct: 60 + 20 * noise() };
      room.sample(n * quarter, outside, "air");
      room.sample(n * quarter, { temperature_c: 20 + 3 * noise(), relative_humidity_pct: 52 + 9 * noise() });
    }
    const learnt = room.state().forecasts.get("a-101")!;
    const text = writeRoomForecast(learnt);
    expect(text.length).toBeGreaterThan(25 * kib);
    expect(text.length).toBeLessThan(31 * kib);
    const longest = { ...(worst(learnt) as typeof learnt), water: null };
    expect(writeRoomForecast(longest).length).toBeGreaterThan(text.length);
    expect(writeRoomForecast(longest).length).toBeLessThan(31 * kib);
  });

  test("is of an earlier version too, written in base64", () => {
    const room = aForetoldRoom();
    for (let n = 0; n < 200; n++) room.sample(n * quarter, { temperature_c: 20, relative_humidity_pct: 50 + (n % 7) });
    const learnt = room.state().forecasts.get("a-101")!;
    const before = JSON.stringify(learnt, (_key, value: unknown) =>
      ArrayBuffer.isView(value)
        ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")
        : value,
    );
    expect(writeRoomForecast(readRoomForecast(before)!)).toBe(writeRoomForecast(learnt));
  });

  test("comes back as it was, byte by byte, and no other text does", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const text = packNumbers(bytes);
        expect(JSON.stringify(text)).toHaveLength(text.length + 2);
        expect(new Uint8Array(unpackNumbers(text, bytes.length)!)).toEqual(bytes);
      }),
    );
    expect(unpackNumbers("#####", 4)).toBeNull();
    expect(unpackNumbers('"0000', 4)).toBeNull();
    expect(unpackNumbers("0000", 4)).toBeNull();
    // The vector of the specification.
    expect(packNumbers(Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b))).toBe("HelloWorld");
  });
});

describe("what is learnt of a device", () => {
  const every = `  - { id: every, room: a-101, quantities: [temperature_c, relative_humidity_pct, smoke_obscuration_pct_per_m, surface_temperature_c, battery_pct, leak, co_ppm, co2_ppm], interval: 60s }
  - { id: sibling, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 60s }`;
  const noise = seeded(11);
  const air: Record<string, (n: number) => { temperature_c: number; relative_humidity_pct: number }> = {
    rising: (n) => ({ temperature_c: 15 + n / 200, relative_humidity_pct: 30 + n / 100 }),
    falling: (n) => ({ temperature_c: 30 - n / 200, relative_humidity_pct: 90 - n / 100 }),
    swinging: (n) => {
      const side = n % 2 ? 1 : -1;
      return { temperature_c: 20 + (n / 400) * side, relative_humidity_pct: 50 + (n / 150) * side };
    },
    restless: () => ({ temperature_c: 20 + 12 * noise(), relative_humidity_pct: 60 + 39.123456 * noise() }),
  };
  const sum = "{ cumulative: { longest: 2h, within: 24h } }";
  const off = "sensor-silent: { enabled: false }";
  const settings: Record<string, string> = {
    "by default": `conditions: { ${off} }`,
    "by the mean of a day": `climate: { swing: deviation }\nconditions: { ${off} }`,
    "by sums of excursions": `conditions: { ${off}, temperature-high: ${sum}, temperature-low: ${sum}, humidity-high: ${sum}, humidity-low: ${sum} }`,
  };
  const cases = Object.keys(air).flatMap((course) => Object.keys(settings).map((judged) => [course, judged] as const));

  /** Samples that wait for what may come before them are no part of it. */
  test.each(cases)("is at most 8 KiB: %s air, judged %s", (course, judged) => {
    const room = aRoom({ devices: every, more: settings[judged]! });
    const rest = {
      smoke_obscuration_pct_per_m: 0.123456,
      surface_temperature_c: 12.345678,
      battery_pct: 71.5,
      leak: 0,
    };
    let most = 0;
    for (let n = 0; n < 30 * 60; n++) {
      room.sample(n * minute, { ...air[course]!(n), ...rest, co_ppm: 1.2345, co2_ppm: 812.3456 }, "every");
      if (n % 5 === 0) room.sample(n * minute, { temperature_c: 20, relative_humidity_pct: 50 }, "sibling");
      if (n % 30 === 29) most = Math.max(most, writeDeviceState(room.state().devices.get("every")!).length);
    }
    // Read back as it was; and from an earlier version's shape, which packed less.
    const state = room.state().devices.get("every")!;
    expect(deviceState.parse(JSON.parse(writeDeviceState(state)))).toEqual(state);
    expect(deviceState.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
    expect(most).toBeGreaterThan(3 * kib);
    expect(most).toBeLessThanOrEqual(8 * kib);
  });
});
