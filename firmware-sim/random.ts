/**
 * Seeded randomness without state: a draw is a pure function of (key, n), so that the simulated past and the
 * simulated present agree, whatever order they are asked in.
 */

/** A 32-bit key of a seed and names: FNV-1a. */
export function keyOf(seed: number, ...names: string[]): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const character of names.join("\u0000")) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  }
  return scramble(hash, seed);
}

/** Uniform in [0, 1). */
export function uniform(key: number, n: number): number {
  // n may exceed 32 bits (a time in ms): its upper part takes part too.
  return scramble(scramble(key, n >>> 0), Math.floor(n / 4_294_967_296)) / 4_294_967_296;
}

/** Standard normal (Box-Muller). */
export function gaussian(key: number, n: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(key, 2 * n)));
  return radius * Math.cos(2 * Math.PI * uniform(key, 2 * n + 1));
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
function scramble(hash: number, n: number): number {
  let h = Math.imul(hash ^ n, 0x9e3779b1) ^ (hash >>> 15);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
