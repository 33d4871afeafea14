import { describe, expect, test } from "vitest";
import { ownClimateBand, type Point } from "../../climate/index.ts";

const hour = 3_600_000;
const day = 24 * hour;
const firstDay = Date.parse("2025-01-01T00:00:00Z");

/** Hours of a room from the first day on, by the number of the day and the hour within it. */
function hours(days: number, value: (day: number, hour: number) => number, heard = (_day: number) => true): Point[] {
  return Array.from({ length: days * 24 }, (_, n) => ({ n, day: Math.floor(n / 24) }))
    .filter(({ day }) => heard(day))
    .map(({ n, day }) => ({ atMs: firstDay + n * hour, value: value(day, n % 24) }));
}
const bandOn = (dayNumber: number, points: Point[], leastPct = 10) =>
  ownClimateBand(points, { dayStartMs: firstDay + dayNumber * day, leastPct });
const of = (low: number, high: number) => ({ band: { low, high }, fromMs: null });
const notBefore = (dayNumber: number) => ({ band: null, fromMs: firstDay + dayNumber * day });

/** 50 % in the mean of the year, 15 % drier in January than in July. */
const seasons = (n: number) => 50 - 15 * Math.cos((2 * Math.PI * n) / 365);
/** Within a day evenly from −12 to +11 %. */
const restless = (_: number, h: number) => 50 + (h - 12);

describe("the band of a room's own past", () => {
  test.each<
    [what: string, points: Point[], day: number, expected: ReturnType<typeof of> | ReturnType<typeof notBefore>]
  >([
    ["even air has ten to either side", hours(400, () => 48), 400, of(38, 58)],
    // 15 · 0.989 (what a mean of 30 days leaves of a year's wave) · cos of the 31st day below 50, and ten to either side.
    ["in January the level is that of January", hours(396, seasons), 396, of(27.2, 47.2)],
    // Hours −12 … 11 of each day, the level −0.5 below their middle: the 7th percentile of 24 values is the second lowest.
    ["restless air has its 7th and 93rd percentile", hours(400, restless), 400, of(39, 60)],
    ["in July the level is that of July", hours(396 + 151, seasons), 365 + 182, of(54.8, 74.8)],
    ["at 12 % nothing below 2", hours(400, () => 12), 400, of(2, 22)],
    ["at 3 % nothing below 0", hours(400, () => 3), 400, of(0, 13)],
    ["nothing is known", [], 0, notBefore(395)],
    ["a month is too short", hours(30, () => 48), 30, notBefore(395)],
    ["a year is too short", hours(365, () => 48), 365, notBefore(395)],
    ["thirteen months are enough", hours(395, () => 48), 395, of(38, 58)],
    [
      "a lost fortnight is bearable",
      hours(
        395,
        () => 48,
        (n) => n < 200 || n > 213,
      ),
      395,
      of(38, 58),
    ],
    // The gap must have left both the past 13 months and the month around the same day.
    [
      "a lost quarter is not",
      hours(
        395,
        () => 48,
        (n) => n < 150 || n > 260,
      ),
      395,
      notBefore(633),
    ],
    [
      "without a month around the same day there is no level",
      hours(
        395,
        () => 48,
        (n) => n < 20 || n > 45,
      ),
      395,
      notBefore(418),
    ],
  ])("%s", (_, points, dayNumber, expected) => {
    expect(bandOn(dayNumber, points)).toEqual(expected);
  });

  test("what is yet to come changes nothing", () => {
    const points = hours(500, seasons);
    expect(bandOn(400, points)).toEqual(
      bandOn(
        400,
        points.filter(({ atMs }) => atMs < firstDay + 400 * day),
      ),
    );
  });
});
