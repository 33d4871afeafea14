import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { messageOf, SentryError } from "./errors.ts";

export type Database = DatabaseSync;
export type Statement = StatementSync;

export interface OpenOptions {
  /** Each entry is applied once, in order, and never changed after a release: add a new one instead. */
  migrations: readonly string[];
  /** `full`: a commit survives power loss. `normal`: it survives a crash of the process, for what can be made again. */
  durability?: "full" | "normal";
  readOnly?: boolean;
}

/** Opens a database in WAL mode and brings its schema up to date; refuses one written by a newer version. */
export function openDatabase(path: string, options: OpenOptions): Database {
  try {
    if (path !== ":memory:" && !options.readOnly) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const db = new DatabaseSync(path, { readOnly: options.readOnly ?? false, timeout: 5_000 });
    if (!options.readOnly) {
      db.exec("PRAGMA journal_mode = WAL");
      db.exec(`PRAGMA synchronous = ${options.durability === "normal" ? "NORMAL" : "FULL"}`);
      db.exec("PRAGMA journal_size_limit = 67108864");
    }
    db.exec("PRAGMA foreign_keys = ON");
    db.exec("PRAGMA temp_store = MEMORY");
    migrate(db, path, options.migrations, options.readOnly ?? false);
    return db;
  } catch (error) {
    if (error instanceof SentryError) throw error;
    throw new SentryError("data-unwritable", `cannot open the database ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function migrate(db: Database, path: string, migrations: readonly string[], readOnly: boolean): void {
  const version = Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
  if (version > migrations.length) {
    throw new SentryError(
      "data-too-new",
      `${path} has schema version ${version}, this program knows ${migrations.length}: use the newer program`,
    );
  }
  if (readOnly) return;
  for (let next = version; next < migrations.length; next++) {
    transaction(db, () => {
      db.exec(migrations[next]!);
      db.exec(`PRAGMA user_version = ${next + 1}`);
    });
  }
}

/** Runs `work` in one transaction: all of it is committed, or none when it throws. */
export function transaction<T>(db: Database, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk may already have rolled back.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** True when the fault is that the disk has no room or fails, as opposed to a fault of the statement. */
export function isDiskFault(error: unknown): boolean {
  if (!(error instanceof Error) || !("errcode" in error)) return false;
  const primary = Number(error.errcode) & 0xff;
  return primary === 13 /* SQLITE_FULL */ || primary === 10 /* SQLITE_IOERR */;
}
