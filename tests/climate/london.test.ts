import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import {
  absoluteHumidityGM3,
  calendarDaySwings,
  dewPointC,
  germinationFraction,
  largestRollingSwing,
  noMould,
  percentile,
  preservationIndexY,
  seasonalBand,
  seriesLifetimeMultiplier,
  stepMould,
  timedPreservationIndexY,
  timeWeightedPreservationIndexY,
  woodMoisturePct,
  zengLimitPct,
} from "../../climate/index.ts";

const folder = process.env.SENTRY_DATA_DIR ?? join(import.meta.dirname, "../../../shared/data");
const quarterHourMs = 900_000;

/** The acceptance figures of the design, from eight months of two real sensors. */
const expected = {
  "london-room1-2024-jan-aug.csv": {
    valid: 23_419,
    gaps: 1,
    meanT: 21.0875,
    meanH: 44.8773,
    minT: 16,
    maxT: 26.2,
    minH: 20.5,
    maxH: 71.6,
    medianT: 21.5,
    p5H: 30.7,
    p95H: 61.3,
    twpi: 39.2546,
    meanPi: 43.9003,
    piOfMeans: 40.5736,
    lmPaper: 0.938872,
    lmVarnish: 1.00233,
    rollingT: { swing: 4.3, end: "2024-01-20T09:00:00.000Z" },
    rollingH: { swing: 28.4, end: "2024-08-06T09:30:00.000Z" },
    days: 244,
    dayT: { swing: 3.8, day: "2024-01-20" },
    dayH: { swing: 28.3, day: "2024-02-23" },
    daysOver: { t4: 0, h10: 97 },
    dewPoint: { min: -2.62603, max: 18.552 },
    meanAbsolute: 8.31727,
    meanEmc: 8.48562,
    mould: { sensitive: 0, very: 0 },
    germination: 0,
    aboveZengPct: 0,
    bandH: { centres: 20_539, p7: -9.52375, p93: 9.89181, min: 33.9094, max: 55.7078 },
    bandT: { centres: 20_539, p7: -1.21889, p93: 1.46684, min: 17.4475, max: 23.6587 },
  },
  "london-external-2024-jan-aug.csv": {
    valid: 23_424,
    gaps: 0,
    meanT: 14.1505,
    meanH: 64.4534,
    minT: 2,
    maxT: 32.6,
    minH: 20.4,
    maxH: 96.8,
    medianT: 13.5,
    p5H: 36.6,
    p95H: 87.7,
    twpi: 58.0009,
    meanPi: 88.9401,
    piOfMeans: 68.8823,
    lmPaper: 1.35222,
    lmVarnish: 1.19879,
    rollingT: { swing: 13.5, end: "2024-08-01T05:30:00.000Z" },
    rollingH: { swing: 59, end: "2024-07-14T03:00:00.000Z" },
    days: 244,
    dayT: { swing: 12.5, day: "2024-08-07" },
    dayH: { swing: 54.8, day: "2024-08-20" },
    daysOver: { t4: 194, h10: 239 },
    dewPoint: { min: -8.57917, max: 19.0785 },
    meanAbsolute: 7.89276,
    meanEmc: 12.7551,
    mould: { sensitive: 0.0218474, very: 0.0383978 },
    germination: 0.512653,
    aboveZengPct: 17.5205,
    bandH: { centres: 20_544, p7: -20.5127, p93: 19.0907, min: 49.1204, max: 80.493 },
    bandT: { centres: 20_544, p7: -4.37695, p93: 5.20337, min: 8.10413, max: 21.7843 },
  },
};

function readSamples(file: string) {
  const rows: { time: string; temperature_c: string; relative_humidity_pct: string }[] = parse(
    readFileSync(join(folder, file)),
    { columns: true },
  );
  return rows
    .filter((row) => row.temperature_c !== "" && row.relative_humidity_pct !== "")
    .map((row) => ({
      atMs: Date.parse(row.time),
      temperatureC: Number(row.temperature_c),
      relativeHumidityPct: Number(row.relative_humidity_pct),
    }));
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sorted = (values: number[]) => Float64Array.from(values).sort();

for (const [file, figures] of Object.entries(expected)) {
  describe.skipIf(!existsSync(join(folder, file)))(`${file} (skipped without the shared recordings)`, () => {
    const samples = existsSync(join(folder, file)) ? readSamples(file) : [];
    const temperatures = samples.map((s) => ({ atMs: s.atMs, value: s.temperatureC }));
    const humidities = samples.map((s) => ({ atMs: s.atMs, value: s.relativeHumidityPct }));
    const t = temperatures.map((p) => p.value);
    const h = humidities.map((p) => p.value);
    const each = (figure: (t: number, h: number) => number | undefined) =>
      samples.map((s) => figure(s.temperatureC, s.relativeHumidityPct) ?? Number.NaN);

    test("counts, means and percentiles", () => {
      expect(samples).toHaveLength(figures.valid);
      expect(samples.filter((s, n) => n > 0 && s.atMs - samples[n - 1]!.atMs > 3_600_000)).toHaveLength(figures.gaps);
      expect(mean(t)).toBeCloseTo(figures.meanT, 2);
      expect(mean(h)).toBeCloseTo(figures.meanH, 2);
      expect([Math.min(...t), Math.max(...t)]).toEqual([figures.minT, figures.maxT]);
      expect([Math.min(...h), Math.max(...h)]).toEqual([figures.minH, figures.maxH]);
      expect(percentile(sorted(t), 0.5)).toBeCloseTo(figures.medianT, 9);
      expect(percentile(sorted(h), 0.05)).toBeCloseTo(figures.p5H, 2);
      expect(percentile(sorted(h), 0.95)).toBeCloseTo(figures.p95H, 2);
    });

    test("preservation", () => {
      expect(timeWeightedPreservationIndexY(samples)).toBeCloseTo(figures.twpi, 2);
      // The gap and the last sample are all that time weighting changes on a regular grid.
      expect(timedPreservationIndexY(samples)).toBeCloseTo(figures.twpi, 1);
      expect(mean(each(preservationIndexY))).toBeCloseTo(figures.meanPi, 2);
      expect(preservationIndexY(mean(t), mean(h))).toBeCloseTo(figures.piOfMeans, 2);
      expect(seriesLifetimeMultiplier(samples, "paper")).toBeCloseTo(figures.lmPaper, 4);
      expect(seriesLifetimeMultiplier(samples, "varnish")).toBeCloseTo(figures.lmVarnish, 4);
      expect(mean(each(woodMoisturePct))).toBeCloseTo(figures.meanEmc, 2);
    });

    test("humidity", () => {
      const dewPoints = each(dewPointC);
      expect(Math.min(...dewPoints)).toBeCloseTo(figures.dewPoint.min, 4);
      expect(Math.max(...dewPoints)).toBeCloseTo(figures.dewPoint.max, 3);
      expect(mean(each(absoluteHumidityGM3))).toBeCloseTo(figures.meanAbsolute, 2);
    });

    test("swings over 24 hours and over calendar days", () => {
      const rolling = (points: typeof temperatures) => {
        const largest = largestRollingSwing(points)!;
        return { swing: largest.swing, end: new Date(largest.windowEndMs).toISOString() };
      };
      expect(rolling(temperatures)).toEqual({ ...figures.rollingT, swing: expect.closeTo(figures.rollingT.swing, 6) });
      expect(rolling(humidities)).toEqual({ ...figures.rollingH, swing: expect.closeTo(figures.rollingH.swing, 6) });
      const utcDay = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);
      const daysT = calendarDaySwings(temperatures, utcDay);
      const daysH = calendarDaySwings(humidities, utcDay);
      const widest = (days: typeof daysT) => days.reduce((a, b) => (b.swing > a.swing ? b : a));
      expect(daysT).toHaveLength(figures.days);
      expect(widest(daysT).day).toBe(figures.dayT.day);
      expect(widest(daysT).swing).toBeCloseTo(figures.dayT.swing, 6);
      expect(widest(daysH).day).toBe(figures.dayH.day);
      expect(widest(daysH).swing).toBeCloseTo(figures.dayH.swing, 6);
      // Readings have a resolution of 0.1: what exceeds the limit by less is float noise.
      expect(daysT.filter((day) => day.swing > 4 + 1e-9)).toHaveLength(figures.daysOver.t4);
      expect(daysH.filter((day) => day.swing > 10 + 1e-9)).toHaveLength(figures.daysOver.h10);
    });

    test("mould", () => {
      let germination = 0;
      const peak = { sensitive: 0, very: 0 };
      const state = { sensitive: { ...noMould }, very: { ...noMould } };
      for (const sample of samples) {
        germination += germinationFraction(sample, quarterHourMs);
        for (const name of ["sensitive", "very"] as const) {
          state[name] = stepMould(state[name], sample, quarterHourMs, name);
          peak[name] = Math.max(peak[name], state[name].index);
        }
      }
      expect(germination).toBeCloseTo(figures.germination, 3);
      expect(peak.sensitive).toBeCloseTo(figures.mould.sensitive, 3);
      expect(peak.very).toBeCloseTo(figures.mould.very, 3);
      expect(state.very.index).toBeCloseTo(0, 3);
      const above = samples.filter((s) => s.relativeHumidityPct > zengLimitPct(s.temperatureC));
      expect((100 * above.length) / samples.length).toBeCloseTo(figures.aboveZengPct, 2);
    });

    test("the seasonal band of EN 15757", () => {
      for (const [points, band] of [
        [humidities, figures.bandH],
        [temperatures, figures.bandT],
      ] as const) {
        const found = seasonalBand(points)!;
        const levels = found.seasonal.map((p) => p.value);
        expect(levels).toHaveLength(band.centres);
        expect(found.p7).toBeCloseTo(band.p7, 2);
        expect(found.p93).toBeCloseTo(band.p93, 2);
        expect(Math.min(...levels)).toBeCloseTo(band.min, 2);
        expect(Math.max(...levels)).toBeCloseTo(band.max, 2);
      }
    });
  });
}
