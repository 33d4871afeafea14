/** The pure formulas of indoor climate: humidity, preservation, mould, swing and the seasonal band. */
export type { Air, AirSample, Point } from "./air.ts";
export { type ControlTypeFound, type ControlTypeName, controlTypeOf, controlTypes } from "./ashrae.ts";
export {
  absoluteHumidityGM3,
  dewPointC,
  frostPointC,
  mixingRatioGKg,
  relativeHumidityAtPct,
  saturationPressureHpa,
  vapourPressureHpa,
} from "./humidity.ts";
export {
  criticalHumidityPct,
  germinationFraction,
  largestMouldIndex,
  type MouldClassName,
  type MouldState,
  mouldClasses,
  mouldGrowthPerDay,
  noMould,
  stepMould,
  weeksToGermination,
  weeksToVisibleGrowth,
  type ZengGrowth,
  zengLimitPct,
} from "./mould.ts";
export { type OwnClimateFinding, ownClimateBand, ownClimateLooksBackMs } from "./own-climate.ts";
export {
  type AgeingMaterial,
  activationEnergies,
  lifetimeMultiplier,
  preservationIndexY,
  seriesLifetimeMultiplier,
  timedPreservationIndexY,
  timeWeightedPreservationIndexY,
  woodMoisturePct,
} from "./preservation.ts";
export { percentile, type SeasonalBand, seasonalBand } from "./seasonal-band.ts";
export {
  calendarDaySwings,
  type DaySwing,
  emptySwing,
  largestRollingSwing,
  type RollingSwing,
  rollSwing,
} from "./swing.ts";
