import type { Point } from "./air.ts";
import { seasonalBand } from "./seasonal-band.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const yearMs = 365 * dayMs;
const halfWindowMs = 15 * dayMs;
/** EN 15757:2010 asks for 13 months: every day of a year with its whole 30-day window. */
const neededMs = yearMs + 2 * halfWindowMs;
/** Hours older than this say nothing any more. */
export const ownClimateLooksBackMs = neededMs + 65 * dayMs;
/** Of the hours that a band rests on, so many must have been heard. */
const leastShare = 0.75;

/** What a room may be held to by its own past; `band` is `null` while that is too short, `fromMs` says until when. */
export type OwnClimateFinding = { band: { low: number; high: number }; fromMs: null } | { band: null; fromMs: number };

/**
 * The humidity that a room has lived with, after EN 15757:2010, for one day: the seasonal level of the same day a year ago
 * (30-day mean around it) and around that the 7th to 93rd percentile of the past year's fluctuations. A band narrower than
 * `leastPct` to either side is widened to that, as the standard allows.
 * @param hours means of hours in % RH, oldest first, of the time before `dayStartMs`; those too old are passed over
 */
export function ownClimateBand(
  hours: readonly Point[],
  options: { dayStartMs: number; leastPct: number },
): OwnClimateFinding {
  const { dayStartMs, leastPct } = options;
  const known = hours.filter(({ atMs }) => atMs < dayStartMs && atMs >= dayStartMs - ownClimateLooksBackMs);
  if (!suffices(known, dayStartMs, dayStartMs)) return { band: null, fromMs: firstDay(known, dayStartMs) };
  const year = between(known, dayStartMs - neededMs, dayStartMs);
  const fluctuations = seasonalBand(year);
  const { fromMs, toMs } = levelWindow(dayStartMs);
  const around = between(known, fromMs, toMs);
  if (!fluctuations) return { band: null, fromMs: firstDay(known, dayStartMs) };
  const level = around.reduce((sum, { value }) => sum + value, 0) / around.length;
  const low = Math.max(0, level + Math.min(fluctuations.p7, -leastPct));
  const high = Math.min(100, level + Math.max(fluctuations.p93, leastPct));
  return { band: { low: tenths(low), high: tenths(high) }, fromMs: null };
}

/** The 30 days around the same day of last year. */
function levelWindow(dayStartMs: number) {
  const middleMs = dayStartMs - yearMs + dayMs / 2;
  return { fromMs: middleMs - halfWindowMs, toMs: middleMs + halfWindowMs };
}

/** Whether a day's band can be told, if every hour from `heardFromMs` on is heard. */
function suffices(known: readonly Point[], dayStartMs: number, heardFromMs: number): boolean {
  const startMs = dayStartMs - neededMs;
  if ((known[0]?.atMs ?? heardFromMs) >= startMs + dayMs) return false;
  const isHeard = (fromMs: number, toMs: number) => {
    const yetToComeMs = Math.max(0, toMs - Math.max(fromMs, heardFromMs));
    const count = from(known, toMs) - from(known, fromMs) + yetToComeMs / hourMs;
    return count * hourMs >= (toMs - fromMs) * leastShare;
  };
  const window = levelWindow(dayStartMs);
  return isHeard(startMs, dayStartMs) && isHeard(window.fromMs, window.toMs);
}

/** The first day to have a band, if no hour is missed until then. */
function firstDay(known: readonly Point[], dayStartMs: number): number {
  let atMs = dayStartMs + dayMs;
  while (!suffices(known, atMs, dayStartMs)) atMs += dayMs;
  return atMs;
}

function between(points: readonly Point[], fromMs: number, toMs: number): readonly Point[] {
  return points.slice(from(points, fromMs), from(points, toMs));
}

/** Place of the first point not before then. */
function from(points: readonly Point[], atMs: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.atMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

const tenths = (value: number) => Math.round(value * 10) / 10;
