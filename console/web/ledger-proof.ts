/**
 * The Merkle tree of RFC 9162 §2.1 and signed checkpoints (c2sp.org/tlog-checkpoint), recomputed by the browser's own
 * WebCrypto: what an auditor believes here comes from the checkpoint that the auditor kept.
 */

type Bytes = Uint8Array<ArrayBuffer>;

export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
  /** What the signatures are of. */
  text: string;
  signatures: { name: string; id: string; signature: Bytes }[];
}

/** Hashes are computed on pages that came by https, or from this machine, alone. */
export const canVerify = (): boolean => globalThis.crypto?.subtle !== undefined;

export const bytesOf = (base64: string): Bytes => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const sha256 = async (data: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
const join = (...parts: readonly Bytes[]): Bytes => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
const same = (a: Bytes, b: Bytes) => a.length === b.length && a.every((byte, at) => byte === b[at]);

export const leafHash = (entry: Bytes): Promise<Bytes> => sha256(join(Uint8Array.of(0), entry));
const nodeHash = (left: Bytes, right: Bytes) => sha256(join(Uint8Array.of(1), left, right));

/** RFC 9162 §2.1.3.2. Sizes may be beyond 2^31: no bit operations on them. */
export async function isIncluded(
  leaf: Bytes,
  { index, size, root, proof }: { index: number; size: number; root: Bytes; proof: readonly Bytes[] },
): Promise<boolean> {
  if (!(index >= 0 && index < size)) return false;
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const part of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = await nodeHash(part, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else hash = await nodeHash(hash, part);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && same(hash, root);
}

interface Tree {
  size: number;
  root: Bytes;
}

/** RFC 9162 §2.1.4.2: whether the second tree only added to the first. */
export async function hasGrown(first: Tree, second: Tree, proof: readonly Bytes[]): Promise<boolean> {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && same(first.root, second.root);
  // Whatever grew from nothing.
  if (first.size === 0) return proof.length === 0 && same(first.root, await sha256(new Uint8Array()));
  let [fn, sn] = [first.size - 1, second.size - 1];
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  // A first tree that is whole begins the second by itself.
  const parts = Number.isInteger(Math.log2(first.size)) ? [first.root, ...proof] : proof;
  const [begin, ...rest] = parts;
  if (!begin) return false;
  let [left, all] = [begin, begin];
  for (const part of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      left = await nodeHash(part, left);
      all = await nodeHash(part, all);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else all = await nodeHash(all, part);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && same(left, first.root) && same(all, second.root);
}

/** Reads the form alone; null when it is no checkpoint. A mail may have added empty lines or spaces around it. */
export function readCheckpoint(pasted: string): Checkpoint | null {
  const lines = pasted
    .replaceAll("\r", "")
    .trim()
    .split("\n")
    .map((line) => line.trimEnd());
  const gap = lines.indexOf("");
  const [origin, size, root] = lines;
  if (gap < 3 || !origin || !/^\d{1,15}$/.test(size ?? "")) return null;
  try {
    const signatures = lines.slice(gap + 1).flatMap((line) => {
      const [, name, coded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
      if (name === undefined || coded === undefined) return [];
      const raw = bytesOf(coded);
      return [{ name, id: hex(raw.slice(0, 4)), signature: raw.slice(4) }];
    });
    const hash = bytesOf(root ?? "");
    if (hash.length !== 32 || signatures.length === 0) return null;
    return { origin, size: Number(size), root: hash, text: `${lines.slice(0, gap).join("\n")}\n`, signatures };
  } catch {
    return null;
  }
}

const hex = (bytes: Bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Whether a key (c2sp.org/signed-note) has signed it; null where this browser knows no Ed25519. */
export async function isSigned(checkpoint: Checkpoint, key: string): Promise<boolean | null> {
  const [, name, id, coded] = /^([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(key.trim()) ?? [];
  if (name === undefined || coded === undefined) return false;
  const typed = bytesOf(coded);
  if (typed[0] !== 1 || typed.length !== 33) return false;
  const own = (await sha256(join(new TextEncoder().encode(`${name}\n`), typed))).slice(0, 4);
  if (hex(own) !== id) return false;
  let publicKey: CryptoKey;
  try {
    publicKey = await crypto.subtle.importKey("raw", typed.slice(1), "Ed25519", false, ["verify"]);
  } catch {
    return null;
  }
  const signed = checkpoint.signatures.find((signature) => signature.name === name && signature.id === id);
  if (!signed) return false;
  return crypto.subtle.verify("Ed25519", publicKey, signed.signature, new TextEncoder().encode(checkpoint.text));
}
