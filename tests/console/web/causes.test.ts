import { describe, expect, it } from "vitest";
import { causesOf } from "../../../console/web/pages/alarms/causes.ts";
import { anAlarm } from "../builders.ts";

const idsOf = (alarms: Parameters<typeof causesOf>[0]) =>
  causesOf(alarms).map(({ alarms: all }) => all.map(({ id }) => id));
const at = (time: string) => `2026-11-22T${time}:00.000Z`;

describe("open alarms by their cause", () => {
  it("puts what happens in one room at one time together, the most pressing first", () => {
    const alarms = [
      anAlarm({ id: "1", at: at("08:01"), priority: "high" }),
      anAlarm({ id: "2", at: at("08:03"), priority: "critical" }),
      anAlarm({ id: "3", at: at("09:03"), priority: "medium" }),
      anAlarm({ id: "4", at: at("08:04"), room: "a-102", priority: "low" }),
    ];
    expect(idsOf(alarms)).toEqual([["2", "1"], ["3"], ["4"]]);
  });

  it("says once what is the same in three rooms, and not what is so in two", () => {
    const gone = (room: string) => anAlarm({ id: room, room, condition: "room-blind", at: at("08:01") });
    expect(causesOf(["a", "b", "c"].map(gone))).toMatchObject([{ rooms: ["a", "b", "c"] }]);
    expect(idsOf(["a", "b"].map(gone))).toEqual([["a"], ["b"]]);
  });

  it("keeps exercises apart from what is real, and after it", () => {
    const drill = anAlarm({ id: "drill", priority: "critical", drill: "d1", at: at("08:01") });
    const real = anAlarm({ id: "real", priority: "low", at: at("08:02") });
    expect(idsOf([drill, real])).toEqual([["real"], ["drill"]]);
  });

  it("keeps faults of this system apart from each other", () => {
    const fault = (id: string) => anAlarm({ id, room: null, condition: "disk-low", at: at(`08:0${id}`) });
    expect(idsOf(["1", "2", "3"].map(fault))).toEqual([["3"], ["2"], ["1"]]);
  });
});
