import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { type Clock, isoTime, messageOf, randomId, SentryError } from "../../core/index.ts";
import type { Json } from "./canonical.ts";
import { parseCheckpoint, type SignedCheckpoint, signCheckpoint } from "./checkpoint.ts";
import { checkEntry, type Entry, entryBytes, parseEntry } from "./entry.ts";
import type { EntryKind, NewEntry, Personal } from "./kinds.ts";
import { type Opened, openPersonalKeys } from "./personal-keys.ts";
import { leastRetentionMs, type Retention, type RetentionClass, retentionClasses, runsOf } from "./retention.ts";
import { keyChangeNote, openSigningKeys } from "./signing-keys.ts";
import { sm2Signer } from "./sm2.ts";
import { type LedgerStore, openLedgerStore } from "./store.ts";
import { consistencyProof, type Hash, inclusionProof, verifyConsistency } from "./tree.ts";
import { writeWhole } from "./write-whole.ts";

/** What happened about rooms, rights, alarms and this program, in an order that nobody can change unnoticed. */
export interface Ledger {
  /** Which ledger it is: the first line of its checkpoints. */
  readonly origin: string;
  size(): number;
  /** The key that signs now, for auditors to keep. */
  verifierKey(): string;
  /** On disk when it returns, together with how far its source has been followed. Entries and cursor, or neither. */
  append(
    entries: readonly NewEntry[],
    cursor?: Cursor,
    facts?: Readonly<Record<string, string>>,
    /** Written in the same commit. */
    also?: () => void,
  ): Appended;
  /** What a source keeps beside its entries, committed with them; `null` when there is nothing. */
  fact(name: string): string | null;
  cursor(source: string): number;
  /**
   * The newest checkpoint, signed now if anything was added since the last.
   * @throws SentryError `ledger-broken`: the tree did not grow from what was signed before; nothing is signed
   */
  checkpoint(): string;
  newestCheckpoint(): string | null;
  inclusion(index: number, size?: number): { index: number; size: number; leaf: Hash; proof: Hash[] };
  consistency(first: number, second?: number): { first: number; second: number; proof: Hash[] };
  read(filter: { from: number; limit: number; kinds?: readonly EntryKind[] }): LedgerEntry[];
  /** An entry as it was hashed; `null` where its time is over. */
  bytes(index: number): Buffer | null;
  /** What an entry says about persons; `null` for those who were erased. */
  reveal(entry: Entry): Record<string, Opened | null>;
  /** The name of chance under which a person's fields stand. */
  subjectOf(person: string): string | null;
  /** The same, made where there is none yet. */
  subjectFor(person: string): string;
  /** Changes whenever persons may have been erased, also by a command beside this program. */
  personsVersion(): number;
  /** Destroys the person's key and records that; the tree stays whole. Returns false when there was none. */
  erase(person: string, why: { reason: string; by: string }): boolean;
  /** Takes away payloads whose time is over, at most `limit` of a class; returns how many. */
  applyRetention(retention: Retention, limit?: number): number;
  /** A new key signs from here on, endorsed by the old one in an entry. */
  rotateKey(): void;
  readonly store: LedgerStore;
  close(): void;
}

/** How far a source has been followed. */
export interface Cursor {
  source: string;
  position: number;
}

export interface Appended {
  first: number;
  size: number;
}

export interface LedgerEntry {
  index: number;
  /** `null` once its time was over. */
  entry: Entry | null;
}

export interface LedgerOptions {
  /** Where a file of this name is kept. */
  file(name: LedgerFile): string;
  /** Becomes part of the origin when the ledger is begun. */
  site: string;
  /** Of 32 bytes each. */
  personal: { lookup: Buffer; wrapping: Buffer };
  /** PKCS #8 of an SM2 key, for a further signature line. */
  sm2Key?: string;
  clock: Clock;
}

export const ledgerFiles = ["ledger.db", "ledger.key", "ledger.checkpoint", "personal-keys.db"] as const;
export type LedgerFile = (typeof ledgerFiles)[number];

/** @throws SentryError `ledger-broken`, `data-unwritable`, `secret-unreadable` */
export function createLedger(options: LedgerOptions): Ledger {
  const { clock } = options;
  const store = openStore(options.file("ledger.db"));
  const origin = store.fact("origin") ?? `archive-sentry/${options.site}/${randomId(5)}`;
  if (store.fact("origin") === null) store.saveFact("origin", origin);
  const keys = openPersonalKeys(options.file("personal-keys.db"), options.personal);
  const signing = openSigningKeys(options.file("ledger.key"), { origin, inForce: store.fact("key") });
  const signers = () => {
    const own = signing.current();
    return options.sm2Key === undefined ? [own] : [own, sm2Signer(origin, options.sm2Key)];
  };
  /** Beside the database: one that is put back from an old copy is found out by it. */
  const guardPath = options.file("ledger.checkpoint");
  const given = (): SignedCheckpoint[] => {
    const texts = [store.newestCheckpoint(), existsSync(guardPath) ? readFileSync(guardPath, "utf8") : null];
    return texts.flatMap((text) => {
      if (text === null) return [];
      const checkpoint = parseCheckpoint(text);
      if (checkpoint) return checkpoint;
      throw new SentryError("ledger-broken", "a checkpoint that was kept can no longer be read");
    });
  };

  const write = (asked: readonly NewEntry[], also?: (first: number) => void) => {
    const checked = asked.map(checkEntry);
    keys.refresh();
    let first = 0;
    store.append(
      (from) => {
        first = from;
        // A clock that was set back does not turn the order round.
        const recordedAtMs = Math.max(clock.nowMs(), store.lastRecordedAtMs());
        const recordedAt = isoTime(recordedAtMs);
        const salts = randomBytes(16 * checked.length);
        return checked.map((one, at) => {
          const index = from + at;
          const personal = Object.entries<Personal | undefined>(one.personal ?? {}).flatMap(([field, about]) =>
            about ? [[field, keys.seal(about.person, about.value, { origin, index, field })] as const] : [],
          );
          const payload = entryBytes({
            at: isoTime(one.atMs),
            body: one.body as Json,
            index,
            kind: one.kind,
            ...(personal.length > 0 ? { personal: Object.fromEntries(personal) } : {}),
            recordedAt,
            salt: salts.toString("base64", 16 * at, 16 * at + 16),
          });
          return { kind: one.kind, recordedAtMs, payload };
        });
      },
      () => also?.(first),
    );
    return { first, size: store.size() };
  };

  let closed = false;
  const broken = (text: string, cause?: unknown) => new SentryError("ledger-broken", text, { cause });
  const mustHaveGrownFrom = ({ size, root, origin: from }: SignedCheckpoint) => {
    const now = store.size();
    if (from !== origin) throw broken(`the checkpoint kept beside it is of another ledger, ${from}`);
    if (size > now) throw broken(`${size} entries were signed, ${now} are there`);
    const proof = proofOf(() => consistencyProof(size, now, store.readHashes));
    if (!verifyConsistency({ first: size, second: now, firstRoot: root, secondRoot: store.root(), proof })) {
      throw broken(`the first ${size} entries are not those that were signed`);
    }
  };

  // A crash may have come between an erasure's entry and the end of the key.
  for (let from = 0; ; ) {
    const rows = store.rows({ from, limit: 1_000, kinds: ["erasure"] });
    for (const { payload } of rows) {
      const { body } = parseEntry(String(payload));
      keys.erase(String(body.subject));
    }
    if (rows.length < 1_000) break;
    from = rows.at(-1)!.n + 1;
  }

  return {
    origin,
    store,
    size: store.size,
    verifierKey: () => signing.current().verifierKey,
    cursor: store.cursor,
    append(entries, cursor, facts = {}, also) {
      const alongside = () => {
        if (cursor) store.saveCursor(cursor.source, cursor.position);
        for (const [name, value] of Object.entries(facts)) store.saveFact(`of ${name}`, value);
        also?.();
      };
      return write(entries, alongside);
    },
    fact: (name) => store.fact(`of ${name}`),
    checkpoint() {
      proofOf(store.refresh);
      const before = given();
      for (const one of before) mustHaveGrownFrom(one);
      const newest = before.find(({ size }) => size === store.size());
      if (newest) return newest.text;
      const size = store.size();
      const text = signCheckpoint({ origin, size, root: store.root() }, signers());
      store.saveCheckpoint({ size, signedAtMs: clock.nowMs(), note: text });
      writeWhole(guardPath, text);
      return text;
    },
    newestCheckpoint: store.newestCheckpoint,
    inclusion(index, size = store.size()) {
      if (size > store.size() || index >= size) throw notThere(index, store.size());
      const proof = proofOf(() => inclusionProof(index, size, store.readHashes));
      return { index, size, leaf: store.readHashes(0, index, 1)[0]!, proof };
    },
    consistency(first, second = store.size()) {
      if (second > store.size() || first > second) throw notThere(Math.max(first, second), store.size());
      return { first, second, proof: proofOf(() => consistencyProof(first, second, store.readHashes)) };
    },
    read: (filter) =>
      store.rows(filter).map(({ n, payload }) => ({ index: n, entry: payload && parseEntry(payload.toString()) })),
    bytes(index) {
      const [row] = store.rows({ from: index, limit: 1 });
      return row?.n === index ? row.payload : null;
    },
    reveal({ index, personal = {} }) {
      keys.refresh();
      return Object.fromEntries(
        Object.entries(personal).map(([field, sealed]) => [field, keys.open(sealed, { origin, index, field })]),
      );
    },
    personsVersion: keys.refresh,
    subjectOf(person) {
      keys.refresh();
      return keys.subjectOf(person);
    },
    subjectFor: keys.subjectFor,
    erase(person, { reason, by }) {
      const subject = keys.subjectOf(person);
      if (subject === null) return false;
      const personal = by === person ? {} : { personal: { by: { person: by, value: by } } };
      write([{ kind: "erasure", atMs: clock.nowMs(), body: { subject, reason }, ...personal }]);
      return keys.erase(subject);
    },
    applyRetention(retention, limit = 1_000) {
      let removed = 0;
      for (const [name, kinds] of Object.entries(retentionClasses) as [RetentionClass, readonly EntryKind[]][]) {
        if (retention[name] < leastRetentionMs) {
          throw new SentryError("config-invalid", `ledger.retention.${name}: expected 180d or more`);
        }
        const beforeMs = clock.nowMs() - retention[name];
        const from = Number(store.fact(`retention ${name}`) ?? 0);
        const rows = store.rows({ from, limit, kinds, recordedBeforeMs: beforeMs, present: true });
        if (rows.length === 0) continue;
        const ranges = runsOf(rows.map(({ n }) => n));
        const body = { kinds: [...kinds], before: isoTime(beforeMs), ranges };
        write([{ kind: "tombstone", atMs: clock.nowMs(), body }], (tombstone) => {
          for (const [first, last] of ranges) store.removePayloads({ first, last, tombstone });
          store.saveFact(`retention ${name}`, String(rows.at(-1)!.n + 1));
        });
        removed += rows.length;
      }
      return removed;
    },
    rotateKey() {
      const old = signing.current();
      const next = signing.prepare();
      const note = keyChangeNote({ origin, index: store.size(), old, next });
      const body = { old: old.verifierKey, new: next.verifierKey, note };
      write([{ kind: "key-change", atMs: clock.nowMs(), body }], () => store.saveFact("key", next.verifierKey));
      signing.adopt();
    },
    close() {
      if (closed) return;
      closed = true;
      keys.close();
      store.close();
    },
  };
}

function openStore(path: string): LedgerStore {
  try {
    return openLedgerStore(path);
  } catch (error) {
    if (error instanceof SentryError) throw error;
    throw new SentryError("ledger-broken", `${path}: ${messageOf(error)}`, { cause: error });
  }
}

function proofOf<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new SentryError("ledger-broken", messageOf(error), { cause: error });
  }
}

function notThere(index: number, size: number): SentryError {
  return new SentryError("not-found", `expected entries of a ledger of ${size}, found ${index}`);
}
