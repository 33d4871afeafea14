import { describe, expect, test } from "vitest";
import {
  appendLeaf,
  completeParts,
  consistencyProof,
  emptyFrontier,
  type Hash,
  inclusionProof,
  isStoredLevel,
  leafHash,
  nodeHash,
  type ReadHashes,
  readFrontier,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "../../access/ledger/tree.ts";
import { chance } from "../random.ts";

/** Inputs, roots and proofs published with the certificate-transparency reference implementation. */
const inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const inclusion: [index: number, size: number, proof: string[]][] = [
  [0, 1, []],
  [
    0,
    8,
    [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
  ],
  [
    5,
    8,
    [
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
  [2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]],
  [
    1,
    5,
    [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
  ],
];
const consistency: [first: number, second: number, proof: string[]][] = [
  [1, 1, []],
  [1, 8, inclusion[1]![2]],
  [
    6,
    8,
    [
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
  [
    2,
    5,
    [
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
  ],
];

const hex = (text: string): Hash => Buffer.from(text, "hex");
const vectorLeaves = inputs.map((input) => leafHash(hex(input)));

/** A tree in memory that keeps what the ledger's file keeps. */
function treeOf(leaves: readonly Hash[]): { read: ReadHashes; root(size: number): Hash } {
  const kept = new Map<string, Hash>();
  const frontier = emptyFrontier();
  for (const leaf of leaves) {
    appendLeaf(frontier, leaf, (level, n, hash) => {
      if (isStoredLevel(level)) kept.set(`${level}/${n}`, hash);
    });
  }
  const read: ReadHashes = (level, first, count) =>
    Array.from({ length: count }, (_, at) => {
      const hash = kept.get(`${level}/${first + at}`);
      if (!hash) throw new Error(`no subtree ${first + at} of level ${level} is kept`);
      return hash;
    });
  return { read, root: (size) => rootOf(readFrontier(size, read)) };
}

/** MTH(D[n]) word for word as RFC 6962 §2.1 defines it. */
function plainRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return hex(roots[0]!);
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(plainRoot(leaves.slice(0, k)), plainRoot(leaves.slice(k)));
}

describe("the published vectors of RFC 6962", () => {
  const tree = treeOf(vectorLeaves);

  test.each(roots.map((root, size) => [size, root] as const))("root of %i entries", (size, root) => {
    const frontier = emptyFrontier();
    for (const leaf of vectorLeaves.slice(0, size)) appendLeaf(frontier, leaf);
    expect(rootOf(frontier).toString("hex")).toBe(root);
    expect(tree.root(size).toString("hex")).toBe(root);
  });

  test.each(inclusion)("entry %i is in the tree of %i", (index, size, proof) => {
    expect(inclusionProof(index, size, tree.read).map((hash) => hash.toString("hex"))).toEqual(proof);
    const claim = { index, size, leaf: vectorLeaves[index]!, proof: proof.map(hex), root: hex(roots[size]!) };
    expect(verifyInclusion(claim)).toBe(true);
  });

  test.each(consistency)("the tree of %i grew into the tree of %i", (first, second, proof) => {
    expect(consistencyProof(first, second, tree.read).map((hash) => hash.toString("hex"))).toEqual(proof);
    const [firstRoot, secondRoot] = [hex(roots[first]!), hex(roots[second]!)];
    expect(verifyConsistency({ first, second, firstRoot, secondRoot, proof: proof.map(hex) })).toBe(true);
  });
});

test("sizes 0, 1 and powers of two ± 1: every proof holds, and no altered one does", () => {
  const random = chance();
  const leaves = Array.from({ length: 1_025 }, (_, n) => leafHash(Buffer.from(`entry ${n}`)));
  const tree = treeOf(leaves);
  const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 256, 257, 1_023, 1_024, 1_025];
  for (const size of sizes) {
    const root = tree.root(size);
    expect(root).toEqual(plainRoot(leaves.slice(0, size)));
    for (const index of new Set([0, 1, size >> 1, size - 2, size - 1].filter((n) => n >= 0 && n < size))) {
      const proof = inclusionProof(index, size, tree.read);
      const claim = { index, size, leaf: leaves[index]!, proof, root };
      expect(verifyInclusion(claim)).toBe(true);
      expect(verifyInclusion({ ...claim, leaf: leaves[(index + 1) % leaves.length]! })).toBe(false);
      expect(verifyInclusion({ ...claim, index: index + 1 })).toBe(false);
      expect(verifyInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
      if (proof.length > 0) expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
    }
    for (const first of sizes.filter((n) => n <= size)) {
      const proof = consistencyProof(first, size, tree.read);
      const claim = { first, second: size, firstRoot: tree.root(first), secondRoot: root, proof };
      expect(verifyConsistency(claim)).toBe(true);
      expect(verifyConsistency({ ...claim, proof: [...proof, root] })).toBe(false);
      if (first < size && first > 0) {
        expect(verifyConsistency({ ...claim, firstRoot: leafHash(root) })).toBe(false);
        expect(verifyConsistency({ ...claim, secondRoot: leafHash(root) })).toBe(false);
        const at = random.between(0, proof.length - 1);
        expect(verifyConsistency({ ...claim, proof: proof.with(at, leafHash(root)) })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: proof.slice(0, -1) })).toBe(false);
      }
    }
  }
});

test("any run of leaves falls into complete subtrees without gap or overlap", () => {
  for (let from = 0; from < 40; from++) {
    for (let to = from; to < 70; to++) {
      const leaves = completeParts(from, to).flatMap(({ level, n }) =>
        Array.from({ length: 2 ** level }, (_, at) => n * 2 ** level + at),
      );
      expect(leaves).toEqual(Array.from({ length: to - from }, (_, at) => from + at));
    }
  }
});
