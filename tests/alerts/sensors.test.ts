import { describe, expect, test } from "vitest";
import { noteBattery } from "../../alerts/engine/battery-trend.ts";
import { engineEventOf } from "../../app/engine/log-events.ts";
import type { Values } from "../../contract/index.ts";
import { aRoom, day, hour, minute, second, startMs } from "./builder.ts";

describe("a sensor that stands still", () => {
  const devices = "  - { id: second, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 60s }";
  type Course = (hours: number) => Values;
  /** Fine noise for the first hour shows what the sensor resolves. */
  const fine = (hours: number) => (hours < 1 ? 20 + (Math.round(hours * 60) % 2) / 10 : 20);
  const tables: [what: string, climate: Course, second: Course | null, journal: string[]][] = [
    [
      "of humidity is told after six hours when temperature has moved meanwhile",
      (h) => ({ temperature_c: 18 + h / 3, relative_humidity_pct: fine(h) + 30 }),
      null,
      ["7:00 sensor-stuck raised medium (first-breach)"],
    ],
    [
      "of temperature is told after a day when humidity has moved meanwhile",
      (h) => ({ temperature_c: fine(h), relative_humidity_pct: 47 + h / 3 }),
      null,
      ["25:00 sensor-stuck raised medium (first-breach)"],
    ],
    [
      "is told when its neighbour has felt a degree",
      (h) => ({ temperature_c: fine(h), relative_humidity_pct: 50 }),
      (h) => ({ temperature_c: 19 + h / 5 }),
      ["7:00 sensor-stuck raised medium (first-breach)"],
    ],
    [
      "is not told in a room where nothing moves",
      (h) => ({ temperature_c: fine(h), relative_humidity_pct: 50 + (h % 2) }),
      () => ({ temperature_c: 20 }),
      [],
    ],
    [
      "is not told when it resolves whole degrees only",
      (h) => ({ temperature_c: h < 1 ? 19 : 20, relative_humidity_pct: 50 + h }),
      null,
      [],
    ],
    [
      "is not told of humidity at the end of its scale",
      (h) => ({ temperature_c: 10 + h / 2, relative_humidity_pct: h < 1 ? 99.9 : 100 }),
      null,
      [],
    ],
    [
      "returns with its first other value",
      (h) => ({
        temperature_c: 18 + h / 3,
        relative_humidity_pct: h > 10 ? 50.1 + (Math.round(h * 60) % 2) / 10 : fine(h) + 30,
      }),
      null,
      ["7:00 sensor-stuck raised medium (first-breach)", "10:01 sensor-stuck returned medium (back-within)"],
    ],
  ];
  test.each(tables)("%s", (_, climate, second, journal) => {
    const b = aRoom({ devices });
    for (let ms = 0; ms < 26 * hour; ms += minute) {
      b.sample(ms, climate(ms / hour));
      if (second) b.sample(ms, second(ms / hour), "second");
    }
    expect(b.only("sensor-stuck")).toEqual(journal);
  });

  /** A day in which it tells a new humidity every `restless` minutes, and then the device hangs. */
  test.each([
    [
      "is told after six hours when the device was restless before",
      2,
      ["30:00 sensor-stuck raised medium (first-breach)"],
    ],
    [
      "is told after twice its longest plateau when it was not",
      240,
      ["31:58 sensor-stuck raised medium (first-breach)"],
    ],
  ])("alone in its room %s", (_, restless, journal) => {
    const b = aRoom();
    for (let n = 0; n < 33 * 60; n++) {
      const at = Math.min(n, 24 * 60);
      b.sample(n * minute, { temperature_c: 20, relative_humidity_pct: 50 + (Math.floor(at / restless) % 3) / 10 });
    }
    expect(b.only("sensor-stuck")).toEqual(journal);
  });

  test("tolerates 37 minutes, and a gap in which nobody knows what it did", () => {
    const b = aRoom();
    const at = [...Array(38).keys(), 38 + 8 * 60, 39 + 8 * 60];
    for (const n of at) b.sample(n * minute, { temperature_c: 20, relative_humidity_pct: 46 + n / 60 });
    expect(b.only("sensor-stuck")).toEqual([]);
  });
});

describe("values that cannot be", () => {
  const fault = "temperature_c: expected -40…125 °C, found 300";
  test("are a sensor at fault when there are three within an hour, until there have been none for one", () => {
    const b = aRoom();
    for (const n of [0, 10, 20]) b.sample(n * minute, { relative_humidity_pct: 50 }, "climate", [fault]);
    b.sample(70 * minute, { relative_humidity_pct: 50, temperature_c: 20 });
    b.sample(81 * minute, { relative_humidity_pct: 50, temperature_c: 20 });
    expect(b.journal).toEqual([
      "0:20 sensor-implausible raised medium (first-breach)",
      "1:21 sensor-implausible returned medium (plausible-again)",
    ]);
    expect(b.records[0]?.alarm.detail).toBe(fault);
  });
  test("are nothing when they are rare", () => {
    const b = aRoom();
    for (let n = 0; n < 20; n++) b.sample(n * 61 * minute, { relative_humidity_pct: 50 }, "climate", [fault]);
    expect(b.journal).toEqual([]);
  });
  test("count when nothing of a message can be used", () => {
    const b = aRoom();
    for (const n of [0, 1, 2]) b.sample(n * minute, {}, "climate", ["payload: expected JSON"]);
    expect(b.journal).toEqual(["0:02 sensor-implausible raised medium (first-breach)"]);
  });
  test("reach the engine from the decoder", () => {
    const entry = {
      position: 1,
      receivedAtMs: startMs,
      source: "mqtt",
      origin: "mqtt",
      kind: "message",
      topic: "t",
      payload: Buffer.of(),
    } as const;
    const unreadable = {
      kind: "fault",
      device: "climate",
      unknownDevice: false,
      reason: "payload: expected JSON",
    } as const;
    expect(engineEventOf(entry, unreadable)).toMatchObject({
      kind: "samples",
      device: "climate",
      faults: [unreadable.reason],
    });
  });

  /** Temperatures a minute apart. */
  const spikes: [what: string, temperatures: number[], told: boolean][] = [
    ["there and gone between two samples, three times", [20, 35, 20, 20, 5, 20, 20, 35, 20], true],
    ["twice is bad luck", [20, 35, 20, 20, 5, 20], false],
    ["a fire is hot and stays so", [20, 35, 50, 65, 60, 58, 40, 30, 21], false],
    ["a step is a door in winter", [20, 9, 9, 9, 20, 20, 9, 9, 20], false],
  ];
  test.each(spikes)("%s", (_, temperatures, told) => {
    const b = aRoom();
    temperatures.forEach((temperature_c, n) => b.sample(n * minute, { temperature_c }));
    expect(b.only("sensor-implausible").length > 0).toBe(told);
  });
});

describe("a room that nobody watches", () => {
  const more = "conditions: { sensor-silent: { enabled: true } }";
  const devices = `  - { id: second, room: a-101, quantities: [temperature_c], interval: 60s }
  - { id: leak, room: a-101, quantities: [leak], interval: 24h }`;
  const heard = (b: ReturnType<typeof aRoom>, id: string, fromMs: number, toMs: number) => {
    for (let ms = fromMs; ms <= toMs; ms += minute) b.sample(ms, { temperature_c: 20 }, id);
  };
  test("is told when the last sensor of a kind has fallen silent, one alarm a kind", () => {
    const b = aRoom({ devices, more });
    heard(b, "second", 0, 20 * minute);
    b.tick(hour);
    expect(b.only("room-blind")).toEqual([
      "0:03 room-blind raised high (first-breach)",
      "0:03 sensor-silent suppressed medium (by room-blind 1001)",
    ]);
    expect(b.only("sensor-silent"), "that of the second, later, is another loss").toContain(
      "0:23 sensor-silent raised medium (first-breach)",
    );
    expect(b.records.filter(({ alarm }) => alarm.condition === "room-blind").map(({ alarm }) => alarm.subject)).toEqual(
      ["climate"],
    );
  });
  test("is watched again when each of its quantities is", () => {
    const b = aRoom({ devices, more });
    b.tick(hour);
    heard(b, "second", 61 * minute, 61 * minute);
    const blind = () => b.journal.filter((line) => / room-blind (raised|returned) /.test(line));
    expect(blind()).toEqual(["0:03 room-blind raised high (first-breach)"]);
    b.sample(62 * minute, { temperature_c: 20, relative_humidity_pct: 50 });
    expect(blind().slice(1)).toEqual(["1:02 room-blind returned high (heard-again)"]);
  });
});

describe("a calibration", () => {
  const due = (date: string) =>
    `  - { id: lab, room: a-101, quantities: [temperature_c], calibrations: [{ quantity: temperature_c, on: "2024-01-10", due: "2025-01-10" }, { quantity: temperature_c, on: "2025-01-10", due: "${date}" }] }`;
  test("is told 90 days, 30 days before and on its date, each more urgent", () => {
    const b = aRoom({ devices: due("2027-03-01") });
    b.tick(200 * day);
    expect(b.journal.map((line) => line.replace(/^\S+ /, ""))).toEqual([
      "calibration-due raised low (first-breach)",
      "calibration-due priority-changed medium (worse)",
      "calibration-due priority-changed high (worse)",
    ]);
    expect(b.records.map(({ alarm, atMs }) => [alarm.value, new Date(atMs).toISOString().slice(0, 10)])).toEqual([
      [90, "2026-12-01"],
      [30, "2027-01-30"],
      [0, "2027-03-01"],
    ]);
  });
  test("that is overdue at the start is told at once, and not again at the next", () => {
    const b = aRoom({ devices: due("2026-11-01") });
    b.start(day);
    expect(b.journal).toEqual(["0:00 calibration-due raised high (first-breach)"]);
    expect(b.records[0]?.alarm.value).toBe(-21);
  });
  test("is over with a new date", () => {
    const b = aRoom({ devices: due("2026-11-01") });
    const later = aRoom({ devices: due("2028-01-01") });
    later.restore(b.state());
    later.start(second);
    expect(later.journal).toEqual(["0:00:01 calibration-due returned high (calibrated)"]);
  });
});

describe("two sensors in one room", () => {
  const devices = "  - { id: second, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 60s }";
  /** Ten days apart by an offset of their places, and then what the second makes of it; quarter-hourly. */
  const told = (days: number, secondC: (days: number) => number) => {
    const b = aRoom({ devices });
    for (let ms = 0; ms < days * day; ms += 15 * minute) {
      const swing = Math.sin((ms / day) * 2 * Math.PI);
      b.sample(ms, { temperature_c: 19 + swing });
      b.sample(ms, { temperature_c: 19 + swing + secondC(ms / day) }, "second");
    }
    return b.records
      .filter(({ alarm }) => alarm.condition === "sensor-disagreement")
      .map(({ alarm, transition, atMs }) => `${alarm.device} ${transition} ${Math.floor((atMs - startMs) / hour)}`);
  };
  test("may differ by what they always differed", () => {
    expect(told(20, () => 1.5)).toEqual([]);
  });
  test("disagree when one is off by a degree and a half for a day, and neither is believed more", () => {
    expect(told(14, (days) => (days < 10 ? 0.3 : 1.8))).toEqual(["climate raised 253", "second raised 253"]);
  });
  test("disagree when one drifts", () => {
    expect(told(30, (days) => (days < 10 ? 0 : (days - 10) / 10)).map((line) => line.slice(0, -4))).toEqual([
      "climate raised",
      "second raised",
    ]);
  });
  test("agree again when the stray has come back", () => {
    expect(told(20, (days) => (days < 10 || days > 12 ? 0.3 : 1.8)).map((line) => line.slice(0, -4))).toEqual([
      "climate raised",
      "second raised",
      "climate returned",
      "second returned",
    ]);
  });
});

describe("a battery", () => {
  const battery = "  - { id: cell, room: a-101, quantities: [battery_pct], interval: 1h }";
  /** Hourly percentages by the day; what is told, and when. */
  const told = (days: number, pct: (day: number) => number) => {
    const b = aRoom({ devices: battery });
    for (let ms = 0; ms < days * day; ms += hour) b.sample(ms, { battery_pct: pct(ms / day) }, "cell");
    return b.records.filter(({ alarm }) => alarm.condition === "battery-low");
  };
  test("that leaks is told when it will be empty within the week, and says so", () => {
    const [first, ...more] = told(2, (days) => 95 - 40 * days);
    expect(more).toEqual([]);
    expect(first?.transition).toBe("raised");
    expect((first!.atMs - startMs) / hour).toBe(6);
    expect(first?.alarm.evidence?.[0]?.text.en).toBe("empty in about 2 days at its recent rate");
  });
  test("that runs down in the ordinary way is told at its limit, with the days that are left", () => {
    const records = told(520, (days) => Math.round(95 - 0.15 * days));
    expect(records.map(({ transition }) => transition)).toEqual(["raised"]);
    expect(records[0]?.alarm.value).toBe(20);
    const [, days] = /about (\d+) days/.exec(records[0]!.alarm.evidence![0]!.text.en)!;
    expect(Number(days)).toBeGreaterThan(100);
    expect(Number(days)).toBeLessThan(160);
  });
  test("is not told for the cold of a night, and a new cell ends it", () => {
    expect(told(60, (days) => 60 - 3 * Math.cos(days * 2 * Math.PI))).toEqual([]);
    const changed = told(4, (days) => (days < 2 ? 95 - 40 * days : 99));
    expect(changed.map(({ transition }) => transition)).toEqual(["raised", "returned"]);
  });
  test("remembers little, however long it lasts", () => {
    const trend: number[] = [];
    for (let n = 0; n < 400 * 24; n++) noteBattery(trend, startMs + n * hour, 90 - n / 200);
    expect(trend.length / 2).toBeLessThan(32);
  });
});

test("a sensor of temperature alone that resolves hundredths is told by its own past", () => {
  const b = aRoom({ devices: "  - { id: fine, room: a-101, quantities: [temperature_c], interval: 60s }" });
  for (let n = 0; n < 33 * 60; n++) {
    const at = Math.min(n, 25 * 60);
    b.sample(n * minute, { temperature_c: 20 + (at % 3) / 100 }, "fine");
  }
  expect(b.only("sensor-stuck")).toEqual(["31:00 sensor-stuck raised medium (first-breach)"]);
});
