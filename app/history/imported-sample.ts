import { type Sample, sampleFlags } from "../../collector/index.ts";
import type { Values } from "../../contract/index.ts";

/** A sample of the past as the history keeps it. What is there already, from before a crash, is known by its time. */
export function importedSample(
  { device, atMs, values }: { device: string; atMs: number; values: Values },
  receivedAtMs: number,
): Sample {
  return {
    device,
    atMs,
    receivedAtMs,
    session: null,
    seq: null,
    flags: sampleFlags.imported,
    offsetMs: null,
    serverAheadMs: 0,
    values,
    doubt: "same-time",
  };
}
