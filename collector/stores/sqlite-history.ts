import { closeSync, existsSync, fsyncSync, openSync } from "node:fs";
import { type Database, openDatabase, type Statement, transaction } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { type Decoded, Decoder, type Sample } from "../decode.ts";
import { derive } from "../derived.ts";
import type { Entry } from "../entry.ts";
import { historyMigrations, type StoredSample, valueColumns } from "./history-schema.ts";

/** What one batch changed, for the live stream and the terminal: handed on only after the commit. */
export interface HistoryCommit {
  samples: StoredSample[];
  quarantined: number;
  duplicates: number;
}

/** What is kept in quarantine. */
export interface Rejected {
  receivedAtMs: number;
  source: string;
  topic: string;
  device: string | null;
  reason: string;
  payload: Uint8Array;
}

/** The embedded history: the consumer of the intake log that writes `history.db`. */
export interface SqliteHistory {
  readonly database: Database;
  readonly decoder: Decoder;
  /** Position in the intake log up to which everything is stored. */
  cursor(): number;
  /** Brings what is committed onto the disk itself; answers the cursor up to which a power cut takes nothing. */
  makeDurable(): number;
  /** Stores a batch and moves the cursor, in one transaction. */
  apply(entries: readonly Entry[]): HistoryCommit;
  /** Enters samples that did not come through the log; the caller says on whose word. */
  importSamples(samples: readonly Sample[]): number;
  /** Keeps a message or point that cannot be taken, with the reason. */
  setAside(entry: Rejected): void;
  /** Newest stored value of each quantity of a device. */
  latest(device: string): ReadonlyMap<string, { value: number; atMs: number }>;
  /** Largest `id` of a stored sample. */
  newestId(): number;
  close(): void;
}

const consumer = "history";

export function openSqliteHistory(path: string, site: () => Site): SqliteHistory {
  // What a power cut takes from this file's tail is still in the log and is written again.
  const db = openDatabase(path, { migrations: historyMigrations, durability: "normal" });
  db.exec("PRAGMA cache_size = -65536");
  db.exec("PRAGMA wal_autocheckpoint = 4000");
  const insertOf = insertsByShape(db);
  const atInstant = db.prepare(`SELECT ${valueColumns.join(", ")} FROM samples WHERE device = ? AND at_ms = ?`);
  const bySequence = db.prepare("SELECT 1 FROM samples WHERE device = ? AND session = ? AND seq = ? LIMIT 1");
  const newestOf = db.prepare(
    "SELECT at_ms, same_instant FROM samples WHERE device = ? ORDER BY at_ms DESC, id DESC LIMIT 1",
  );
  const lastAtInstant = db.prepare(
    "SELECT same_instant FROM samples WHERE device = ? AND at_ms = ? ORDER BY id DESC LIMIT 1",
  );
  const recent = db.prepare(`SELECT * FROM samples WHERE device = ? ORDER BY at_ms DESC, id DESC LIMIT 50`);
  const quarantine = db.prepare(
    "INSERT INTO quarantine (received_at_ms, source, topic, device, reason, payload) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const trimQuarantine = db.prepare(
    "DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ? AND id IN (SELECT id FROM quarantine ORDER BY id LIMIT 1000)",
  );
  const saveMemory = db.prepare("INSERT OR REPLACE INTO decoder_state (device, state) VALUES (?, ?)");
  const saveCursor = db.prepare("INSERT OR REPLACE INTO cursors (consumer, position) VALUES (?, ?)");
  const readCursor = db.prepare("SELECT position FROM cursors WHERE consumer = ?");
  const readMemories = db.prepare("SELECT device, state FROM decoder_state");

  const devices = numberTable(db, "device_names", "device");
  const sessions = numberTable(db, "session_names", "session");
  /** Newest sample of each device: nearly every sample comes after it, and needs no look-up then. */
  const newest = new Map<string, { atMs: number; sameInstant: number }>();
  const latest = new Map<string, Map<string, { value: number; atMs: number }>>();
  const decoder = new Decoder(site);
  const restore = () => {
    decoder.restore(readMemories.all().map((row) => [String(row.device), String(row.state)]));
    cursor = Number(readCursor.get(consumer)?.position ?? 0);
    newestId = Number(db.prepare("SELECT max(id) AS id FROM samples").get()?.id ?? 0);
    newest.clear();
    latest.clear();
    devices.forget();
    sessions.forget();
  };
  let cursor = 0;
  let newestId = 0;
  restore();

  const readNewest = (device: number) => {
    const row = newestOf.get(device);
    return row
      ? { atMs: Number(row.at_ms), sameInstant: Number(row.same_instant) }
      : { atMs: Number.NEGATIVE_INFINITY, sameInstant: 0 };
  };

  /** Stores one sample unless the history already has it; returns it as stored. */
  const store = (sample: Sample): StoredSample | null => {
    const device = devices.numberOf(sample.device);
    const session = sample.session === null ? null : sessions.numberOf(sample.session);
    const last = newest.get(sample.device) ?? readNewest(device);
    const values: Record<string, number> = { ...sample.values, ...derive(sample.values) };
    if (sample.doubt === "same-sequence" && bySequence.get(device, session, sample.seq)) return null;
    if (sample.doubt === "same-time" && sample.atMs <= last.atMs) {
      const there = atInstant.all(device, sample.atMs);
      for (const name of Object.keys(values)) {
        if (there.some((row) => row[name] !== null)) delete values[name];
      }
      if (Object.keys(values).length === 0) return null;
    }
    let sameInstant = 0;
    if (sample.atMs === last.atMs) sameInstant = last.sameInstant + 1;
    else if (sample.atMs < last.atMs) {
      const before = lastAtInstant.get(device, sample.atMs);
      if (before) sameInstant = Number(before.same_instant) + 1;
    }
    if (sample.atMs >= last.atMs) newest.set(sample.device, { atMs: sample.atMs, sameInstant });
    const names = Object.keys(values);
    const fixed = [device, sample.atMs, sample.receivedAtMs, session, sample.seq, sample.flags, sameInstant];
    newestId = Number(insertOf(names).run(...fixed, ...names.map((name) => values[name]!)).lastInsertRowid);
    const { atMs, receivedAtMs, seq, flags } = sample;
    return {
      id: newestId,
      device: sample.device,
      atMs,
      receivedAtMs,
      session: sample.session,
      seq,
      flags,
      sameInstant,
      values,
    };
  };

  const setAside = (entry: Entry, device: string | null, reason: string) =>
    quarantine.run(entry.receivedAtMs, entry.origin, entry.topic, device, reason, entry.payload as Uint8Array);

  const applyDecoded = (entry: Entry, decoded: Decoded, commit: HistoryCommit) => {
    if (decoded.kind === "fault") {
      setAside(entry, decoded.device, decoded.reason);
      commit.quarantined += 1;
    } else if (decoded.kind === "samples") {
      for (const sample of decoded.samples) {
        const stored = store(sample);
        if (stored) commit.samples.push(stored);
        else commit.duplicates += 1;
      }
      commit.duplicates += decoded.duplicates;
      commit.quarantined += decoded.faults.length;
      for (const fault of decoded.faults.slice(0, 20)) setAside(entry, decoded.device, fault.reason);
    }
  };

  const latestOf = (device: string) => {
    let known = latest.get(device);
    if (known) return known;
    known = new Map();
    for (const row of recent.all(devices.numberOf(device))) {
      for (const name of valueColumns) {
        if (row[name] !== null && !known.has(name))
          known.set(name, { value: Number(row[name]), atMs: Number(row.at_ms) });
      }
    }
    latest.set(device, known);
    return known;
  };

  return {
    database: db,
    decoder,
    cursor: () => cursor,
    makeDurable() {
      const durable = cursor;
      for (const file of [`${path}-wal`, path]) syncFile(file);
      return durable;
    },
    newestId: () => newestId,
    latest: latestOf,
    setAside({ receivedAtMs, source, topic, device, reason, payload }) {
      quarantine.run(receivedAtMs, source, topic, device, reason, payload);
      trimQuarantine.run(site().config.limits.quarantine);
    },
    importSamples(samples) {
      let added = 0;
      try {
        transaction(db, () => {
          for (const sample of samples) if (store(sample)) added += 1;
        });
      } catch (error) {
        restore();
        throw error;
      }
      latest.clear();
      return added;
    },
    apply(entries) {
      const commit: HistoryCommit = { samples: [], quarantined: 0, duplicates: 0 };
      const last = entries.at(-1);
      if (!last) return commit;
      try {
        transaction(db, () => {
          for (const entry of entries) applyDecoded(entry, decoder.decode(entry), commit);
          if (commit.quarantined > 0) trimQuarantine.run(site().config.limits.quarantine);
          for (const [device, state] of decoder.takeChanged()) saveMemory.run(device, state);
          saveCursor.run(consumer, last.position);
        });
      } catch (error) {
        restore();
        throw error;
      }
      cursor = last.position;
      for (const sample of commit.samples) {
        const known = latestOf(sample.device);
        for (const name in sample.values) {
          const last = known.get(name);
          const value = sample.values[name]!;
          if (!last) known.set(name, { value, atMs: sample.atMs });
          else if (last.atMs <= sample.atMs) {
            last.value = value;
            last.atMs = sample.atMs;
          }
        }
      }
      return commit;
    },
    close() {
      if (db.isOpen) db.close();
    },
  };
}

function syncFile(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Shapes of samples remembered: a site has a handful, an attacker's inventions are prepared anew. */
const mostShapes = 200;

/** A statement for each set of values that samples carry: binding thirty columns for two values would cost twice. */
function insertsByShape(db: Database): (names: readonly string[]) => Statement {
  const known = new Map<string, Statement>();
  const fixed = ["device", "at_ms", "received_at_ms", "session", "seq", "flags", "same_instant"];
  return (names) => {
    const shape = names.join();
    let statement = known.get(shape);
    if (!statement) {
      const columns = [...fixed, ...names];
      statement = db.prepare(
        `INSERT INTO samples (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      );
      if (known.size < mostShapes) known.set(shape, statement);
    }
    return statement;
  };
}

/** Small whole numbers in place of repeated names. */
function numberTable(db: Database, table: string, column: string) {
  const find = db.prepare(`SELECT n FROM ${table} WHERE ${column} = ?`);
  const add = db.prepare(`INSERT INTO ${table} (${column}) VALUES (?)`);
  const known = new Map<string, number>();
  return {
    numberOf(name: string): number {
      let n = known.get(name);
      if (n !== undefined) return n;
      const row = find.get(name);
      n = row ? Number(row.n) : Number(add.run(name).lastInsertRowid);
      // Bounded: sessions come and go for years.
      if (known.size > 100_000) known.clear();
      known.set(name, n);
      return n;
    },
    /** After a commit that failed, numbers given out in it are void. */
    forget: () => known.clear(),
  };
}
