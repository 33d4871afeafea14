import type { AirSample } from "./air.ts";

/**
 * Types of climate control for museums, galleries, archives and libraries: AA the tightest, D the widest. The figures are
 * those commonly given for the 2011–2019 editions of the ASHRAE Handbook and were not seen in it: check against your copy.
 */
interface ControlType {
  /** Most distance from the seasonal level within hours and weeks. */
  shortPct?: number;
  shortC?: number;
  /** Most distance of the seasonal level from the year's mean. */
  seasonPct?: number;
  warmerC?: number;
  colderC?: number;
  /** Whatever the mean: bounds of every sample. */
  lowestPct?: number;
  highestPct?: number;
  highestC?: number;
}

/** Steady damp is no control: our own convention, since the set point of the tighter types is whatever the mean was. */
const bounded = { lowestPct: 25, highestPct: 75, highestC: 30 } as const;

export const controlTypes = {
  AA: { ...bounded, shortPct: 5, shortC: 2, seasonPct: 0, warmerC: 5, colderC: 5 },
  A1: { ...bounded, shortPct: 5, shortC: 2, seasonPct: 10, warmerC: 5, colderC: 10 },
  A2: { ...bounded, shortPct: 10, shortC: 2, seasonPct: 0, warmerC: 5, colderC: 10 },
  B: { ...bounded, shortPct: 10, shortC: 5, seasonPct: 10, warmerC: 10 },
  C: bounded,
  D: { highestPct: 75 },
} as const satisfies Record<string, ControlType>;
export type ControlTypeName = keyof typeof controlTypes;

/** Share of the samples that must comply: our own convention. */
const enough = 0.95;
const halfWindowMs = 15 * 86_400_000;

export interface ControlTypeFound {
  /** The tightest type that at least 95 % of the samples comply with; `null` where not even D is. */
  type: ControlTypeName | null;
  /** Share of samples that comply with each type. */
  shares: Record<ControlTypeName, number>;
}

/**
 * The set point is the mean of all, its seasonal drift the centred 30-day mean, at both ends of what is there.
 * @param samples oldest first, evenly spaced; a whole year, for less says less
 */
export function controlTypeOf(samples: readonly AirSample[]): ControlTypeFound | null {
  if (samples.length === 0) return null;
  const levels = seasonalLevels(samples);
  const mean = meanOf(samples);
  const names = Object.keys(controlTypes) as ControlTypeName[];
  const shares = Object.fromEntries(
    names.map((name) => {
      const complying = samples.filter((sample, at) => complies(controlTypes[name], sample, levels[at]!, mean)).length;
      return [name, complying / samples.length];
    }),
  ) as Record<ControlTypeName, number>;
  return { type: names.find((name) => shares[name] >= enough) ?? null, shares };
}

type Level = { temperatureC: number; relativeHumidityPct: number };

function complies(type: ControlType, { temperatureC: t, relativeHumidityPct: rh }: Level, level: Level, mean: Level) {
  // Where humidity may not drift with the season, its fluctuation is from the year's mean.
  const from = type.seasonPct === 0 ? mean.relativeHumidityPct : level.relativeHumidityPct;
  const drift = level.temperatureC - mean.temperatureC;
  return (
    Math.abs(rh - from) <= (type.shortPct ?? Infinity) &&
    Math.abs(t - level.temperatureC) <= (type.shortC ?? Infinity) &&
    (!type.seasonPct || Math.abs(level.relativeHumidityPct - mean.relativeHumidityPct) <= type.seasonPct) &&
    drift <= (type.warmerC ?? Infinity) &&
    -drift <= (type.colderC ?? Infinity) &&
    rh >= (type.lowestPct ?? -Infinity) &&
    rh <= (type.highestPct ?? Infinity) &&
    t <= (type.highestC ?? Infinity)
  );
}

function seasonalLevels(samples: readonly AirSample[]): Level[] {
  let from = 0;
  let to = 0;
  const sum = { t: 0, rh: 0 };
  return samples.map(({ atMs }) => {
    for (; to < samples.length && samples[to]!.atMs <= atMs + halfWindowMs; to++) {
      sum.t += samples[to]!.temperatureC;
      sum.rh += samples[to]!.relativeHumidityPct;
    }
    for (; samples[from]!.atMs < atMs - halfWindowMs; from++) {
      sum.t -= samples[from]!.temperatureC;
      sum.rh -= samples[from]!.relativeHumidityPct;
    }
    return { temperatureC: sum.t / (to - from), relativeHumidityPct: sum.rh / (to - from) };
  });
}

function meanOf(samples: readonly AirSample[]): Level {
  const sum = { t: 0, rh: 0 };
  for (const { temperatureC, relativeHumidityPct } of samples) {
    sum.t += temperatureC;
    sum.rh += relativeHumidityPct;
  }
  return { temperatureC: sum.t / samples.length, relativeHumidityPct: sum.rh / samples.length };
}
