import { z } from "zod";
import { absoluteHumidityGM3 } from "../../../climate/index.ts";
import { slotMs } from "./course.ts";

/** A weather forecast for outdoors, as somebody gave it: at times of its own, in order. */
export interface ExpectedAir {
  atMs: number;
  temperatureC: number;
  relativeHumidityPct: number;
}

/** What is kept of it: as long as it reaches, at the times it was given for. */
export const expectedAir = z.object({
  times: z.array(z.number()),
  temperatures: z.array(z.number()),
  /** Water in the air, g/m³. */
  waters: z.array(z.number()),
});
export type ExpectedAirState = z.infer<typeof expectedAir>;

/** Four days of hours are more than any forecast here looks ahead. */
export const mostExpected = 96;
/** Between points further apart than this nothing is known of the air. */
const furthestApartMs = 3 * 3_600_000;

/** Keeps the points that can be computed with; `null` where there are none. */
export function keepExpected(points: readonly ExpectedAir[]): ExpectedAirState | null {
  const kept: ExpectedAirState = { times: [], temperatures: [], waters: [] };
  for (const { atMs, temperatureC, relativeHumidityPct } of [...points].sort((a, b) => a.atMs - b.atMs)) {
    const water = absoluteHumidityGM3(temperatureC, relativeHumidityPct);
    if (water === undefined || atMs === kept.times.at(-1) || kept.times.length >= mostExpected) continue;
    kept.times.push(atMs);
    kept.temperatures.push(temperatureC);
    kept.waters.push(Math.round(water * 1e3) / 1e3);
  }
  return kept.times.length === 0 ? null : kept;
}

/** What is expected at the start of a slot, between the points on either side of it; `NaN` where that is not known. */
export function expectedAt({ times }: ExpectedAirState, values: readonly number[], slot: number): number {
  const atMs = slot * slotMs;
  const next = times.findIndex((time) => time >= atMs);
  if (next === -1) return Number.NaN;
  if (times[next] === atMs) return values[next]!;
  if (next === 0 || times[next]! - times[next - 1]! > furthestApartMs) return Number.NaN;
  const share = (atMs - times[next - 1]!) / (times[next]! - times[next - 1]!);
  return values[next - 1]! + share * (values[next]! - values[next - 1]!);
}
