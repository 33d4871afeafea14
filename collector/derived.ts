import { absoluteHumidityGM3, dewPointC, preservationIndexY } from "../climate/index.ts";
import type { DerivedQuantity, Values } from "../contract/index.ts";

/** Derived quantities of one sample that carries both temperature and humidity; none where a formula does not apply. */
export function derive(values: Values): Partial<Record<DerivedQuantity, number>> {
  const { temperature_c: temperatureC, relative_humidity_pct: relativeHumidityPct } = values;
  if (temperatureC === undefined || relativeHumidityPct === undefined) return {};
  const derived: Partial<Record<DerivedQuantity, number>> = {};
  const dewPoint = dewPointC(temperatureC, relativeHumidityPct);
  const absolute = absoluteHumidityGM3(temperatureC, relativeHumidityPct);
  const preservation = preservationIndexY(temperatureC, relativeHumidityPct);
  if (dewPoint !== undefined) derived.dew_point_c = dewPoint;
  if (absolute !== undefined) derived.absolute_humidity_g_m3 = absolute;
  if (preservation !== undefined) derived.preservation_index_y = preservation;
  return derived;
}
