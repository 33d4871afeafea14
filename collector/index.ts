/** From a message to history: the intake log, its consumers, decoding, quarantine, and the history stores. */
export { type Decoded, Decoder, type DeviceMemory, type Sample } from "./decode.ts";
export { missingIn } from "./duplicates.ts";
export type { Entry, EntryKind, NewEntry } from "./entry.ts";
export { type Consumer, type Follower, follow } from "./follow.ts";
export { type IntakeLog, openIntakeLog } from "./intake-log.ts";
export { readInstant } from "./parse-payload.ts";
export { flagNames, type SampleFlag, sampleFlags, type StoredSample } from "./stores/history-schema.ts";
export { type HistoryCommit, openSqliteHistory, type SqliteHistory } from "./stores/sqlite-history.ts";
