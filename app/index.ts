/** The composition root: builds every part from a site, starts and stops them in order. */

export { pageIsBuilt } from "../console/index.ts";
export { type AuditorPackRequest, exportAuditorPack } from "./auditor-pack.ts";
export { type BackfillResult, backfill } from "./backfill.ts";
export { createSentry } from "./create-sentry.ts";
export { type CsvHistory, type CsvOptions, type CsvRow, readCsvHistory } from "./csv-history.ts";
export { type DataFolder, openDataFolder } from "./data-folder.ts";
export {
  addDevice,
  credentialsFile,
  type IssuedPassword,
  type NewDevice,
  rotatePassword,
  swapDevice,
} from "./device-registry.ts";
export { version } from "./health.ts";
export { importHistory } from "./history-import.ts";
export { openLedgerIn } from "./open-ledger.ts";
export { readPastJournal } from "./past-journal.ts";
export { renderReport } from "./period-reports.ts";
export { noticeOfJournal, sampleNotice, sampleReadings } from "./preview.ts";
export { monthOf } from "./register.ts";
export { writeRegisterFiles } from "./register-files.ts";
export { createReplay, type PastSample } from "./replay.ts";
export { prepareSampleHospital, type SampleHospital } from "./sample-hospital.ts";
export { samplePath } from "./sample-path.ts";
export type { Sentry, SentryOptions } from "./sentry.ts";
export type { SentryEvents } from "./sentry-events.ts";
export type { SetUpLink } from "./signing-in.ts";
