import { existsSync } from "node:fs";
import { openDatabase, SentryError } from "../../core/index.ts";
import { historyMigrations, type StoredSample } from "./history-schema.ts";
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
  close(): void;
}

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
    close: () => db.close(),
  };
}
