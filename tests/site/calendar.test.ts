import { describe, expect, test } from "vitest";
import { folder, head, read } from "./builder.ts";

const days = `date,kind,name
2026-10-01,off,National Day
2026-10-10,work,in place of the bridging day
`;

function calendar(options: { timeZone?: string; weekly?: string } = {}) {
  const zone = options.timeZone ?? "Asia/Shanghai";
  const yaml = head.replace(" }\n", `, time_zone: ${zone} }\n`);
  const weekly = options.weekly === undefined ? "" : `, weekly: ${options.weekly}`;
  return read(`${yaml}calendar: { days_file: days.csv${weekly} }\n`, folder({ "days.csv": days })).site.calendar;
}
const at = (text: string) => Date.parse(text);

describe("working time", () => {
  test.each([
    ["2026-09-30T08:00:00+08:00", true, "a Wednesday, at the first minute"],
    ["2026-09-30T07:59:59+08:00", false, "a second earlier"],
    ["2026-09-30T17:29:59+08:00", true, "the last second"],
    ["2026-09-30T17:30:00+08:00", false, "the end itself"],
    ["2026-10-01T10:00:00+08:00", false, "a holiday on a Thursday"],
    ["2026-10-03T10:00:00+08:00", false, "an ordinary Saturday"],
    ["2026-10-10T10:00:00+08:00", true, "a worked Saturday has the hours of an ordinary day"],
    ["2026-10-10T18:00:00+08:00", false, "and no more of them"],
  ])("%s: %s (%s)", (text, expected) => expect(calendar().isWorkingTime(at(text))).toBe(expected));

  test("a worked weekend day keeps hours of its own where it has some", () => {
    const own = calendar({ weekly: "{ mon: 08:00-17:30, sat: 09:00-12:00 }" });
    expect(own.isWorkingTime(at("2026-10-10T08:30:00+08:00"))).toBe(false);
    expect(own.isWorkingTime(at("2026-10-10T09:30:00+08:00"))).toBe(true);
    expect(own.isWorkingDay(at("2026-10-13T09:30:00+08:00"))).toBe(false);
  });

  test("hours may end at midnight", () => {
    const guarded = calendar({ weekly: "{ wed: 00:00-24:00 }" });
    expect(guarded.isWorkingTime(at("2026-09-30T23:59:59+08:00"))).toBe(true);
    expect(guarded.isWorkingTime(at("2026-10-01T00:00:00+08:00"))).toBe(false);
  });
});

describe("days belong to the site, whatever this machine is set to", () => {
  test("the day changes at the site's midnight", () => {
    const { local } = calendar();
    expect(local(at("2026-11-22T15:59:00Z"))).toEqual({ date: "2026-11-22", minuteOfDay: 1439, weekday: "sun" });
    expect(local(at("2026-11-22T16:00:00Z"))).toEqual({ date: "2026-11-23", minuteOfDay: 0, weekday: "mon" });
  });

  test("a holiday begins at the site's midnight", () => {
    const { isWorkingDay } = calendar();
    expect(isWorkingDay(at("2026-09-30T15:59:59Z"))).toBe(true);
    expect(isWorkingDay(at("2026-09-30T16:00:00Z"))).toBe(false);
  });

  test("half an hour off Greenwich is not rounded", () => {
    expect(calendar({ timeZone: "Asia/Kolkata" }).local(at("2026-11-22T00:00:00Z")).minuteOfDay).toBe(330);
  });
});

describe("where clocks are changed", () => {
  const inBerlin = () => calendar({ timeZone: "Europe/Berlin", weekly: "{ mon: 08:00-17:00, sun: 00:00-04:00 }" });

  test("working hours follow the wall clock: 08:00 is at 06:00 UTC in summer and at 07:00 in winter", () => {
    const berlin = inBerlin();
    expect(berlin.isWorkingTime(at("2026-10-19T06:00:00Z"))).toBe(true);
    expect(berlin.isWorkingTime(at("2026-10-26T06:00:00Z"))).toBe(false);
    expect(berlin.isWorkingTime(at("2026-10-26T07:00:00Z"))).toBe(true);
  });

  test("the hour that comes twice is working time both times, the hour left out is none", () => {
    const berlin = inBerlin();
    expect(berlin.isWorkingTime(at("2026-10-25T00:30:00Z"))).toBe(true); // 02:30 summer time
    expect(berlin.isWorkingTime(at("2026-10-25T01:30:00Z"))).toBe(true); // 02:30 again
    expect(berlin.isWorkingTime(at("2026-10-25T03:00:00Z"))).toBe(false); // 04:00
    expect(berlin.local(at("2026-03-29T01:00:00Z")).minuteOfDay).toBe(180); // 02:00 is 03:00
  });
});

test("a date given twice is refused: which of the two would count?", () => {
  const twice = folder({ "days.csv": "date,kind,name\n2026-10-01,off,a\n2026-10-01,work,b\n" });
  expect(() => read(`${head}calendar: { days_file: days.csv }\n`, twice)).toThrow(
    /days\.csv row 3: expected each date once, found 2026-10-01 again/,
  );
});
