import type { Side } from "./certainty.ts";
import { slotMs } from "./course.ts";
import type { Forecast } from "./quantity-forecast.ts";
import { horizonSlots, steps } from "./regression.ts";

/** Four of five crossings fall within the interval if errors are as they were. */
export const intervalSpreads = 1.28;

export interface Crossing {
  atMs: number;
  fromMs: number;
  toMs: number;
  /** The step ahead that speaks for it most: its reasons are told. */
  step: number;
}

/** When a limit will be crossed: where the forecast crosses it, and where the edges of its band do. */
export function crossingOf(side: Side, limit: number, slot: number, forecast: Forecast): Crossing {
  const step = decidingStep(side, limit, forecast);
  const expected = crossed(side, limit, forecast, 0) ?? steps[step]!;
  const earliest = crossed(side, limit, forecast, intervalSpreads) ?? expected;
  const latest = crossed(side, limit, forecast, -intervalSpreads) ?? horizonSlots;
  const at = (slots: number) => Math.round(((slot + slots) * slotMs) / 60_000) * 60_000;
  return { atMs: at(expected), fromMs: at(Math.min(earliest, expected)), toMs: at(Math.max(latest, expected)), step };
}

/** Slots until the forecast, so many spreads towards the limit, crosses it. */
function crossed(side: Side, limit: number, { now, path, spread }: Forecast, spreads: number): number | null {
  const sign = side === "high" ? 1 : -1;
  let before = sign * (now - limit);
  let beforeAt = 0;
  for (const [step, ahead] of steps.entries()) {
    const beyond = sign * (path[step]! - limit) + spreads * spread[step]!;
    if (beyond > 0) return before >= 0 ? beforeAt : beforeAt + ((ahead - beforeAt) * before) / (before - beyond);
    before = beyond;
    beforeAt = ahead;
  }
  return null;
}

function decidingStep(side: Side, limit: number, { path, spread }: Forecast): number {
  const sign = side === "high" ? 1 : -1;
  let best = 0;
  for (const step of steps.keys()) {
    const score = (at: number) => (sign * (path[at]! - limit)) / spread[at]!;
    if (score(step) > score(best)) best = step;
  }
  return best;
}
