/** The alert engine, its store and the journal: what is wrong, since when and why. */
export { type Description, describe } from "./describe.ts";
export * from "./engine/index.ts";
export {
  type AlertStore,
  alertsMigration,
  alertsRaisesMigration,
  createAlertStore,
  type EngineCommit,
  type JournalFilter,
  type JournalRow,
  presentJournal,
  worstPriority,
} from "./store.ts";
