import type { Database } from "../../core/index.ts";
import { type StoredSample, valueColumns } from "./history-schema.ts";

/** Columns of a sample as read by `toSample`, in its order. */
const columns = [
  "s.id",
  "d.device",
  "s.at_ms",
  "s.received_at_ms",
  "n.session",
  "s.seq",
  "s.flags",
  "s.same_instant",
  ...valueColumns.map((name) => `s.${name}`),
];
const valuesFrom = columns.length - valueColumns.length;
export const selectSamples = `SELECT ${columns.join(", ")} FROM samples s
  JOIN device_names d ON d.n = s.device LEFT JOIN session_names n ON n.n = s.session`;

/** A row of `selectSamples` as an array, which costs half of what an object of thirty keys does. */
export type SampleRow = [
  number,
  string,
  number,
  number,
  string | null,
  number | null,
  number,
  number,
  ...(number | null)[],
];

export function toSample(row: SampleRow): StoredSample {
  const values: Record<string, number> = {};
  for (let at = valuesFrom; at < row.length; at++) {
    const value = row[at];
    if (typeof value === "number") values[valueColumns[at - valuesFrom]!] = value;
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
  const after = history.prepare(`${selectSamples} WHERE s.id > ? ORDER BY s.id LIMIT ?`);
  const newest = history.prepare(
    `${selectSamples} WHERE s.device = (SELECT n FROM device_names WHERE device = ?)
     ORDER BY s.at_ms DESC, s.id DESC LIMIT 1`,
  );
  after.setReturnArrays(true);
  newest.setReturnArrays(true);
  return {
    after: (id, limit) => (after.all(id, limit) as unknown as SampleRow[]).map(toSample),
    newestOf: (device) => (newest.all(device) as unknown as SampleRow[]).map(toSample)[0],
  };
}
