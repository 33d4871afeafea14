import { describe, expect, test } from "vitest";
import { controlTypeOf } from "../../climate/index.ts";

const hour = 3_600_000;
const year = 365 * 24;

/** A year of hours, a temperature and a humidity each. */
const aYear = (temperatureC: (hour: number) => number, relativeHumidityPct: (hour: number) => number) =>
  Array.from({ length: year }, (_, h) => {
    return { atMs: h * hour, temperatureC: temperatureC(h), relativeHumidityPct: relativeHumidityPct(h) };
  });
const season = (middle: number, by: number) => (h: number) => middle + by * Math.sin((2 * Math.PI * h) / year);
const daily = (course: (h: number) => number, by: number) => (h: number) => course(h) + (h % 2 === 0 ? by : -by);

describe("the type of control", () => {
  test.each([
    ["AA: nothing moves", () => 20, () => 50, "AA"],
    ["AA: to five degrees with the season", season(20, 4.9), daily(() => 50, 4.9), "AA"],
    ["A1: humidity with the season, by ten", season(20, 4.9), daily(season(50, 9.9), 4), "A1"],
    ["A1: a colder winter", (h: number) => (h > 6_000 ? 12 : 20), daily(season(50, 8), 4), "A1"],
    ["A2: ten from hour to hour, without season", () => 20, daily(() => 50, 9.9), "A2"],
    ["B: ten from hour to hour and with the season", () => 20, daily(season(50, 9), 9.5), "B"],
    ["B: five degrees from hour to hour", daily(() => 20, 4.9), () => 50, "B"],
    ["C: anything from 25 to 75", daily(season(15, 9), 5), daily(season(50, 20), 4), "C"],
    ["D: only not damp", () => 40, () => 20, "D"],
    ["none: damp", () => 20, () => 80, null],
  ] as const)("%s", (_, t, rh, type) => expect(controlTypeOf(aYear(t, rh))?.type).toBe(type));

  test("is that of 95 % of the samples", () => {
    const damp = (share: number) =>
      aYear(
        () => 20,
        (h) => (h % 100 < share ? 70 : 50),
      );
    expect(controlTypeOf(damp(4))?.type).toBe("AA");
    expect(controlTypeOf(damp(6))?.type).not.toBe("AA");
  });

  test("of nothing is none", () => expect(controlTypeOf([])).toBeNull());
});
