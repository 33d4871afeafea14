import { describe, expect, test } from "vitest";
import { relativeHumidityAtPct } from "../../climate/index.ts";
import { aRoom, day, hour, minute } from "./builder.ts";

const more = "conditions: { sensor-silent: { enabled: false } }";
const devices = `  - { id: smoke, room: a-101, quantities: [smoke_obscuration_pct_per_m], interval: 60s }
  - { id: leak, room: a-101, quantities: [leak], interval: 60s }`;

/** Outdoor air of a northern winter: fronts of a week or so, nights, and a thaw in the middle of it. */
function outdoor(hours: number) {
  const front = 5 * Math.sin(hours / 23) + 3 * Math.sin(hours / 61);
  const thaw = Math.abs(hours - 60 * 24) < 36 ? 14 : 0;
  return { temperatureC: -6 + front + thaw + 3 * Math.sin((2 * Math.PI * hours) / 24), relativeHumidityPct: 80 };
}

/** The same air, heated to 20 °C and not humidified, in a room that follows it with the day. */
function indoor(hours: number) {
  const temperatureC = 20 + Math.sin((2 * Math.PI * hours) / 24);
  const outside = outdoor(hours);
  const humidityPct = relativeHumidityAtPct({ ...outside, newTemperatureC: temperatureC }) ?? 0;
  return { temperature_c: temperatureC, relative_humidity_pct: Math.round((humidityPct + 12) * 10) / 10 };
}

/** Four months of it, and what a test does in between. */
function aWinter(
  climateControl: string,
  days = 120,
  also: (b: ReturnType<typeof aRoom>, hours: number) => void = () => {},
) {
  const b = aRoom({ room: `climate_control: ${climateControl}`, devices, more });
  for (let ms = 0; ms <= days * day; ms += 15 * minute) {
    also(b, ms / hour);
    b.sample(ms, indoor(ms / hour));
  }
  return b;
}
const raised = (b: ReturnType<typeof aRoom>) =>
  b.records
    .filter(({ transition }) => transition === "raised")
    .map(({ alarm }) => `${alarm.condition} ${alarm.priority}`);

describe("a northern winter without humidifiers", () => {
  test("is dry indeed, and crosses the limit again and again", () => {
    const values = Array.from({ length: 120 * 24 }, (_, h) => indoor(h).relative_humidity_pct);
    expect(Math.min(...values)).toBeLessThan(25);
    expect(values.filter((value, at) => at > 0 && value >= 45 !== values[at - 1]! >= 45).length).toBeGreaterThan(2);
  });

  test("is a note or two in four months where there is no plant", () => {
    const told = raised(aWinter("none"));
    expect(new Set(told)).toEqual(new Set(["humidity-low low"]));
    expect(told.length).toBeLessThanOrEqual(2);
  });

  test("is told in spells where a portable unit works against it, and not each night", () => {
    const told = raised(aWinter("partial"));
    // The thaw comes and goes within a day: a change that no slow air would be spared.
    expect(told.sort()).toEqual(["humidity-low medium", "humidity-swing medium"]);
  });

  test("is an alarm where there is plant, which has failed then", () => {
    expect(raised(aWinter("full", 3))).toContain("humidity-low medium");
  });

  test("hides no smoke, water or mould", () => {
    const b = aWinter("none", 20, (room, hours) => {
      if (hours === 10 * 24) room.sample(hours * hour, { smoke_obscuration_pct_per_m: 3 }, "smoke");
      if (hours === 11 * 24) room.sample(hours * hour, { leak: 1 }, "leak");
    });
    // A heating pipe steams for a night.
    for (let h = 20 * 24; h < 20 * 24 + 12; h += 0.25) {
      b.sample(h * hour, { temperature_c: 22, relative_humidity_pct: Math.min(85, 30 + (h - 20 * 24) * 20) });
    }
    expect(raised(b)).toEqual(
      expect.arrayContaining(["smoke-alarm critical", "water-leak critical", "mould-risk medium"]),
    );
  });
});
