/** From a message to history: the intake log, its consumers, decoding, quarantine, and the history stores. */
export { type Confidential, createConfidential, credentialHash, readCode } from "./confidential.ts";
export { type Decoded, Decoder, type DeviceMemory, type Sample } from "./decode.ts";
export { missingIn } from "./duplicates.ts";
export type { Entry, EntryKind, NewEntry } from "./entry.ts";
export { type Consumer, type Follower, follow } from "./follow.ts";
export { type CoarseBackfill, createCoarseBackfill } from "./influx-setup/coarse-backfill.ts";
export { type ComparedDay, compareHistory } from "./influx-setup/compare.ts";
export { createLateHours, type LateHours } from "./influx-setup/late-hours.ts";
export { logOf } from "./influx-setup/log-contents.ts";
export { type Credentials, databaseOf, setUpStore } from "./influx-setup/set-up-store.ts";
export type { SetupKind, SetupStep } from "./influx-setup/setup.ts";
export { type IntakeLog, openIntakeLog } from "./intake-log.ts";
export { parsePayload, readInstant } from "./parse-payload.ts";
export { createMqttSource, type MqttSource } from "./sources/mqtt.ts";
export type { ProbeReport } from "./sources/probe.ts";
export { createProbes, type Probes } from "./sources/probe-set.ts";
export { type Completeness, completenessOf } from "./stores/completeness.ts";
export type { HistoryBucket } from "./stores/history-buckets.ts";
export { type HistoryQueries, openHistoryQueries, type ReadingsRequest } from "./stores/history-queries.ts";
export { flagNames, type SampleFlag, type StoredSample, sampleFlags } from "./stores/history-schema.ts";
export { accessPoint, devicePoint, type InfluxPoint, insidePoint, systemPoint } from "./stores/influx-lines.ts";
export type { InfluxStore } from "./stores/influx-store.ts";
export {
  createInfluxWriter,
  type FurtherPoints,
  type InfluxWriter,
  type InfluxWriterOptions,
} from "./stores/influx-writer.ts";
export { openInfluxStore } from "./stores/open-influx-store.ts";
export { openPastHistory, type PastHistory, type PastRange } from "./stores/past-history.ts";
export { createRollUps, pruneRaw, pruneTurnRows, type RollUps, retentionOf } from "./stores/roll-up.ts";
export { createSampleReader } from "./stores/sample-reader.ts";
export { type HistoryCommit, openSqliteHistory, type SqliteHistory } from "./stores/sqlite-history.ts";
