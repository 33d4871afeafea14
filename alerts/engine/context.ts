import type { Site } from "../../site/index.ts";
import type { AlarmBook } from "./alarm-book.ts";
import { outdoorRoom } from "./condition.ts";
import { silentAfterMs } from "./conditions/sensors.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";
import { devicesOf } from "./neighbours.ts";
import type { Plan } from "./plan.ts";
import type { DeviceState, EngineState, Run } from "./state.ts";

/**
 * A device at hand: what is remembered of it, and beside it what can be made again at any time. One look-up finds
 * all of it, which is what keeps a sample among ten thousand devices as cheap as one among ten.
 */
export interface WatchedDevice {
  readonly id: string;
  readonly state: DeviceState;
  /** Its place among the devices of the site: what decides where two are equal. */
  readonly rank: number;
  /** What is judged where it is; `null` until it is needed. */
  plan: Plan | null;
  /** Where that is. */
  room: string | null;
  /** It never moves: its plan holds at any time. */
  readonly fixed: boolean;
  /** By watch of the plan: its run, `null` while there is none, `undefined` until it is looked for; and its alarm's key. */
  runs: (Run | null | undefined)[];
  alarmKeys: string[];
  /** After how long without a word it is missed; `null` of a device that the site does not have. */
  readonly silentAfterMs: number | null;
  /** When to look whether it is missed, which lies in the heap while it `awaitsSilence`. */
  silence: Deadline | null;
  awaitsSilence: boolean;
  silent: boolean;
  mistimed: boolean;
  /** Something was judged and not announced, because a newer sample was there already. */
  unannounced: boolean;
  /** Changed since the state was last saved. */
  changed: boolean;
  /** Its site has it no longer. */
  forgotten: boolean;
}

/** What the watches of the engine share. */
export interface Context {
  /** With the limits in force: another one once a room's own past has set them anew. */
  site: Site;
  readonly state: EngineState;
  readonly book: AlarmBook;
  readonly deadlines: Deadlines;
  readonly devices: WatchedDevices;
}

/** The devices at hand, by id. */
export class WatchedDevices {
  readonly #site: Site;
  readonly #state: EngineState;
  readonly #known = new Map<string, WatchedDevice>();
  readonly #changed = new Set<string>();
  readonly #ranks = new Map<string, number>();

  constructor(site: Site, state: EngineState) {
    this.#site = site;
    this.#state = state;
    // Of one moment outdoor air comes first, since what a room does follows from it.
    for (const id of devicesOf(site, outdoorRoom)) this.#ranks.set(id, this.#ranks.size);
    for (const id of site.devices.keys()) if (!this.#ranks.has(id)) this.#ranks.set(id, this.#ranks.size);
    for (const [id, device] of state.devices) this.#known.set(id, this.#atHand(id, device));
  }

  [Symbol.iterator](): Iterator<WatchedDevice> {
    return this.#known.values();
  }

  get(id: string): WatchedDevice | undefined {
    return this.#known.get(id);
  }

  /** The device, remembered from its first mention on. */
  known(id: string): WatchedDevice {
    let device = this.#known.get(id);
    if (!device) {
      const state: DeviceState = { silenceFromMs: this.#state.nowMs, newestAtMs: Number.MIN_SAFE_INTEGER, runs: {} };
      this.#state.devices.set(id, state);
      device = this.#atHand(id, state);
      this.#known.set(id, device);
    }
    return device;
  }

  touch(device: WatchedDevice): void {
    if (device.changed) return;
    device.changed = true;
    this.#changed.add(device.id);
  }

  forget(id: string): void {
    const device = this.#known.get(id);
    if (device) device.forgotten = true;
    this.#known.delete(id);
    this.#state.devices.delete(id);
    this.#changed.add(id);
  }

  takeChanged(): string[] {
    const ids = [...this.#changed];
    this.#changed.clear();
    for (const id of ids) {
      const device = this.#known.get(id);
      if (device) device.changed = false;
    }
    return ids;
  }

  putBack(ids: readonly string[]): void {
    for (const id of ids) this.#changed.add(id);
  }

  #atHand(id: string, state: DeviceState): WatchedDevice {
    const rank = this.#ranks.get(id) ?? this.#ranks.size;
    const config = this.#site.devices.get(id);
    const silence = { silentAfterMs: config ? silentAfterMs(config.interval) : null, silence: null };
    const none = { awaitsSilence: false, silent: false, mistimed: false, changed: false, forgotten: false };
    // What was not announced before a restart is looked for once.
    const fixed = (config?.assignments.length ?? 0) === 0;
    const placed = { plan: null, room: null, fixed, runs: [], alarmKeys: [] };
    return { id, state, rank, ...placed, ...silence, ...none, unannounced: true };
  }
}
