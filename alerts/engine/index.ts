/** The pure engine: events in, alarm transitions out; the same events always give the same alarms. */
export { type Condition, outdoorRoom, settingsOf } from "./condition.ts";
export { conditionNamed, conditions } from "./conditions/registry.ts";
export type { DrillStart } from "./drills.ts";
export { type Changed, Engine } from "./engine.ts";
export {
  type EngineEvent,
  type EngineSample,
  type OperatorCommand,
  type PartReport,
  partConditions,
  type SecurityCondition,
} from "./events.ts";
export type { RoomFigures } from "./figures-watch.ts";
export type { ForetoldLimit, PresentForecast } from "./forecast/present.ts";
export { forecastQuantities, readRoomForecast, writeRoomForecast } from "./forecast/room-forecast.ts";
export { type Happening, type LifeState, pass } from "./life-cycle.ts";
export { type OwnClimate, type OwnClimateNotice, ownClimate } from "./own-climate.ts";
export { type Remedial, type RemedialItem, type Remedy, remedialItems } from "./remedial.ts";
export { isFlood } from "./rhythm.ts";
export {
  type Alarm,
  type AlarmDrill,
  alarm,
  alarmDrill,
  type DeviceState,
  deviceState,
  type EngineState,
  emptyState,
  evidence,
  expectation,
  failedLogin,
  recentRaise,
  writeDeviceState,
} from "./state.ts";
export type { CommandOutcome, EngineTransition, StepResult } from "./transition.ts";
