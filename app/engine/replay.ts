import { Engine, type EngineTransition, emptyState, type OwnClimate } from "../../alerts/index.ts";
import type { ConditionName, Excursion, Values } from "../../contract/index.ts";
import { isoTime } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { createPastOwnClimate } from "./own-climate.ts";

/** History through the very same engine: `replay`, and the record of excursions. */

export interface PastSample {
  device: string;
  atMs: number;
  values: Values;
}

export interface Replay {
  push(sample: PastSample): readonly EngineTransition[];
  /** No more will come: what waited for samples before it is judged. */
  finish(): readonly EngineTransition[];
  /** What its past says of a room that is to be held to that, by now. */
  ownClimateOf(room: string): OwnClimate | undefined;
}

/**
 * An engine of its own for past samples: each counts as heard at its own time, and deadlines between two samples are met
 * on the way, so that silence is seen too. A sample that comes after a newer one is late, as it would have been live.
 * @param options.inOrder the samples come oldest first for certain, so that none waits for what may come before it
 */
export function createReplay(site: Site, options: { forecasts?: boolean; inOrder?: boolean } = {}): Replay {
  const engine = new Engine(site, emptyState(), options);
  const ownClimate = createPastOwnClimate(site);
  let started = false;
  // One event for all samples: a million of them would otherwise be mostly rubbish to collect.
  const slot = {
    atMs: 0,
    receivedAtMs: 0,
    values: {} as Values,
    clockUntrusted: false,
    offsetMs: options.inOrder === true ? null : 0,
    imported: false,
  };
  const event = { kind: "samples" as const, receivedAtMs: 0, device: "", samples: [slot] };
  return {
    push(sample) {
      if (!started) {
        started = true;
        engine.step({ kind: "started", receivedAtMs: sample.atMs });
      }
      const before = ownClimate
        .take(sample)
        .flatMap((notice) => engine.step({ kind: "own-climate", receivedAtMs: sample.atMs, ...notice }).transitions);
      event.receivedAtMs = sample.atMs;
      event.device = sample.device;
      slot.atMs = sample.atMs;
      slot.receivedAtMs = sample.atMs;
      slot.values = sample.values;
      const { transitions } = engine.step(event);
      return before.length === 0 ? transitions : [...before, ...transitions];
    },
    finish: () => engine.settle(),
    ownClimateOf: (room) => engine.state.ownClimate.get(room),
  };
}

/** By condition what its extreme is taken from; `null` where the alarm itself knows, since no value alone says it. */
export const climateQuantities: Partial<Record<ConditionName, "temperature_c" | "relative_humidity_pct" | null>> = {
  "temperature-high": "temperature_c",
  "temperature-low": "temperature_c",
  "humidity-high": "relative_humidity_pct",
  "humidity-low": "relative_humidity_pct",
  "temperature-swing": null,
  "humidity-swing": null,
};

/**
 * Stays beyond a limit, each with its extreme (of a change of a day that still stands, the first figure): what the
 * climate did, whether or not anybody was told.
 */
export function createExcursionRecord(site: Site): { push(sample: PastSample): void; excursions: Excursion[] } {
  const replay = createReplay(site, { forecasts: false, inOrder: true });
  const excursions: Excursion[] = [];
  const standing = new Map<string, { excursion: Excursion; quantity: keyof Values | null }>();
  const note = ({ alarm, transition, atMs }: EngineTransition) => {
    const quantity = climateQuantities[alarm.condition];
    if (quantity === undefined || alarm.device === null) return;
    const key = `${alarm.device}|${alarm.condition}`;
    if (transition === "returned") {
      const over = standing.get(key);
      if (over) over.excursion.to = isoTime(atMs);
      if (over && over.quantity === null && alarm.worst !== undefined) over.excursion.extreme = alarm.worst;
      standing.delete(key);
    } else if (transition === "raised") {
      const { room, device, condition, limit, value, unit } = alarm;
      const excursion: Excursion = {
        room,
        device,
        condition,
        from: isoTime(atMs),
        to: null,
        limit: limit ?? 0,
        extreme: value ?? 0,
        unit: unit ?? "",
      };
      standing.set(key, { excursion, quantity });
      excursions.push(excursion);
    }
  };
  return {
    excursions,
    push(sample) {
      for (const transition of replay.push(sample)) note(transition);
      for (const { excursion, quantity } of standing.values()) {
        const value = quantity !== null && excursion.device === sample.device ? sample.values[quantity] : undefined;
        if (value === undefined) continue;
        const further = excursion.condition.endsWith("-high") ? Math.max : Math.min;
        excursion.extreme = further(excursion.extreme, value);
      }
    },
  };
}
