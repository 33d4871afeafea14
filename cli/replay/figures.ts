import { conditionNamed, type EngineTransition } from "../../alerts/index.ts";
import { preservationIndexY } from "../../climate/index.ts";
import type { ConditionName, Priority, Quantity, Values } from "../../contract/index.ts";

export interface Stay {
  condition: ConditionName;
  priority: Priority;
  fromMs: number;
  /** `null`: it still stood at the end. */
  toMs: number | null;
  limit: number | null;
  extreme: number | null;
  unit: string | null;
}

export interface QuantityFigures {
  quantity: Quantity;
  count: number;
  min: number;
  mean: number;
  max: number;
}

/** What a recording held and what the engine made of it, gathered while it passes. */
export interface Figures {
  row(values: Values): void;
  transition(transition: EngineTransition): void;
  stays(): readonly Stay[];
  quantities(): QuantityFigures[];
  /** Harmonic mean of the preservation index over rows with temperature and humidity; `null` without any. */
  twpiY(): number | null;
}

export function createFigures(): Figures {
  const sums = new Map<Quantity, { count: number; sum: number; min: number; max: number }>();
  const stays: Stay[] = [];
  const standing = new Map<string, { stay: Stay; quantity: Quantity | null; low: boolean }>();
  let indexed = 0;
  let reciprocals = 0;
  return {
    row(values) {
      for (const name in values) {
        const value = values[name as Quantity]!;
        let sum = sums.get(name as Quantity);
        if (!sum) {
          sum = { count: 0, sum: 0, min: value, max: value };
          sums.set(name as Quantity, sum);
        }
        sum.count += 1;
        sum.sum += value;
        if (value < sum.min) sum.min = value;
        if (value > sum.max) sum.max = value;
      }
      const { temperature_c: temperature, relative_humidity_pct: humidity } = values;
      if (temperature !== undefined && humidity !== undefined) {
        const index = preservationIndexY(temperature, humidity);
        if (index !== undefined) {
          indexed += 1;
          reciprocals += 1 / index;
        }
      }
      for (const { stay, quantity, low } of standing.values()) {
        const value = quantity === null ? undefined : values[quantity];
        if (value !== undefined && stay.extreme !== null)
          stay.extreme = (low ? Math.min : Math.max)(stay.extreme, value);
      }
    },
    transition({ alarm, transition, atMs }) {
      if (transition === "raised") {
        const { condition: name, priority, limit, unit, value } = alarm;
        const stay: Stay = { condition: name, priority, fromMs: atMs, toMs: null, limit, extreme: value, unit };
        const condition = conditionNamed(name);
        // A condition that judges more than a value, such as a swing, has no extreme among the values.
        const quantity = condition?.kind === "value" && !condition.judge ? (condition.quantities[0] ?? null) : null;
        stays.push(stay);
        standing.set(alarm.key, { stay, quantity, low: name.endsWith("-low") });
      } else if (transition === "returned") {
        const over = standing.get(alarm.key);
        if (over) over.stay.toMs = atMs;
        standing.delete(alarm.key);
      }
    },
    stays: () => stays,
    quantities: () =>
      [...sums].map(([quantity, { count, sum, min, max }]) => ({ quantity, count, min, mean: sum / count, max })),
    twpiY: () => (indexed === 0 ? null : indexed / reciprocals),
  };
}
