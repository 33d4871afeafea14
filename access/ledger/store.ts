import { z } from "zod";
import { type Database, openDatabase, transaction } from "../../core/index.ts";
import type { EntryKind } from "./kinds.ts";
import { ledgerMigrations } from "./ledger-schema.ts";
import {
  appendLeaf,
  emptyFrontier,
  type Frontier,
  type Hash,
  isStoredLevel,
  leafHash,
  type ReadHashes,
  readFrontier,
  rootOf,
} from "./tree.ts";

/** The only file of the ledger with SQL: entries and the tree over them, checkpoints and cursors, in `ledger.db`. */
export interface LedgerStore {
  size(): number;
  /** Takes notice of what another process has appended: a command beside the running program. */
  refresh(): void;
  /** Of the tree over the first `size` entries. */
  root(size?: number): Hash;
  readHashes: ReadHashes;
  lastRecordedAtMs(): number;
  /** Writes the entries that `make` gives from the next index on, and the cursor, in one commit. */
  append(make: (firstIndex: number) => readonly Leaf[], also?: () => void): void;
  /** Takes the payloads of these entries away; only inside the commit of the entry that says so. */
  removePayloads(range: { first: number; last: number; tombstone: number }): void;
  rows(filter: RowFilter): LedgerRow[];
  cursor(source: string): number;
  saveCursor(source: string, position: number): void;
  newestCheckpoint(): string | null;
  /** Every checkpoint, smallest first. */
  signed(): { note: string; signedAtMs: number }[];
  /** Index of the first entry recorded at this time or later; the size when there is none. */
  firstRecordedFrom(atMs: number): number;
  saveCheckpoint(checkpoint: { size: number; signedAtMs: number; note: string }): void;
  fact(name: string): string | null;
  saveFact(name: string, value: string): void;
  readonly database: Database;
  close(): void;
}

export interface Leaf {
  kind: EntryKind;
  recordedAtMs: number;
  payload: Buffer;
}

export interface RowFilter {
  from: number;
  limit: number;
  kinds?: readonly EntryKind[];
  recordedBeforeMs?: number;
  /** Leave out what is gone already. */
  present?: boolean;
}

const ledgerRow = z.object({
  n: z.number(),
  kind: z.string(),
  recorded_at_ms: z.number(),
  leaf_hash: z
    .instanceof(Uint8Array)
    .transform((bytes): Hash => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
  tombstone: z.number().nullable(),
  payload: z
    .instanceof(Uint8Array)
    .transform((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
    .nullable(),
});
export type LedgerRow = z.infer<typeof ledgerRow>;

export function openLedgerStore(path: string, options: { readOnly?: boolean } = {}): LedgerStore {
  const db = openDatabase(path, {
    migrations: ledgerMigrations,
    durability: "full",
    readOnly: options.readOnly ?? false,
  });
  const insert = db.prepare("INSERT INTO entries (n, kind, recorded_at_ms, leaf_hash, payload) VALUES (?, ?, ?, ?, ?)");
  const insertSubtree = db.prepare("INSERT INTO subtrees (level, n, hash) VALUES (?, ?, ?)");
  const leaves = db.prepare("SELECT leaf_hash AS hash FROM entries WHERE n >= ? AND n < ? ORDER BY n");
  const subtrees = db.prepare("SELECT hash FROM subtrees WHERE level = ? AND n >= ? AND n < ? ORDER BY n");
  const newest = db.prepare("SELECT n, recorded_at_ms FROM entries ORDER BY n DESC LIMIT 1");
  const readCursor = db.prepare("SELECT position FROM cursors WHERE source = ?");
  const saveCursor = db.prepare("INSERT OR REPLACE INTO cursors (source, position) VALUES (?, ?)");
  const readFact = db.prepare("SELECT value FROM facts WHERE name = ?");
  const saveFact = db.prepare("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)");
  const readCheckpoints = db.prepare("SELECT note, signed_at_ms FROM checkpoints ORDER BY size");
  const recordedAt = db.prepare("SELECT recorded_at_ms FROM entries WHERE n = ?");
  const newestCheckpoint = db.prepare("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1");
  const saveCheckpoint = db.prepare(
    "INSERT INTO checkpoints (size, signed_at_ms, note) VALUES (?, ?, ?) ON CONFLICT (size) DO UPDATE SET note = excluded.note",
  );
  const remove = db.prepare(
    "UPDATE entries SET payload = NULL, tombstone = ? WHERE n >= ? AND n <= ? AND payload IS NOT NULL",
  );

  const readHashes: ReadHashes = (level, first, count) => {
    const rows = level === 0 ? leaves.all(first, first + count) : subtrees.all(level, first, first + count);
    if (rows.length !== count) {
      throw new RangeError(
        `the ledger lacks hashes: ${count} of level ${level} from ${first} on, found ${rows.length}`,
      );
    }
    return rows.map(({ hash }) => bytesOf(hash));
  };
  let lastRecordedAtMs = 0;
  let frontier: Frontier = emptyFrontier();
  const refresh = () => {
    const last = newest.get();
    const size = last === undefined ? 0 : Number(last.n) + 1;
    if (size !== frontier.size) frontier = readFrontier(size, readHashes);
    lastRecordedAtMs = Number(last?.recorded_at_ms ?? 0);
  };
  refresh();

  return {
    database: db,
    size: () => frontier.size,
    root: (size = frontier.size) => rootOf(size === frontier.size ? frontier : readFrontier(size, readHashes)),
    readHashes,
    lastRecordedAtMs: () => lastRecordedAtMs,
    refresh,
    append(make, also) {
      // A copy, so that a commit that fails leaves the tree in memory as it is on disk.
      const next = transaction(db, () => {
        refresh();
        const tree: Frontier = { size: frontier.size, subtrees: [...frontier.subtrees] };
        for (const { kind, recordedAtMs, payload } of make(tree.size)) {
          const leaf = leafHash(payload);
          insert.run(tree.size, kind, recordedAtMs, leaf, payload);
          appendLeaf(tree, leaf, (level, n, hash) => {
            if (level > 0 && isStoredLevel(level)) insertSubtree.run(level, n, hash);
          });
          lastRecordedAtMs = recordedAtMs;
        }
        also?.();
        return tree;
      });
      frontier = next;
    },
    removePayloads: ({ first, last, tombstone }) => void remove.run(tombstone, first, last),
    rows({ from, limit, kinds, recordedBeforeMs, present }) {
      const where = ["n >= ?"];
      const values: (string | number)[] = [from];
      if (kinds) {
        where.push(`kind IN (${kinds.map(() => "?").join(", ")})`);
        values.push(...kinds);
      }
      if (recordedBeforeMs !== undefined) {
        where.push("recorded_at_ms < ?");
        values.push(recordedBeforeMs);
      }
      if (present) where.push("payload IS NOT NULL");
      const rows = db.prepare(`SELECT * FROM entries WHERE ${where.join(" AND ")} ORDER BY n LIMIT ?`);
      return rows.all(...values, limit).map((row) => ledgerRow.parse(row));
    },
    cursor: (source) => Number(readCursor.get(source)?.position ?? 0),
    saveCursor: (source, position) => void saveCursor.run(source, position),
    newestCheckpoint() {
      const note = newestCheckpoint.get()?.note;
      return note === undefined ? null : String(note);
    },
    signed: () =>
      readCheckpoints.all().map(({ note, signed_at_ms }) => ({ note: String(note), signedAtMs: Number(signed_at_ms) })),
    firstRecordedFrom(atMs) {
      // Times never go back along the ledger: halving finds the place.
      let [from, to] = [0, frontier.size];
      while (from < to) {
        const middle = Math.floor((from + to) / 2);
        if (Number(recordedAt.get(middle)?.recorded_at_ms) < atMs) from = middle + 1;
        else to = middle;
      }
      return from;
    },
    saveCheckpoint: ({ size, signedAtMs, note }) => void saveCheckpoint.run(size, signedAtMs, note),
    fact(name) {
      const value = readFact.get(name)?.value;
      return value === undefined ? null : String(value);
    },
    saveFact: (name, value) => void saveFact.run(name, value),
    close: () => db.close(),
  };
}

const blob = z.instanceof(Uint8Array);

function bytesOf(value: unknown): Hash {
  const bytes = blob.parse(value);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
