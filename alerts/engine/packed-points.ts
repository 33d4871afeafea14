import { z } from "zod";

/**
 * Points of a course (time, value, time, value …; times rise) as short text: a device's day may have hundreds, and all
 * of them are written with its state. Each is the distance to the one before, in base 36: of times in seconds, or where
 * that is not whole in milliseconds with a minus; of values in millionths.
 */
export function packPoints(points: readonly number[]): string {
  const words: string[] = [];
  let atMs = 0;
  let value = 0;
  for (let n = 0; n < points.length; n += 2) {
    const afterMs = points[n]! - atMs;
    const step = Math.round(points[n + 1]! * 1e6) - value;
    words.push((afterMs % 1_000 === 0 ? afterMs / 1_000 : -afterMs).toString(36), step.toString(36));
    atMs += afterMs;
    value += step;
  }
  return words.join(" ");
}

/** As fine as a value can be to come back as it was: finer than any sensor. */
export function packable(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function unpackPoints(text: string): number[] {
  const points: number[] = [];
  if (text === "") return points;
  const words = text.split(" ");
  let atMs = 0;
  let value = 0;
  for (let n = 0; n + 1 < words.length; n += 2) {
    const after = Number.parseInt(words[n]!, 36);
    atMs += after < 0 ? -after : after * 1_000;
    value += Number.parseInt(words[n + 1]!, 36);
    points.push(atMs, value / 1e6);
  }
  return points;
}

/** Points as they are, or packed. */
export const storedPoints = z.union([
  z.array(z.number()),
  z.string().transform(unpackPoints).pipe(z.array(z.number())),
]);

/** Rows of numbers, one after the other, that begin with a whole number that rises: as the distance to the one before. */
export function packRows(numbers: readonly number[], perRow: number): string {
  return numbers.map((number, n) => (n % perRow === 0 && n > 0 ? number - numbers[n - perRow]! : number)).join(" ");
}

/** Rows as they are, or packed. */
export const storedRows = (perRow: number) =>
  z.union([
    z.array(z.number()),
    z
      .string()
      .transform((text) => {
        const numbers = text === "" ? [] : text.split(" ").map(Number);
        for (let n = perRow; n < numbers.length; n += perRow) numbers[n]! += numbers[n - perRow]!;
        return numbers;
      })
      .pipe(z.array(z.number())),
  ]);
