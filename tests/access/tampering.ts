import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leafHash } from "../../access/index.ts";
import { canonical, type Json } from "../../access/ledger/canonical.ts";
import { packFiles } from "../../access/ledger/pack.ts";
import type { Chance } from "../random.ts";

/** One way in which somebody who can write the pack's files might try to change what they show. */
export type Tampering = (pack: PackFiles, random: Chance) => void;

/** A pack's files, read once and written changed. */
export interface PackFiles {
  lines: string[];
  checkpoint: string;
  earlier: string;
  key: string;
  manifest: string;
}

export function readPack(folder: string): PackFiles {
  const text = (name: string) => readFileSync(join(folder, name), "utf8");
  return {
    lines: text(packFiles.entries).split("\n").slice(0, -1),
    checkpoint: text(packFiles.checkpoint),
    earlier: text(packFiles.earlier),
    key: text(packFiles.key),
    manifest: text(packFiles.manifest),
  };
}

export function writePack(folder: string, pack: PackFiles): void {
  writeFileSync(join(folder, packFiles.entries), pack.lines.map((line) => `${line}\n`).join(""));
  for (const name of ["checkpoint", "earlier", "key", "manifest"] as const) {
    writeFileSync(join(folder, packFiles[name]), pack[name]);
  }
}

interface EntryLine {
  entry: Record<string, Json>;
  hash: string;
  opened?: Record<string, { opening: string; value: Json }>;
}

const pick = <T>(list: readonly T[], random: Chance): T => list[random.between(0, list.length - 1)]!;
const placeOf = (list: readonly unknown[], random: Chance) => random.between(0, list.length - 1);

/** Changes one bit of one character, within ASCII. */
function flipped(text: string, random: Chance): string {
  const at = random.between(0, text.length - 1);
  return (
    text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << random.between(0, 5))) + text.slice(at + 1)
  );
}

/** Rewrites an entry as somebody who knows the format would: canonical, and with its hash. */
function rewritten(pack: PackFiles, random: Chance, change: (line: EntryLine) => void): void {
  const places = pack.lines.flatMap((line, at) => (line.startsWith('{"entry"') ? [at] : []));
  if (places.length === 0) return;
  const at = pick(places, random);
  const line = JSON.parse(pack.lines[at]!) as EntryLine;
  change(line);
  pack.lines[at] = lineOf(line);
}

function lineOf(line: EntryLine): string {
  line.hash = leafHash(Buffer.from(canonical(line.entry))).toString("base64");
  return canonical(line as unknown as Json);
}

/** By name; each leaves the pack as it was where it finds nothing to work on. */
export const tamperings: Record<string, Tampering> = {
  "one bit of a line": (pack, random) => {
    const at = placeOf(pack.lines, random);
    if (pack.lines[at]) pack.lines[at] = flipped(pack.lines[at], random);
  },
  "another room, with its hash": (pack, random) =>
    rewritten(pack, random, ({ entry }) => {
      entry.body = { ...(entry.body as Record<string, Json>), room: "b-999" };
    }),
  "another time, with its hash": (pack, random) =>
    rewritten(pack, random, ({ entry }) => {
      entry.at = "2020-01-01T00:00:00.000Z";
    }),
  "recorded earlier, with its hash": (pack, random) =>
    rewritten(pack, random, ({ entry }) => {
      entry.recordedAt = "2020-01-01T00:00:00.000Z";
    }),
  "another person, with its hash": (pack, random) =>
    rewritten(pack, random, ({ entry }) => {
      entry.personal = { person: { digest: "x", sealed: "x", subject: "x" } };
    }),
  "another name shown": (pack, random) => {
    const at = pack.lines.findIndex((line) => line.includes('"opened"'));
    if (at >= 0) pack.lines[at] = pack.lines[at]!.replace(/("opened".*"value":).*(\}\}\})$/, '$1"李四"$2');
    else pack.lines[placeOf(pack.lines, random)] = "{}";
  },
  "a space in a line": (pack, random) => {
    const at = placeOf(pack.lines, random);
    if (pack.lines[at]) pack.lines[at] = pack.lines[at].replace(":", ": ");
  },
  "one line removed": (pack, random) => void pack.lines.splice(placeOf(pack.lines, random), 1),
  "one line twice": (pack, random) => {
    pack.lines.splice(random.between(0, pack.lines.length), 0, pick(pack.lines, random) ?? "");
  },
  "two lines swapped": (pack, random) => {
    const [a, b] = [placeOf(pack.lines, random), placeOf(pack.lines, random)];
    [pack.lines[a], pack.lines[b]] = [pack.lines[b]!, pack.lines[a]!];
  },
  "two entries swapped, renumbered and with their hashes": (pack, random) => {
    const places = pack.lines.flatMap((line, at) => (line.startsWith('{"entry"') ? [at] : []));
    if (places.length < 2) return;
    const [a, b] = [pick(places, random), pick(places, random)];
    const [first, second] = [JSON.parse(pack.lines[a]!) as EntryLine, JSON.parse(pack.lines[b]!) as EntryLine];
    [first.entry.index, second.entry.index] = [second.entry.index!, first.entry.index!];
    [pack.lines[a], pack.lines[b]] = [lineOf(second), lineOf(first)];
  },
  "an entry invented": (pack, random) => {
    const at = random.between(0, pack.lines.length);
    const recordedAt = "2026-11-22T08:00:00.000Z";
    const entry = { at: recordedAt, body: {}, index: at, kind: "log-in", recordedAt, salt: "AAAAAAAAAAAAAAAAAAAAAA==" };
    pack.lines.splice(at, 0, lineOf({ entry, hash: "" }));
  },
  "the end cut off": (pack, random) => void pack.lines.splice(random.between(0, Math.max(0, pack.lines.length - 1))),
  "an entry hidden": (pack, random) => {
    const at = placeOf(pack.lines, random);
    if (!pack.lines[at]?.startsWith('{"entry"')) return;
    const { hash } = JSON.parse(pack.lines[at]) as EntryLine;
    pack.lines[at] = canonical({ hash, leaves: 1, why: "redacted" });
  },
  "an entry said to be gone, and the first page too": (pack, random) => {
    const present = pack.lines.flatMap((line, at) => (line.startsWith('{"entry"') ? [at] : []));
    if (present.length === 0) return;
    const at = pick(present, random);
    const { hash } = JSON.parse(pack.lines[at]!) as EntryLine;
    pack.lines[at] = canonical({ hash, leaves: 1, why: "tombstone" });
    const said = JSON.parse(pack.manifest) as { gone: number; shown: number };
    pack.manifest = `${canonical({ ...said, gone: said.gone + 1, shown: said.shown - 1 })}\n`;
  },
  "one bit of the checkpoint": (pack, random) => {
    pack.checkpoint = flipped(pack.checkpoint, random);
  },
  "one bit of its signature": (pack, random) => {
    const at = pack.checkpoint.lastIndexOf(" ") + 1;
    pack.checkpoint = pack.checkpoint.slice(0, at) + flipped(pack.checkpoint.slice(at), random);
  },
  "another size in the checkpoint": (pack) => {
    pack.checkpoint = pack.checkpoint.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) + 1}\n`);
  },
  "an older checkpoint put in its place": (pack, random) => {
    const older = pack.earlier.split("\n").slice(0, -1);
    if (older.length > 0) pack.checkpoint = (JSON.parse(pick(older, random)) as { checkpoint: string }).checkpoint;
  },
  "one bit of a checkpoint of before": (pack, random) => {
    if (pack.earlier !== "") pack.earlier = flipped(pack.earlier, random);
  },
  "a checkpoint without signature": (pack) => {
    pack.checkpoint = pack.checkpoint.slice(0, pack.checkpoint.lastIndexOf("\n\n") + 2);
  },
  "one bit of the key": (pack, random) => {
    pack.key = flipped(pack.key.trim(), random);
  },
  "other counts on the first page": (pack) => {
    const said = JSON.parse(pack.manifest) as { shown: number };
    pack.manifest = `${canonical({ ...said, shown: said.shown + 1 })}\n`;
  },
};
