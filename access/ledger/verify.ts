import { isUtf8 } from "node:buffer";
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { messageOf, SentryError } from "../../core/index.ts";
import { decodeBase64 } from "./base64.ts";
import { canonical, isCanonicalText, type Json } from "./canonical.ts";
import { createLedgerCheck, hiddenReasons, type LedgerCheck } from "./check.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import type { Fault } from "./faults.ts";
import { earlierText, manifestText, packFiles } from "./pack.ts";
import { openLedgerStore } from "./store.ts";
import { type Hash, isStoredLevel } from "./tree.ts";

/** What came out of a check. */
export interface Verdict {
  fault: Fault | null;
  /** Entries that were read. */
  entries: number;
  /** Of the checkpoint that all was held against. */
  origin: string;
  size: number;
  root: string;
  /** The key that was believed came with what it vouches for. */
  ownKey: boolean;
}

export interface VerifyOptions {
  /** The verifier key that the auditor was given; without it, the one that lies beside the ledger. */
  key?: string;
  /** Checkpoints that the auditor has kept. */
  since?: readonly string[];
}

/** How far a check has come, from 0 to 1, now and then: who waits for it may show it, and others have their turn. */
export type Check = Generator<number, Verdict>;

const turnEntries = 500;
const chunkBytes = 1 << 20;

const json = z.custom<Json>((value) => value !== undefined);
const opened = z.record(z.string(), z.strictObject({ opening: z.string(), value: json }));
const line = z.union([
  z.strictObject({ entry: json, hash: z.string(), opened: opened.optional() }),
  z.strictObject({ hash: z.string(), leaves: z.int().min(1), why: z.enum(hiddenReasons) }),
]);
const earlierLine = z.strictObject({ checkpoint: z.string() });

/** Checks an exported pack, with nothing but what lies in its folder and what the auditor brings. */
export function* verifyPack(folder: string, options: VerifyOptions = {}): Check {
  const text = (name: string) => readText(join(folder, name));
  const checkpoint = text(packFiles.checkpoint);
  const earlier = earlierOf(text(packFiles.earlier));
  const key = (options.key ?? text(packFiles.key)).trim();
  const check: LedgerCheck | Fault = earlier
    ? createLedgerCheck({ key, checkpoint, earlier: [...earlier, ...(options.since ?? [])] })
    : { reason: "checkpoint", index: null };
  const verdict = verdictOf(check, checkpoint, options);
  if ("reason" in check) return verdict({ fault: check });

  const path = join(folder, packFiles.entries);
  const total = Math.max(1, statSync(path).size);
  let readBytes = 0;
  let count = 0;
  for (const bytes of fileLines(path)) {
    const fault = bytes === null ? { reason: "form" as const, index: check.size() } : takeLine(check, bytes);
    if (fault) return verdict({ fault });
    readBytes += (bytes?.length ?? 0) + 1;
    if (++count % turnEntries === 0) yield readBytes / total;
  }
  const fault = check.finish();
  if (fault) return verdict({ fault });
  const isAsSaid = text(packFiles.manifest) === manifestText(parseCheckpoint(checkpoint)!.origin, check.counts());
  return verdict({ fault: isAsSaid ? null : { reason: "manifest", index: null } });
}

/** Checks a data folder: every row, every hash that is kept for proofs, every checkpoint that was ever signed. */
export function* verifyData(
  file: (name: "ledger.db" | "ledger.checkpoint") => string,
  options: VerifyOptions & { key: string },
): Check {
  const store = openOrNull(file("ledger.db"));
  if (!store)
    return verdictOf({ reason: "subtree", index: null }, "", options)({ fault: { reason: "subtree", index: null } });
  try {
    // What is added or removed meanwhile is not seen: one state is judged.
    store.database.exec("BEGIN");
    const newest = store.newestCheckpoint();
    if (newest === null) throw new SentryError("not-found", "the ledger has signed no checkpoint yet");
    const guard = file("ledger.checkpoint");
    const kept = existsSync(guard) ? [readFileSync(guard, "utf8")] : [];
    const subtree = store.database.prepare("SELECT hash FROM subtrees WHERE level = ? AND n = ?");
    const check = createLedgerCheck({
      key: options.key,
      checkpoint: newest,
      beyond: true,
      earlier: [...store.signed().map(({ note }) => note), ...kept, ...(options.since ?? [])],
      onSubtree(level, n, hash) {
        if (level === 0 || !isStoredLevel(level)) return true;
        const stored = subtree.get(level, n)?.hash;
        return stored instanceof Uint8Array && hash.equals(stored);
      },
    });
    const verdict = verdictOf(check, newest, options);
    if ("reason" in check) return verdict({ fault: check });
    const size = Math.max(1, store.size());
    for (;;) {
      const rows = store.rows({ from: check.size(), limit: turnEntries });
      for (const { n, leaf_hash, payload } of rows) {
        if (n !== check.size()) return verdict({ fault: { reason: "missing", index: check.size() } });
        const fault = payload
          ? takePayload(check, payload, leaf_hash)
          : check.hidden({ hash: leaf_hash, leaves: 1, why: "tombstone" });
        if (fault) return verdict({ fault });
      }
      if (rows.length < turnEntries) break;
      yield Math.min(1, check.size() / size);
    }
    return verdict({ fault: check.finish() });
  } finally {
    store.close();
  }
}

/** `null` when not even the tree's right edge can be put together from what is stored. */
function openOrNull(path: string) {
  try {
    return openLedgerStore(path, { readOnly: true });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Runs a check to its end. */
export function verdictOfAll(check: Check, onProgress: (share: number) => void = () => {}): Verdict {
  for (;;) {
    const step = check.next();
    if (step.done) return step.value;
    onProgress(step.value);
  }
}

function takePayload(check: LedgerCheck, payload: Buffer, stated: Hash): Fault | null {
  const text = payload.toString();
  const value = parsed(text);
  const isCanonical = isUtf8(payload) && value !== undefined && isCanonicalText(text, value);
  return isCanonical ? check.entry({ text, value, stated }) : { reason: "form", index: check.size() };
}

function takeLine(check: LedgerCheck, bytes: Buffer): Fault | null {
  const form: Fault = { reason: "form", index: check.size() };
  if (!isUtf8(bytes)) return form;
  const text = bytes.toString();
  const read = line.safeParse(parsed(text));
  if (!read.success) return form;
  const { data } = read;
  if ("leaves" in data) {
    const hash = decodeBase64(data.hash);
    if (canonicalOrNull(data) !== text || hash?.length !== 32 || !Number.isInteger(Math.log2(data.leaves))) return form;
    return check.hidden({ ...data, hash });
  }
  const entryText = canonicalOrNull(data.entry);
  const shown = data.opened === undefined ? "" : `,"opened":${canonicalOrNull(data.opened)}`;
  if (entryText === null || `{"entry":${entryText},"hash":${JSON.stringify(data.hash)}${shown}}` !== text) return form;
  return check.entry({ text: entryText, value: data.entry, stated: data.hash, opened: data.opened });
}

function verdictOf(check: LedgerCheck | Fault, checkpoint: string, options: VerifyOptions) {
  const read = parseCheckpoint(checkpoint);
  return ({ fault }: { fault: Fault | null }): Verdict => ({
    fault,
    entries: "reason" in check ? 0 : check.size(),
    origin: read?.origin ?? "",
    size: read?.size ?? 0,
    root: read?.root.toString("base64") ?? "",
    ownKey: options.key === undefined,
  });
}

/** The lines of a file as bytes; `null` for an end without newline. */
function* fileLines(path: string): Generator<Buffer | null> {
  const file = openSync(path, "r");
  try {
    let rest: Buffer = Buffer.alloc(0);
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const count = readSync(file, chunk);
      if (count === 0) break;
      const bytes =
        rest.length === 0 ? Buffer.from(chunk.subarray(0, count)) : Buffer.concat([rest, chunk.subarray(0, count)]);
      let from = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        yield bytes.subarray(from, end);
        from = end + 1;
      }
      rest = bytes.subarray(from);
    }
    if (rest.length > 0) yield null;
  } finally {
    closeSync(file);
  }
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    return isUtf8(bytes) ? bytes.toString() : "";
  } catch (error) {
    throw new SentryError("not-found", `${path}: expected a file of a ledger's pack, found ${messageOf(error)}`);
  }
}

/** `null` unless it is exactly what an export writes. */
function earlierOf(text: string): string[] | null {
  const read = text
    .split("\n")
    .slice(0, -1)
    .map((one) => earlierLine.safeParse(parsed(one)).data?.checkpoint ?? "");
  return earlierText(read) === text ? read : null;
}

function canonicalOrNull(value: Json | undefined): string | null {
  try {
    return value === undefined ? null : canonical(value);
  } catch {
    return null;
  }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
