/** The composition root: builds every part from a site, starts and stops them in order. */

export { pageIsBuilt } from "../console/index.ts";
export {
  addDevice,
  credentialsFile,
  type IssuedPassword,
  type NewDevice,
  rotatePassword,
  swapDevice,
} from "./console/device-registry.ts";
export type { SetUpLink } from "./console/signing-in.ts";
export { createSentry } from "./create-sentry.ts";
export { type DataFolder, openDataFolder } from "./data-folder.ts";
export { createReplay, type PastSample } from "./engine/replay.ts";
export { version } from "./health.ts";
export { type BackfillResult, backfill } from "./history/backfill.ts";
export { type CsvHistory, type CsvOptions, type CsvRow, readCsvHistory } from "./history/csv-history.ts";
export { importHistory } from "./history/history-import.ts";
export { openLedgerIn } from "./ledger/open-ledger.ts";
export { type AuditorPackRequest, exportAuditorPack } from "./pack/auditor-pack.ts";
export { renderReport } from "./reports/period-reports.ts";
export { monthOf } from "./reports/register.ts";
export { writeRegisterFiles } from "./reports/register-files.ts";
export { readPastJournal } from "./sample/past-journal.ts";
export { prepareSampleHospital, type SampleHospital } from "./sample/sample-hospital.ts";
export { samplePath } from "./sample/sample-path.ts";
export type { Sentry, SentryOptions } from "./sentry.ts";
export type { SentryEvents } from "./sentry-events.ts";
export { noticeOfJournal, sampleNotice, sampleReadings } from "./telling/preview.ts";
