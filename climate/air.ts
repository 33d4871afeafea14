/** A reading of air: temperature, and relative humidity over water (0…100 %). */
export interface Air {
  temperatureC: number;
  relativeHumidityPct: number;
}

export interface AirSample extends Air {
  atMs: number;
}

/** One value of one quantity at a moment. */
export interface Point {
  atMs: number;
  value: number;
}

/** Gas constant, J/(mol K). */
export const gasConstant = 8.314;

export const kelvin = (temperatureC: number) => temperatureC + 273.15;

/**
 * Whether a figure can be computed from this air at all. At 0 %RH the dew point and the preservation figures are
 * undefined, so the formulas answer `undefined` there, never Infinity or NaN.
 */
export function isComputable(temperatureC: number, relativeHumidityPct: number): boolean {
  return relativeHumidityPct > 0 && relativeHumidityPct <= 100 && temperatureC >= -40 && temperatureC <= 80;
}
