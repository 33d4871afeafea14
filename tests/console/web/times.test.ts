import { describe, expect, it, vi } from "vitest";

// The page's own modules look at the browser as they load.
vi.stubGlobal("navigator", { languages: ["en-GB"] });
const { dayStartMs, dayTextOf, fieldTextOf, lengthOf, msOfField, timeZone } = await import(
  "../../../console/web/language.ts"
);

describe("times in fields", () => {
  it.each([
    ["Asia/Shanghai", "2026-11-22T08:00", "2026-11-22T00:00:00.000Z"],
    ["Europe/London", "2026-07-01T08:00", "2026-07-01T07:00:00.000Z"],
    ["Europe/London", "2026-10-25T12:00", "2026-10-25T12:00:00.000Z"],
    ["America/New_York", "2026-03-08T00:30", "2026-03-08T05:30:00.000Z"],
    ["America/New_York", "2026-03-08T03:30", "2026-03-08T07:30:00.000Z"],
  ])("are those of the site: %s %s", (zone, text, instant) => {
    timeZone.value = zone;
    expect(new Date(msOfField(text)).toISOString()).toBe(instant);
    expect(fieldTextOf(Date.parse(instant))).toBe(text);
  });

  it("begin a day where the site is", () => {
    timeZone.value = "Asia/Shanghai";
    expect(new Date(dayStartMs("2026-11-23")).toISOString()).toBe("2026-11-22T16:00:00.000Z");
    expect(dayTextOf(Date.parse("2026-11-22T16:00:00Z"))).toBe("2026-11-23");
  });

  it("are lengths without needless zeros", () => {
    expect([20_000, 1_800_000, 3_600_000, 9_600_000, 90_000_000].map(lengthOf)).toEqual([
      "under 1 min",
      "30 min",
      "1 h",
      "2 h 40",
      "1 d 1 h",
    ]);
  });
});
