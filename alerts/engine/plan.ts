import { type Quantity, type QuantityDefinition, quantities } from "../../contract/index.ts";
import type { Site } from "../../site/index.ts";
import { outdoorRoom, type Settings, settingsOf, type ValueCondition } from "./condition.ts";
import { cumulativeWatch } from "./conditions/climate-cumulative.ts";
import { valueConditions } from "./conditions/registry.ts";
import { reorderBoundMs } from "./run.ts";
import type { Run } from "./state.ts";

/** A value condition as it stands for one device in one room: settings and limit resolved once, not per sample. */
export interface Watch {
  condition: ValueCondition;
  quantity: Quantity;
  settings: Settings;
  limit: number;
  runKey: string;
  alarmKey: string;
  rule: { delayMs: number; delayEndsBySample: boolean };
  /** The condition's own, held here because every condition is an object of another shape. */
  classify: ValueCondition["classify"];
  judge: NonNullable<ValueCondition["judge"]> | null;
  hysteresis: number;
  /** Its run, once it has been looked up; `null` while there is none. */
  run: Run | null | undefined;
}

export interface Plan {
  room: string | null;
  /** The device never moves: its plan holds at any time. */
  fixed: boolean;
  /** Of conditions that act on arrival. */
  atOnce: ReadonlyMap<string, readonly Watch[]>;
  /** Of conditions whose samples must be in the order of time. */
  inOrder: ReadonlyMap<string, readonly Watch[]>;
  /** Whether anything waits for that order. */
  orders: boolean;
}

/** What is watched of systems is judged wherever they are: a device of theirs is in no room. */
const ofSystems = valueConditions.filter((condition) =>
  condition.quantities.every((quantity) => {
    const definition: QuantityDefinition = quantities[quantity];
    return definition.kind === "number" && definition.about === "system";
  }),
);

export function planFor(site: Site, device: string, room: string | null): Plan {
  const atOnce = new Map<string, Watch[]>();
  const inOrder = new Map<string, Watch[]>();
  for (const condition of room === null ? ofSystems : valueConditions) {
    const settings = settingsOf(site, condition, room);
    const limit = settings.enabled ? limitOf(site, condition, room, settings) : null;
    if (limit === null) continue;
    for (const quantity of condition.quantities) {
      if (room !== null && condition.judges?.(site, room, quantity) === false) continue;
      const byQuantity = isInOrder(condition, settings) ? inOrder : atOnce;
      const watches = byQuantity.get(quantity) ?? [];
      byQuantity.set(quantity, watches);
      const watch: Watch = {
        condition,
        quantity,
        settings,
        limit,
        runKey: condition.quantities.length > 1 ? `${condition.name}/${quantity}` : condition.name,
        alarmKey: `${condition.name}|${device}`,
        rule: { delayMs: settings.delayMs, delayEndsBySample: condition.delayEndsBy === "sample" },
        classify: condition.classify,
        judge: condition.judge ?? null,
        hysteresis: settings.hysteresis,
        run: undefined,
      };
      watches.push(watch);
      const cumulative = cumulativeWatch(watch, settings);
      if (cumulative) inOrder.set(quantity, [...(inOrder.get(quantity) ?? []), cumulative]);
    }
  }
  const fixed = (site.devices.get(device)?.assignments.length ?? 0) === 0;
  // The course of the weather is looked at by others.
  return { room, fixed, atOnce, inOrder, orders: inOrder.size > 0 || room === outdoorRoom };
}

/** The reordering bound must fit into the delay; what holds until its device says otherwise acts on its word. */
function isInOrder({ byPast, delayEndsBy }: ValueCondition, { delayMs }: Settings): boolean {
  return byPast ?? (delayEndsBy === "sample" && delayMs >= reorderBoundMs);
}

/** Where there is no room, there is no limit but the condition's own. */
function limitOf(site: Site, condition: ValueCondition, room: string | null, settings: Settings): number | null {
  return room === null ? settings.limit : condition.limitIn(site, room, settings);
}
