import { describe, expect, test } from "vitest";
import { createClimateFigures } from "../../cli/replay/climate-figures.ts";
import { parseSite } from "../../site/index.ts";

const hour = 3_600_000;
const figuresIn = (timeZone: string, profile = "cn-paper") => {
  const text = `site: { id: n, name: { zh: 北, en: N }, time_zone: ${timeZone} }\nrooms: [{ id: a, profile: ${profile} }]`;
  const { site } = parseSite(text, { directory: ".", name: "site.yaml", nowMs: 0 });
  return createClimateFigures(site, "a");
};

describe("the change within a calendar day", () => {
  /** 20 °C, and 25 °C for the last hour of the third day in UTC, which is the fourth in Shanghai. */
  const threeDays = (timeZone: string, profile?: string) => {
    const figures = figuresIn(timeZone, profile);
    for (let h = 0; h < 72; h++) figures.row(Date.UTC(2026, 0, 1) + h * hour, { temperature_c: h === 71 ? 25 : 20 });
    return figures.figures()?.daySwing.temperature_c;
  };
  test("is of the days of the site", () => {
    expect(threeDays("UTC")).toEqual({ largest: 5, day: "2026-01-03", days: 3, daysOver: 1 });
    expect(threeDays("Asia/Shanghai")).toEqual({ largest: 5, day: "2026-01-04", days: 4, daysOver: 1 });
  });
  test("is held to nothing where the holdings name no swing", () => {
    expect(threeDays("UTC", "uk-general")?.daysOver).toBeNull();
  });
  test("does not run over midnight", () => {
    const figures = figuresIn("UTC");
    for (let h = 0; h < 48; h++)
      figures.row(Date.UTC(2026, 0, 1) + h * hour, { relative_humidity_pct: h < 24 ? 45 : 60 });
    expect(figures.figures()?.daySwing).toEqual({
      temperature_c: null,
      relative_humidity_pct: { largest: 0, day: "2026-01-01", days: 2, daysOver: 0 },
    });
  });
});

test("the type of control says of how many days it is, and that its figures are unconfirmed", () => {
  const figures = figuresIn("UTC");
  for (let h = 0; h < 48; h++) figures.row(h * hour, { temperature_c: 20, relative_humidity_pct: 50 });
  expect(figures.figures()?.ashrae).toMatchObject({
    type: "AA",
    shares: { AA: 1, D: 1 },
    days: 2,
    status: "unconfirmed",
  });
});

test("of a recording without climate there are none", () => {
  const figures = figuresIn("UTC");
  figures.row(0, { leak: 0 });
  expect(figures.figures()).toBeUndefined();
});
