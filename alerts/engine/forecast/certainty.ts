import type { ForecastQuantity } from "./features.ts";
import { steps } from "./regression.ts";

/**
 * How far forecasts are to be trusted, learnt from how far they were wrong: their spread by step ahead and time of day,
 * widened while the room is more restless than usual; and the probability of crossing a limit.
 *
 * The probability is conformal. A limit's score is the largest of (forecast − limit) / spread over the steps ahead. Each
 * past forecast has a score that would have been just right: that of the extreme that then came. A limit is crossed
 * exactly if its score is above that one, so the part of past forecasts whose own score lies below is the probability,
 * whatever the errors are like. Every forecast teaches it, whether a limit was near or not.
 */

const dayParts = 8;
const bins = 40;
/** Scores beyond ± this are all alike. */
const furthest = 5;
/** Half-lives: of the spread in days, of the scores in days, of restlessness in slots. */
const spreadHalfLife = 30;
const scoreHalfLife = 90;
const restlessHalfLife = 24;

const spreadGain = 1 - 0.5 ** (dayParts / (96 * spreadHalfLife));
const scoreKept = 0.5 ** (1 / (96 * scoreHalfLife));
const restlessGain = 1 - 0.5 ** (1 / restlessHalfLife);
/** No forecast is surer than the sensor reads. */
const leastSpread: Record<ForecastQuantity, number> = { temperature_c: 0.1, relative_humidity_pct: 0.3 };
/** Before anything is known, the spread after one step; it grows with the root of the steps. */
const firstSpread: Record<ForecastQuantity, number> = { temperature_c: 0.15, relative_humidity_pct: 0.5 };
/** How many forecasts the first assumptions are worth. */
const firstSpreadCount = 24;
const firstScoreCount = 48;
/** Before anything is known, a limit is as likely crossed as not where the forecast just reaches it. */
const firstScore = 0;
const firstScoreSpread = 1.2;

export type Side = "high" | "low";
export const sides: readonly Side[] = ["high", "low"];

export interface CertaintyState {
  /** Mean squared error by part of the day and step. */
  squares: Float32Array;
  counts: Float32Array;
  /** How often each score was the right one: first for upper limits, then for lower ones. */
  scores: Float32Array;
  /** Mean square of recent errors in spreads: 1 when the room is as restless as usual. */
  restless: number;
}

export function freshCertainty(quantity: ForecastQuantity): CertaintyState {
  const squares = new Float32Array(dayParts * steps.length);
  for (let at = 0; at < squares.length; at++) squares[at] = firstSpread[quantity] ** 2 * steps[at % steps.length]!;
  const scores = new Float32Array(2 * bins);
  for (let at = 0; at < scores.length; at++) {
    const score = (((at % bins) + 0.5) * 2 * furthest) / bins - furthest;
    scores[at] =
      (firstScoreCount * Math.exp(-0.5 * ((score - firstScore) / firstScoreSpread) ** 2)) / (10 * firstScoreSpread);
  }
  return { squares, counts: new Float32Array(dayParts).fill(firstSpreadCount), scores, restless: 1 };
}

export class Certainty {
  readonly #state: CertaintyState;
  readonly #least: number;

  constructor(state: CertaintyState, quantity: ForecastQuantity) {
    this.#state = state;
    this.#least = leastSpread[quantity];
  }

  /** Spread of a forecast made at this hour, for each step. */
  spread(hour: number, into: Float64Array): void {
    const from = dayPart(hour) * steps.length;
    const restless = Math.min(2, Math.max(0.5, Math.sqrt(this.#state.restless)));
    for (let step = 0; step < steps.length; step++) {
      into[step] = Math.max(this.#least, Math.sqrt(this.#state.squares[from + step]!)) * restless;
    }
  }

  /** Errors of the last hours, each in spreads of its forecast. */
  noteRecent(squares: number, count: number): void {
    if (count > 0) this.#state.restless += restlessGain * (squares / count - this.#state.restless);
  }

  /** A forecast whose whole horizon has come: its errors by step, and the score that was just right on each side. */
  noteOutcome(hour: number, errors: Float64Array, right: Record<Side, number>): void {
    const { squares, counts, scores } = this.#state;
    const part = dayPart(hour);
    counts[part]! += 1;
    const gain = Math.max(spreadGain, 1 / counts[part]!);
    for (let step = 0; step < steps.length; step++) {
      const at = part * steps.length + step;
      squares[at]! += gain * (errors[step]! ** 2 - squares[at]!);
    }
    for (let at = 0; at < scores.length; at++) scores[at]! *= scoreKept;
    scores[binOf(right.high)]! += 1;
    scores[bins + binOf(right.low)]! += 1;
  }

  /** Probability that a limit of this score is crossed. */
  probability(side: Side, score: number): number {
    const from = side === "high" ? 0 : bins;
    const position = place(score);
    let below = 0;
    let all = 0;
    for (let bin = 0; bin < bins; bin++) {
      const count = this.#state.scores[from + bin]!;
      all += count;
      below += count * Math.min(1, Math.max(0, position - bin));
    }
    return below / all;
  }
}

const dayPart = (hour: number) => Math.floor((hour * dayParts) / 24);
const place = (score: number) => ((score + furthest) / (2 * furthest)) * bins;
const binOf = (score: number) => Math.min(bins - 1, Math.max(0, Math.floor(place(score))));

/** The score of a limit; what lies beyond it counts for it, what lies within against it. */
export function scoreOf(side: Side, limit: number, path: Float64Array, spread: Float64Array): number {
  const sign = side === "high" ? 1 : -1;
  let best = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < steps.length; step++) {
    const score = (sign * (path[step]! - limit)) / spread[step]!;
    if (score > best) best = score;
  }
  return best;
}
