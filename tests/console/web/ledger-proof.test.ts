import fc from "fast-check";
import { expect, test } from "vitest";
import { signCheckpoint } from "../../../access/ledger/checkpoint.ts";
import { parseSigner, signerText } from "../../../access/ledger/note.ts";
import {
  appendLeaf,
  consistencyProof,
  emptyFrontier,
  type Hash,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
} from "../../../access/ledger/tree.ts";
import {
  hasGrown,
  isIncluded,
  isSigned,
  leafHash as pageLeafHash,
  readCheckpoint,
} from "../../../console/web/ledger-proof.ts";

/** What the browser recomputes is held against the tree that the ledger is kept in. */

const entries = Array.from({ length: 70 }, (_, n) => Buffer.from(`entry ${n}`));
const leaves = entries.map((entry) => leafHash(entry));
const rootAt = (size: number): Hash => {
  const frontier = emptyFrontier();
  for (const leaf of leaves.slice(0, size)) appendLeaf(frontier, leaf);
  return rootOf(frontier);
};
const read = (level: number, first: number, count: number): Hash[] => {
  if (level === 0) return leaves.slice(first, first + count);
  const below = read(level - 1, 2 * first, 2 * count);
  return Array.from({ length: count }, (_, n) => nodeHash(below[2 * n]!, below[2 * n + 1]!));
};
const page = (bytes: Uint8Array) => new Uint8Array(bytes);
const withByte = (bytes: Uint8Array<ArrayBuffer>) => bytes.map((byte, at) => (at === 7 ? byte ^ 1 : byte));

test("every entry of every small tree is found at its place, and at no other", async () => {
  for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65]) {
    const root = page(rootAt(size));
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(index, size, read).map(page);
      const leaf = await pageLeafHash(page(entries[index]!));
      expect(await isIncluded(leaf, { index, size, root, proof })).toBe(true);
      expect(await isIncluded(withByte(leaf), { index, size, root, proof })).toBe(false);
      expect(await isIncluded(leaf, { index: index + 1, size, root, proof })).toBe(false);
      expect(await isIncluded(leaf, { index, size, root, proof: proof.slice(1) })).toBe(size === 1);
    }
  }
});

test("a tree that only grew is told from one that was changed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(70), fc.nat(70), fc.nat(), async (a, b, where) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      const before = { size: first, root: page(rootAt(first)) };
      const after = { size: second, root: page(rootAt(second)) };
      const proof = consistencyProof(first, second, read).map(page);
      expect(await hasGrown(before, after, proof)).toBe(true);
      if (first > 0) expect(await hasGrown({ ...before, root: withByte(before.root) }, after, proof)).toBe(false);
      if (first < second && first > 0) {
        expect(await hasGrown(before, { ...after, root: withByte(after.root) }, proof)).toBe(false);
        const spoilt = proof.map((part, at) => (at === where % proof.length ? withByte(part) : part));
        expect(await hasGrown(before, after, spoilt)).toBe(false);
        expect(await hasGrown(after, before, proof)).toBe(false);
      }
    }),
    { numRuns: 300 },
  );
});

test("a checkpoint is read as a mail carries it, and its signature checked", async () => {
  const signer = parseSigner(signerText("ledger.example/north", Buffer.alloc(32, 7)));
  const text = signCheckpoint({ origin: "ledger.example/north", size: 9, root: rootAt(9) }, [signer]);
  const found = readCheckpoint(`\r\n  ${text.replaceAll("\n", "  \r\n")}\n\n`);
  expect(found).toMatchObject({ origin: "ledger.example/north", size: 9 });
  expect(await isSigned(found!, signer.verifierKey)).toBe(true);
  expect(await isSigned({ ...found!, text: found!.text.replace("9", "8") }, signer.verifierKey)).toBe(false);
  const other = parseSigner(signerText("ledger.example/north", Buffer.alloc(32, 8)));
  expect(await isSigned(found!, other.verifierKey)).toBe(false);
  for (const none of ["", "hello", text.split("\n").slice(1).join("\n"), text.split("\n\n")[0]!]) {
    expect(readCheckpoint(none)).toBeNull();
  }
});
