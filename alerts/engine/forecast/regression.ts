import {
  type ForecastQuantity,
  featureCount,
  indoorFeatureCount,
  pastFeatureCount,
  scaleOf,
  trendFeatures,
} from "./features.ts";

/**
 * Ridge regression with forgetting: one set of features, a target for each step ahead. It is kept as sums, which are
 * learnt from in any order and never go stale, and shrinks towards a damped trend where it has seen too little.
 */

/** Steps ahead that are forecast, a quarter of an hour each, to the end of the horizon. */
export const steps = [1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24] as const;
export const horizonSlots = 24;

/** How many rows' worth of belief the damped trend has. */
const prior = 2.5;
/** What a trend of two hours is worth at first: half of it goes on, fading by this much a step. */
const damping = 0.93;
/** Rooms change with the season: half is forgotten in this many days. */
const halfLifeDays = 35;
const keptPerSlot = 0.5 ** (1 / (96 * halfLifeDays));

export interface RegressionState {
  /** Lower triangle of the sum of products of features, row by row. */
  products: Float32Array;
  /** Sums of features times target, a row for each step. */
  targets: Float32Array;
}

export function freshRegression(): RegressionState {
  return {
    products: new Float32Array((featureCount * (featureCount + 1)) / 2),
    targets: new Float32Array(steps.length * featureCount),
  };
}

/** What one slot teaches. Rows are learnt together, half a day of them, so that the sums are rounded and solved seldom. */
export interface Row {
  features: Float64Array;
  changes: Float64Array;
  weight: number;
}

const n = featureCount;
const factor = new Float64Array(n * n);
const productSums = new Float64Array((n * (n + 1)) / 2);
const targetSums = new Float64Array(steps.length * n);

export class Regression {
  readonly #state: RegressionState;
  readonly #quantity: ForecastQuantity;
  readonly #weights = new Float64Array(steps.length * n);
  /** Weights that know what outdoor air is going to do: solved from the first time that somebody says it. */
  #ahead: Float64Array | null = null;
  /** The outdoor features come last: where there is no outdoor air they are all zero, and are not computed with. */
  readonly #size: number;
  readonly #pastSize: number;

  constructor(state: RegressionState, quantity: ForecastQuantity, outdoor: boolean) {
    this.#state = state;
    this.#quantity = quantity;
    this.#size = outdoor ? n : indoorFeatureCount;
    this.#pastSize = outdoor ? pastFeatureCount : indoorFeatureCount;
    this.#solve();
  }

  /** @param slots How many slots the rows stand for. */
  learn(rows: readonly Row[], slots: number): void {
    const { products, targets } = this.#state;
    const kept = keptPerSlot ** slots;
    for (let at = 0; at < products.length; at++) productSums[at] = products[at]! * kept;
    for (let at = 0; at < targets.length; at++) targetSums[at] = targets[at]! * kept;
    for (const { features, changes, weight } of rows) {
      for (let r = 0, at = 0; r < this.#size; r++) {
        const weighted = features[r]! * weight;
        if (weighted === 0) {
          at += r + 1;
          continue;
        }
        for (let c = 0; c <= r; c++, at++) productSums[at]! += weighted * features[c]!;
        for (let step = 0; step < steps.length; step++) targetSums[step * n + r]! += weighted * changes[step]!;
      }
    }
    products.set(productSums);
    targets.set(targetSums);
    this.#solve();
  }

  /** Expected change from now to each step ahead. */
  predict(features: Float64Array, into: Float64Array, ahead: boolean): void {
    const weights = this.#weightsOf(ahead);
    const size = ahead ? this.#size : this.#pastSize;
    for (let step = 0; step < steps.length; step++) {
      let sum = 0;
      for (let f = 0, at = step * n; f < size; f++, at++) sum += weights[at]! * features[f]!;
      into[step] = sum;
    }
  }

  /** What one feature adds to the change at a step. */
  share(features: Float64Array, step: number, feature: number, ahead: boolean): number {
    return this.#weightsOf(ahead)[step * n + feature]! * features[feature]!;
  }

  #weightsOf(ahead: boolean): Float64Array {
    if (!ahead) return this.#weights;
    if (!this.#ahead) {
      this.#ahead = new Float64Array(steps.length * n);
      this.#solve();
    }
    return this.#ahead;
  }

  /** One factor serves both: without its last rows it is that of the features without the last. */
  #solve(): void {
    const { products } = this.#state;
    const size = this.#ahead ? this.#size : this.#pastSize;
    for (let r = 0, at = 0; r < size; r++) {
      for (let c = 0; c <= r; c++, at++) {
        let sum = products[at]! + (c === r ? prior : 0);
        for (let k = 0; k < c; k++) sum -= factor[r * n + k]! * factor[c * n + k]!;
        factor[r * n + c] = c === r ? Math.sqrt(Math.max(sum, 1e-6)) : sum / factor[c * n + c]!;
      }
    }
    for (let step = 0; step < steps.length; step++) {
      this.#substitute(step, this.#pastSize, this.#weights);
      if (this.#ahead) this.#substitute(step, size, this.#ahead);
    }
  }

  #substitute(step: number, size: number, weights: Float64Array): void {
    const { targets } = this.#state;
    const x = weights.subarray(step * n, (step + 1) * n);
    const trend = priorTrend(steps[step]!) * scaleOf[this.#quantity];
    for (let r = 0; r < size; r++) {
      let sum = targets[step * n + r]! + (trendFeatures.includes(r) ? prior * trend : 0);
      for (let k = 0; k < r; k++) sum -= factor[r * n + k]! * x[k]!;
      x[r] = sum / factor[r * n + r]!;
    }
    for (let r = size - 1; r >= 0; r--) {
      const value = x[r]! / factor[r * n + r]!;
      x[r] = value;
      for (let k = 0; k < r; k++) x[k]! -= factor[r * n + k]! * value;
    }
  }
}

/** Change after so many steps for one of change over the last two hours. */
function priorTrend(step: number): number {
  return (0.5 * damping * (1 - damping ** step)) / (1 - damping) / 8;
}
