import { z } from "zod";
import { type Database, openDatabase } from "../../core/index.ts";
import { ledgerMigrations } from "../ledger/ledger-schema.ts";
import type { InsideCount } from "./history.ts";
import type { BadgeReport } from "./report.ts";

/**
 * What charts show of doors, nobody named: a row a badge and a row a change of how many are inside. Written in the commit
 * of the ledger's entries and followed from there; pruned when their time is over.
 */
export interface AccessPoints {
  addBadge(badge: BadgeReport, category: string): void;
  addCount(count: InsideCount): void;
  after(n: number, limit: number): AccessPoint[];
  newest(): number;
  /** Up to that number; at most a thousand at a time. */
  prune(beforeMs: number, upTo: number): void;
}

const row = z.object({
  n: z.number(),
  at_ms: z.number(),
  room: z.string(),
  category: z.string(),
  /** Of a badge; `null` for a number of people inside. */
  id: z.string().nullable(),
  door: z.string().nullable(),
  result: z.string().nullable(),
  direction: z.string().nullable(),
  seq: z.number().nullable(),
  same_before: z.number(),
  count: z.number().nullable(),
});
export type AccessPoint = z.infer<typeof row>;

export function openAccessPoints(db: Database): AccessPoints {
  const add = db.prepare(
    `INSERT INTO access_points (at_ms, room, category, id, door, result, direction, seq, same_before, count)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const same = db.prepare(
    "SELECT count(*) AS n FROM access_points WHERE at_ms = ? AND room = ? AND category = ? AND door IS ? AND result = ?",
  );
  const after = db.prepare("SELECT * FROM access_points WHERE n > ? ORDER BY n LIMIT ?");
  const newest = db.prepare("SELECT max(n) AS n FROM access_points");
  const prune = db.prepare(
    "DELETE FROM access_points WHERE n IN (SELECT n FROM access_points WHERE at_ms < ? AND n <= ? LIMIT 1000)",
  );
  return {
    addBadge({ id, atMs, room, door, decision, direction, seq }, category) {
      const before = Number(same.get(atMs, room, category, door, decision)?.n ?? 0);
      add.run(atMs, room, category, id, door, decision, direction, seq, before, null);
    },
    addCount: ({ atMs, room, category, count }) =>
      void add.run(atMs, room, category, null, null, null, null, null, 0, count),
    after: (n, limit) => after.all(n, limit).map((found) => row.parse(found)),
    newest: () => Number(newest.get()?.n ?? 0),
    prune: (beforeMs, upTo) => void prune.run(beforeMs, upTo),
  };
}

/** Those in a ledger's file, only read: also beside the program that keeps it. */
export function readAccessPoints(path: string): Pick<AccessPoints, "after" | "newest"> & { close(): void } {
  const db = openDatabase(path, { migrations: ledgerMigrations, readOnly: true });
  const { after, newest } = openAccessPoints(db);
  return { after, newest, close: () => db.close() };
}
