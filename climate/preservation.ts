import { type Air, type AirSample, gasConstant, isComputable, kelvin } from "./air.ts";

/** Activation energies for the lifetime multiplier, J/mol (Michalski 2002; Martens 2012). */
export const activationEnergies = { paper: 100_000, varnish: 70_000 } as const;
export type AgeingMaterial = keyof typeof activationEnergies;

/**
 * Preservation Index in years, closed form.
 * J. M. Reilly, D. W. Nishimura, E. Zinn, New Tools for Preservation (1995); closed form by T. Padfield (2004).
 * It is not the Image Permanence Institute's look-up table: label it "PI (closed form)". Trust 20…60 %RH most.
 */
export function preservationIndexY(temperatureC: number, relativeHumidityPct: number): number | undefined {
  if (!isComputable(temperatureC, relativeHumidityPct)) return undefined;
  return 1 / (relativeHumidityPct * 5.9e12 * Math.exp(-90_300 / (gasConstant * kelvin(temperatureC))));
}

/**
 * How much longer the material lasts than at 20 °C and 50 %RH.
 * S. Michalski, ICOM-CC Rio (2002) I, 66–72; M. Martens, Climate risk assessment in museums, TU Eindhoven (2012).
 */
export function lifetimeMultiplier(
  temperatureC: number,
  relativeHumidityPct: number,
  material: AgeingMaterial,
): number | undefined {
  if (!isComputable(temperatureC, relativeHumidityPct)) return undefined;
  const coolness = (activationEnergies[material] / gasConstant) * (1 / kelvin(temperatureC) - 1 / kelvin(20));
  return (50 / relativeHumidityPct) ** 1.3 * Math.exp(coolness);
}

/**
 * Time-Weighted Preservation Index over samples of equal weight: the harmonic mean of PI, because damage adds up
 * and a few warm days outweigh many cool ones. Samples without a figure take no part.
 */
export function timeWeightedPreservationIndexY(airs: Iterable<Air>): number | undefined {
  return harmonicMean(airs, (air) => preservationIndexY(air.temperatureC, air.relativeHumidityPct));
}

/** The lifetime multiplier of a series, weighted as the TWPI is. */
export function seriesLifetimeMultiplier(airs: Iterable<Air>, material: AgeingMaterial): number | undefined {
  return harmonicMean(airs, (air) => lifetimeMultiplier(air.temperatureC, air.relativeHumidityPct, material));
}

function harmonicMean(airs: Iterable<Air>, figure: (air: Air) => number | undefined): number | undefined {
  let count = 0;
  let reciprocals = 0;
  for (const air of airs) {
    const value = figure(air);
    if (value === undefined) continue;
    count++;
    reciprocals += 1 / value;
  }
  return count === 0 ? undefined : count / reciprocals;
}

/**
 * TWPI of samples at irregular times, oldest first: a sample holds until the next valid one, but no longer than
 * `maxHoldMs`, so a gap adds no time. The last sample only closes its interval.
 */
export function timedPreservationIndexY(
  samples: Iterable<AirSample>,
  options: { maxHoldMs?: number } = {},
): number | undefined {
  const maxHoldMs = options.maxHoldMs ?? 3_600_000;
  let heldMs = 0;
  let damage = 0;
  let previous: { atMs: number; indexY: number } | undefined;
  for (const sample of samples) {
    const indexY = preservationIndexY(sample.temperatureC, sample.relativeHumidityPct);
    if (indexY === undefined) continue;
    if (previous !== undefined) {
      const holdMs = Math.min(sample.atMs - previous.atMs, maxHoldMs);
      heldMs += holdMs;
      damage += holdMs / previous.indexY;
    }
    previous = { atMs: sample.atMs, indexY };
  }
  return heldMs > 0 ? heldMs / damage : undefined;
}

/**
 * Equilibrium moisture content of wood, % of its dry mass.
 * Hailwood & Horrobin (1946); W. T. Simpson, USDA Forest Products Laboratory, FPL-RN-0268 (1998).
 */
export function woodMoisturePct(temperatureC: number, relativeHumidityPct: number): number | undefined {
  if (!isComputable(temperatureC, relativeHumidityPct)) return undefined;
  const t = temperatureC;
  const w = 349 + 1.29 * t + 0.0135 * t ** 2;
  const k = 0.805 + 0.000736 * t - 0.00000273 * t ** 2;
  const k1 = 6.27 - 0.00938 * t - 0.000303 * t ** 2;
  const k2 = 1.91 + 0.0407 * t - 0.000293 * t ** 2;
  const kh = (k * relativeHumidityPct) / 100;
  const bound = (k1 * kh + 2 * k1 * k2 * kh ** 2) / (1 + k1 * kh + k1 * k2 * kh ** 2);
  return (1800 / w) * (kh / (1 - kh) + bound);
}
