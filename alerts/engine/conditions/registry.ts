import type { ConditionName } from "../../../contract/index.ts";
import type { Condition, ValueCondition } from "../condition.ts";
import { accessDeniedRepeated, accessUnauthorised, doorAfterHours, doorForced, recordOverdue } from "./access.ts";
import { humidityHigh, humidityLow, temperatureHigh, temperatureLow } from "./climate-limits.ts";
import { humidityNearLimit, temperatureNearLimit } from "./climate-near-limit.ts";
import { humiditySwing, temperatureSwing } from "./climate-swing.ts";
import { batteryLow, tamper, waterLeak } from "./device-contacts.ts";
import { doorHeldOpen } from "./door-held-open.ts";
import { humidityForecast, temperatureForecast } from "./forecast.ts";
import { heatRise } from "./heat.ts";
import { climateControlFailure, fireSuspected } from "./inference.ts";
import { condensationRisk, mouldRisk, preservationLow } from "./preservation.ts";
import { ledgerBroken, loginFailures, messageFlood, topicViolation, unknownDevice } from "./security.ts";
import { sensorDisagreement } from "./sensor-disagreement.ts";
import {
  calibrationDue,
  roomBlind,
  sensorClockFault,
  sensorImplausible,
  sensorSilent,
  sensorStuck,
} from "./sensors.ts";
import { smokeAlarm, smokePrealarm } from "./smoke.ts";
import {
  backupOverdue,
  diskLow,
  historyUnreachable,
  intakeBacklog,
  nobodyReached,
  notificationFailing,
  serverClockFault,
} from "./this-system.ts";
import {
  archiveBackupOverdue,
  archiveSystemSlow,
  archiveSystemUnreachable,
  certificateExpiring,
} from "./watched-systems.ts";

/** Every condition that is evaluated, a line each. */
export const conditions: readonly Condition[] = [
  temperatureHigh,
  temperatureLow,
  humidityHigh,
  humidityLow,
  temperatureNearLimit,
  humidityNearLimit,
  temperatureSwing,
  humiditySwing,
  temperatureForecast,
  humidityForecast,
  condensationRisk,
  mouldRisk,
  preservationLow,
  climateControlFailure,
  smokePrealarm,
  smokeAlarm,
  heatRise,
  fireSuspected,
  waterLeak,
  doorHeldOpen,
  doorForced,
  doorAfterHours,
  accessUnauthorised,
  accessDeniedRepeated,
  recordOverdue,
  sensorSilent,
  roomBlind,
  sensorStuck,
  sensorImplausible,
  sensorDisagreement,
  sensorClockFault,
  batteryLow,
  tamper,
  calibrationDue,
  serverClockFault,
  unknownDevice,
  topicViolation,
  messageFlood,
  loginFailures,
  ledgerBroken,
  historyUnreachable,
  intakeBacklog,
  diskLow,
  notificationFailing,
  nobodyReached,
  backupOverdue,
  archiveSystemUnreachable,
  archiveSystemSlow,
  archiveBackupOverdue,
  certificateExpiring,
];

export const valueConditions: readonly ValueCondition[] = conditions.filter((c) => c.kind === "value");

const byName = new Map(conditions.map((condition) => [condition.name, condition]));

export function conditionNamed(name: ConditionName): Condition | undefined {
  return byName.get(name);
}
