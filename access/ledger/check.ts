import { z } from "zod";
import type { Json } from "./canonical.ts";
import { parseCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import type { Fault } from "./faults.ts";
import { isSignedBy, parseVerifierKey, type VerifierKey } from "./note.ts";
import { type Opened, openingFits } from "./personal-keys.ts";
import { mayBeGone } from "./retention.ts";
import { createRuns } from "./runs.ts";
import { isKeyChange } from "./signing-keys.ts";
import { appendSubtree, emptyFrontier, type Hash, leafHash, rootOf } from "./tree.ts";

/**
 * Judges a ledger line by line, from the first to the last, holding no more than the tree's right edge. It stops at
 * the first thing that does not fit. `docs/verify/verify.py` does the same in the same order; a test holds the two
 * against each other.
 */
export interface LedgerCheck {
  /** How many entries have been read. */
  size(): number;
  entry(line: EntryLine): Fault | null;
  /** Leaves of which only the hash is shown. */
  hidden(part: { hash: Hash; leaves: number; why: Hidden }): Fault | null;
  finish(): Fault | null;
  counts(): { size: number; shown: number; redacted: number; gone: number };
}

export interface EntryLine {
  /** The canonical text, of which the leaf hash is taken. */
  text: string;
  /** What the text says. */
  value: unknown;
  stated: Hash | string;
  opened?: Record<string, Opened> | undefined;
}

export const hiddenReasons = ["redacted", "tombstone", "outside"] as const;
export type Hidden = (typeof hiddenReasons)[number];

const instant = z.string().regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/);
const word = z.string().min(1);
/** JSON that was just read is JSON: to walk through it again would be the dearest part of a check. */
const object = z.custom<Record<string, Json>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);
/** What every entry has, of whatever kind, also of kinds that come after this program. */
const checkedEntry = z.strictObject({
  at: instant,
  body: object,
  index: z.int().min(0),
  kind: word,
  personal: z.record(z.string(), z.strictObject({ digest: word, sealed: word, subject: word })).optional(),
  recordedAt: instant,
  salt: word,
});
const keyChange = z.strictObject({ old: z.string(), new: z.string(), note: z.string() });
const index = z.int().min(0);
const tombstone = z.strictObject({
  kinds: z.array(z.string()).min(1),
  before: instant,
  ranges: z.array(z.tuple([index, index])).min(1),
});

export function createLedgerCheck(given: {
  key: string;
  checkpoint: string;
  /** Checkpoints of before, in any order. */
  earlier: readonly string[];
  /** Entries after the checkpoint are read too: their form can be judged, though nobody has signed for them yet. */
  beyond?: boolean;
  /** Told each subtree that is complete, to be compared with what is stored. */
  onSubtree?: (level: number, n: number, hash: Hash) => boolean;
}): LedgerCheck | Fault {
  const key = parseVerifierKey(given.key);
  if (!key) return { reason: "key", index: null };
  const newest = parseCheckpoint(given.checkpoint);
  if (!newest) return { reason: "checkpoint", index: null };
  const earlier: SignedCheckpoint[] = [];
  for (const text of given.earlier) {
    const checkpoint = parseCheckpoint(text);
    if (!checkpoint || checkpoint.origin !== newest.origin) return { reason: "checkpoint", index: null };
    if (checkpoint.size > newest.size) return { reason: "missing", index: newest.size };
    earlier.push(checkpoint);
  }
  if (given.beyond) earlier.push(newest);
  earlier.sort((a, b) => a.size - b.size);

  const tree = emptyFrontier();
  /** Keys in the order in which they signed, each from the smallest tree on that has its entry. */
  const keys: { text: string; from: number }[] = [];
  const gone = createRuns();
  const accounted = createRuns();
  const counts = { shown: 0, redacted: 0, gone: 0 };
  let lastRecordedAt = "";
  let compared = 0;
  let soundTo = 0;
  let subtreeFault: number | null = null;
  const onSubtree =
    given.onSubtree &&
    ((level: number, n: number, hash: Hash) => {
      if (!given.onSubtree!(level, n, hash)) subtreeFault ??= n * 2 ** level;
    });

  const append = (level: number, hash: Hash): Fault | null => {
    appendSubtree(tree, { level, hash }, onSubtree);
    if (subtreeFault !== null) return { reason: "subtree", index: subtreeFault, upTo: tree.size - 1 };
    return compare();
  };
  const compare = (): Fault | null => {
    for (; compared < earlier.length && earlier[compared]!.size <= tree.size; compared++) {
      const { size, root } = earlier[compared]!;
      if (size < tree.size) return { reason: "not-comparable", index: null };
      if (!rootOf(tree).equals(root)) return { reason: "root", index: soundTo, upTo: size - 1 };
      soundTo = size;
    }
    return null;
  };
  const takeKeyChange = ({ body }: Checked): boolean => {
    const change = keyChange.safeParse(body);
    if (!change.success) return false;
    const { old, new: next, note } = change.data;
    if (keys.length > 0 && keys.at(-1)!.text !== old) return false;
    if (!isKeyChange(note, { origin: newest.origin, index: tree.size, old, next })) return false;
    if (keys.length === 0) keys.push({ text: old, from: 0 });
    keys.push({ text: next, from: tree.size + 1 });
    return true;
  };
  const takeTombstone = ({ body, recordedAt }: Checked): boolean => {
    const read = tombstone.safeParse(body);
    if (!read.success) return false;
    const { kinds, before, ranges } = read.data;
    const ageMs = Date.parse(recordedAt) - Date.parse(before);
    if (!(ageMs >= 0) || !mayBeGone(kinds, ageMs)) return false;
    if (ranges.some(([first, last]) => first > last || last >= tree.size)) return false;
    for (const [first, last] of ranges) accounted.add(first, last);
    return true;
  };
  /** The key that signed the tree of this size: the last whose entry is in it. */
  const keyInForce = (size: number): VerifierKey | null => {
    if (keys.length === 0) return key;
    return parseVerifierKey(keys.findLast(({ from }) => from <= size)!.text);
  };

  const started = compare();
  if (started) return started;
  return {
    size: () => tree.size,
    counts: () => ({ size: tree.size, ...counts }),
    entry({ text, value, stated, opened }) {
      const at = tree.size;
      const fault = (reason: Fault["reason"]): Fault => ({ reason, index: at });
      if (at >= newest.size && !given.beyond) return fault("surplus");
      const read = checkedEntry.safeParse(value).data;
      if (!read) return fault("form");
      if (read.index !== at) return fault("order");
      if (read.recordedAt < lastRecordedAt) return fault("time");
      const leaf = leafHash(Buffer.from(text));
      if (typeof stated === "string" ? leaf.toString("base64") !== stated : !leaf.equals(stated)) return fault("hash");
      for (const [field, shown] of Object.entries(opened ?? {})) {
        const digest = read.personal?.[field]?.digest;
        if (digest === undefined || !openingFits(shown, digest)) return fault("opened");
      }
      if (read.kind === "key-change" && !takeKeyChange(read)) return fault("key-change");
      if (read.kind === "tombstone" && !takeTombstone(read)) return fault("tombstone");
      lastRecordedAt = read.recordedAt;
      counts.shown++;
      return append(0, leaf);
    },
    hidden({ hash, leaves, why }) {
      const at = tree.size;
      if (at + leaves > newest.size && !given.beyond) return { reason: "surplus", index: at };
      if (at % leaves !== 0 || (leaves > 1 && why !== "outside")) return { reason: "form", index: at };
      if (why === "tombstone") gone.add(at, at);
      if (why !== "outside") counts[why === "tombstone" ? "gone" : "redacted"]++;
      return append(Math.log2(leaves), hash);
    },
    finish() {
      if (tree.size < newest.size) return { reason: "missing", index: tree.size };
      if (!given.beyond && !rootOf(tree).equals(newest.root))
        return { reason: "root", index: soundTo, upTo: newest.size - 1 };
      const unaccounted = gone.firstOutside(accounted);
      if (unaccounted !== null) return { reason: "tombstone", index: unaccounted };
      if (keys.length > 0 && !keys.some(({ text }) => text === key.text)) return { reason: "key", index: null };
      for (const checkpoint of [...earlier, newest]) {
        const signer = keyInForce(checkpoint.size);
        if (!signer || signer.name !== newest.origin || !isSignedBy(checkpoint.note, signer)) {
          return { reason: "signature", index: null };
        }
      }
      return null;
    },
  };
}

type Checked = z.infer<typeof checkedEntry>;
