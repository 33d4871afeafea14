import {
  alertsDrillsMigration,
  alertsFiguresMigration,
  alertsForecastMigration,
  alertsLoginsMigration,
  alertsMigration,
  alertsOwnClimateMigration,
  alertsRaisesMigration,
} from "../alerts/index.ts";
import {
  alarmCodesMigration,
  answersMigration,
  outboxMigration,
  outboxRoundsMigration,
  plansMigration,
} from "../notify/index.ts";
import { reportsMigration } from "../reports/index.ts";

/** The shape of `state.db`, step by step, whichever part added it: new steps go to the end, and none is ever changed. */
export const stateMigrations: readonly string[] = [
  alertsMigration,
  outboxMigration,
  alertsRaisesMigration,
  alertsForecastMigration,
  alertsLoginsMigration,
  alarmCodesMigration,
  alertsFiguresMigration,
  outboxRoundsMigration,
  plansMigration,
  alertsOwnClimateMigration,
  answersMigration,
  alertsDrillsMigration,
  reportsMigration,
];
