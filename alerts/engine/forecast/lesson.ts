import { type ForecastQuantity, type Surroundings, writeFeatures } from "./features.ts";
import { horizonSlots, type Row, steps } from "./regression.ts";

/** Every other slot teaches: what lies a quarter of an hour apart says nearly the same. */
export const stride = 2;
/** Restless hours teach less, as what they teach is less sure. */
const restlessPart = 0.9;
const mostWeight = 3;
const variationGain = 1 / 500;

/** How restless the room has been: mean variation of the course over six hours, and how many rows say so. */
export interface Restlessness {
  variation: number;
  rows: number;
}

/** What a slot teaches whose next six hours are known; `false` where they are not, or the slot itself is not. */
export function writeRow(
  row: Row,
  slot: number,
  surroundings: Surroundings,
  quantity: ForecastQuantity,
  restlessness: Restlessness,
): boolean {
  const { own } = surroundings;
  const now = own.at(slot);
  let variation = 0;
  for (let at = slot + 1, before = now; at <= slot + horizonSlots; at++) {
    const then = own.at(at);
    if (Number.isNaN(then)) return false;
    variation += (then - before) ** 2;
    before = then;
  }
  if (!writeFeatures(row.features, quantity, slot, surroundings)) return false;
  for (let step = 0; step < steps.length; step++) row.changes[step] = own.at(slot + steps[step]!) - now;
  restlessness.rows += 1;
  restlessness.variation += Math.max(variationGain, 1 / restlessness.rows) * (variation - restlessness.variation);
  const relative = restlessness.variation > 0 ? variation / restlessness.variation : 1;
  row.weight = stride * Math.min(mostWeight, 1 / (restlessPart * relative + 1 - restlessPart));
  return true;
}
