import { describe, expect, test } from "vitest";
import { createGrid } from "../../../collector/stores/bucket-grid.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = (text: string) => Date.parse(text);
const text = (atMs: number) => new Date(atMs).toISOString();

describe("buckets shorter than a day", () => {
  test("begin at multiples of their length", () => {
    const grid = createGrid(900_000, "Asia/Shanghai");
    expect(text(grid.startOf(at("2024-03-10T10:07:30Z")))).toBe("2024-03-10T10:00:00.000Z");
    expect(text(grid.after(at("2024-03-10T10:00:00Z"), 3))).toBe("2024-03-10T10:45:00.000Z");
  });
});

describe("days are those of the site's time zone", () => {
  test.each([
    ["Asia/Shanghai", "2024-03-10T15:59:59Z", "2024-03-09T16:00:00.000Z"],
    ["Asia/Shanghai", "2024-03-10T16:00:00Z", "2024-03-10T16:00:00.000Z"],
    ["Asia/Kathmandu", "2024-03-10T12:00:00Z", "2024-03-09T18:15:00.000Z"],
    // The day the clocks go forward has 23 hours, the day they go back 25.
    ["Europe/London", "2024-03-31T12:00:00Z", "2024-03-31T00:00:00.000Z"],
    ["Europe/London", "2024-04-01T12:00:00Z", "2024-03-31T23:00:00.000Z"],
    ["Europe/London", "2024-10-27T23:30:00Z", "2024-10-26T23:00:00.000Z"],
    ["Europe/London", "2024-10-28T00:30:00Z", "2024-10-28T00:00:00.000Z"],
    // Midnight does not exist in Santiago on this day, and comes twice in Havana on the other.
    ["America/Santiago", "2024-09-08T12:00:00Z", "2024-09-08T04:00:00.000Z"],
    ["America/Havana", "2024-11-03T12:00:00Z", "2024-11-03T04:00:00.000Z"],
    ["Pacific/Apia", "2024-03-10T12:00:00Z", "2024-03-10T11:00:00.000Z"],
  ])("%s: the day of %s begins at %s", (timeZone, moment, start) => {
    expect(text(createGrid(dayMs, timeZone).startOf(at(moment)))).toBe(start);
  });

  test("every moment lies in its day, in order, over a year of clock changes", () => {
    for (const timeZone of ["Europe/London", "America/Santiago", "America/Havana", "Australia/Lord_Howe"]) {
      const grid = createGrid(dayMs, timeZone);
      for (let atMs = at("2024-01-01T00:10:00Z"); atMs < at("2025-01-01T00:00:00Z"); atMs += 5 * hourMs) {
        const startMs = grid.startOf(atMs);
        expect(startMs).toBeLessThanOrEqual(atMs);
        expect(grid.after(startMs)).toBeGreaterThan(atMs);
        expect(grid.startOf(startMs)).toBe(startMs);
      }
    }
  });

  test("a week is seven calendar days", () => {
    const grid = createGrid(7 * dayMs, "Europe/London");
    const startMs = grid.startOf(at("2024-03-28T12:00:00Z"));
    expect(text(startMs)).toBe("2024-03-28T00:00:00.000Z");
    expect(text(grid.after(startMs))).toBe("2024-04-03T23:00:00.000Z");
  });
});
