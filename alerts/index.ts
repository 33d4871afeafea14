/** The alert engine, its store and the journal: what is wrong, since when and why. */
export { type Description, describe } from "./describe.ts";
export * from "./engine/index.ts";
export { presentJournal, worstPriority } from "./journal.ts";
export { createPerformanceRecord, type PerformanceRow, type Period, performanceOf } from "./performance.ts";
export {
  type AlertStore,
  alertsForecastMigration,
  alertsLoginsMigration,
  alertsMigration,
  alertsRaisesMigration,
  createAlertStore,
  type EngineCommit,
  type JournalFilter,
  type JournalRow,
} from "./store.ts";
