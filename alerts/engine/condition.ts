import type { ConditionName, Language, Priority, Quantity } from "../../contract/index.ts";
import type { Site } from "../../site/index.ts";
import type { Context } from "./context.ts";
import type { TimelySample } from "./events.ts";
import type { Memory } from "./memory.ts";
import type { Watch } from "./plan.ts";
import type { Evidence } from "./state.ts";

/** Settings of a condition in force in a room: the condition's defaults under the site's and the room's. */
export interface Settings {
  enabled: boolean;
  priority: Priority;
  delayMs: number;
  hysteresis: number;
  /** How long it must be within, by the hysteresis, before it is over. */
  returnMs: number;
  limit: number | null;
  /** Of climate limits: the most time beyond the limit within a window. */
  cumulative: { longestMs: number; withinMs: number } | null;
}

export interface ConditionDefaults {
  priority: Priority;
  /** `false`: judged only where the site file asks for it. */
  enabled?: boolean;
  delayMs?: number;
  hysteresis?: number;
  returnMs?: number;
  /** A fixed limit; conditions whose limit comes from the room's holdings have none here. */
  limit?: number;
  /** Stays until a person resets it, also after the cause has gone. */
  latching?: boolean;
}

/** What people read of a condition. */
export interface ConditionText {
  /** 预警 before a limit, 报警 beyond it; 疑似火情 where smoke or heat is meant. */
  title: string;
  /** What to do first. */
  advice: string;
}

/** Where a value lies: beyond the limit, within it by the hysteresis, or in the band between. */
export type Place = "beyond" | "between" | "within";

/** What a condition makes of a sample, where that is more than its value; `null` instead: nothing can be said. */
export interface Finding {
  place: Place;
  /** What people are told: the figure that was judged, in the condition's unit, and what it was judged by. */
  value: number;
  limit: number;
  /** Where it is worse than the condition's own priority says. */
  priority?: Priority;
  detail?: string;
}

/** A condition seen in the values of one device's samples. */
export interface ValueCondition {
  kind: "value";
  name: ConditionName;
  quantities: readonly Quantity[];
  unit: string | null;
  defaults: ConditionDefaults;
  /** Defaults that depend on the room, where they do. */
  defaultsIn?(site: Site, room: string | null): ConditionDefaults;
  texts: Record<Language, ConditionText>;
  /** The limit in this room; `null` where the condition is not judged. */
  limitIn(site: Site, room: string, settings: Settings): number | null;
  /** Whether that quantity says anything here; where nothing is said, each of them does. */
  judges?(site: Site, room: string, quantity: Quantity): boolean;
  /** Beyond the limit, within it by the hysteresis, or in the band between, which starts and ends nothing. */
  classify(value: number, limit: number, hysteresis: number, quantity: Quantity): Place;
  /**
   * Between these two nothing begins, whatever the past: where nothing has begun, such values need no look. Neither of
   * the two is part of it.
   */
  quiet?(limit: number, hysteresis: number): readonly [above: number, below: number];
  /** In place of `classify` where a value alone does not say it: its past, its rate, or other quantities count too. */
  judge?(sample: TimelySample, memory: Memory, watch: Watch, context: Context): Finding | null;
  /** What else people should read when it is raised. */
  explain?(memory: Memory, value: number, atMs: number): Evidence[] | undefined;
  /**
   * `sample`: the delay must be confirmed by a sample beyond the limit at its end, because a value may have come back
   * unseen. `deadline`: the state holds until its device says otherwise, so the delay runs out by itself.
   */
  delayEndsBy: "sample" | "deadline";
  /** Judged by its device's past, which must be complete: in the order of time, however short its delay. */
  byPast?: true;
}

/** A condition that the engine's own rules raise (silence, clocks) or that a part reports. */
export interface ReportedCondition {
  kind: "reported";
  name: ConditionName;
  unit: string | null;
  /** It happens rather than lasts: over once it has not happened again for a while, without a word from its part. */
  occurs?: true;
  defaults: ConditionDefaults;
  texts: Record<Language, ConditionText>;
}

export type Condition = ValueCondition | ReportedCondition;

export function settingsOf(site: Site, condition: Condition, room: string | null): Settings {
  const own = site.conditionSettings(condition.name, room);
  const defaults =
    condition.kind === "value" ? (condition.defaultsIn?.(site, room) ?? condition.defaults) : condition.defaults;
  return {
    enabled: own.enabled ?? defaults.enabled ?? true,
    priority: own.priority ?? defaults.priority,
    delayMs: own.delay ?? defaults.delayMs ?? 0,
    hysteresis: own.hysteresis ?? defaults.hysteresis ?? 0,
    returnMs: own.return_after ?? defaults.returnMs ?? 0,
    limit: own.limit ?? defaults.limit ?? null,
    cumulative: own.cumulative ? { longestMs: own.cumulative.longest, withinMs: own.cumulative.within } : null,
  };
}

/** Outdoor air has no limits to keep. */
export const outdoorRoom = "outdoor";
