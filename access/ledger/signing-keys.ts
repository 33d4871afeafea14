import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { SentryError } from "../../core/index.ts";
import { formatNote, isSignedBy, parseNote, parseSigner, parseVerifierKey, type Signer, signerText } from "./note.ts";
import { writeWhole } from "./write-whole.ts";

/** The key that signs checkpoints, in a file that only this program's account reads; and the way to its successor. */
export interface SigningKeys {
  current(): Signer;
  /** Makes the next key and keeps it beside the present one, until `adopt`. */
  prepare(): Signer;
  /** The next key is the present one from now on: its entry is in the ledger. */
  adopt(): void;
}

/**
 * @param inForce verifier key that the ledger's last change of keys named, `null` when there was none: a crash may
 *   have come between that entry and the exchange of the files
 */
export function openSigningKeys(path: string, options: { origin: string; inForce: string | null }): SigningKeys {
  const { origin, inForce } = options;
  const nextPath = `${path}.next`;
  if (!existsSync(path)) {
    if (inForce !== null) throw lost(path);
    writeWhole(path, `${signerText(origin, randomBytes(32))}\n`);
  }
  let current = read(path);
  if (existsSync(nextPath)) {
    const next = read(nextPath);
    if (next.verifierKey === inForce) {
      renameSync(nextPath, path);
      current = next;
    } else {
      rmSync(nextPath);
    }
  }
  if (inForce !== null && current.verifierKey !== inForce) throw lost(path);
  return {
    current: () => current,
    prepare() {
      writeWhole(nextPath, `${signerText(origin, randomBytes(32))}\n`);
      return read(nextPath);
    },
    adopt() {
      renameSync(nextPath, path);
      current = read(path);
    },
  };
}

/** The public half of the key in a file, to check with. @throws SentryError `secret-unreadable` */
export function verifierKeyIn(path: string): string {
  return read(path).verifierKey;
}

/** The text by which the old key names the new one, and the new one accepts: signed by both. */
export function keyChangeNote(change: { origin: string; index: number; old: Signer; next: Signer }): string {
  const text = keyChangeText({ ...change, next: change.next.verifierKey });
  return formatNote(text, [change.old.sign(text), change.next.sign(text)]);
}

export function isKeyChange(
  note: string,
  change: { origin: string; index: number; old: string; next: string },
): boolean {
  const [parsed, old, next] = [parseNote(note), parseVerifierKey(change.old), parseVerifierKey(change.next)];
  if (!parsed || !old || !next || parsed.text !== keyChangeText(change)) return false;
  return isSignedBy(parsed, old) && isSignedBy(parsed, next);
}

function keyChangeText({ origin, index, next }: { origin: string; index: number; next: string }): string {
  return `archive-sentry key change\n${origin}\n${index}\n${next}\n`;
}

function read(path: string): Signer {
  try {
    chmodSync(path, 0o600);
    return parseSigner(readFileSync(path, "utf8").trim());
  } catch (error) {
    throw new SentryError("secret-unreadable", `${path}: expected the ledger's signing key`, { cause: error });
  }
}

function lost(path: string): SentryError {
  return new SentryError("ledger-broken", `${path} is not the key that signs this ledger: restore it from the backup`);
}
