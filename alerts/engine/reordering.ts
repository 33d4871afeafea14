import type { Context, WatchedDevice } from "./context.ts";
import type { EngineSample, TimelySample } from "./events.ts";
import { reorderBoundMs } from "./run.ts";
import type { HeldSample } from "./state.ts";

/** More samples than this of one device never wait: of one that speaks every second the bound is shorter. */
const mostHeld = 40;
/** Only to let go what waits, the engine asks to be woken no oftener: any event does as well. */
const wakeEveryMs = 10_000;

/** Samples of one device whose order is settled, oldest first, and what of them is the newest that was heard with them. */
export interface Settled {
  device: WatchedDevice;
  samples: readonly TimelySample[];
  newestMs: number;
}

/**
 * Puts samples into the order of their own time, for conditions with a delay. A sample waits until nothing before it
 * can be missing: of devices that number their samples, or state no time, that is at once, unless a number was left out;
 * of others when it is as old as the reordering bound. Nothing waits longer than that bound.
 */
export class Reordering {
  readonly #context: Context;
  /** What waits, soonest first; of equal times in the order of the site's devices. From `#first` on. */
  #due: number[] = [];
  #devices: WatchedDevice[] = [];
  #first = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Samples of one message, oldest first. Answers those of the device whose order is settled now. */
  take(device: WatchedDevice, samples: readonly EngineSample[]): readonly TimelySample[] {
    const { state } = device;
    const alone = samples.length === 1 && (state.held === undefined || state.held.length === 0);
    if (alone && (isInTurn(device, samples[0]!) || this.#dueMs(device, samples[0]!) <= this.#context.state.nowMs)) {
      count(device, samples[0]!);
      return samples;
    }
    const settled: TimelySample[] = [];
    for (const sample of samples) {
      const held = state.held ?? [];
      const dueMs = this.#dueMs(device, sample);
      const inTurn = isInTurn(device, sample) && (held.length === 0 || held[0]!.atMs > sample.atMs);
      if (inTurn || dueMs <= this.#context.state.nowMs) {
        while (held.length > 0 && held[0]!.atMs <= sample.atMs) settle(device, settled);
        count(device, sample);
        settled.push(sample);
      } else {
        state.held = hold(held, waiting(sample, dueMs));
        this.#await(dueMs, device);
        if (held.length > mostHeld) settle(device, settled);
      }
      settleFollowers(device, settled);
    }
    return settled;
  }

  /** Whose wait is over by then, soonest first. */
  takeDue(byMs: number): Settled | null {
    while (this.#first < this.#due.length && this.#due[this.#first]! <= byMs) {
      const dueMs = this.#due[this.#first]!;
      const device = this.#devices[this.#first]!;
      this.#first += 1;
      const { held } = device.state;
      // It has been let go before, or the device is gone.
      if (!held || held.length === 0 || device.forgotten) continue;
      let last = held.length - 1;
      while (last >= 0 && held[last]!.dueMs > dueMs) last -= 1;
      if (last === -1) continue;
      const settled: TimelySample[] = [];
      for (let n = 0; n <= last; n++) settle(device, settled);
      settleFollowers(device, settled);
      this.#compact();
      return { device, samples: settled, newestMs: settled.at(-1)!.atMs };
    }
    this.#compact();
    return null;
  }

  /** When the soonest wait is over. */
  nextMs(): number {
    return this.#due[this.#first] ?? Number.POSITIVE_INFINITY;
  }

  /** When it is time to be woken for it. */
  wakeMs(): number {
    return Math.ceil(this.nextMs() / wakeEveryMs) * wakeEveryMs;
  }

  /** Nothing waits any longer: our clock was set, or no more will come. */
  *releaseAll(): Generator<Settled> {
    for (let due = this.takeDue(Number.POSITIVE_INFINITY); due; due = this.takeDue(Number.POSITIVE_INFINITY)) yield due;
  }

  /** Puts back what waited: after a start. */
  awaitAll(): void {
    this.#due = [];
    this.#devices = [];
    this.#first = 0;
    for (const device of this.#context.devices) {
      for (const { dueMs } of device.state.held ?? []) this.#await(dueMs, device);
    }
  }

  #dueMs({ state: { sequence } }: WatchedDevice, { atMs, receivedAtMs, session = null, seq }: EngineSample): number {
    const leftOut = seq != null && sequence !== undefined && sequence.session === session && seq > sequence.next;
    return (leftOut ? Math.max(atMs, receivedAtMs) : atMs) + reorderBoundMs;
  }

  #await(dueMs: number, device: WatchedDevice): void {
    const due = this.#due;
    const devices = this.#devices;
    let at = due.length;
    while (at > this.#first && (due[at - 1]! > dueMs || (due[at - 1] === dueMs && devices[at - 1]!.rank > device.rank)))
      at -= 1;
    if (at === due.length) {
      due.push(dueMs);
      devices.push(device);
      return;
    }
    due.splice(at, 0, dueMs);
    devices.splice(at, 0, device);
  }

  #compact(): void {
    if (this.#first < 1_024 || this.#first * 2 < this.#due.length) return;
    this.#due.splice(0, this.#first);
    this.#devices.splice(0, this.#first);
    this.#first = 0;
  }
}

/** Nothing of this device can have been sent before it that has not been heard. */
function follows({ state: { sequence } }: WatchedDevice, { session = null, seq }: Numbered): boolean {
  if (sequence === undefined) return seq === 0;
  return sequence.next === seq && sequence.session === session;
}

/** What states no time of its own has that of its receipt: its order is that of arrival. */
function isInTurn(device: WatchedDevice, sample: EngineSample): boolean {
  return sample.offsetMs === null || sample.clockUntrusted || follows(device, sample);
}

type Numbered = Pick<EngineSample, "session" | "seq">;

/** Notes which number is to come next. */
function count({ state }: WatchedDevice, { session = null, seq }: Numbered): void {
  if (seq == null) return;
  const { sequence } = state;
  if (!sequence) state.sequence = { session, next: seq + 1 };
  else if (sequence.session !== session) {
    sequence.session = session;
    sequence.next = seq + 1;
  } else if (seq >= sequence.next) sequence.next = seq + 1;
}

/** The oldest that waits has its place. */
function settle(device: WatchedDevice, settled: TimelySample[]): void {
  const sample = device.state.held!.shift()!;
  count(device, sample);
  settled.push(sample);
}

function settleFollowers(device: WatchedDevice, settled: TimelySample[]): void {
  const { held } = device.state;
  while (held !== undefined && held.length > 0 && follows(device, held[0]!)) settle(device, settled);
}

const waiting = ({ atMs, receivedAtMs, values, session = null, seq = null }: EngineSample, dueMs: number) => ({
  dueMs,
  atMs,
  receivedAtMs,
  values,
  session,
  seq,
});

function hold(held: HeldSample[], sample: HeldSample): HeldSample[] {
  let at = held.length;
  while (at > 0 && held[at - 1]!.atMs > sample.atMs) at -= 1;
  held.splice(at, 0, sample);
  return held;
}
