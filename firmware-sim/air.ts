import { absoluteHumidityGM3 } from "../climate/index.ts";

/** The state of a body of air; vapour as mass, because mass is what is conserved. */
export interface Air {
  temperatureC: number;
  vapourGM3: number;
}

/** Vapour in saturated air, g/m³. Beyond what the formula holds for, the nearest temperature it holds for. */
export function saturationGM3(temperatureC: number): number {
  return absoluteHumidityGM3(Math.min(80, Math.max(-40, temperatureC)), 100)!;
}

export function vapourGM3(temperatureC: number, relativeHumidityPct: number): number {
  return (saturationGM3(temperatureC) * relativeHumidityPct) / 100;
}

export function relativeHumidityPct(air: Air): number {
  return (100 * air.vapourGM3) / saturationGM3(air.temperatureC);
}
