import { type Database, openDatabase, transaction } from "../../core/index.ts";
import type { Role } from "../../site/index.ts";
import { createSeal, isSealed, type Seal } from "./seal.ts";

/** Accounts, sessions, one-time links and failures: the only file with SQL of signing in. */

const migrations = [
  `CREATE TABLE accounts (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     role TEXT,
     origin TEXT NOT NULL,
     password TEXT,
     totp_secret TEXT,
     totp_step INTEGER NOT NULL DEFAULT 0,
     enabled INTEGER NOT NULL DEFAULT 1,
     made_at_ms INTEGER NOT NULL,
     set_up_at_ms INTEGER
   ) STRICT;
   CREATE TABLE passkeys (
     id TEXT PRIMARY KEY,
     account TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
     public_key BLOB NOT NULL,
     counter INTEGER NOT NULL,
     transports TEXT NOT NULL,
     name TEXT NOT NULL,
     made_at_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE sessions (
     hash TEXT PRIMARY KEY,
     account TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
     stage TEXT NOT NULL,
     made_at_ms INTEGER NOT NULL,
     seen_at_ms INTEGER NOT NULL,
     address TEXT NOT NULL
   ) STRICT;
   CREATE INDEX sessions_of ON sessions (account);
   CREATE TABLE links (
     hash TEXT PRIMARY KEY,
     account TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
     expires_at_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE failures (
     account TEXT NOT NULL,
     address TEXT NOT NULL,
     count INTEGER NOT NULL,
     last_at_ms INTEGER NOT NULL,
     PRIMARY KEY (account, address)
   ) STRICT;`,
  // What stands there in clear is sealed as soon as the file is open.
  "ALTER TABLE accounts RENAME COLUMN totp_secret TO totp_sealed",
] as const;

/** `password`: the second factor is still missing. `enrol`: it must first be set up. */
export type Stage = "full" | "password" | "enrol";

export interface Account {
  /** Staff number, or the name of an administrator's account. */
  id: string;
  name: string;
  /** Of accounts whose person is not in the site file. */
  role: Role | null;
  origin: "local" | "directory";
  /** PHC string; null until it is set up. */
  password: string | null;
  /** Whether an authenticator app is set up; its secret is asked for by itself. */
  hasTotp: boolean;
  /** The newest step whose code was used: none is taken twice. */
  totpStep: number;
  enabled: boolean;
  madeAtMs: number;
  setUpAtMs: number | null;
}

export interface Passkey {
  id: string;
  account: string;
  publicKey: Uint8Array<ArrayBuffer>;
  counter: number;
  transports: string[];
  name: string;
  madeAtMs: number;
}

export interface SessionRow {
  hash: string;
  account: string;
  stage: Stage;
  madeAtMs: number;
  seenAtMs: number;
  address: string;
}

export type AccountStore = ReturnType<typeof openAccountStore>;

/** `key`: what secrets of second factors are sealed with. */
export function openAccountStore(path: string, key: Buffer) {
  const db = openDatabase(path, { migrations, durability: "full" });
  const seal = createSeal(key);
  sealClearSecrets(db, seal);
  return {
    ...accountsIn(db),
    ...totpIn(db, seal),
    ...passkeysIn(db),
    ...sessionsIn(db),
    ...failuresIn(db),
    close: () => db.close(),
  };
}

/** Those of a file from before secrets were sealed. */
function sealClearSecrets(db: Database, seal: Seal): void {
  const rows = db.prepare("SELECT id, totp_sealed FROM accounts WHERE totp_sealed IS NOT NULL").all();
  const clear = rows.filter(({ totp_sealed }) => !isSealed(String(totp_sealed)));
  if (clear.length === 0) return;
  const set = db.prepare("UPDATE accounts SET totp_sealed = ? WHERE id = ?");
  transaction(db, () => {
    for (const { id, totp_sealed } of clear) set.run(seal.seal(String(totp_sealed), String(id)), String(id));
  });
  // Nothing of them stays in free pages or in the write-ahead log.
  db.exec("VACUUM");
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

type Row = Record<string, unknown>;
const text = (value: unknown) => (typeof value === "string" ? value : null);

function accountsIn(db: Database) {
  const find = db.prepare("SELECT * FROM accounts WHERE id = ?");
  const all = db.prepare("SELECT * FROM accounts ORDER BY id");
  const insert = db.prepare(
    "INSERT INTO accounts (id, name, role, origin, made_at_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
  );
  const update = db.prepare(
    "UPDATE accounts SET name = ?, role = ?, password = ?, totp_step = ?, enabled = ?, set_up_at_ms = ? WHERE id = ?",
  );
  const account = (row: Row): Account => ({
    id: String(row.id),
    name: String(row.name),
    // Written by this program alone, from the same union.
    role: row.role === null ? null : (String(row.role) as Role),
    origin: row.origin === "directory" ? "directory" : "local",
    password: text(row.password),
    hasTotp: row.totp_sealed !== null,
    totpStep: Number(row.totp_step),
    enabled: row.enabled === 1,
    madeAtMs: Number(row.made_at_ms),
    setUpAtMs: row.set_up_at_ms === null ? null : Number(row.set_up_at_ms),
  });
  const byId = (id: string): Account | null => {
    const row = find.get(id);
    return row ? account(row) : null;
  };
  const addLink = db.prepare("INSERT INTO links (hash, account, expires_at_ms) VALUES (?, ?, ?)");
  const dropLinks = db.prepare("DELETE FROM links WHERE account = ?");
  const findLink = db.prepare("SELECT account, expires_at_ms FROM links WHERE hash = ?");
  return {
    account: byId,
    accounts: (): Account[] => all.all().map(account),
    /** Does nothing where there is one of that id. */
    addAccount({ id, name, role, origin, madeAtMs }: Pick<Account, "id" | "name" | "role" | "origin" | "madeAtMs">) {
      insert.run(id, name, role, origin, madeAtMs);
    },
    change(id: string, changes: Partial<Omit<Account, "id" | "origin" | "madeAtMs" | "hasTotp">>) {
      const now = byId(id);
      if (!now) return;
      const { name, role, password, totpStep, enabled, setUpAtMs } = { ...now, ...changes };
      update.run(name, role, password, totpStep, enabled ? 1 : 0, setUpAtMs, id);
    },
    /** In place of any earlier one. */
    setLink(account: string, hash: string, expiresAtMs: number) {
      transaction(db, () => {
        dropLinks.run(account);
        addLink.run(hash, account, expiresAtMs);
      });
    },
    link(hash: string): { account: string; expiresAtMs: number } | null {
      const row = findLink.get(hash);
      return row ? { account: String(row.account), expiresAtMs: Number(row.expires_at_ms) } : null;
    },
    dropLinks: (account: string) => void dropLinks.run(account),
  };
}

function totpIn(db: Database, seal: Seal) {
  const find = db.prepare("SELECT totp_sealed FROM accounts WHERE id = ?");
  const set = db.prepare("UPDATE accounts SET totp_sealed = ?, totp_step = ? WHERE id = ?");
  return {
    /** Null where there is none, or where it does not open: then no code of it is right. */
    totpSecret(id: string): string | null {
      const sealed = text(find.get(id)?.totp_sealed);
      return sealed === null ? null : seal.open(sealed, id);
    },
    /** `step`: the newest whose code was used. */
    setTotp: (id: string, secret: string | null, step: number) =>
      void set.run(secret === null ? null : seal.seal(secret, id), step, id),
  };
}

function passkeysIn(db: Database) {
  const of = db.prepare("SELECT * FROM passkeys WHERE account = ? ORDER BY made_at_ms");
  const byId = db.prepare("SELECT * FROM passkeys WHERE id = ?");
  const insert = db.prepare(
    "INSERT INTO passkeys (id, account, public_key, counter, transports, name, made_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const count = db.prepare("UPDATE passkeys SET counter = ? WHERE id = ?");
  const drop = db.prepare("DELETE FROM passkeys WHERE account = ? AND (? IS NULL OR id = ?)");
  const passkey = (row: Row): Passkey => ({
    id: String(row.id),
    account: String(row.account),
    publicKey: row.public_key instanceof Uint8Array ? new Uint8Array(row.public_key) : new Uint8Array(),
    counter: Number(row.counter),
    transports: String(row.transports).split(",").filter(Boolean),
    name: String(row.name),
    madeAtMs: Number(row.made_at_ms),
  });
  return {
    passkeysOf: (account: string): Passkey[] => of.all(account).map(passkey),
    passkey(id: string): Passkey | null {
      const row = byId.get(id);
      return row ? passkey(row) : null;
    },
    addPasskey({ id, account, publicKey, counter, transports, name, madeAtMs }: Passkey) {
      insert.run(id, account, publicKey, counter, transports.join(","), name, madeAtMs);
    },
    countPasskey: (id: string, counter: number) => void count.run(counter, id),
    /** All of them, or one. */
    dropPasskeys: (account: string, id: string | null = null) => Number(drop.run(account, id, id).changes),
  };
}

function sessionsIn(db: Database) {
  const insert = db.prepare("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)");
  const find = db.prepare("SELECT * FROM sessions WHERE hash = ?");
  const of = db.prepare("SELECT * FROM sessions WHERE account = ? ORDER BY seen_at_ms DESC");
  const seen = db.prepare("UPDATE sessions SET seen_at_ms = ? WHERE hash = ?");
  const drop = db.prepare("DELETE FROM sessions WHERE hash = ?");
  const dropOf = db.prepare("DELETE FROM sessions WHERE account = ?");
  const dropOld = db.prepare("DELETE FROM sessions WHERE seen_at_ms < ? OR made_at_ms < ?");
  const session = (row: Row): SessionRow => ({
    hash: String(row.hash),
    account: String(row.account),
    stage: row.stage === "full" || row.stage === "enrol" ? row.stage : "password",
    madeAtMs: Number(row.made_at_ms),
    seenAtMs: Number(row.seen_at_ms),
    address: String(row.address),
  });
  return {
    addSession({ hash, account, stage, madeAtMs, seenAtMs, address }: SessionRow) {
      insert.run(hash, account, stage, madeAtMs, seenAtMs, address);
    },
    session(hash: string): SessionRow | null {
      const row = find.get(hash);
      return row ? session(row) : null;
    },
    sessionsOf: (account: string): SessionRow[] => of.all(account).map(session),
    seen: (hash: string, atMs: number) => void seen.run(atMs, hash),
    dropSession: (hash: string) => void drop.run(hash),
    dropSessionsOf: (account: string) => Number(dropOf.run(account).changes),
    dropSessionsBefore: (seenMs: number, madeMs: number) => void dropOld.run(seenMs, madeMs),
  };
}

function failuresIn(db: Database) {
  const find = db.prepare("SELECT count, last_at_ms FROM failures WHERE account = ? AND address = ?");
  const set = db.prepare(
    `INSERT INTO failures (account, address, count, last_at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (account, address) DO UPDATE SET count = excluded.count, last_at_ms = excluded.last_at_ms`,
  );
  const of = db.prepare("SELECT address, count, last_at_ms FROM failures WHERE account = ? ORDER BY address");
  const drop = db.prepare("DELETE FROM failures WHERE account = ? AND (? IS NULL OR address = ?)");
  const dropOld = db.prepare("DELETE FROM failures WHERE last_at_ms < ?");
  return {
    failures(account: string, address: string): { count: number; lastAtMs: number } {
      const row = find.get(account, address);
      return { count: Number(row?.count ?? 0), lastAtMs: Number(row?.last_at_ms ?? 0) };
    },
    failuresOf: (account: string) =>
      of.all(account).map((row) => ({
        address: String(row.address),
        count: Number(row.count),
        lastAtMs: Number(row.last_at_ms),
      })),
    setFailures: (account: string, address: string, count: number, atMs: number) =>
      void set.run(account, address, count, atMs),
    dropFailures: (account: string, address: string | null = null) => void drop.run(account, address, address),
    dropFailuresBefore: (atMs: number) => void dropOld.run(atMs),
  };
}
