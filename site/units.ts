import { z } from "zod";

/** Text forms of the site file: `10m`, `256KiB`, `14..24`. Parsed once, here. */

const durationUnits = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const sizeUnits = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const;

const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const sizePattern = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|TiB)$/;
const rangePattern = /^(-?\d+(?:\.\d+)?)?\.\.(-?\d+(?:\.\d+)?)?$/;

/** `10m` → 600,000. `undefined` when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = durationPattern.exec(text);
  return match ? Number(match[1]) * durationUnits[match[2] as keyof typeof durationUnits] : undefined;
}

export interface Range {
  low: number | null;
  high: number | null;
}

/** `14..24`, `..24` or `14..`. `undefined` when the text is no range. */
export function parseRange(text: string): Range | undefined {
  const match = rangePattern.exec(text);
  if (!match) return undefined;
  const low = match[1] === undefined ? null : Number(match[1]);
  const high = match[2] === undefined ? null : Number(match[2]);
  if ((low === null && high === null) || (low !== null && high !== null && low >= high)) return undefined;
  return { low, high };
}

/** A duration in the site file, milliseconds in the program. */
export const duration = z
  .string({ error: "a duration such as 500ms, 30s, 10m, 2h or 31d" })
  .regex(durationPattern, { error: "a duration such as 500ms, 30s, 10m, 2h or 31d" })
  .transform((text) => parseDuration(text)!)
  .meta({ title: "duration" });

/** A size in the site file, bytes in the program. */
export const size = z
  .string({ error: "a size such as 256KiB or 4GiB" })
  .regex(sizePattern, { error: "a size such as 256KiB or 4GiB" })
  .transform((text) => {
    const match = sizePattern.exec(text)!;
    return Math.round(Number(match[1]) * sizeUnits[match[2] as keyof typeof sizeUnits]);
  })
  .meta({ title: "size" });

/** In place of a range of humidity: what the room has lived with. */
export const ownClimateName = "own-climate";

/** A range of humidity in the site file, or the room's own past as one. */
export const humidityRange = z
  .string()
  .refine((text) => text === ownClimateName || parseRange(text) !== undefined, {
    error: "a range such as 45..60, ..60 or 45.., low before high, or own-climate",
  })
  .transform((text) => (text === ownClimateName ? ownClimateName : parseRange(text)!))
  .meta({ title: "range, or `own-climate`" });

/** A range in the site file, `{ low, high }` in the program; an open end is `null`. */
export const range = z
  .string({ error: "a range such as 14..24, ..24 or 14.." })
  .refine((text) => parseRange(text) !== undefined, { error: "a range such as 14..24, ..24 or 14.., low before high" })
  .transform((text) => parseRange(text)!)
  .meta({ title: "range" });
