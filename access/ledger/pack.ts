import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { canonical } from "./canonical.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { type Entry, parseEntry } from "./entry.ts";
import type { EntryKind } from "./kinds.ts";
import { structuralKinds } from "./kinds.ts";
import type { Ledger } from "./ledger.ts";
import type { LedgerRow } from "./store.ts";
import { completeParts, subtreeHash } from "./tree.ts";

/**
 * The machine-readable part of an auditor's pack: a folder that proves by itself what it shows.
 *
 * - `ledger.json`: `{"format":"archive-sentry-pack/1","origin","size","shown","redacted","gone"}`
 * - `entries.jsonl`: the whole ledger from left to right, a line each, in canonical JSON:
 *   - `{"entry":…,"hash":"…"}`: an entry and its leaf hash; with `"opened":{field:{"opening","value"}}` where what it
 *     says about persons is shown. HMAC-SHA256 of the value with the opening is the `digest` in the entry.
 *   - `{"hash":"…","leaves":1,"why":"redacted"}`: an entry that is not shown, because it is about somebody else;
 *   - `{"hash":"…","leaves":1,"why":"tombstone"}`: one whose time was over; a tombstone accounts for it;
 *   - `{"hash":"…","leaves":n,"why":"outside"}`: the root over a run of n entries outside what was asked for.
 *   The hashes of all lines make the root that the checkpoint signs: no further proofs are needed.
 * - `checkpoint.txt`: the signed checkpoint; `earlier-checkpoints.jsonl`: `{"checkpoint":"…"}` a line, of before.
 * - `key.txt`: the verifier key. It comes with the pack: compare it with the one that you were given.
 */
export const packFormat = "archive-sentry-pack/1";
export const packFiles = {
  manifest: "ledger.json",
  entries: "entries.jsonl",
  checkpoint: "checkpoint.txt",
  earlier: "earlier-checkpoints.jsonl",
  key: "key.txt",
} as const;

export interface PackRequest {
  /** Of what is asked for; structural entries are shown always. */
  shows(entry: Entry): boolean;
  /** Whether what it says about persons is shown in clear. */
  opens(entry: Entry, field: string): boolean;
  /** Entries recorded in [fromMs, toMs) are lines of their own; all others are summed up. */
  fromMs?: number;
  toMs?: number;
  /** Checkpoints with which the pack is to be compared. */
  since?: readonly string[];
}

/** What is about a room, or about a person: then what else the entries say of others is not shown in clear. */
export function selectionOf(
  ledger: Ledger,
  { room, person }: { room?: string; person?: string },
): Pick<PackRequest, "shows" | "opens"> {
  const subject = person === undefined ? null : (ledger.subjectOf(person) ?? "nobody");
  return {
    shows({ body, personal = {} }) {
      if (room !== undefined && body.room !== room) return false;
      return subject === null || Object.values(personal).some((field) => field.subject === subject);
    },
    opens: ({ personal = {} }, field) => subject === null || personal[field]?.subject === subject,
  };
}

export interface PackCounts {
  size: number;
  shown: number;
  redacted: number;
  gone: number;
}

const pageRows = 2_000;
const dayMs = 86_400_000;

/** Writes the pack of the newest checkpoint that was signed into a folder. */
export function exportPack(ledger: Ledger, folder: string, request: PackRequest): PackCounts {
  const checkpoint = ledger.newestCheckpoint() ?? ledger.checkpoint();
  const { size } = parseCheckpoint(checkpoint)!;
  const earlier = earlierCheckpoints(ledger, size, request);
  const counts: PackCounts = { size, shown: 0, redacted: 0, gone: 0 };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = openSync(join(folder, packFiles.entries), "w", 0o600);
  try {
    const write = (line: string) => writeSync(file, `${line}\n`);
    /** Where lines must end, so that the tree of before can be compared. */
    const cuts = earlier.map((text) => parseCheckpoint(text)!.size);
    let written = 0;
    const sumUp = (to: number) => {
      for (const end of [...cuts.filter((cut) => cut > written && cut < to), to]) {
        for (const part of completeParts(written, end)) {
          const hash = subtreeHash(part, ledger.store.readHashes).toString("base64");
          write(canonical({ hash, leaves: 2 ** part.level, why: "outside" }));
        }
        written = end;
      }
    };
    for (const row of rowsToShow(ledger, size, request)) {
      sumUp(row.n);
      write(lineOf(row, ledger, request, counts));
      written = row.n + 1;
    }
    sumUp(size);
  } finally {
    closeSync(file);
  }
  const save = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  save(packFiles.checkpoint, checkpoint);
  save(packFiles.earlier, earlierText(earlier));
  save(packFiles.key, `${ledger.verifierKey()}\n`);
  save(packFiles.manifest, manifestText(ledger.origin, counts));
  return counts;
}

export function manifestText(origin: string, { size, shown, redacted, gone }: PackCounts): string {
  return `${canonical({ format: packFormat, origin, size, shown, redacted, gone })}\n`;
}

export function earlierText(checkpoints: readonly string[]): string {
  return checkpoints.map((checkpoint) => `${canonical({ checkpoint })}\n`).join("");
}

/** Those to be compared with, and the last of each day: they tell in which days something does not fit. */
function earlierCheckpoints(ledger: Ledger, size: number, { since = [] }: PackRequest): string[] {
  const lastOfDay = new Map<number, string>();
  for (const { note, signedAtMs } of ledger.store.signed()) lastOfDay.set(Math.floor(signedAtMs / dayMs), note);
  const all = [...since, ...lastOfDay.values()].filter((text) => {
    const checkpoint = parseCheckpoint(text);
    return checkpoint !== null && checkpoint.size < size;
  });
  return [...new Set(all)].sort((a, b) => parseCheckpoint(a)!.size - parseCheckpoint(b)!.size);
}

/** The entries that are lines of their own: those of the time asked for, and of any time what everything rests on. */
function* rowsToShow(ledger: Ledger, size: number, { fromMs, toMs }: PackRequest): Generator<LedgerRow> {
  const { store } = ledger;
  const first = fromMs === undefined ? 0 : Math.min(size, store.firstRecordedFrom(fromMs));
  const end = toMs === undefined ? size : Math.max(first, Math.min(size, store.firstRecordedFrom(toMs)));
  yield* rowsOf(ledger, { from: 0, to: first, kinds: structuralKinds });
  yield* rowsOf(ledger, { from: first, to: end });
  yield* rowsOf(ledger, { from: end, to: size, kinds: structuralKinds });
}

function* rowsOf(
  { store }: Ledger,
  { from, to, kinds }: { from: number; to: number; kinds?: readonly EntryKind[] },
): Generator<LedgerRow> {
  for (let next = from; next < to; ) {
    const rows = store.rows({ from: next, limit: pageRows, ...(kinds ? { kinds } : {}) });
    for (const row of rows) if (row.n < to) yield row;
    if (rows.length < pageRows) return;
    next = rows.at(-1)!.n + 1;
  }
}

function lineOf(row: LedgerRow, ledger: Ledger, request: PackRequest, counts: PackCounts): string {
  const hash = row.leaf_hash.toString("base64");
  if (row.payload === null) {
    counts.gone++;
    return canonical({ hash, leaves: 1, why: "tombstone" });
  }
  const text = row.payload.toString();
  const entry = parseEntry(text);
  const structural: readonly string[] = structuralKinds;
  if (!structural.includes(entry.kind) && !request.shows(entry)) {
    counts.redacted++;
    return canonical({ hash, leaves: 1, why: "redacted" });
  }
  counts.shown++;
  const fields = Object.keys(entry.personal ?? {}).filter((field) => request.opens(entry, field));
  const revealed = fields.length === 0 ? {} : ledger.reveal(entry);
  const opened = fields.flatMap((field) => (revealed[field] ? [[field, revealed[field]] as const] : []));
  const shown = opened.length === 0 ? "" : `,"opened":${canonical(Object.fromEntries(opened))}`;
  return `{"entry":${text},"hash":"${hash}"${shown}}`;
}
