import {
  type Clock,
  type Database,
  isDiskFault,
  messageOf,
  openDatabase,
  SentryError,
  transaction,
} from "../core/index.ts";
import type { Entry, EntryKind, NewEntry } from "./entry.ts";

/**
 * The durable log that every message passes first. What has been appended is on disk (fsync) before `done` is called;
 * consumers read it forward by position and keep their own cursors.
 */
export interface IntakeLog {
  /** Calls `done` after the commit, or with the error that prevented it. Many appends of one turn share one commit. */
  append(entry: NewEntry, done: (error: Error | null, position: number) => void): void;
  /** Entries after `position`, oldest first, at most `limit`. */
  readAfter(position: number, limit: number): Entry[];
  /** Position of the newest committed entry; 0 when empty. */
  head(): number;
  /**
   * Positions go on after this one: a log that is missing or older than its readers, after a restore, must not give
   * positions again that they believe to have read.
   */
  startAfter(position: number): void;
  /** Calls back after each commit; returns the way to stop it. */
  onCommit(listener: () => void): () => void;
  /** Removes at most `limit` entries up to `position`, never the newest; returns how many. */
  prune(position: number, limit: number): number;
  sizeBytes(): number;
  /** Refuses further appends, commits what is gathered, closes the file. */
  close(): void;
}

const kinds: readonly EntryKind[] = ["message", "event", "command", "tick"];

/** Tables of `intake.db`. */
export const logMigrations = [
  `CREATE TABLE entries (
    position INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    origin TEXT NOT NULL,
    topic TEXT NOT NULL,
    payload BLOB NOT NULL
  ) STRICT;`,
];

/** A row of the log as it is read. */
export function toEntry(row: Record<string, unknown>): Entry {
  return {
    position: Number(row.position),
    kind: kinds[Number(row.kind)] ?? "event",
    receivedAtMs: Number(row.received_at_ms),
    origin: String(row.origin),
    topic: String(row.topic),
    payload: Buffer.from(row.payload as Uint8Array),
  };
}

/** Entries kept in memory beside the file, so that consumers at the head read without touching it. */
const tailEntries = 20_000;
const tailBytes = 16 * 1024 * 1024;

interface Pending {
  entry: NewEntry;
  done: (error: Error | null, position: number) => void;
}

export function openIntakeLog(path: string, options: { clock: Clock; maxBytes: number }): IntakeLog {
  const db: Database = openDatabase(path, { migrations: logMigrations, durability: "full" });
  const insert = db.prepare(
    "INSERT INTO entries (position, kind, received_at_ms, origin, topic, payload) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const select = db.prepare("SELECT * FROM entries WHERE position > ? ORDER BY position LIMIT ?");
  const remove = db.prepare(
    "DELETE FROM entries WHERE position IN (SELECT position FROM entries WHERE position <= ? ORDER BY position LIMIT ?)",
  );
  const pages = db.prepare("SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()");
  const freePages = db.prepare(
    "SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count(), pragma_page_size()",
  );
  let head = Number(db.prepare("SELECT max(position) AS head FROM entries").get()?.head ?? 0);
  let pending: Pending[] = [];
  let scheduled = false;
  let closed = false;
  let full = false;
  let sinceSizeCheck = 0;
  const listeners = new Set<() => void>();
  let tail: Entry[] = [];
  let tailSize = 0;

  const usedBytes = () => Number(pages.get()?.bytes ?? 0) - Number(freePages.get()?.bytes ?? 0);

  const commit = () => {
    scheduled = false;
    if (pending.length === 0) return;
    const batch = pending;
    pending = [];
    const first = head + 1;
    try {
      if (full || ++sinceSizeCheck >= 100) {
        sinceSizeCheck = 0;
        full = usedBytes() > options.maxBytes;
        if (full)
          throw new SentryError("disk-full", `the intake log has reached its bound of ${options.maxBytes} bytes`);
      }
      transaction(db, () => {
        let position = first;
        for (const { entry } of batch) {
          insert.run(
            position++,
            kinds.indexOf(entry.kind),
            entry.receivedAtMs,
            entry.origin,
            entry.topic,
            entry.payload as Uint8Array,
          );
        }
      });
    } catch (error) {
      const fault = isDiskFault(error)
        ? new SentryError("disk-full", `the intake log cannot be written: ${messageOf(error)}`, { cause: error })
        : (error as Error);
      for (const { done } of batch) done(fault, 0);
      return;
    }
    head += batch.length;
    let position = first;
    for (const { entry } of batch) {
      // The log owns what it was given: a copy of each entry would be a fifth of the rubbish to collect.
      const stored = entry as Entry;
      stored.position = position++;
      tail.push(stored);
      tailSize += entry.payload.length + 200;
    }
    if (tail.length > tailEntries || tailSize > tailBytes) trimTail();
    position = first;
    for (const { done } of batch) done(null, position++);
    for (const listener of listeners) listener();
  };

  const trimTail = () => {
    let keepFrom = Math.max(0, tail.length - tailEntries / 2);
    let size = 0;
    for (let at = tail.length - 1; at >= keepFrom; at--) {
      size += tail[at]!.payload.length + 200;
      if (size > tailBytes / 2) keepFrom = at + 1;
    }
    tail = tail.slice(keepFrom);
    tailSize = tail.reduce((sum, entry) => sum + entry.payload.length + 200, 0);
  };

  return {
    append(entry, done) {
      if (closed) return done(new SentryError("intake-closed", "the intake is stopping"), 0);
      pending.push({ entry, done });
      if (scheduled) return;
      scheduled = true;
      // After this turn's socket reads: whatever they brought shares one commit.
      setImmediate(commit);
    },
    readAfter(position, limit) {
      const oldest = tail[0]?.position;
      if (oldest !== undefined && position + 1 >= oldest) {
        const from = position + 1 - oldest;
        return tail.slice(from, from + limit);
      }
      return select.all(position, limit).map(toEntry);
    },
    head: () => head,
    startAfter(position) {
      head = Math.max(head, position);
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    prune: (position, limit) => Number(remove.run(Math.min(position, head - 1), limit).changes),
    sizeBytes: usedBytes,
    close() {
      if (closed) return;
      commit();
      closed = true;
      db.close();
    },
  };
}
