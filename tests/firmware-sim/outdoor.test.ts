import { expect, test } from "vitest";
import { relativeHumidityPct } from "../../firmware-sim/air.ts";
import { corridorOf, createOutdoor } from "../../firmware-sim/outdoor.ts";
import { smallSite } from "./support.ts";

const { calendar } = smallSite();
const hourMs = 3_600_000;
const at = (text: string) => Date.parse(`${text}+08:00`);

test("the weather is a function of seed and time, in whatever order it is asked", () => {
  const forwards = createOutdoor({ seed: 7, calendar });
  const jumping = createOutdoor({ seed: 7, calendar });
  const other = createOutdoor({ seed: 8, calendar });
  const times = Array.from({ length: 200 }, (_, n) => at("2026-03-01T00:00:00") + n * 0.7 * hourMs);
  const expected = times.map((time) => forwards(time).temperatureC);
  for (const n of [150, 3, 199, 0, 77]) expect(jumping(times[n]!).temperatureC).toBeCloseTo(expected[n]!, 9);
  expect(times.map((time) => other(time).temperatureC)).not.toEqual(expected);
});

test("July is hot and humid, January cold and dry, the afternoon warmer than the night", () => {
  const outdoor = createOutdoor({ seed: 1, calendar });
  const mean = (from: string, hours: number[], read: (atMs: number) => number) => {
    const values = Array.from({ length: 28 }, (_, day) =>
      hours.map((hour) => read(at(from) + (day * 24 + hour) * hourMs)),
    ).flat();
    return values.reduce((a, b) => a + b) / values.length;
  };
  const all = Array.from({ length: 24 }, (_, hour) => hour);
  const temperature = (atMs: number) => outdoor(atMs).temperatureC;
  expect(mean("2026-07-05T00:00:00", all, temperature)).toBeGreaterThan(23);
  expect(mean("2026-07-05T00:00:00", all, temperature)).toBeLessThan(31);
  expect(mean("2026-01-05T00:00:00", all, temperature)).toBeLessThan(1);
  expect(mean("2026-07-05T00:00:00", all, (t) => outdoor(t).vapourGM3)).toBeGreaterThan(
    4 * mean("2026-01-05T00:00:00", all, (t) => outdoor(t).vapourGM3),
  );
  const spring = "2026-04-01T00:00:00";
  expect(mean(spring, [15], temperature) - mean(spring, [4], temperature)).toBeGreaterThan(5);
});

test("air never holds more than it can, outdoors or in the corridor", () => {
  const outdoor = createOutdoor({ seed: 3, calendar });
  for (let hour = 0; hour < 8_760; hour += 3.5) {
    const air = outdoor(at("2026-01-01T00:00:00") + hour * hourMs);
    expect(relativeHumidityPct(air)).toBeLessThanOrEqual(100.0001);
    expect(relativeHumidityPct(air)).toBeGreaterThan(3);
    expect(relativeHumidityPct(corridorOf(air))).toBeLessThanOrEqual(75.0001);
  }
});
