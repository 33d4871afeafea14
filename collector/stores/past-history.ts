import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { openDatabase, SentryError } from "../../core/index.ts";
import { historyMigrations, type StoredSample, valueColumns } from "./history-schema.ts";
import { type SampleRow, selectSamples, toSample } from "./sample-reader.ts";

/** Part of the past: from then on, and before then. */
export interface PastRange {
  fromMs: number;
  toMs: number;
}

/** The embedded history as a command reads it, also beside a running instance: only read, a page at a time. */
export interface PastHistory {
  /** Times of the first and the last sample; `null` when there is none. */
  span(): { firstAtMs: number | null; lastAtMs: number | null };
  /** The first and the last id in a range; `null` when it is empty. */
  ids(range: PastRange): { first: number; last: number } | null;
  /** Samples of the range after this id, up to `lastId`, in the order of receipt. */
  after(id: number, limit: number, range: PastRange & { lastId: number }): StoredSample[];
  /** Values, derived ones too, that a history store should have: by device, where there are any. */
  counts(range: PastRange): Map<string, number>;
  /** Whether a value is stored: under its time, or under its number where that is given. */
  has(value: PastValue): boolean;
  close(): void;
}

export interface PastValue {
  device: string;
  quantity: string;
  atMs: number;
  numbered: { session: string; seq: number } | null;
}

/** More samples of one device in one millisecond than there ever are. */
const apartMs = 10_000;

/** @throws SentryError `not-found` where there is no history. */
export function openPastHistory(path: string): PastHistory {
  if (!existsSync(path))
    throw new SentryError("not-found", `there is no history at ${path}: name the folder with --data`);
  const db = openDatabase(path, { migrations: historyMigrations, readOnly: true });
  // A device at a time, because only a lone min or max is looked up at the end of the index.
  const span = db.prepare(
    `SELECT min((SELECT min(at_ms) FROM samples WHERE device = n)) AS first,
       max((SELECT max(at_ms) FROM samples WHERE device = n)) AS last FROM device_names`,
  );
  const ids = db.prepare(
    `SELECT min((SELECT min(id) FROM samples WHERE device = n AND at_ms >= ?1 AND at_ms < ?2)) AS first,
       max((SELECT max(id) FROM samples WHERE device = n AND at_ms >= ?1 AND at_ms < ?2)) AS last FROM device_names`,
  );
  // A unary plus keeps SQLite on the order of receipt.
  const after = db.prepare(
    `${selectSamples()} WHERE s.id > ? AND s.id <= ? AND +s.at_ms >= ? AND +s.at_ms < ? ORDER BY s.id LIMIT ?`,
  );
  after.setReturnArrays(true);
  const devices = db.prepare("SELECT n, device FROM device_names ORDER BY device");
  const count = db.prepare(
    `SELECT ${valueColumns.map((name) => `count(${name})`).join(" + ")} AS count, max(same_instant) AS again
     FROM samples WHERE device = ? AND at_ms >= ? AND at_ms < ?`,
  );
  // Samples of one millisecond lie a millisecond apart in a store, where another may be already: counted as there.
  const countApart = db.prepare(
    `SELECT sum(count) AS count FROM (SELECT ${valueColumns.map((name) => `(max(${name}) IS NOT NULL)`).join(" + ")} AS count
     FROM samples WHERE device = ?1 AND at_ms >= ?2 - ${apartMs} AND at_ms < ?3
       AND at_ms + same_instant >= ?2 AND at_ms + same_instant < ?3 GROUP BY at_ms + same_instant)`,
  );
  const byTime = (quantity: string) =>
    `SELECT 1 AS found FROM samples WHERE device = (SELECT n FROM device_names WHERE device = ?) AND at_ms = ? AND ${quantity} IS NOT NULL`;
  const byNumber = db.prepare(
    `SELECT 1 AS found FROM samples WHERE device = (SELECT n FROM device_names WHERE device = ?)
       AND session = (SELECT n FROM session_names WHERE session = ?) AND seq = ? LIMIT 1`,
  );
  const orNull = (value: unknown) => (value === null || value === undefined ? null : Number(value));
  return {
    span() {
      const row = span.get();
      return { firstAtMs: orNull(row?.first), lastAtMs: orNull(row?.last) };
    },
    ids({ fromMs, toMs }) {
      const row = ids.get(fromMs, toMs);
      const [first, last] = [orNull(row?.first), orNull(row?.last)];
      return first === null || last === null ? null : { first, last };
    },
    after: (id, limit, { lastId, fromMs, toMs }) =>
      (after.all(id, lastId, fromMs, toMs, limit) as unknown as SampleRow[]).map((row) => toSample(row)),
    counts({ fromMs, toMs }) {
      const counts = new Map<string, number>();
      for (const { n, device } of devices.all()) {
        const plain = count.get(Number(n), fromMs, toMs);
        const row = Number(plain?.again ?? 0) > 0 ? countApart.get(Number(n), fromMs, toMs) : plain;
        if (Number(row?.count ?? 0) > 0) counts.set(String(device), Number(row?.count));
      }
      return counts;
    },
    has({ device, quantity, atMs, numbered }) {
      assert(valueColumns.includes(quantity), `${quantity} is no quantity`);
      if (db.prepare(byTime(quantity)).get(device, atMs) !== undefined) return true;
      return numbered !== null && byNumber.get(device, numbered.session, numbered.seq) !== undefined;
    },
    close: () => db.close(),
  };
}
