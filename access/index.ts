/** Who was in which room by whose leave, and the ledger that proves that the record of it is whole. */
export { type Access, createAccess } from "./access.ts";
export type { ConditionReport } from "./doors/alarms.ts";
export { type AccessPoint, type AccessPoints, readAccessPoints } from "./doors/points.ts";
export { type BadgeReport, type DoorReport, type ExitReport, inOrder, type Report } from "./doors/report.ts";
export { type Grant, grantStateAt, type Purpose, type Who } from "./grants/grant.ts";
export { isFor, mayEnter } from "./grants/may-enter.ts";
export { leaveByRights } from "./leave.ts";
export type { Json } from "./ledger/canonical.ts";
export { addSignatures, type Checkpoint, parseCheckpoint, type SignedCheckpoint } from "./ledger/checkpoint.ts";
export type { Entry } from "./ledger/entry.ts";
export { type Fault, faultReasons, faultSentence } from "./ledger/faults.ts";
export { type EntryKind, entryKinds, type NewEntry, type Personal } from "./ledger/kinds.ts";
export {
  createLedger,
  type Ledger,
  type LedgerEntry,
  type LedgerFile,
  type LedgerOptions,
  ledgerFiles,
} from "./ledger/ledger.ts";
export { exportPack, type PackCounts, type PackRequest, packFiles, selectionOf } from "./ledger/pack.ts";
export { leastRetentionMs, type Retention, type RetentionClass, retentionClasses } from "./ledger/retention.ts";
export { verifierKeyIn } from "./ledger/signing-keys.ts";
export { sm2IsOffered } from "./ledger/sm2.ts";
export { type Hash, leafHash, verifyConsistency, verifyInclusion } from "./ledger/tree.ts";
export { type Check, type Verdict, type VerifyOptions, verdictOfAll, verifyData, verifyPack } from "./ledger/verify.ts";
export { type EntryRow, entryRow, type RowWords } from "./pack/entry-row.ts";
export { entriesShown, personSelection, recordSelection } from "./pack/selection.ts";
export { accessEvents, type EventsQuery, grantView, insideNow } from "./reading.ts";
export { familyName, somebodyOf } from "./records/record-views.ts";
export { createRecords, type Deed, type LeaveFor, type OverdueReport, type Records } from "./records/records.ts";
export { createReviews, type ExceptionReason, type Review, type Reviews } from "./review/review.ts";
export { createSyslogSender, type SyslogSender } from "./syslog/sender.ts";
