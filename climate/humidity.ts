/**
 * Psychrometrics after O. A. Alduchov and R. E. Eskridge, J. Appl. Meteorol. 35 (1996) 601-609 (Magnus form
 * over water); the ice curve after A. L. Buck (1981, 1996). Temperatures in °C, humidity in % over water,
 * pressures in hPa. Every function answers `undefined` for what cannot be air: humidity of 0 or less or above
 * 100, temperature outside -40…80, anything not finite. No value is ever better than a wrong one.
 */

const standardPressureHpa = 1013.25;

/** Saturation vapour pressure over water, hPa. */
export function saturationPressureHpa(temperatureC: number): number | undefined {
  return isTemperature(temperatureC) ? saturation(temperatureC) : undefined;
}

/** Partial pressure of the water vapour in the air, hPa. */
export function vapourPressureHpa(temperatureC: number, relativeHumidityPct: number): number | undefined {
  if (!isAir(temperatureC, relativeHumidityPct)) return undefined;
  return (relativeHumidityPct / 100) * saturation(temperatureC);
}

/** Temperature at which the air would be saturated over water, °C. */
export function dewPointC(temperatureC: number, relativeHumidityPct: number): number | undefined {
  if (!isAir(temperatureC, relativeHumidityPct)) return undefined;
  const g = Math.log(relativeHumidityPct / 100) + exponent(temperatureC);
  return (243.04 * g) / (17.625 - g);
}

/** Temperature at which the air would be saturated over ice, °C; `undefined` where that is not below 0. */
export function frostPointC(temperatureC: number, relativeHumidityPct: number): number | undefined {
  const pressureHpa = vapourPressureHpa(temperatureC, relativeHumidityPct);
  let low = -150;
  let high = 0;
  if (pressureHpa === undefined || pressureHpa >= overIce(high) || pressureHpa <= overIce(low)) return undefined;
  // The ice curve rises strictly and has no closed inverse: 60 halvings exhaust a double's precision.
  for (let n = 0; n < 60; n++) {
    const middle = (low + high) / 2;
    if (overIce(middle) < pressureHpa) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Mass of water vapour in a cubic metre of air, g/m³. */
export function absoluteHumidityGM3(temperatureC: number, relativeHumidityPct: number): number | undefined {
  const pressureHpa = vapourPressureHpa(temperatureC, relativeHumidityPct);
  return pressureHpa === undefined ? undefined : (1000 * 100 * pressureHpa) / (461.5 * (temperatureC + 273.15));
}

/** Mass of water vapour a kilogram of dry air carries, g/kg, at 1013.25 hPa unless the pressure was measured. */
export function mixingRatioGKg(
  temperatureC: number,
  relativeHumidityPct: number,
  airPressureHpa = standardPressureHpa,
): number | undefined {
  const pressureHpa = vapourPressureHpa(temperatureC, relativeHumidityPct);
  // Vapour cannot press harder than the air it is part of.
  if (pressureHpa === undefined || !(pressureHpa < airPressureHpa)) return undefined;
  return (621.9907 * pressureHpa) / (airPressureHpa - pressureHpa);
}

/**
 * Relative humidity of the same air brought to another temperature, %, its vapour pressure kept.
 * Above 100 the water would condense: the figure is still given, because it says by how much.
 */
export function relativeHumidityAtPct(air: {
  temperatureC: number;
  relativeHumidityPct: number;
  newTemperatureC: number;
}): number | undefined {
  if (!isAir(air.temperatureC, air.relativeHumidityPct) || !isTemperature(air.newTemperatureC)) return undefined;
  return (air.relativeHumidityPct * saturation(air.temperatureC)) / saturation(air.newTemperatureC);
}

const exponent = (temperatureC: number) => (17.625 * temperatureC) / (243.04 + temperatureC);
const saturation = (temperatureC: number) => 6.1094 * Math.exp(exponent(temperatureC));
const overIce = (temperatureC: number) =>
  6.1115 * Math.exp(((23.036 - temperatureC / 333.7) * temperatureC) / (279.82 + temperatureC));
// Written so that NaN is refused too.
const isTemperature = (temperatureC: number) => temperatureC >= -40 && temperatureC <= 80;
const isAir = (temperatureC: number, relativeHumidityPct: number) =>
  isTemperature(temperatureC) && relativeHumidityPct > 0 && relativeHumidityPct <= 100;
