import { Certainty, type CertaintyState, freshCertainty, type Side, scoreOf } from "./certainty.ts";
import { slotMs } from "./course.ts";
import {
  type ForecastQuantity,
  featureCount,
  type Part,
  partOf,
  parts,
  type Surroundings,
  writeExpected,
  writeFeatures,
} from "./features.ts";
import { foreseenSteps, foreseenWidth, freshSay, noteForeseen, type SayState, sayOf } from "./foreseen.ts";
import { type Restlessness, stride, writeRow } from "./lesson.ts";
import { freshRegression, horizonSlots, Regression, type RegressionState, type Row, steps } from "./regression.ts";
import { compared, leadOfTrend, sayOfTrend, trendChange } from "./trend.ts";
import { freshWarning, type WarningState } from "./warning-rule.ts";

/** Forecasts that wait for what comes: enough for the longest. */
const waiting = horizonSlots + 1;
/** Slots learnt together; also how often the weights are solved anew. */
const batch = 48;
/** Steps whose recent errors show how restless the room is. */
const recent = [0, 1, 3, 5] as const;
/** Forecasts are kept in hundredths and thousandths, rounded like this before they are used. */
const pathUnit = 100;
const spreadUnit = 1_000;
const none = -32_768;

export interface QuantityState extends Restlessness {
  regression: RegressionState;
  certainty: CertaintyState;
  warnings: Record<Side, WarningState>;
  /** Forecasts and their spreads of the last hours, a row for each slot. */
  paths: Int16Array;
  spreads: Int16Array;
  /** What the model alone expected, at the steps that are compared with the trend. */
  modelled: Int16Array;
  /** What was expected without and with a weather forecast, at the steps that are compared; and its say. */
  foreseen: Int16Array;
  say: SayState;
  /** How much better the trend has lately been than the model. */
  trendLead: number;
  /** Rows before this slot have been learnt. */
  learntSlot: number | null;
}

export function freshQuantity(quantity: ForecastQuantity): QuantityState {
  return {
    regression: freshRegression(),
    certainty: freshCertainty(quantity),
    warnings: { high: freshWarning(), low: freshWarning() },
    paths: new Int16Array(waiting * steps.length).fill(none),
    spreads: new Int16Array(waiting * steps.length),
    modelled: new Int16Array(waiting * compared.length).fill(none),
    foreseen: new Int16Array(waiting * foreseenWidth).fill(none),
    say: freshSay(),
    trendLead: 0,
    learntSlot: null,
    variation: 0,
    rows: 0,
  };
}

/** What is expected of a quantity at a slot: the value at each step ahead and its spread (one standard deviation). */
export interface Forecast {
  now: number;
  path: Float64Array;
  spread: Float64Array;
}

const rowsPool: Row[] = Array.from({ length: batch / stride }, () => ({
  features: new Float64Array(featureCount),
  changes: new Float64Array(steps.length),
  weight: 1,
}));
const errors = new Float64Array(steps.length);

/** Learns one quantity of one room and forecasts it. */
export class QuantityForecast {
  readonly state: QuantityState;
  readonly #quantity: ForecastQuantity;
  readonly #regression: Regression;
  readonly #certainty: Certainty;
  /** Of the last forecast: the say of a weather forecast, that of the trend, and what each expects. */
  #weatherSay = 0;
  readonly #weather = new Float64Array(steps.length);
  #say = 0;
  readonly #trend = new Float64Array(steps.length);
  readonly #features = new Float64Array(featureCount);
  readonly #forecast: Forecast = {
    now: 0,
    path: new Float64Array(steps.length),
    spread: new Float64Array(steps.length),
  };

  constructor(state: QuantityState, quantity: ForecastQuantity, outdoor: boolean) {
    this.state = state;
    this.#quantity = quantity;
    this.#regression = new Regression(state.regression, quantity, outdoor);
    this.#certainty = new Certainty(state.certainty, quantity);
  }

  /** The quantity has a value for this slot: learn from what it says of earlier forecasts, and make the next. */
  step(slot: number, surroundings: Surroundings): Forecast | null {
    this.#judge(slot, surroundings);
    this.#compareTrend(slot, surroundings);
    this.#compareWeather(slot, surroundings);
    this.#learn(slot, surroundings);
    if (!writeFeatures(this.#features, this.#quantity, slot, surroundings)) return null;
    const forecast = this.#forecast;
    forecast.now = surroundings.own.at(slot);
    this.#regression.predict(this.#features, forecast.path, false);
    this.#hearWeather(slot, forecast, surroundings);
    this.#hearTrend(slot, forecast, surroundings);
    this.#certainty.spread(surroundings.hours.at(slot * slotMs).hour, forecast.spread);
    const from = this.#rowAt(slot);
    for (let step = 0; step < steps.length; step++) {
      const path = rounded(forecast.now + forecast.path[step]!, pathUnit);
      const spread = rounded(forecast.spread[step]!, spreadUnit);
      this.state.paths[from + step] = path;
      this.state.spreads[from + step] = spread;
      forecast.path[step] = path / pathUnit;
      forecast.spread[step] = spread / spreadUnit;
    }
    return forecast;
  }

  /** The forecast that was made at a slot, of the last few; `null` where none was. */
  madeAt(slot: number, { own }: Surroundings): Forecast | null {
    const { paths, spreads } = this.state;
    const from = this.#rowAt(slot);
    const now = own.at(slot);
    if (paths[from] === none || Number.isNaN(now)) return null;
    return {
      now,
      path: Float64Array.from(steps, (_, step) => paths[from + step]! / pathUnit),
      spread: Float64Array.from(steps, (_, step) => spreads[from + step]! / spreadUnit),
    };
  }

  probability(side: Side, limit: number, { path, spread }: Forecast): number {
    return this.#certainty.probability(side, scoreOf(side, limit, path, spread));
  }

  /** What each part adds to the change that the last forecast expects at a step, largest first. */
  reasons(step: number): { part: Part; change: number }[] {
    const sums = new Map<Part, number>(parts.map((part) => [part, 0]));
    for (let feature = 0; feature < featureCount; feature++) {
      const part = partOf(feature);
      sums.set(part, sums.get(part)! + (1 - this.#say) * this.#shareOf(step, feature));
    }
    sums.set("course", sums.get("course")! + this.#say * this.#trend[step]!);
    return [...sums]
      .map(([part, change]) => ({ part, change }))
      .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  }

  #shareOf(step: number, feature: number): number {
    const without = this.#regression.share(this.#features, step, feature, false);
    if (this.#weatherSay === 0) return without;
    return without + this.#weatherSay * (this.#regression.share(this.#features, step, feature, true) - without);
  }

  /** Slots that passed without a value have no forecast. */
  skipTo(slot: number, from: number): void {
    for (let empty = Math.max(from + 1, slot - waiting + 1); empty < slot; empty++) {
      const from = this.#rowAt(empty);
      this.state.paths.fill(none, from, from + steps.length);
      const row = from / steps.length;
      this.state.modelled.fill(none, row * compared.length, (row + 1) * compared.length);
      this.state.foreseen.fill(none, row * foreseenWidth, (row + 1) * foreseenWidth);
    }
  }

  /** Mixes in what a weather forecast makes of it, as far as those have earned it. */
  #hearWeather(slot: number, { now, path }: Forecast, surroundings: Surroundings): void {
    const { foreseen, say } = this.state;
    const from = (this.#rowAt(slot) / steps.length) * foreseenWidth;
    this.#weatherSay = 0;
    foreseen.fill(none, from, from + foreseenWidth);
    if (!writeExpected(this.#features, this.#quantity, slot, surroundings)) return;
    this.#weatherSay = sayOf(say);
    this.#regression.predict(this.#features, this.#weather, true);
    for (const [place, step] of foreseenSteps.entries()) {
      foreseen[from + 2 * place] = rounded(now + path[step]!, pathUnit);
      foreseen[from + 2 * place + 1] = rounded(now + this.#weather[step]!, pathUnit);
    }
    for (let step = 0; step < steps.length; step++) {
      path[step]! += this.#weatherSay * (this.#weather[step]! - path[step]!);
    }
  }

  /** What came says how good the weather forecasts were. */
  #compareWeather(slot: number, { own }: Surroundings): void {
    const { foreseen, say, spreads } = this.state;
    for (const [place, step] of foreseenSteps.entries()) {
      const row = this.#rowAt(slot - steps[step]!);
      const at = (row / steps.length) * foreseenWidth + 2 * place;
      if (foreseen[at] === none) continue;
      const spread = spreads[row + step]! / spreadUnit;
      const without = foreseen[at]! / pathUnit;
      noteForeseen(say, (own.at(slot) - without) / spread, (foreseen[at + 1]! / pathUnit - without) / spread);
    }
  }

  /** Mixes the trend into the forecast as far as it has earned it. */
  #hearTrend(slot: number, { now, path }: Forecast, { own }: Surroundings): void {
    const { modelled } = this.state;
    const from = (this.#rowAt(slot) / steps.length) * compared.length;
    for (const [at, step] of compared.entries()) modelled[from + at] = rounded(now + path[step]!, pathUnit);
    this.#say = sayOfTrend(this.state.trendLead);
    for (let step = 0; step < steps.length; step++) {
      const trend = trendChange(own, slot, step);
      this.#trend[step] = Number.isNaN(trend) ? path[step]! : trend;
      path[step]! += this.#say * (this.#trend[step]! - path[step]!);
    }
  }

  #compareTrend(slot: number, { own }: Surroundings): void {
    const { modelled, spreads } = this.state;
    const value = own.at(slot);
    const squares = { model: 0, trend: 0 };
    for (const [at, step] of compared.entries()) {
      const made = slot - steps[step]!;
      const from = this.#rowAt(made);
      const model = modelled[(from / steps.length) * compared.length + at]!;
      const trend = own.at(made) + trendChange(own, made, step);
      if (model === none || Number.isNaN(trend)) return;
      const spread = spreads[from + step]! / spreadUnit;
      squares.model += ((value - model / pathUnit) / spread) ** 2 / compared.length;
      squares.trend += ((value - trend) / spread) ** 2 / compared.length;
    }
    this.state.trendLead = leadOfTrend(this.state.trendLead, squares);
  }

  /** Compares what came with what was expected. */
  #judge(slot: number, { own, hours }: Surroundings): void {
    const { paths, spreads } = this.state;
    const value = own.at(slot);
    let squares = 0;
    let count = 0;
    for (const step of recent) {
      const at = this.#rowAt(slot - steps[step]!) + step;
      if (paths[at] === none) continue;
      squares += ((value - paths[at]! / pathUnit) / (spreads[at]! / spreadUnit)) ** 2;
      count += 1;
    }
    this.#certainty.noteRecent(squares, count);
    const made = slot - horizonSlots;
    const from = this.#rowAt(made);
    if (paths[from] === none) return;
    let highest = Number.NEGATIVE_INFINITY;
    let lowest = Number.POSITIVE_INFINITY;
    for (let at = made + 1; at <= slot; at++) {
      const then = own.at(at);
      if (Number.isNaN(then)) return;
      highest = Math.max(highest, then);
      lowest = Math.min(lowest, then);
    }
    const right = { high: Number.NEGATIVE_INFINITY, low: Number.NEGATIVE_INFINITY };
    for (let step = 0; step < steps.length; step++) {
      const path = paths[from + step]! / pathUnit;
      const spread = spreads[from + step]! / spreadUnit;
      errors[step] = own.at(made + steps[step]!) - path;
      right.high = Math.max(right.high, (path - highest) / spread);
      right.low = Math.max(right.low, (lowest - path) / spread);
    }
    this.#certainty.noteOutcome(hours.at(made * slotMs).hour, errors, right);
  }

  /** Learns the slots whose next six hours are known, half a day at a time. */
  #learn(slot: number, surroundings: Surroundings): void {
    const { state } = this;
    state.learntSlot ??= slot;
    // After a long silence the rows in it are gone.
    state.learntSlot = Math.max(state.learntSlot, slot - horizonSlots - batch);
    if (slot - horizonSlots < state.learntSlot + batch - 1) return;
    const rows: Row[] = [];
    for (let at = state.learntSlot; at < state.learntSlot + batch; at += stride) {
      const row = rowsPool[rows.length]!;
      if (writeRow(row, at, surroundings, this.#quantity, state)) rows.push(row);
    }
    state.learntSlot += batch;
    if (rows.length > 0) this.#regression.learn(rows, rows.length * stride);
  }

  #rowAt(slot: number): number {
    return (((slot % waiting) + waiting) % waiting) * steps.length;
  }
}

const rounded = (value: number, unit: number) => Math.max(-32_767, Math.min(32_767, Math.round(value * unit)));
