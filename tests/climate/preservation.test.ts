import { describe, expect, test } from "vitest";
import {
  lifetimeMultiplier,
  preservationIndexY,
  seriesLifetimeMultiplier,
  timedPreservationIndexY,
  timeWeightedPreservationIndexY,
  woodMoisturePct,
} from "../../climate/index.ts";
import { expectClose, vectors } from "./vectors.ts";

describe("preservation figures agree with the reference", () => {
  test.each(vectors.preservation)("at $t °C, $rh %", (row) => {
    expectClose(preservationIndexY(row.t!, row.rh!), row.pi);
    expectClose(lifetimeMultiplier(row.t!, row.rh!, "paper"), row.lm_paper);
    expectClose(lifetimeMultiplier(row.t!, row.rh!, "varnish"), row.lm_varnish);
    expectClose(woodMoisturePct(row.t!, row.rh!), row.emc);
  });

  test.each(vectors.twpi)("TWPI of $pairs is a harmonic mean", ({ pairs, twpi, elm_paper }) => {
    const airs = pairs.map(([temperatureC, relativeHumidityPct]) => ({ temperatureC, relativeHumidityPct }));
    expectClose(timeWeightedPreservationIndexY(airs), twpi);
    expectClose(seriesLifetimeMultiplier(airs, "paper"), elm_paper);
  });

  test.each(vectors.twpi_timed_max_hold_3600)("TWPI at irregular times $samples_s_t_rh", ({ samples_s_t_rh, twpi }) => {
    const samples = samples_s_t_rh.map(([s, temperatureC, relativeHumidityPct]) => ({
      atMs: s * 1000,
      temperatureC,
      relativeHumidityPct,
    }));
    expectClose(timedPreservationIndexY(samples), twpi);
  });
});

describe("what has no figure", () => {
  test.each([
    [20, 0],
    [20, -1],
    [20, 100.1],
    [-41, 50],
    [81, 50],
    [Number.NaN, 50],
    [20, Number.NaN],
  ])("air of %d °C and %d % has none", (t, rh) => {
    expect(preservationIndexY(t, rh)).toBeUndefined();
    expect(lifetimeMultiplier(t, rh, "paper")).toBeUndefined();
    expect(woodMoisturePct(t, rh)).toBeUndefined();
  });

  test("a rejected reading takes no part in a series", () => {
    const good = { temperatureC: 20, relativeHumidityPct: 50 };
    const bad = { temperatureC: 20, relativeHumidityPct: 0 };
    expectClose(timeWeightedPreservationIndexY([good, bad]), preservationIndexY(20, 50));
    expect(timeWeightedPreservationIndexY([bad])).toBeUndefined();
    expect(timedPreservationIndexY([{ atMs: 0, ...good }])).toBeUndefined();
  });
});
