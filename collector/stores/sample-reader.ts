import type { Database } from "../../core/index.ts";
import { type StoredSample, valueColumns } from "./history-schema.ts";

/** Reads samples as arrays, which cost half of what objects of thirty keys do; `quantities` are the values wanted. */
export function selectSamples(quantities: readonly string[] = valueColumns): string {
  const values = quantities.map((name) => `s.${name}`).join(", ");
  return `SELECT s.id, d.device, s.at_ms, s.received_at_ms, n.session, s.seq, s.flags, s.same_instant, ${values}
    FROM samples s JOIN device_names d ON d.n = s.device LEFT JOIN session_names n ON n.n = s.session`;
}

/** A row of `selectSamples`: eight columns about the sample, then the values. */
export type SampleRow = [
  id: number,
  device: string,
  atMs: number,
  receivedAtMs: number,
  session: string | null,
  seq: number | null,
  flags: number,
  sameInstant: number,
  ...values: (number | null)[],
];
const valuesFrom = 8;

export function toSample(row: SampleRow, quantities: readonly string[] = valueColumns): StoredSample {
  const values: Record<string, number> = {};
  for (let at = 0; at < quantities.length; at++) {
    const value = row[valuesFrom + at];
    if (typeof value === "number") values[quantities[at]!] = value;
  }
  return {
    id: row[0],
    device: row[1],
    atMs: row[2],
    receivedAtMs: row[3],
    session: row[4],
    seq: row[5],
    flags: row[6],
    sameInstant: row[7],
    values,
  };
}

export interface SampleReader {
  /** Samples stored after this id, in the order of receipt. */
  after(id: number, limit: number): StoredSample[];
  newestOf(device: string): StoredSample | undefined;
}

export function createSampleReader(history: Database): SampleReader {
  const after = history.prepare(`${selectSamples()} WHERE s.id > ? ORDER BY s.id LIMIT ?`);
  const newest = history.prepare(
    `${selectSamples()} WHERE s.device = (SELECT n FROM device_names WHERE device = ?)
     ORDER BY s.at_ms DESC, s.id DESC LIMIT 1`,
  );
  after.setReturnArrays(true);
  newest.setReturnArrays(true);
  return {
    after: (id, limit) => (after.all(id, limit) as unknown as SampleRow[]).map((row) => toSample(row)),
    newestOf: (device) => (newest.all(device) as unknown as SampleRow[]).map((row) => toSample(row))[0],
  };
}
