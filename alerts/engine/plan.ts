import { type Quantity, type QuantityDefinition, quantities } from "../../contract/index.ts";
import type { Site } from "../../site/index.ts";
import { outdoorRoom, type Settings, settingsOf, type ValueCondition } from "./condition.ts";
import { cumulativeWatch } from "./conditions/climate-cumulative.ts";
import { valueConditions } from "./conditions/registry.ts";
import { reorderBoundMs } from "./run.ts";

/** A value condition as it stands in a room: settings and limit resolved once, not per sample. */
export interface Watch {
  /** Its place in the plan. */
  index: number;
  condition: ValueCondition;
  quantity: Quantity;
  settings: Settings;
  limit: number;
  runKey: string;
  /** Whether its samples must be in the order of time. */
  inOrder: boolean;
  rule: { delayMs: number; delayEndsBySample: boolean; returnMs: number };
  /** The condition's own, held here because every condition is an object of another shape. */
  classify: ValueCondition["classify"];
  judge: NonNullable<ValueCondition["judge"]> | null;
  hysteresis: number;
  /** Between these two it need not be looked at while it has no run: nearly every sample. */
  quietAbove: number;
  quietBelow: number;
}

/** What is judged in a room. Rooms that are judged alike share one: ten thousand of them would be out of any cache. */
export interface Plan {
  /** Of conditions that act on arrival. */
  atOnce: ReadonlyMap<string, readonly Watch[]>;
  /** Of conditions whose samples must be in the order of time. */
  inOrder: ReadonlyMap<string, readonly Watch[]>;
  /** Whether anything waits for that order. */
  orders: boolean;
  watches: readonly Watch[];
}

interface Plans {
  byRoom: Map<string | null, Plan>;
  alike: Map<string, Plan>;
}
const known = new WeakMap<Site, Plans>();

const never = [Infinity, -Infinity] as const;

/** What is watched of systems is judged wherever they are: a device of theirs is in no room. */
const ofSystems = valueConditions.filter((condition) =>
  condition.quantities.every((quantity) => {
    const definition: QuantityDefinition = quantities[quantity];
    return definition.kind === "number" && definition.about === "system";
  }),
);

/** The plan of a room; of no room where that is `null`. */
export function planFor(site: Site, room: string | null): Plan {
  const plans = known.get(site) ?? { byRoom: new Map(), alike: new Map() };
  known.set(site, plans);
  const { byRoom, alike } = plans;
  let plan = byRoom.get(room);
  if (!plan) {
    const own = makePlan(site, room);
    const sameAs = JSON.stringify([
      own.orders,
      own.watches.map(({ runKey, limit, settings }) => [runKey, limit, settings]),
    ]);
    plan = alike.get(sameAs) ?? own;
    alike.set(sameAs, plan);
    byRoom.set(room, plan);
  }
  return plan;
}

function makePlan(site: Site, room: string | null): Plan {
  const atOnce = new Map<string, Watch[]>();
  const inOrder = new Map<string, Watch[]>();
  const all: Watch[] = [];
  for (const condition of room === null ? ofSystems : valueConditions) {
    const settings = settingsOf(site, condition, room);
    const limit = settings.enabled ? limitOf(site, condition, room, settings) : null;
    if (limit === null) continue;
    for (const quantity of condition.quantities) {
      if (room !== null && condition.judges?.(site, room, quantity) === false) continue;
      const ordered = isInOrder(condition, settings);
      // What acts on a value alone on arrival keeps a run, to remember when it was heard last.
      const mayRest = ordered || condition.judge !== undefined;
      const [quietAbove, quietBelow] = (mayRest && condition.quiet?.(limit, settings.hysteresis)) || never;
      const watch: Watch = {
        index: all.length,
        condition,
        quantity,
        settings,
        limit,
        runKey: condition.quantities.length > 1 ? `${condition.name}/${quantity}` : condition.name,
        inOrder: ordered,
        rule: {
          delayMs: settings.delayMs,
          delayEndsBySample: condition.delayEndsBy === "sample",
          returnMs: settings.returnMs,
        },
        classify: condition.classify,
        judge: condition.judge ?? null,
        hysteresis: settings.hysteresis,
        quietAbove,
        quietBelow,
      };
      all.push(watch);
      const cumulative = cumulativeWatch(watch, settings);
      // It counts what it sees, so that it must see everything.
      const [above, below] = never;
      if (cumulative) {
        all.push({ ...cumulative, index: all.length, inOrder: true, quietAbove: above, quietBelow: below });
      }
    }
  }
  for (const watch of all) {
    const byQuantity = watch.inOrder ? inOrder : atOnce;
    byQuantity.set(watch.quantity, [...(byQuantity.get(watch.quantity) ?? []), watch]);
  }
  // The course of the weather is looked at by others.
  return { atOnce, inOrder, orders: inOrder.size > 0 || room === outdoorRoom, watches: all };
}

/** The reordering bound must fit into the delay; what holds until its device says otherwise acts on its word. */
function isInOrder({ byPast, delayEndsBy }: ValueCondition, { delayMs }: Settings): boolean {
  return byPast ?? (delayEndsBy === "sample" && delayMs >= reorderBoundMs);
}

/** Where there is no room, there is no limit but the condition's own. */
function limitOf(site: Site, condition: ValueCondition, room: string | null, settings: Settings): number | null {
  return room === null ? settings.limit : condition.limitIn(site, room, settings);
}
