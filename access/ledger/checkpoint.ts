import { decodeBase64, encodeBase64 } from "./base64.ts";
import { formatNote, type Note, parseNote, type Signer } from "./note.ts";
import type { Hash } from "./tree.ts";

/**
 * Checkpoints (c2sp.org/tlog-checkpoint): a signed note of three lines: which ledger, how many entries, and the root
 * of the tree over them. Whoever keeps one can tell later whether anything before it was changed.
 */
export interface Checkpoint {
  /** Which ledger. */
  origin: string;
  size: number;
  root: Hash;
}

export interface SignedCheckpoint extends Checkpoint {
  note: Note;
  /** As it was given out. */
  text: string;
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/** The first line is the ledger's own; others may follow, of witnesses or in further algorithms. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly Pick<Signer, "sign">[]): string {
  const text = checkpointText(checkpoint);
  return formatNote(
    text,
    signers.map((signer) => signer.sign(text)),
  );
}

/** The same checkpoint with a witness's signature line added; `null` when the two are not of the same text. */
export function addSignatures(checkpoint: string, cosigned: string): string | null {
  const [own, other] = [parseNote(checkpoint), parseNote(cosigned)];
  if (!own || !other || own.text !== other.text) return null;
  const lines = (text: string) => text.slice(text.lastIndexOf("\n\n") + 2, -1).split("\n");
  return formatNote(own.text, [...new Set([...lines(checkpoint), ...lines(cosigned)])]);
}

/** Reads the form alone; whether it is to be believed is for its signatures to say. `null` when it is no checkpoint. */
export function parseCheckpoint(text: string): SignedCheckpoint | null {
  const note = parseNote(text);
  if (!note) return null;
  const [origin, size, root, ...more] = note.text.slice(0, -1).split("\n");
  if (!origin || size === undefined || !/^(0|[1-9]\d{0,14})$/.test(size) || more.includes("")) return null;
  const rootHash = decodeBase64(root ?? "");
  if (rootHash?.length !== 32) return null;
  return { origin, size: Number(size), root: rootHash, note, text };
}
