import { describe, expect, test } from "vitest";
import { parseSite } from "../../site/index.ts";
import { aRoom, hour, minute, startMs } from "./builder.ts";

const twoHours = "humidity-high: { cumulative: { longest: 2h } }";
const aMonth = "humidity-high: { cumulative: { longest: 10h, within: 30d } }";
const quiet = "sensor-silent: { enabled: false }, humidity-swing: { enabled: false }";

/** A sample a quarter of an hour; the limit is 60 %, over at 58. */
function air(hours: number, humidity: (hours: number) => number | null, conditions: string) {
  const b = aRoom({ more: `conditions: { ${quiet}${conditions === "" ? "" : `, ${conditions}`} }` });
  for (let ms = 0; ms <= hours * hour; ms += 15 * minute) {
    const value = humidity(ms / hour);
    if (value !== null) b.sample(ms, { relative_humidity_pct: value });
  }
  return b;
}
const told = (b: ReturnType<typeof aRoom>) => b.only("humidity-high").map((line) => line.replace(" humidity-high", ""));

/** A quarter of an hour beyond, which nobody need hear of, each hour. */
const oneIn = (every: number) => (h: number) => (h % every === 0 ? 61 : 57);

describe("the sum of excursions", () => {
  test.each<[what: string, hours: number, humidity: (h: number) => number | null, conditions: string, told: string[]]>([
    ["is nobody's business unless the site says so", 24, oneIn(1), "", []],
    ["is told once it is too long", 12, oneIn(1), twoHours, ["8:15 raised medium (first-breach)"]],
    ["is not told at the limit itself", 8, oneIn(1), twoHours, []],
    ["slides: what is older than the window counts no more", 72, oneIn(4), twoHours, []],
    [
      "is over when enough of it has left the window",
      48,
      (h) => (h <= 8 ? oneIn(1)(h) : 57),
      twoHours,
      ["8:15 raised medium (first-breach)", "24:00 returned medium (back-within)"],
    ],
    [
      "is over only once the air is within, by the hysteresis",
      48,
      (h) => (h <= 8 ? oneIn(1)(h) : h < 30 ? 59 : 57),
      twoHours,
      ["8:15 raised medium (first-breach)", "30:00 returned medium (back-within)"],
    ],
    [
      "of one long excursion is the alarm that stands already",
      48,
      (h) => (h < 5 ? 61 : 57),
      twoHours,
      ["0:15 raised medium (first-breach)", "26:00 returned medium (back-within)"],
    ],
    ["does not count what nobody measured", 30, (h) => (h % 3 === 0 ? 61 : null), twoHours, []],
    ["may be of a month", 20 * 24, oneIn(12), aMonth, []],
    ["of a month is told", 30 * 24, oneIn(6), aMonth, ["240:15 raised medium (first-breach)"]],
  ])("%s", (_, hours, humidity, conditions, journal) =>
    expect(told(air(hours, humidity, conditions))).toEqual(journal),
  );

  test("says how long, within how long, and how much was allowed", () => {
    const [raised] = air(12, oneIn(1), twoHours).records;
    expect(raised?.alarm).toMatchObject({ limit: 60, unit: "%", detail: "Σ 135 min / 24 h > 120 min" });
  });

  test("is kept across a restart", () => {
    const b = air(6, oneIn(1), twoHours);
    b.restore(structuredClone(b.state()));
    b.start(6 * hour + minute);
    for (let h = 6.25; h < 12; h += 0.25) b.sample(h * hour, { relative_humidity_pct: oneIn(1)(h) });
    expect(told(b)).toEqual(["8:15 raised medium (first-breach)"]);
  });

  test("takes little to remember", () => {
    const b = air(30 * 24, oneIn(1), aMonth);
    const { beyond } = b.state().devices.get("climate")!.memory!;
    expect(JSON.stringify(beyond).length).toBeLessThan(600);
  });
});

test.each([
  ["temperature-swing: { cumulative: { longest: 2h } }", "temperature-swing.cumulative"],
  ["humidity-low: { cumulative: { longest: 2d } }", "longest"],
])("%s is refused", (conditions, path) => {
  const text = `site: { id: north, name: { zh: 北, en: N } }\nrooms: [{ id: a-1 }]\nconditions: { ${conditions} }`;
  expect(() => parseSite(text, { directory: ".", name: "site.yaml", nowMs: startMs })).toThrow(path);
});
