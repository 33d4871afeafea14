import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  calendarDaySwings,
  emptySwing,
  largestRollingSwing,
  percentile,
  rollSwing,
  seasonalBand,
} from "../../climate/index.ts";
import { vectors } from "./vectors.ts";

const hourMs = 3_600_000;

describe("rolling swing", () => {
  test.each(vectors.rolling_24h_swing)("of $values at $hours is $swing", ({ hours, values, swing }) => {
    const samples = hours.map((hour, at) => ({ atMs: hour * hourMs, value: values[at]! }));
    expect(largestRollingSwing(samples)?.swing).toBeCloseTo(swing, 9);
  });

  test("one sample at a time is what a search of the whole window finds, in and out of order", () => {
    const sample = fc.record({ atMs: fc.integer({ min: 0, max: 300 }), value: fc.integer({ min: 0, max: 20 }) });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 60 }), (samples) => {
        const rolling = emptySwing();
        samples.forEach((next, at) => {
          const found = rollSwing(rolling, next, 100);
          const seen = samples.slice(0, at + 1);
          const newestMs = Math.max(...seen.map((s) => s.atMs));
          const values = seen.filter((s) => s.atMs > newestMs - 100).map((s) => s.value);
          expect(found).toBe(Math.max(...values) - Math.min(...values));
        });
      }),
    );
  });

  test("nothing has no swing", () => {
    expect(largestRollingSwing([])).toBeUndefined();
  });
});

test("calendar days are those of the place", () => {
  const samples = [
    { atMs: Date.parse("2024-03-01T15:59:00Z"), value: 10 },
    { atMs: Date.parse("2024-03-01T16:01:00Z"), value: 14 },
    { atMs: Date.parse("2024-03-01T23:00:00Z"), value: 11 },
  ];
  const utc = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);
  const shanghai = (atMs: number) => new Date(atMs + 8 * hourMs).toISOString().slice(0, 10);
  expect(calendarDaySwings(samples, utc)).toEqual([{ day: "2024-03-01", min: 10, max: 14, swing: 4 }]);
  expect(calendarDaySwings(samples, shanghai)).toEqual([
    { day: "2024-03-01", min: 10, max: 10, swing: 0 },
    { day: "2024-03-02", min: 11, max: 14, swing: 3 },
  ]);
});

test.each(vectors.percentile_type7)("percentiles of $sorted_values", ({ sorted_values, p7, p50, p93 }) => {
  expect(percentile(sorted_values, 0.07)).toBeCloseTo(p7, 9);
  expect(percentile(sorted_values, 0.5)).toBeCloseTo(p50, 9);
  expect(percentile(sorted_values, 0.93)).toBeCloseTo(p93, 9);
});

describe("seasonal band", () => {
  const days = (count: number, value: (day: number) => number) =>
    Array.from({ length: count }, (_, day) => ({ atMs: day * 24 * hourMs, value: value(day) }));

  test("a slow drift is season, not fluctuation", () => {
    const band = seasonalBand(days(100, (day) => day / 10));
    expect(band?.seasonal).toHaveLength(100 - 30);
    expect(band?.p7).toBeCloseTo(0, 9);
    expect(band?.p93).toBeCloseTo(0, 9);
  });

  test("a series shorter than one window has none", () => {
    expect(seasonalBand(days(30, () => 50))).toBeUndefined();
    expect(seasonalBand([])).toBeUndefined();
  });
});
