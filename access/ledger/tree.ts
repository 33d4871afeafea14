import { hash } from "node:crypto";

/**
 * The Merkle tree of RFC 6962 §2.1 and RFC 9162 §2.1: whoever holds the root of a tree can be shown, with a handful of
 * hashes, that an entry is in it (inclusion) and that a later tree only added to it (consistency).
 */

export type Hash = Buffer;

/** The root of the tree without entries: SHA-256 of nothing. */
export const emptyRoot: Hash = sha256(Buffer.alloc(0));

/** The first byte tells a leaf from a node: nobody can pass off a pair of hashes as an entry (second preimage). */
export function leafHash(entry: Uint8Array): Hash {
  return sha256(Buffer.concat([Uint8Array.of(0), entry]));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Hash {
  const pair = Buffer.allocUnsafe(1 + left.length + right.length);
  pair[0] = 1;
  pair.set(left, 1);
  pair.set(right, 1 + left.length);
  return sha256(pair);
}

function sha256(data: Uint8Array): Hash {
  return hash("sha256", data, "buffer");
}

/** Whether subtrees of 2^`level` leaves are kept: every fourth level costs a fifteenth more rows and saves the rest. */
export const isStoredLevel = (level: number) => level % storedEvery === 0;
const storedEvery = 4;

/**
 * Hashes of `count` complete subtrees of 2^`level` leaves each, from the one with number `first` on; asked for stored
 * levels alone. Level 0 are the leaves.
 */
export type ReadHashes = (level: number, first: number, count: number) => Hash[];

/**
 * The complete subtrees that a tree of some size falls into, largest first: all that is needed to go on appending.
 * There is one for each 1 in the size's binary digits.
 */
export interface Frontier {
  size: number;
  subtrees: Hash[];
}

export const emptyFrontier = (): Frontier => ({ size: 0, subtrees: [] });

/** Appends a leaf in place, and names each complete subtree that it finishes. */
export function appendLeaf(frontier: Frontier, leaf: Hash, onSubtree?: (level: number, n: number, hash: Hash) => void) {
  appendSubtree(frontier, { level: 0, hash: leaf }, onSubtree);
}

/** Appends a complete subtree of 2^`level` leaves, which must begin at a multiple of its own width. */
export function appendSubtree(
  frontier: Frontier,
  { level, hash }: { level: number; hash: Hash },
  onSubtree?: (level: number, n: number, hash: Hash) => void,
): void {
  const width = 2 ** level;
  if (frontier.size % width !== 0)
    throw new RangeError(`a subtree of ${width} leaves cannot begin at ${frontier.size}`);
  let n = frontier.size / width;
  let node = hash;
  let at = level;
  onSubtree?.(at, n, node);
  while (n % 2 === 1) {
    node = nodeHash(frontier.subtrees.pop()!, node);
    n = (n - 1) / 2;
    at++;
    onSubtree?.(at, n, node);
  }
  frontier.subtrees.push(node);
  frontier.size += width;
}

/** MTH(D[n]) of RFC 6962 §2.1. */
export function rootOf({ subtrees }: Frontier): Hash {
  if (subtrees.length === 0) return emptyRoot;
  return subtrees.reduceRight((right, left) => nodeHash(left, right));
}

export function readFrontier(size: number, read: ReadHashes): Frontier {
  return { size, subtrees: completeParts(0, size).map((part) => subtreeHash(part, read)) };
}

/** PATH(index, D[size]) of RFC 6962 §2.1.1. */
export function inclusionProof(index: number, size: number, read: ReadHashes): Hash[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`there is no entry ${index} in a tree of ${size}`);
  const proof: Hash[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      proof.push(rangeHash(middle, to, read));
      to = middle;
    } else {
      proof.push(rangeHash(from, middle, read));
      from = middle;
    }
  }
  return proof.reverse();
}

/** PROOF(first, D[second]) of RFC 6962 §2.1.2. */
export function consistencyProof(first: number, second: number, read: ReadHashes): Hash[] {
  if (!(first >= 0 && first <= second)) throw new RangeError(`no tree of ${second} entries grew from one of ${first}`);
  if (first === 0 || first === second) return [];
  const proof: Hash[] = [];
  let [from, to] = [0, second];
  while (to !== first) {
    const middle = from + splitOf(to - from);
    if (first <= middle) {
      proof.push(rangeHash(middle, to, read));
      to = middle;
    } else {
      proof.push(rangeHash(from, middle, read));
      from = middle;
    }
  }
  // Where the older tree is itself a complete subtree at the left edge, its reader has its hash: the root.
  if (from > 0) proof.push(rangeHash(from, to, read));
  return proof.reverse();
}

/** RFC 9162 §2.1.3.2. */
export function verifyInclusion(claim: {
  index: number;
  size: number;
  leaf: Hash;
  proof: readonly Hash[];
  root: Hash;
}): boolean {
  const { index, size, leaf, proof, root } = claim;
  if (!(index >= 0 && index < size)) return false;
  let [n, last, node] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (n % 2 === 1 || n === last) {
      node = nodeHash(sibling, node);
      while (n % 2 === 0 && n !== 0) [n, last] = [half(n), half(last)];
    } else {
      node = nodeHash(node, sibling);
    }
    [n, last] = [half(n), half(last)];
  }
  return last === 0 && node.equals(root);
}

/** RFC 9162 §2.1.4.2. */
export function verifyConsistency(claim: {
  first: number;
  second: number;
  firstRoot: Hash;
  secondRoot: Hash;
  proof: readonly Hash[];
}): boolean {
  const { first, second, firstRoot, secondRoot, proof } = claim;
  if (!(first >= 0 && first <= second)) return false;
  if (first === second) return proof.length === 0 && firstRoot.equals(secondRoot);
  // Every tree grew from the empty one, which has but one root.
  if (first === 0) return proof.length === 0 && firstRoot.equals(emptyRoot);
  const path = isPowerOfTwo(first) ? [firstRoot, ...proof] : [...proof];
  const start = path.shift();
  if (start === undefined) return false;
  let [n, last] = [first - 1, second - 1];
  while (n % 2 === 1) [n, last] = [half(n), half(last)];
  let [older, newer] = [start, start];
  for (const sibling of path) {
    if (last === 0) return false;
    if (n % 2 === 1 || n === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (n % 2 === 0 && n !== 0) [n, last] = [half(n), half(last)];
    } else {
      newer = nodeHash(newer, sibling);
    }
    [n, last] = [half(n), half(last)];
  }
  return last === 0 && older.equals(firstRoot) && newer.equals(secondRoot);
}

/** A run of leaves that is a complete subtree: 2^`level` of them, beginning at `n` × 2^`level`. */
export interface Part {
  level: number;
  n: number;
}

/** The complete subtrees that the leaves in [from, to) fall into, from left to right. */
export function completeParts(from: number, to: number): Part[] {
  const parts: Part[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level++;
    parts.push({ level, n: at / 2 ** level });
    at += 2 ** level;
  }
  return parts;
}

export function subtreeHash({ level, n }: Part, read: ReadHashes): Hash {
  const stored = level - (level % storedEvery);
  const count = 2 ** (level - stored);
  let hashes = read(stored, n * count, count);
  while (hashes.length > 1) {
    hashes = Array.from({ length: hashes.length / 2 }, (_, at) => nodeHash(hashes[2 * at]!, hashes[2 * at + 1]!));
  }
  return hashes[0]!;
}

/** MTH(D[from:to]), where `from` is a multiple of the largest power of two below the width. */
function rangeHash(from: number, to: number, read: ReadHashes): Hash {
  return completeParts(from, to)
    .map((part) => subtreeHash(part, read))
    .reduceRight((right, left) => nodeHash(left, right));
}

/** The largest power of two smaller than `width`. */
function splitOf(width: number): number {
  let split = 1;
  while (split * 2 < width) split *= 2;
  return split;
}

// Not >>: sizes may pass 2^31.
const half = (n: number) => Math.floor(n / 2);
const isPowerOfTwo = (n: number) => n === 2 ** Math.round(Math.log2(n));
