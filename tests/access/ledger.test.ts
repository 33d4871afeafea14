import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { parseCheckpoint, verifyConsistency, verifyInclusion } from "../../access/index.ts";
import { isSignedBy, parseVerifierKey } from "../../access/ledger/note.ts";
import { aBadge, aLedger, aLogIn, aSecurityEvent, startMs } from "./builders.ts";

const dayMs = 86_400_000;
const tenYears = { log_ins: 180 * dayMs, security: 180 * dayMs, access: 3_653 * dayMs, alarms: 3_653 * dayMs };

describe("appending", () => {
  test("entries and the cursor of their source are there after a restart, or neither", () => {
    const house = aLedger();
    house.ledger.append([aBadge("10231"), aSecurityEvent("x")], { source: "intake", position: 17 });
    expect(() =>
      house.ledger.append([aBadge("10231"), { ...aSecurityEvent("x"), body: { what: "" } } as never], {
        source: "intake",
        position: 18,
      }),
    ).toThrow(RangeError);
    const root = house.ledger.store.root();
    const again = house.reopen();
    expect([again.size(), again.cursor("intake"), again.store.root()]).toEqual([2, 17, root]);
  });

  test("a clock that was set back does not turn the order round", () => {
    const { ledger, clock } = aLedger();
    ledger.append([aSecurityEvent("a")]);
    clock.step(-3_600_000);
    ledger.append([aSecurityEvent("b")]);
    const [first, second] = ledger.read({ from: 0, limit: 2 });
    expect(second!.entry!.recordedAt).toBe(first!.entry!.recordedAt);
  });

  test("half a character from outside is mended, what does not belong to a kind is refused", () => {
    const { ledger } = aLedger();
    ledger.append([aSecurityEvent("\ud800")]);
    expect(ledger.read({ from: 0, limit: 1 })[0]!.entry!.body.subject).toBe("\ufffd");
    const odd = { ...aSecurityEvent("x"), personal: { face: { person: "1", value: "…" } } };
    expect(() => ledger.append([odd as never])).toThrow("no personal field face");
  });

  test("the file refuses changes, removals, and entries out of order", () => {
    const { ledger } = aLedger();
    ledger.append([aBadge("10231"), aSecurityEvent("x")]);
    ledger.checkpoint();
    const db = ledger.store.database;
    for (const statement of [
      "UPDATE entries SET payload = X'00' WHERE n = 0",
      "UPDATE entries SET leaf_hash = X'00', payload = NULL, tombstone = 1 WHERE n = 0",
      "UPDATE entries SET payload = NULL, tombstone = 0 WHERE n = 0",
      "DELETE FROM entries WHERE n = 1",
      "INSERT INTO entries (n, kind, recorded_at_ms, leaf_hash) VALUES (7, 'log-in', 0, X'00')",
      "INSERT OR REPLACE INTO entries (n, kind, recorded_at_ms, leaf_hash) VALUES (1, 'log-in', 0, X'00')",
      "DELETE FROM checkpoints",
      "DELETE FROM subtrees",
    ]) {
      const run = () => db.exec(statement);
      if (statement.includes("subtrees")) expect(run).not.toThrow();
      else expect(run, statement).toThrow("append-only");
    }
  });

  test("proofs hold against the checkpoints", () => {
    const { ledger } = aLedger();
    ledger.append(Array.from({ length: 100 }, (_, n) => aSecurityEvent(`${n}`)));
    const first = parseCheckpoint(ledger.checkpoint())!;
    ledger.append(Array.from({ length: 77 }, (_, n) => aSecurityEvent(`${n}`)));
    const second = parseCheckpoint(ledger.checkpoint())!;
    const { leaf, proof } = ledger.inclusion(42);
    expect(verifyInclusion({ index: 42, size: 177, leaf, proof, root: second.root })).toBe(true);
    const grown = ledger.consistency(100).proof;
    const claim = { first: 100, second: 177, firstRoot: first.root, secondRoot: second.root, proof: grown };
    expect(verifyConsistency(claim)).toBe(true);
    expect(() => ledger.inclusion(177)).toThrow("ledger of 177");
  });
});

describe("persons", () => {
  test("nothing about a person is in clear in any file, and it is read again with the key", () => {
    const house = aLedger();
    house.ledger.append([aBadge("10231")]);
    const ledger = house.reopen();
    const entry = ledger.read({ from: 0, limit: 1 })[0]!.entry!;
    expect(ledger.reveal(entry).person).toMatchObject({ value: { id: "10231", name: "王芳" } });
    for (const file of readdirSync(house.folder)) {
      const bytes = readFileSync(join(house.folder, file));
      for (const secret of ["10231", "王芳"]) expect(bytes.includes(secret), `${secret} in ${file}`).toBe(false);
    }
  });

  test("an erased person's fields are read by nobody, and the tree is whole", () => {
    const house = aLedger();
    house.ledger.append([aBadge("10231"), aBadge("10244")]);
    const before = parseCheckpoint(house.ledger.checkpoint())!;
    const wrapped = String(
      new DatabaseSync(join(house.folder, "personal-keys.db"))
        .prepare("SELECT hex(wrapped) AS key FROM persons ORDER BY rowid")
        .all()[0]!.key,
    );
    expect(house.ledger.erase("10231", { reason: "left, asked for it", by: "10900" })).toBe(true);
    expect(house.ledger.erase("10231", { reason: "again", by: "10900" })).toBe(false);
    for (const open of [() => house.ledger, house.reopen]) {
      const ledger = open();
      const entries = ledger.read({ from: 0, limit: 10 }).map(({ entry }) => entry!);
      expect(ledger.reveal(entries[0]!)).toEqual({ person: null });
      expect(ledger.reveal(entries[1]!).person).toMatchObject({ value: { id: "10244" } });
      expect(entries[2]).toMatchObject({ kind: "erasure", body: { subject: entries[0]!.personal!.person!.subject } });
      const { first, second, proof } = ledger.consistency(before.size);
      expect(verifyConsistency({ first, second, proof, firstRoot: before.root, secondRoot: ledger.store.root() })).toBe(
        true,
      );
    }
    for (const file of readdirSync(house.folder)) {
      expect(readFileSync(join(house.folder, file)).includes(Buffer.from(wrapped, "hex")), file).toBe(false);
    }
  });

  test("a crash between an erasure's entry and the end of the key is made good at the next start", () => {
    const house = aLedger();
    house.ledger.append([aBadge("10231")]);
    const subject = house.ledger.subjectOf("10231")!;
    house.ledger.append([{ kind: "erasure", atMs: startMs, body: { subject, reason: "left" } }]);
    expect(house.reopen().subjectOf("10231")).toBeNull();
  });

  test("a sealed field cannot be moved to another place", () => {
    const { ledger } = aLedger();
    ledger.append([aBadge("10231"), aBadge("10231")]);
    const [first, second] = ledger.read({ from: 0, limit: 2 }).map(({ entry }) => entry!);
    expect(first!.personal!.person!.sealed).not.toBe(second!.personal!.person!.sealed);
    expect(() => ledger.reveal({ ...first!, personal: second!.personal })).toThrow();
  });
});

describe("checkpoints", () => {
  test("are the same until something is added, and go on from each other", () => {
    const { ledger } = aLedger();
    expect(parseCheckpoint(ledger.checkpoint())).toMatchObject({ size: 0 });
    ledger.append([aSecurityEvent("x")]);
    const text = ledger.checkpoint();
    expect(ledger.checkpoint()).toBe(text);
    expect(isSignedBy(parseCheckpoint(text)!.note, parseVerifierKey(ledger.verifierKey())!)).toBe(true);
  });

  test("a database put back from an old copy is not signed again", () => {
    const house = aLedger();
    house.ledger.append([aSecurityEvent("one")]);
    house.ledger.checkpoint();
    house.ledger.store.database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    copyFileSync(join(house.folder, "ledger.db"), join(house.folder, "copy"));
    house.ledger.append([aSecurityEvent("two")]);
    house.ledger.checkpoint();
    house.ledger.close();
    for (const file of ["ledger.db-wal", "ledger.db-shm"]) rmSync(join(house.folder, file), { force: true });
    copyFileSync(join(house.folder, "copy"), join(house.folder, "ledger.db"));
    const restored = aLedger({ folder: house.folder }).ledger;
    expect(() => restored.checkpoint()).toThrow("2 entries were signed, 1 are there");
    restored.append([aSecurityEvent("another two")]);
    expect(() => restored.checkpoint()).toThrow("not those that were signed");
    house.ledger = restored;
  });

  test("a stored hash that was changed stops the signing", () => {
    const { ledger } = aLedger();
    ledger.append([aSecurityEvent("one"), aSecurityEvent("two"), aSecurityEvent("three")]);
    ledger.checkpoint();
    ledger.store.database.exec(
      "DROP TRIGGER entries_do_not_change; UPDATE entries SET leaf_hash = zeroblob(32) WHERE n = 0",
    );
    ledger.append([aSecurityEvent("four")]);
    expect(() => ledger.checkpoint()).toThrow("not those that were signed");
  });

  test("a new key goes on where the old one ended, also when a crash comes between entry and file", () => {
    const house = aLedger();
    house.ledger.append([aSecurityEvent("x")]);
    house.ledger.checkpoint();
    const old = house.ledger.verifierKey();
    const oldFile = readFileSync(join(house.folder, "ledger.key"), "utf8");
    house.ledger.rotateKey();
    const next = house.ledger.verifierKey();
    expect(next).not.toBe(old);
    // As if the exchange of the files had not come about.
    writeFileSync(join(house.folder, "ledger.key.next"), readFileSync(join(house.folder, "ledger.key")), {
      mode: 0o600,
    });
    writeFileSync(join(house.folder, "ledger.key"), oldFile, { mode: 0o600 });
    const ledger = house.reopen();
    expect(ledger.verifierKey()).toBe(next);
    expect(isSignedBy(parseCheckpoint(ledger.checkpoint())!.note, parseVerifierKey(next)!)).toBe(true);
  });
});

describe("retention", () => {
  test("takes payloads away by a tombstone, keeps the tree, and refuses less than 180 days", () => {
    const house = aLedger();
    const { ledger, clock } = house;
    ledger.append([aLogIn("10231"), aBadge("10231"), aLogIn("10231"), aLogIn("10244")]);
    const before = parseCheckpoint(ledger.checkpoint())!;
    expect(() => ledger.applyRetention({ ...tenYears, log_ins: 179 * dayMs })).toThrow("180d");
    clock.advance(180 * dayMs);
    expect(ledger.applyRetention(tenYears)).toBe(0);
    clock.advance(1);
    expect(ledger.applyRetention(tenYears)).toBe(3);
    expect(ledger.applyRetention(tenYears)).toBe(0);
    const again = house.reopen();
    const entries = again.read({ from: 0, limit: 10 }).map(({ entry }) => entry);
    expect(entries.map((entry) => entry?.kind ?? null)).toEqual([null, "access-event", null, null, "tombstone"]);
    expect(entries[4]!.body.ranges).toEqual([
      [0, 0],
      [2, 3],
    ]);
    expect(parseCheckpoint(again.checkpoint())!.size).toBe(before.size + 1);
  });
});
