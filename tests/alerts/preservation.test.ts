import { describe, expect, test } from "vitest";
import type { Values } from "../../contract/index.ts";
import { aRoom, day, hour, minute } from "./builder.ts";

type Room = ReturnType<typeof aRoom>;
const every = (b: Room, stepMs: number, toMs: number, values: (hours: number) => Values, device = "climate") => {
  for (let ms = 0; ms <= toMs; ms += stepMs) b.sample(ms, values(ms / hour), device);
};
const air = (temperature_c: number, relative_humidity_pct: number) => ({ temperature_c, relative_humidity_pct });
const off = "conditions: { sensor-silent: { enabled: false } }";

describe("mould", () => {
  const tables: [what: string, hours: number, course: (hours: number) => Values, journal: string[]][] = [
    ["is told after an hour within 5 % of the lowest isopleth", 3, () => air(20, 70.7), ["1:00 raised medium"]],
    ["is not told below", 48, () => air(20, 70.5), []],
    ["is told earlier the warmer it is", 3, () => air(30, 69.2), ["1:00 raised medium"]],
    ["is told at 75 % however cold it is", 3, () => air(5, 75), ["1:00 raised medium"]],
    ["is not told in the cold below that", 48, () => air(5, 74), []],
    ["is not told of a door open for half an hour", 3, (h) => air(20, h >= 1 && h < 1.5 ? 80 : 55), []],
    [
      "is over after a dry day, two percent further down",
      60,
      (h) => air(20, h < 2 ? 72 : h < 4 ? 69 : 68),
      ["1:00 raised medium", "28:00 returned medium"],
    ],
    [
      "is one alarm through damp nights and dry noons",
      20 * 24,
      (h) => air(10, h % 24 < 12 ? 85 : 60),
      ["1:00 raised medium"],
    ],
    [
      "begins the dry day anew with every damp hour",
      60,
      (h) => air(20, h < 2 || h === 20 ? 72 : 60),
      ["1:00 raised medium", "44:15 returned medium"],
    ],
    [
      "is not dried by hours that nobody measured",
      100,
      (h) => (h > 3 && h < 90 ? {} : air(20, h < 2 ? 72 : 60)),
      ["1:00 raised medium"],
    ],
    [
      "is more urgent when germination is expected",
      30 * 24,
      () => air(20, 90),
      ["1:00 raised medium", "706:00 priority-changed high"],
    ],
    [
      "stays half way, though the air is dry again",
      30 * 24,
      (h) => air(20, h < 20 * 24 ? 90 : 50),
      ["1:00 raised medium"],
    ],
  ];
  test.each(tables)("%s", (_, hours, course, journal) => {
    const b = aRoom();
    every(b, hours > 100 ? hour : 15 * minute, hours * hour, course);
    const found = b.only("mould-risk").map((line) => line.replace(" mould-risk", ""));
    expect(found).toEqual(journal.map((line) => expect.stringContaining(line)));
  });

  test("is forgotten after thirty days of dry air", () => {
    const b = aRoom();
    every(b, hour, 70 * day, (h) => air(20, h < 20 * 24 ? 90 : 50));
    expect(b.only("mould-risk").map((line) => line.slice(line.indexOf(" ") + 1))).toEqual([
      "mould-risk raised medium (first-breach)",
      "mould-risk returned medium (back-within)",
    ]);
  });

  test("goes the way that the published models say", () => {
    const b = aRoom({ room: "mould_class: very" });
    every(b, hour, 30 * day, () => air(20, 90));
    const { germination, index } = b.state().devices.get("climate")!.memory!.mould!;
    expect(germination).toBeCloseTo(1.01994, 3);
    expect(index).toBeCloseTo(1.03791, 3);
  });
});

describe("condensation", () => {
  const devices = `  - { id: wall, room: a-101, quantities: [surface_temperature_c], interval: 60s }
  - { id: roof, room: outdoor, quantities: [temperature_c], interval: 60s }`;
  const at = (surface: number, room = "") => {
    const b = aRoom({ devices, room });
    for (let ms = 0; ms <= hour; ms += 5 * minute) {
      b.sample(ms, air(20, 50));
      b.sample(ms, { surface_temperature_c: surface }, "wall");
    }
    return b.only("condensation-risk").map((line) => line.replace(" condensation-risk", ""));
  };
  // The dew point of 20 °C and 50 % is 9.3 °C.
  test.each([
    ["is told two degrees above the dew point", 11.2, ["0:10 raised medium (first-breach)"]],
    ["is not told above", 11.4, []],
    ["is more urgent at the dew point", 9.2, ["0:10 raised high (first-breach)"]],
  ])("%s", (_, surface, journal) => {
    expect(at(surface)).toEqual(journal);
  });

  test("is over half a degree further up", () => {
    const b = aRoom({ devices });
    for (let ms = 0; ms <= 3 * hour; ms += 5 * minute) {
      b.sample(ms, air(20, 50));
      b.sample(ms, { surface_temperature_c: ms < hour ? 11 : ms < 2 * hour ? 11.7 : 11.9 }, "wall");
    }
    expect(b.only("condensation-risk")).toEqual([
      "0:10 condensation-risk raised medium (first-breach)",
      "2:00 condensation-risk returned medium (back-within)",
    ]);
  });

  const winter = (room: string, outdoorC: number) => {
    const b = aRoom({ devices, room });
    for (let ms = 0; ms <= hour; ms += 5 * minute) {
      b.sample(ms, { temperature_c: outdoorC }, "roof");
      b.sample(ms, air(20, 50));
    }
    return b.only("condensation-risk").length;
  };
  test("is estimated for an outer wall whose insulation is known", () => {
    expect(winter("wall_factor: 0.7", -10)).toBe(1);
    expect(winter("wall_factor: 0.7", 0)).toBe(0);
    expect(winter("", -10)).toBe(0);
  });
});

describe("the preservation index", () => {
  const target = "conditions: { preservation-low: { limit: 45 }, sensor-silent: { enabled: false } }";
  test("is told when thirty days do not reach the target, from seven days of data on", () => {
    const b = aRoom({ more: target });
    every(b, hour, 60 * day, (h) => (h < 20 * 24 ? air(20, 50) : air(15, 45)));
    expect(b.only("preservation-low")).toEqual([
      "168:00 preservation-low raised low (first-breach)",
      expect.stringContaining("preservation-low returned low (back-within)"),
    ]);
    expect(b.records[0]?.alarm).toMatchObject({ value: 41.8, limit: 45, unit: "y" });
  });
  test("has no target of its own", () => {
    const b = aRoom({ more: off });
    every(b, hour, 30 * day, () => air(28, 50));
    expect(b.only("preservation-low")).toEqual([]);
  });
});
