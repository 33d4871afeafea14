import { describe, expect, test } from "vitest";
import { aRoom, minute, second } from "./builder.ts";

describe("heat", () => {
  /** A temperature every half minute. */
  const tables: [what: string, temperatures: number[], journal: string[]][] = [
    ["is told at 46 °C at once", [45.9, 45.9, 46], ["0:01 raised high (first-breach)"]],
    ["is not told below", [40, 42, 44, 45.9], []],
    [
      "is critical at 56 °C",
      [54, 56],
      ["0:00 raised high (first-breach)", "0:00:30 priority-changed critical (worse)"],
    ],
    ["is told at 36 °C while it rises by more than 4 K/min", [33, 35.5, 38], ["0:01 raised high (first-breach)"]],
    ["is not told at 36 °C while it rises by less", [35, 36, 37, 38, 39], []],
    [
      "is critical at 46 °C while it rises",
      [30, 34, 38, 42, 46],
      ["0:01 raised high (first-breach)", "0:02 priority-changed critical (worse)"],
    ],
    ["is critical at once where it comes at once", [20, 60], ["0:00:30 raised critical (first-breach)"]],
    [
      "stands when the rise slows, and returns below 34 °C",
      [30, 35, 40, 41, 41, 41, 36, 34, 33.9],
      ["0:01 raised", "0:04 returned"],
    ],
    ["takes no fall for a rise", [60, 40, 36, 33], ["0:00 raised critical (first-breach)", "0:01:30 returned"]],
  ];
  test.each(tables)("%s", (_, temperatures, journal) => {
    const b = aRoom();
    temperatures.forEach((temperature_c, n) => b.sample(n * 30 * second, { temperature_c }));
    const found = b.only("heat-rise").map((line) => line.replace(" heat-rise", ""));
    expect(found).toEqual(journal.map((line) => expect.stringContaining(line)));
  });

  test("that has become worse must be acknowledged anew", () => {
    const b = aRoom();
    b.sample(0, { temperature_c: 47 });
    b.operator("acknowledge", b.records[0]!.alarm.id, second);
    b.sample(minute, { temperature_c: 58 });
    expect(b.records.at(-1)?.alarm).toMatchObject({
      state: "unacknowledged",
      acknowledgedBy: null,
      value: 58,
      limit: 36,
    });
  });

  test("is latched until a person resets it", () => {
    const b = aRoom();
    b.sample(0, { temperature_c: 47 });
    b.sample(minute, { temperature_c: 20 });
    b.operator("acknowledge", b.records[0]!.alarm.id, 2 * minute);
    expect(b.records.at(-1)?.alarm.state).toBe("latched");
  });

  test("outdoors is the sun", () => {
    const b = aRoom({ devices: "  - { id: roof, room: outdoor, quantities: [temperature_c] }" });
    b.sample(0, { temperature_c: 61 }, "roof");
    expect(b.journal).toEqual([]);
  });
});

describe("smoke above what a detector measures in clean air", () => {
  const devices = "  - { id: smoke, room: a-101, quantities: [smoke_obscuration_pct_per_m], interval: 60s }";
  /** So many days of clean air, and then these values a minute apart. */
  const after = (days: number, clean: (n: number) => number, values: number[]) => {
    const b = aRoom({ devices });
    for (let n = 0; n < days * 1440; n++) b.sample(n * minute, { smoke_obscuration_pct_per_m: clean(n) }, "smoke");
    values.forEach((value, n) => b.sample((days * 1440 + n) * minute, { smoke_obscuration_pct_per_m: value }, "smoke"));
    return b.only("smoke-prealarm").map((line) => line.replace(/^\S+ smoke-prealarm /, ""));
  };
  const clean = (n: number) => 0.02 + (n % 3) * 0.01;
  const raised = "raised high (first-breach)";
  const tables: [what: string, days: number, clean: (n: number) => number, values: number[], journal: string[]][] = [
    ["is told at half the fixed limit above it, twice", 2, clean, [0.13, 0.13], [raised]],
    ["is not told once", 2, clean, [0.15, 0.02, 0.15, 0.02], []],
    ["is not told before a day of clean air is known", 0.9, clean, [0.15, 0.15, 0.15], []],
    ["at the fixed limit is told at once, known or not", 0, clean, [0.2], [raised]],
    [
      "stands until it is near the usual again",
      2,
      clean,
      [0.15, 0.15, 0.08, 0.06],
      [raised, "returned high (back-within)"],
    ],
    ["does not take dust of weeks for smoke", 25, (n) => 0.02 + (0.06 * n) / (25 * 1440), [0.15, 0.15], []],
    [
      "takes what grows within a day for smoke",
      2,
      (n) => (n < 1440 ? 0.02 : 0.02 + (0.15 * (n - 1440)) / 1440),
      [],
      [raised],
    ],
    ["of a detector as dusty as half the limit has the fixed limit alone", 2, () => 0.15, [0.19, 0.19, 0.2], [raised]],
  ];
  test.each(tables)("%s", (_, days, course, values, journal) => {
    expect(after(days, course, values)).toEqual(journal);
  });
});

describe("what a device says by itself", () => {
  const devices = "  - { id: d, room: a-101, quantities: [leak, tamper, battery_pct] }";
  const tables: [what: string, quantity: string, values: number[], journal: string[]][] = [
    ["water is told at once", "leak", [0, 1], ["0:01 water-leak raised critical (first-breach)"]],
    [
      "water returns when it has dried",
      "leak",
      [1, 0],
      ["0:00 water-leak raised critical (first-breach)", "0:01 water-leak returned critical (back-within)"],
    ],
    ["tampering is told at once", "tamper", [0, 1], ["0:01 tamper raised high (first-breach)"]],
    ["a battery is told at 20 %", "battery_pct", [21, 20], ["0:01 battery-low raised low (first-breach)"]],
    [
      "a battery does not flicker about 20 %",
      "battery_pct",
      [20, 23, 20, 25, 19],
      ["0:00 battery-low raised low (first-breach)"],
    ],
    [
      "a new battery is heard",
      "battery_pct",
      [20, 100],
      ["0:00 battery-low raised low (first-breach)", "0:01 battery-low returned low (back-within)"],
    ],
  ];
  test.each(tables)("%s", (_, quantity, values, journal) => {
    const b = aRoom({ devices });
    values.forEach((value, n) => b.sample(n * minute, { [quantity]: value }, "d"));
    expect(b.journal).toEqual(journal);
  });
});
