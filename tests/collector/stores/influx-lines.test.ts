import { expect, test } from "vitest";
import type { StoredSample } from "../../../collector/stores/history-schema.ts";
import { alarmPoint, samplePoints, systemPoint } from "../../../collector/stores/influx-lines.ts";
import { createTestSite, movedAt } from "./history-builder.ts";

const site = createTestSite();
const movedAtMs = Date.parse(movedAt);
const sample = (device: string, atMs: number, values: Record<string, number>): StoredSample => ({
  id: 1,
  device,
  atMs,
  receivedAtMs: atMs,
  session: null,
  seq: null,
  flags: 0,
  sameInstant: 0,
  values,
});

test("one sample becomes a point for the climate, one for each state and one for the device itself", () => {
  const values = { temperature_c: 21.5, dew_point_c: 9.2, motion: 1, tamper: 0, battery_pct: 80, rssi_dbm: -60 };
  const tags = { site: "north", building: "a", room: "a-101", device: "th-1" };
  expect(samplePoints({ ...sample("th-1", 1_000, values), sameInstant: 2 }, site)).toEqual([
    { measurement: "environment", tags, fields: { temperature_c: 21.5, dew_point_c: 9.2 }, atMs: 1_002 },
    { measurement: "motion", tags, fields: { state: 1 }, atMs: 1_002 },
    { measurement: "tamper", tags, fields: { state: 0 }, atMs: 1_002 },
    {
      measurement: "device",
      tags: { site: "north", room: "a-101", device: "th-1" },
      fields: { battery_pct: 80, rssi_dbm: -60 },
      atMs: 1_002,
    },
  ]);
});

test("a sample belongs to the room in which the device was then", () => {
  const roomAt = (atMs: number) => samplePoints(sample("mover", atMs, { temperature_c: 20 }), site)[0]?.tags.room;
  expect([roomAt(movedAtMs - 1), roomAt(movedAtMs)]).toEqual(["a-101", "a-102"]);
});

test("a device that nobody has put anywhere is written without room and building", () => {
  expect(samplePoints(sample("stranger", 0, { temperature_c: 20 }), site)[0]?.tags).toEqual({
    site: "north",
    device: "stranger",
  });
});

test("an alarm's events of one millisecond stay apart, and what is not known is left out", () => {
  const alarm = {
    atMs: 5,
    id: "k3j2",
    room: null,
    condition: "disk-low",
    priority: "high",
    transition: "raised",
    state: "unacknowledged",
    value: null,
    limit: 2,
    message: "low",
    by: null,
    sinceRaisedS: 0,
  } as const;
  expect(alarmPoint({ ...alarm, n: 127, sameBefore: 7 }, site)).toEqual({
    measurement: "alarm",
    tags: { site: "north", condition: "disk-low", priority: "high", transition: "raised", n: "7" },
    fields: { id: "k3j2", state: "unacknowledged", limit: 2, message: "low", since_raised_s: 0 },
    atMs: 5,
  });
  const twelfth = alarmPoint({ ...alarm, n: 132, sameBefore: 12 }, site);
  expect([twelfth.tags.n, twelfth.atMs]).toEqual(["2", 6]);
});

test("the system's figures name their part", () => {
  expect(systemPoint({ part: "intake", atMs: 9, values: { backlog: 3 } }, site)).toEqual({
    measurement: "sentry",
    tags: { site: "north", part: "intake" },
    fields: { backlog: 3 },
    atMs: 9,
  });
});
