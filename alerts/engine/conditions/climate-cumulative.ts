import type { Settings, ValueCondition } from "../condition.ts";
import type { Memory } from "../memory.ts";
import type { Watch } from "../plan.ts";
import { gapMs } from "../run.ts";

/**
 * The minutes beyond a limit within a window, whether in one piece or in many (WHO PQS asks loggers for both). Off until
 * the site file sets `cumulative` of a limit; raised under the name of that limit, as the same alarm, which then stands
 * until neither of the two holds.
 */
export const cumulativeSuffix = "/cumulative";

/** Pieces that a window is counted in: it moves on by one of them at a time. */
const pieces = 24;

/** A watch beside that of the limit itself. */
export function cumulativeWatch(limit: Watch, { cumulative }: Settings): Watch | null {
  if (cumulative === null) return null;
  const { longestMs, withinMs } = cumulative;
  const judge: NonNullable<ValueCondition["judge"]> = (sample, memory, { quantity, classify, hysteresis, ...own }) => {
    const value = sample.values[quantity]!;
    const place = classify(value, own.limit, hysteresis, quantity);
    const beyondMs = count(memory, limit.runKey, { atMs: sample.atMs, beyond: place === "beyond", withinMs });
    if (beyondMs > longestMs) {
      const detail = `Σ ${minutes(beyondMs)} min / ${hours(withinMs)} h > ${minutes(longestMs)} min`;
      return { place: "beyond", value, limit: own.limit, detail };
    }
    return { place: place === "within" ? "within" : "between", value, limit: own.limit };
  };
  return {
    ...limit,
    runKey: `${limit.runKey}${cumulativeSuffix}`,
    rule: { delayMs: 0, delayEndsBySample: true, returnMs: 0 },
    judge,
  };
}

/** Counts up to this sample; a value holds until the next, but not over a gap. Samples come in the order of time. */
function count(memory: Memory, name: string, sample: { atMs: number; beyond: boolean; withinMs: number }): number {
  const { atMs, beyond, withinMs } = sample;
  memory.beyond ??= {};
  memory.beyond[name] ??= { atMs, beyond, pieces: [] };
  const known = memory.beyond[name];
  const pieceMs = withinMs / pieces;
  const heldMs = atMs - known.atMs;
  if (heldMs > 0) {
    if (known.beyond && heldMs <= gapMs) add(known.pieces, known.atMs, atMs, pieceMs);
    known.atMs = atMs;
    known.beyond = beyond;
  }
  const oldest = Math.floor(atMs / pieceMs) - pieces;
  while (known.pieces.length > 0 && known.pieces[0]! <= oldest) known.pieces.splice(0, 2);
  let sum = 0;
  for (let at = 1; at < known.pieces.length; at += 2) sum += known.pieces[at]!;
  return sum;
}

/** Puts a length of time into the pieces that it lies in. */
function add(list: number[], fromMs: number, toMs: number, pieceMs: number): void {
  for (let at = fromMs; at < toMs; ) {
    const piece = Math.floor(at / pieceMs);
    const untilMs = Math.min(toMs, (piece + 1) * pieceMs);
    if (list.at(-2) === piece) list[list.length - 1]! += untilMs - at;
    else list.push(piece, untilMs - at);
    at = untilMs;
  }
}

const minutes = (ms: number) => Math.floor(ms / 60_000);
const hours = (ms: number) => Math.round((ms / 3_600_000) * 10) / 10;
