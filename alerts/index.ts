/** The alert engine, its store and the journal: what is wrong, since when and why. */
export { adviceOf, type Description, describe } from "./describe.ts";
export * from "./engine/index.ts";
export { expectationOf, presentExpectation, presentJournal, worstPriority } from "./journal.ts";
export { createPerformanceRecord, type PerformanceRow, type Period, performanceOf } from "./performance.ts";
export { type AlertStore, createAlertStore, type EngineCommit, type JournalFilter } from "./store.ts";
export {
  alertsDrillsMigration,
  alertsFiguresMigration,
  alertsForecastMigration,
  alertsLoginsMigration,
  alertsMigration,
  alertsOwnClimateMigration,
  alertsRaisesMigration,
  type FiguresRow,
  type JournalRow,
} from "./store-schema.ts";
