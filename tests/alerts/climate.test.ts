import { describe, expect, test } from "vitest";
import { writeDeviceState } from "../../alerts/index.ts";
import { aRoom, day, hour, minute } from "./builder.ts";

/** Values of one quantity, a sample a quarter of an hour. */
type Course = (hours: number) => number;
const quarterly = (room: ReturnType<typeof aRoom>, hours: number, values: (hours: number) => object) => {
  for (let ms = 0; ms <= hours * hour; ms += 15 * minute) room.sample(ms, values(ms / hour));
};

describe("the swing of a day", () => {
  const calm: Course = () => 20;
  const tables: [what: string, room: string, hours: number, temperature: Course, journal: string[]][] = [
    [
      "is told ten minutes after more than 4 °C",
      "",
      20,
      (h) => (h < 10 ? 18 : 22.1),
      ["10:15 raised medium (first-breach)"],
    ],
    ["is not told at 4 °C", "", 20, (h) => (h < 10 ? 18 : 22), []],
    [
      "is over when the extreme has left the window",
      "",
      40,
      (h) => (h === 5 ? 23 : 18.5),
      ["5:15 raised medium (first-breach)", "29:15 returned medium (back-within)"],
    ],
    [
      "stands while within by less than the hysteresis",
      "",
      40,
      (h) => (h < 1 ? 18 : h < 2 ? 22.1 : 21.7 - (h > 24 ? 3.6 : 0)),
      ["1:15 raised medium (first-breach)"],
    ],
    [
      "is held to the room's own limit",
      "limits: { temperature_swing_c: 2 }",
      20,
      (h) => (h < 10 ? 18 : 20.5),
      ["10:15 raised medium (first-breach)"],
    ],
    ["is not judged where the holdings name none", "profile: uk-general", 20, (h) => (h < 10 ? 14 : 22), []],
    ["is not judged where no plant holds the climate", "climate_control: none", 20, (h) => (h < 10 ? 15 : 22), []],
    ["is nothing where nothing changes", "", 40, calm, []],
  ];
  test.each(tables)("%s", (_, room, hours, temperature, journal) => {
    const b = aRoom({ room });
    quarterly(b, hours, (h) => ({ temperature_c: temperature(h) }));
    expect(b.only("temperature-swing")).toEqual(journal.map((line) => line.replace(" ", " temperature-swing ")));
  });

  test("of humidity is held to 10 %", () => {
    const b = aRoom();
    quarterly(b, 12, (h) => ({ relative_humidity_pct: h < 6 ? 47 : 57.1 }));
    expect(b.only("humidity-swing")).toEqual(["6:15 humidity-swing raised medium (first-breach)"]);
    expect(b.records.find(({ alarm }) => alarm.condition === "humidity-swing")?.alarm).toMatchObject({
      value: 10.1,
      limit: 10,
      unit: "%",
    });
  });

  test("is the distance from the mean of 24 h, where the site chooses that", () => {
    const more = "climate: { swing: deviation }\nconditions: { sensor-silent: { enabled: false } }";
    const steep = (h: number) => ({ temperature_c: h >= 12 && h < 13 ? 21 : 18.5 });
    const b = aRoom({ more });
    quarterly(b, 24, steep);
    expect(b.only("temperature-swing")).toEqual([
      "12:15 temperature-swing raised medium (first-breach)",
      "13:00 temperature-swing returned medium (back-within)",
    ]);
    expect(b.records[0]?.alarm.limit).toBe(2);
    const range = aRoom();
    quarterly(range, 24, steep);
    expect(range.only("temperature-swing")).toEqual([]);
  });

  test("starts anew in another room", () => {
    const devices = `  - { id: mobile, quantities: [temperature_c], assignments: [{ room: outdoor, to: "2026-11-22T18:00:00Z" }, { room: a-101, from: "2026-11-22T18:00:00Z" }] }`;
    const b = aRoom({ devices });
    for (let ms = 0; ms < 20 * hour; ms += 15 * minute)
      b.sample(ms, { temperature_c: ms < 10 * hour ? -3 : 18 }, "mobile");
    expect(b.journal).toEqual([]);
  });

  test("is remembered in at most 8 KiB, however long a day only rises", () => {
    const b = aRoom({
      room: "limits: { temperature_c: -40..80, relative_humidity_pct: 0..100 }",
      more: "climate: { swing: deviation }\nconditions: { preservation-low: { limit: 60 }, sensor-silent: { enabled: false } }",
    });
    for (let n = 0; n < 3 * 1440; n++) {
      b.sample(n * minute, { temperature_c: 15 + n / 1000, relative_humidity_pct: 100 - n / 50 });
    }
    expect(writeDeviceState(b.state().devices.get("climate")!).length).toBeLessThan(8_192);
    // A day of it is 1.44 °C: what was left out to stay small is a few hundredths.
    const { maxima, minima } = b.state().devices.get("climate")!.memory!.temperature_c!.day;
    expect(maxima[1]! - minima[1]!).toBeCloseTo(1.44, 1);
  });
});

describe("close to a limit", () => {
  const on = "conditions: { temperature-near-limit: { enabled: true }, humidity-near-limit: { enabled: true } }";
  const tables: [what: string, temperatures: number[], journal: string[]][] = [
    ["is told as a note after ten minutes", Array(12).fill(23.6), ["0:10 raised low (first-breach)"]],
    ["below likewise", Array(12).fill(14.4), ["0:10 raised low (first-breach)"]],
    ["is not told half a degree inside", Array(12).fill(23.5), []],
    [
      "is over a little further inside",
      [...Array(11).fill(23.6), 23.4, 23.3],
      ["0:10 raised low (first-breach)", "0:12 returned low (back-within)"],
    ],
    ["is the alarm proper's once the limit is crossed", Array(12).fill(24.2), []],
  ];
  test.each(tables)("%s", (_, temperatures, journal) => {
    const b = aRoom({ more: on });
    temperatures.forEach((temperature_c, n) => b.sample(n * minute, { temperature_c }));
    expect(b.only("temperature-near-limit")).toEqual(
      journal.map((line) => line.replace(" ", " temperature-near-limit ")),
    );
  });
  test("says nothing unless it is switched on", () => {
    const b = aRoom();
    for (let n = 0; n < 20; n++) b.sample(n * minute, { temperature_c: 23.9, relative_humidity_pct: 59 });
    expect(b.journal.filter((line) => line.includes("near-limit"))).toEqual([]);
  });
});

describe("the limits of a room without full plant", () => {
  const winter = (room: string, days: number) => {
    const b = aRoom({ room });
    quarterly(b, days * 24, (h) => ({ relative_humidity_pct: h < 1 ? 47 : 30 }));
    return b.only("humidity-low");
  };
  test("are told after ten minutes where there is plant", () => {
    expect(winter("climate_control: full", 2)).toEqual(["1:15 humidity-low raised medium (first-breach)"]);
  });
  test("are told after six hours where a portable unit works", () => {
    expect(winter("climate_control: partial", 2)).toEqual(["7:00 humidity-low raised medium (first-breach)"]);
  });
  test.each([
    ["dry for five hours each night", (h: number) => (h % 24 < 5 ? 40 : 50), []],
    ["dry for eight hours each night", (h: number) => (h % 24 < 8 ? 40 : 50), ["6:00 raised"]],
    [
      "dry for a day, held for a day, dry again",
      (h: number) => (h % 60 < 24 ? 40 : 50),
      ["6:00 raised", "48:00 returned", "66:00 raised", "108:00 returned"],
    ],
  ])("where a portable unit works, and the air is %s", (_, humidityAt, expected) => {
    const b = aRoom({ room: "climate_control: partial" });
    quarterly(b, 5 * 24, (h) => ({ relative_humidity_pct: humidityAt(h) }));
    expect(b.only("humidity-low").map((line) => line.replace(/ humidity-low (\w+) .*/, " $1"))).toEqual(expected);
  });
  test.each([
    ["full", "", 12, true],
    ["partial", "", 12, false],
    ["partial", "", 19.9, false],
    ["partial", "", 20.1, true],
    ["partial", ", limits: { humidity_swing_pct: 10 }", 12, true],
    ["partial", ", conditions: { humidity-swing: { limit: 11 } }", 12, true],
    ["none", "", 40, false],
  ])("where it is %s%s a change of %d %% within a day is told: %s", (control, more, change, told) => {
    const b = aRoom({ room: `climate_control: ${control}${more}` });
    quarterly(b, 36, (h) => ({ relative_humidity_pct: h % 24 < 12 ? 50 - change / 2 : 50 + change / 2 }));
    expect(b.only("humidity-swing").length > 0).toBe(told);
  });
  test("are told once, as a note, when a whole day of winter has been dry where there is none", () => {
    expect(winter("climate_control: none", 120)).toEqual(["25:00 humidity-low raised low (first-breach)"]);
  });
  test("and not at all where every day has its good hour", () => {
    const b = aRoom({ room: "climate_control: none" });
    for (let ms = 0; ms < 10 * day; ms += 15 * minute)
      b.sample(ms, { relative_humidity_pct: (ms / hour) % 24 === 14 ? 50 : 40 });
    expect(b.only("humidity-low")).toEqual([]);
  });
  test("keep what the site file says of them", () => {
    const rule = "climate_control: none, conditions: { humidity-low: { delay: 1h, priority: high } }";
    expect(winter(rule, 2)).toEqual(["2:00 humidity-low raised high (first-breach)"]);
  });
});
