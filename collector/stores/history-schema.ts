import { derivedQuantityNames, quantityNames } from "../../contract/index.ts";

/**
 * Tables of `history.db`. Samples are appended in the order of receipt and never changed, so `id` is what
 * followers (roll-ups, InfluxDB) keep as their cursor, and retention removes from the front.
 */

/** Columns of `samples` that hold a value: REAL, NULL where the sample carried none. */
export const valueColumns: readonly string[] = [...quantityNames, ...derivedQuantityNames];

/** Bits of `samples.flags`. */
export const sampleFlags = {
  /** The sample's own time was outside what is trusted; it is kept under its time of receipt. */
  "clock-untrusted": 1,
  /** Received more than one minute after it was taken. */
  late: 2,
  /** Entered as history on a named person's word. */
  imported: 4,
} as const;
export type SampleFlag = keyof typeof sampleFlags;

export function flagNames(bits: number): SampleFlag[] {
  return (Object.keys(sampleFlags) as SampleFlag[]).filter((name) => (bits & sampleFlags[name]) !== 0);
}

/** A row of `samples` with its names resolved. */
export interface StoredSample {
  id: number;
  device: string;
  atMs: number;
  receivedAtMs: number;
  session: string | null;
  seq: number | null;
  /** Bits of `sampleFlags`. */
  flags: number;
  /** How many earlier samples of this device carry the same millisecond; 0 nearly always. */
  sameInstant: number;
  /** Quantities and derived quantities; booleans and doors as 0 or 1. */
  values: Record<string, number>;
}

export const historyMigrations = [
  `
  CREATE TABLE device_names (n INTEGER PRIMARY KEY, device TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE session_names (n INTEGER PRIMARY KEY, session TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE samples (
    id INTEGER PRIMARY KEY,
    device INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    session INTEGER,
    seq INTEGER,
    flags INTEGER NOT NULL,
    same_instant INTEGER NOT NULL,
    ${valueColumns.map((name) => `${name} REAL`).join(",\n    ")}
  ) STRICT;
  CREATE INDEX samples_by_time ON samples (device, at_ms);
  CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    received_at_ms INTEGER NOT NULL,
    source TEXT NOT NULL,
    topic TEXT NOT NULL,
    device TEXT,
    reason TEXT NOT NULL,
    payload BLOB
  ) STRICT;
  CREATE INDEX quarantine_by_device ON quarantine (device);
  CREATE TABLE decoder_state (device TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
  CREATE TABLE cursors (consumer TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
  `,
];
