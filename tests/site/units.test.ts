import { describe, expect, test } from "vitest";
import { parseDuration, parseRange } from "../../site/index.ts";
import { size } from "../../site/units.ts";

describe("durations", () => {
  test.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["10m", 600_000],
    ["2h", 7_200_000],
    ["31d", 2_678_400_000],
    ["1.5h", 5_400_000],
    ["0s", 0],
  ])("%s is %i ms", (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(["", "10", "10 m", "-5s", "m", "10min", "1h30m", "1e3s", "∞"])("%j is none", (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});

describe("sizes", () => {
  test.each([
    ["64KiB", 65_536],
    ["1.5MiB", 1_572_864],
    ["4GiB", 4 * 1024 ** 3],
    ["100B", 100],
  ])("%s is %i bytes", (text, bytes) => expect(size.parse(text)).toBe(bytes));

  // A KB is 1,000 bytes to some and 1,024 to others: only the unmistakable units are taken.
  test.each(["64KB", "64k", "64", 64])("%j is none", (text) => expect(size.safeParse(text).success).toBe(false));
});

describe("ranges", () => {
  test.each([
    ["14..24", { low: 14, high: 24 }],
    ["..24", { low: null, high: 24 }],
    ["14..", { low: 14, high: null }],
    ["-18..-5.5", { low: -18, high: -5.5 }],
    ["-5..5", { low: -5, high: 5 }],
  ])("%s", (text, range) => expect(parseRange(text)).toEqual(range));

  test.each(["..", "24..14", "14..14", "14-24", "14...24", "a..b", ""])("%j is none", (text) =>
    expect(parseRange(text)).toBeUndefined(),
  );
});
