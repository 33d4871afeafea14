import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import { openDatabase, randomId, SentryError } from "../../core/index.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { canonical, type Json } from "./canonical.ts";
import type { SealedField } from "./entry.ts";

/**
 * A key for each person whose fields the ledger holds, in a file of its own. To erase a person is to destroy the key:
 * the ledger keeps its bytes and so its hashes, and nobody reads what they said. The file names nobody: a person is
 * found by a keyed hash of the staff number, and each key is itself encrypted with the data folder's secret.
 */
export interface PersonalKeys {
  seal(person: string, value: Json, place: Place): SealedField;
  /** What a field says; `null` where its person was erased. */
  open(field: SealedField, place: Place): Opened | null;
  /** The name of chance under which the person's fields stand; `null` when there are none. */
  subjectOf(person: string): string | null;
  subjectFor(person: string): string;
  /**
   * Forgets what is remembered of keys when another program, such as a command beside this one, changed the file. A
   * number that is another one whenever keys may have gone.
   */
  refresh(): number;
  /** Destroys the key; returns false when there was none. */
  erase(subject: string): boolean;
  close(): void;
}

/** Where a field stands: it cannot be moved to another place and still be read. */
export interface Place {
  origin: string;
  index: number;
  field: string;
}

export type Opened = {
  value: Json;
  /** Shown with the value, it proves to anybody that the entry's digest is of that value. */
  opening: string;
};

const migrations = [
  `CREATE TABLE persons (
    lookup BLOB PRIMARY KEY,
    subject TEXT NOT NULL UNIQUE,
    wrapped BLOB NOT NULL
  ) STRICT;`,
];

interface PersonKey {
  subject: string;
  key: Buffer;
}

const nonceBytes = 12;
const tagBytes = 16;
/** Persons whose keys are held in memory at one time. */
const mostRemembered = 10_000;
const blob = z.instanceof(Uint8Array);
const sealedValue = z.strictObject({ opening: z.string(), value: z.json() });

/** @param keys of 32 bytes each, made from the data folder's secret */
export function openPersonalKeys(path: string, keys: { lookup: Buffer; wrapping: Buffer }): PersonalKeys {
  const db = openDatabase(path, { migrations, durability: "full" });
  // What is deleted is overwritten, not merely marked free.
  db.exec("PRAGMA secure_delete = ON");
  const find = db.prepare("SELECT subject, wrapped FROM persons WHERE lookup = ?");
  const findSubject = db.prepare("SELECT wrapped FROM persons WHERE subject = ?");
  const insert = db.prepare("INSERT INTO persons (lookup, subject, wrapped) VALUES (?, ?, ?)");
  const remove = db.prepare("DELETE FROM persons WHERE subject = ?");
  const dataVersion = db.prepare("PRAGMA data_version");
  const emptyLog = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  const version = () => Number(dataVersion.get()?.data_version);
  let seenVersion = version();
  let changes = 0;
  const byPerson = new Map<string, PersonKey>();
  const bySubject = new Map<string, Buffer>();

  const forget = () => {
    byPerson.clear();
    bySubject.clear();
    changes++;
  };
  const lookupOf = (person: string) => createHmac("sha256", keys.lookup).update(person).digest();
  const remember = (person: string, found: PersonKey) => {
    if (byPerson.size >= mostRemembered) byPerson.clear();
    byPerson.set(person, found);
    return found;
  };
  const known = (person: string): PersonKey | null => {
    const remembered = byPerson.get(person);
    if (remembered) return remembered;
    const row = find.get(lookupOf(person));
    if (!row) return null;
    const subject = String(row.subject);
    return remember(person, { subject, key: unwrap(row.wrapped, subject) });
  };
  const unwrap = (wrapped: unknown, subject: string): Buffer => decrypt(keys.wrapping, blob.parse(wrapped), subject);
  const made = (person: string): PersonKey => {
    const fresh = { subject: `p-${randomId()}`, key: randomBytes(32) };
    insert.run(lookupOf(person), fresh.subject, encrypt(keys.wrapping, fresh.key, fresh.subject));
    return remember(person, fresh);
  };
  const keyOf = (subject: string): Buffer | null => {
    const remembered = bySubject.get(subject);
    if (remembered) return remembered;
    const row = findSubject.get(subject);
    if (!row) return null;
    if (bySubject.size >= mostRemembered) bySubject.clear();
    const key = unwrap(row.wrapped, subject);
    bySubject.set(subject, key);
    return key;
  };

  return {
    seal(person, value, place) {
      const { subject, key } = known(person) ?? made(person);
      const opening = chance(16);
      const text = canonical(value);
      // As `canonical` would write the two together.
      const clear = Buffer.from(`{"opening":"${encodeBase64(opening)}","value":${text}}`);
      const sealed = encrypt(key, clear, placeText(place, subject));
      return { subject, sealed: encodeBase64(sealed), digest: digestOf(opening, text) };
    },
    open({ subject, sealed, digest }, place) {
      const key = keyOf(subject);
      const bytes = decodeBase64(sealed);
      if (!key || !bytes) return null;
      const clear = decrypt(key, bytes, placeText(place, subject));
      const { opening, value } = sealedValue.parse(JSON.parse(clear.toString()));
      return openingFits({ opening, value }, digest) ? { opening, value } : null;
    },
    subjectFor: (person) => (known(person) ?? made(person)).subject,
    subjectOf: (person) => known(person)?.subject ?? null,
    refresh() {
      const now = version();
      if (now !== seenVersion) forget();
      seenVersion = now;
      return changes;
    },
    erase(subject) {
      const isGone = remove.run(subject).changes > 0;
      if (isGone) forget();
      // The deleted page goes into the file itself, and the log beside it, where the key still stood, is emptied.
      if (Number(emptyLog.get()?.busy) !== 0) {
        const text = `${path}-wal may still hold a key that was destroyed: another program reads it. Do it again`;
        throw new SentryError("state-conflict", text);
      }
      return isGone;
    },
    close: () => db.close(),
  };
}

/** Whether a value that is shown is the one an entry holds the digest of. */
export function openingFits(shown: Opened, digest: string): boolean {
  const opening = decodeBase64(shown.opening);
  return opening !== null && digestOf(opening, canonical(shown.value)) === digest;
}

function digestOf(opening: Buffer, text: string): string {
  return createHmac("sha256", opening).update(text).digest("base64");
}

let pool: Buffer = Buffer.alloc(0);

/** Bytes of chance, each given out once; asked for in large pieces, for asking is dear. */
function chance(length: number): Buffer {
  if (pool.length < length) pool = randomBytes(4_096);
  const given = pool.subarray(0, length);
  pool = pool.subarray(length);
  return given;
}

function placeText({ origin, index, field }: Place, subject: string): string {
  return `${origin}\n${index}\n${field}\n${subject}`;
}

/** A nonce of chance before, the tag behind: 2^32 fields of one person would be too many for 96 bits, and are not reached. */
function encrypt(key: Buffer, clear: Buffer, bound: string): Buffer {
  const nonce = chance(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(bound));
  return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, sealed: Uint8Array, bound: string): Buffer {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(bound)).setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}
