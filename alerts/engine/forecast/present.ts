import type { Side } from "./certainty.ts";
import { slotMs } from "./course.ts";
import { type Crossing, crossingOf, intervalSpreads } from "./crossing.ts";
import type { ForecastQuantity } from "./features.ts";
import type { Forecast } from "./quantity-forecast.ts";
import { horizonSlots, steps } from "./regression.ts";

/** A forecast as people and charts see it: a value each quarter of an hour, and between what four in five will lie. */
export interface PresentForecast {
  quantity: ForecastQuantity;
  /** The quarter of an hour it starts from; the first value is for the next one. */
  madeAtMs: number;
  everyMs: number;
  value: number[];
  low: number[];
  high: number[];
  limits: ForetoldLimit[];
}

export interface ForetoldLimit {
  side: Side;
  limit: number;
  /** Of being crossed within the horizon. */
  probability: number;
  /** A warning of it stands. */
  warned: boolean;
  /** When it will be crossed, where that is expected: more likely than not, or warned of. */
  crossing: Omit<Crossing, "step"> | null;
}

export function presentForecast(
  quantity: ForecastQuantity,
  slot: number,
  forecast: Forecast,
  limits: readonly { side: Side; limit: number; probability: number; warned: boolean }[],
): PresentForecast {
  const present: PresentForecast = {
    quantity,
    madeAtMs: slot * slotMs,
    everyMs: slotMs,
    value: [],
    low: [],
    high: [],
    limits: limits.map((each) => ({ ...each, crossing: expectedCrossing(slot, forecast, each) })),
  };
  const most = quantity === "relative_humidity_pct" ? 100 : Number.POSITIVE_INFINITY;
  const least = quantity === "relative_humidity_pct" ? 0 : Number.NEGATIVE_INFINITY;
  const shown = (value: number) => Math.round(Math.min(most, Math.max(least, value)) * 100) / 100;
  let step = 0;
  for (let ahead = 1; ahead <= horizonSlots; ahead++) {
    if (ahead > steps[step]!) step += 1;
    // Between two steps nothing else is known than that it goes from one to the other.
    const before = step === 0 ? 0 : steps[step - 1]!;
    const share = (ahead - before) / (steps[step]! - before);
    const mix = (from: number, to: number) => from + share * (to - from);
    const value = mix(step === 0 ? forecast.now : forecast.path[step - 1]!, forecast.path[step]!);
    const reach = intervalSpreads * mix(step === 0 ? 0 : forecast.spread[step - 1]!, forecast.spread[step]!);
    present.value.push(shown(value));
    present.low.push(shown(value - reach));
    present.high.push(shown(value + reach));
  }
  return present;
}

function expectedCrossing(
  slot: number,
  forecast: Forecast,
  { side, limit, probability, warned }: Omit<ForetoldLimit, "crossing">,
): ForetoldLimit["crossing"] {
  const beyond = side === "high" ? forecast.now > limit : forecast.now < limit;
  if (beyond || (!warned && probability < 0.5)) return null;
  const { step: _, ...crossing } = crossingOf(side, limit, slot, forecast);
  return crossing;
}
