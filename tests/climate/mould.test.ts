import { describe, expect, test } from "vitest";
import {
  type Air,
  criticalHumidityPct,
  germinationFraction,
  largestMouldIndex,
  type MouldClassName,
  type MouldState,
  mouldGrowthPerDay,
  stepMould,
  weeksToGermination,
  weeksToVisibleGrowth,
  type ZengGrowth,
  zengLimitPct,
} from "../../climate/index.ts";
import { expectClose, vectors } from "./vectors.ts";

const hourMs = 3_600_000;
const air = (temperatureC: number, relativeHumidityPct: number): Air => ({ temperatureC, relativeHumidityPct });

describe("the VTT model agrees with the reference", () => {
  test.each(vectors.vtt)("rates at $t °C, $rh %", (row) => {
    const here = air(row.t!, row.rh!);
    expectClose(criticalHumidityPct(row.t!, "very"), row.rhcrit);
    expectClose(weeksToGermination(here), row.tm_weeks);
    expectClose(weeksToVisibleGrowth(here), row.tv_weeks);
    expectClose(largestMouldIndex(here, "very"), row.mmax_very);
    expectClose(largestMouldIndex(here, "sensitive"), row.mmax_sensitive);
    expectClose(mouldGrowthPerDay(here, 0, "very"), row.rate_very_m0);
    expectClose(mouldGrowthPerDay(here, 1.5, "very"), row.rate_very_m1_5);
    expectClose(mouldGrowthPerDay(here, 1.5, "very", "hukka-viitanen"), row.rate_1999_m1_5);
    expectClose(mouldGrowthPerDay(here, 0, "sensitive"), row.rate_sensitive_m0);
  });

  /** The air of each hour, in the words of the reference's case names. */
  const runs: Record<string, { hours: number; className: MouldClassName; at: (hour: number) => Air }> = {
    "20C/90% 30 d, very": { hours: 720, className: "very", at: () => air(20, 90) },
    "20C/90% 30 d, sensitive": { hours: 720, className: "sensitive", at: () => air(20, 90) },
    "25C/95% 60 d, very": { hours: 1440, className: "very", at: () => air(25, 95) },
    "25C/97% 90 d, medium": { hours: 2160, className: "medium", at: () => air(25, 97) },
    "25C/97% 90 d, resistant": { hours: 2160, className: "resistant", at: () => air(25, 97) },
    "20C/50% 30 d from 1.0, very": { hours: 720, className: "very", at: () => air(20, 50) },
    "20C/50% 10 h from 0.5, sensitive": { hours: 10, className: "sensitive", at: () => air(20, 50) },
    "(12 h 22C/92%, 12 h 22C/60%) x 30, very": {
      hours: 720,
      className: "very",
      at: (hour) => air(22, hour % 24 < 12 ? 92 : 60),
    },
  };
  test.each(vectors.vtt_runs_1h_step)("a whole run: $case", (row) => {
    const run = runs[row.case];
    if (run === undefined) throw new Error(`no run is called ${row.case}`);
    let state: MouldState = { index: row.m0, dryMs: 0 };
    let peak = row.m0;
    let fraction = 0;
    for (let hour = 0; hour < run.hours; hour++) {
      state = stepMould(state, run.at(hour), hourMs, run.className);
      fraction += germinationFraction(run.at(hour), hourMs);
      peak = Math.max(peak, state.index);
    }
    expect(state.index).toBeCloseTo(row.final, 4);
    expect(peak).toBeCloseTo(row.peak, 4);
    expect(fraction).toBeCloseTo(row.germination_fraction, 4);
  });
});

test("nothing grows at or below freezing, nor at 50 °C", () => {
  for (const t of [-5, 0, 50, 60]) {
    expect(mouldGrowthPerDay(air(t, 100), 0, "very")).toBe(0);
    expect(germinationFraction(air(t, 100), hourMs)).toBe(0);
  }
});

test("air that cannot be computed with changes nothing", () => {
  const state = { index: 2, dryMs: 5 };
  expect(stepMould(state, air(20, Number.NaN), hourMs, "very")).toEqual(state);
  expect(germinationFraction(air(20, 101), hourMs)).toBe(0);
});

describe("Zeng's isopleths agree with the reference", () => {
  const speeds: ZengGrowth[] = [0, 0.1, 0.5, 1, 2, 3, 4];
  test.each(vectors.zeng)("at $t °C", (row) => {
    for (const speed of speeds) expectClose(zengLimitPct(row.t!, speed), row[`lim_${speed}`]);
  });
});
