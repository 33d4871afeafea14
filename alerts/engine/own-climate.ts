import { z } from "zod";
import { hasOwnClimate, type Range, type Site, withOwnClimate } from "../../site/index.ts";
import type { Context } from "./context.ts";
import { devicesOf } from "./neighbours.ts";

/** What was last said of a room that is to be held to the humidity of its own past. */
export const ownClimate = z.object({
  /** `null` while its history is too short. */
  band: z.object({ low: z.number(), high: z.number() }).nullable(),
  /** Since when a band has been in force, or from when on one can be. */
  fromMs: z.number(),
});
export type OwnClimate = z.infer<typeof ownClimate>;

/** The same with the room that it is said of. */
export type OwnClimateNotice = { room: string } & OwnClimate;

/**
 * Keeps the rooms that choose it to their own past. The band comes in as an event of the log, because it follows from a
 * year of history, which is no part of the engine's state.
 */
export class OwnClimateWatch {
  readonly changed = new Set<string>();
  readonly #site: Site;
  readonly #context: Context;
  readonly #limitsChanged: (room: string) => void;

  /** @param limitsChanged forgets what others have made of the limits of that room so far */
  constructor(site: Site, context: Context, limitsChanged: (room: string) => void) {
    this.#site = site;
    this.#context = context;
    this.#limitsChanged = limitsChanged;
  }

  take({ room, band, fromMs }: OwnClimateNotice): void {
    if (!hasOwnClimate(this.#site.rooms.get(room))) return;
    const { state, devices } = this.#context;
    const before = state.ownClimate.get(room);
    const sinceMs = band === null ? fromMs : before?.band ? before.fromMs : state.nowMs;
    state.ownClimate.set(room, { band, fromMs: sinceMs });
    this.changed.add(room);
    if (isSame(before?.band, band)) return;
    this.#context.site = siteInForce(this.#site, state);
    for (const id of devicesOf(this.#site, room)) {
      const device = devices.get(id);
      if (device) device.plan = null;
    }
    this.#limitsChanged(room);
  }
}

/** The site with the limits that are in force now. */
export function siteInForce(site: Site, { ownClimate }: { ownClimate: ReadonlyMap<string, OwnClimate> }): Site {
  return ownClimate.size === 0 ? site : withOwnClimate(site, (room) => ownClimate.get(room)?.band);
}

function isSame(a: Range | null | undefined, b: Range | null): boolean {
  return a?.low === b?.low && a?.high === b?.high;
}
