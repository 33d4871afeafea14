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
