/** From a message to history: the intake log, its consumers, decoding, quarantine, and the history stores. */
export { type Confidential, createConfidential } from "./confidential.ts";
export { type Decoded, Decoder, type DeviceMemory, type Sample } from "./decode.ts";
export { missingIn } from "./duplicates.ts";
export type { Entry, EntryKind, NewEntry } from "./entry.ts";
export { type Consumer, type Follower, follow } from "./follow.ts";
export { type IntakeLog, openIntakeLog } from "./intake-log.ts";
export { readInstant } from "./parse-payload.ts";
export { createMqttSource, type MqttSource } from "./sources/mqtt.ts";
export type { HistoryBucket } from "./stores/history-buckets.ts";
export { type HistoryQueries, openHistoryQueries, type ReadingsRequest } from "./stores/history-queries.ts";
export { flagNames, type SampleFlag, type StoredSample, sampleFlags } from "./stores/history-schema.ts";
export { devicePoint, type InfluxPoint, systemPoint } from "./stores/influx-lines.ts";
export type { InfluxStore } from "./stores/influx-store.ts";
export { createInfluxWriter, type InfluxWriter } from "./stores/influx-writer.ts";
export { openInfluxStore } from "./stores/open-influx-store.ts";
export { createRollUps, pruneRaw, pruneTurnRows, type RollUps, retentionOf } from "./stores/roll-up.ts";
export { createSampleReader } from "./stores/sample-reader.ts";
export { type HistoryCommit, openSqliteHistory, type SqliteHistory } from "./stores/sqlite-history.ts";
