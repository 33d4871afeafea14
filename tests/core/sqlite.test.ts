import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isDiskFault, openDatabase, transaction } from "../../core/index.ts";

const first = "CREATE TABLE rooms (id TEXT PRIMARY KEY) STRICT";
const second = "ALTER TABLE rooms ADD COLUMN floor INTEGER";

function file(): string {
  const folder = mkdtempSync(join(tmpdir(), "sentry-sqlite-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "inner", "test.db");
}
const versionOf = (db: ReturnType<typeof openDatabase>) => db.prepare("PRAGMA user_version").get()?.user_version;

test("a new database gets every migration, an older one only those it lacks", () => {
  const path = file();
  const old = openDatabase(path, { migrations: [first] });
  old.exec("INSERT INTO rooms VALUES ('a')");
  old.close();
  const db = openDatabase(path, { migrations: [first, second] });
  expect(versionOf(db)).toBe(2);
  expect(db.prepare("SELECT id, floor FROM rooms").all()).toEqual([{ id: "a", floor: null }]);
  db.close();
});

test("a database of a newer version is refused and left as it is", () => {
  const path = file();
  openDatabase(path, { migrations: [first, second] }).close();
  expect(() => openDatabase(path, { migrations: [first] })).toThrow(
    expect.objectContaining({ code: "data-too-new", message: expect.stringContaining("use the newer program") }),
  );
  const db = openDatabase(path, { migrations: [first, second] });
  expect(versionOf(db)).toBe(2);
  db.close();
});

test("a migration that fails changes nothing", () => {
  const path = file();
  const broken = "CREATE TABLE doors (id TEXT); SELECT no_such_function()";
  expect(() => openDatabase(path, { migrations: [first, broken] })).toThrow(
    expect.objectContaining({ code: "data-unwritable" }),
  );
  const db = openDatabase(path, { migrations: [first] });
  expect(versionOf(db)).toBe(1);
  expect(db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()).toEqual([{ name: "rooms" }]);
  db.close();
});

test("a commit survives power loss: write-ahead log, synced at each commit", () => {
  const path = file();
  const db = openDatabase(path, { migrations: [first] });
  expect(db.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  expect(db.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
  db.close();
  expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
});

test("a transaction that throws leaves nothing behind, and the next one works", () => {
  const db = openDatabase(":memory:", { migrations: [first] });
  expect(() =>
    transaction(db, () => {
      db.exec("INSERT INTO rooms VALUES ('a')");
      throw new Error("stop");
    }),
  ).toThrow("stop");
  expect(transaction(db, () => db.prepare("SELECT count(*) AS n FROM rooms").get())).toEqual({ n: 0 });
  db.close();
});

test("a file that is no database is named", () => {
  const path = join(file(), "..", "..", "notes.txt");
  writeFileSync(path, "these are not the pages you are looking for".repeat(100));
  expect(() => openDatabase(path, { migrations: [first] })).toThrow(/cannot open the database .*notes\.txt/);
});

test("a full disk is told apart from a fault of the statement", () => {
  const db = openDatabase(":memory:", { migrations: ["CREATE TABLE blobs (data BLOB)"] });
  db.exec("PRAGMA max_page_count = 4");
  const faultOf = (sql: string) => {
    try {
      db.exec(sql);
    } catch (error) {
      return isDiskFault(error);
    }
  };
  expect(faultOf("INSERT INTO blobs VALUES (zeroblob(1000000))")).toBe(true);
  expect(faultOf("INSERT INTO nothing VALUES (1)")).toBe(false);
  expect(isDiskFault(new Error("disk"))).toBe(false);
  db.close();
});
