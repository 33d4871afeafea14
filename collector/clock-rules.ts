/**
 * When a sample was taken, and whether its device's clock can be believed (contract, "Clocks").
 * Deterministic: decided from what the log holds, so that every consumer decides the same.
 */

export interface ClockLimits {
  trustedPastMs: number;
  trustedFutureMs: number;
}

/** What is remembered of a device's clock. */
export interface DeviceClock {
  /** Receipt − the sample's own time, of the newest sample that stated one. */
  offsetMs: number | null;
  /** When that sample was received. */
  heardAtMs: number;
  /** Last time of receipt used in place of an untrusted time: the next one goes one ms further. */
  lastSubstituteMs: number;
}

export type ClockVerdict =
  | {
      atMs: number;
      trusted: true;
      offsetMs: number | null /** How far ours is thought to be ahead. */;
      aheadMs: number;
    }
  | { atMs: number; trusted: false; offsetMs: number };

/** Only devices heard within this time have a say about our own clock. */
const witnessWindowMs = 10 * 60_000;
const leastWitnesses = 3;
/** Steps of our own clock below this change no judgement. */
const notableStepMs = 60_000;
/** How far a device may be off and still tell one state of our clock from another. */
const agreementMs = 30_000;

/** Counts the devices whose clocks stand apart from ours, to tell a bad sensor clock from a bad server clock. */
export class ClockWitnesses {
  #witnesses = new Map<string, { heardAtMs: number; apart: -1 | 0 | 1 }>();
  #apart = { ahead: 0, behind: 0 };
  #sweptAtMs = 0;

  note(device: string, heardAtMs: number, apart: -1 | 0 | 1): void {
    const before = this.#witnesses.get(device);
    if (before) this.#count(before.apart, -1);
    this.#witnesses.set(device, { heardAtMs, apart });
    this.#count(apart, 1);
    if (heardAtMs - this.#sweptAtMs > 60_000 || heardAtMs < this.#sweptAtMs) this.#sweep(heardAtMs);
  }

  /** True when at least half of the devices heard lately, and three or more, stand apart in the same direction. */
  suspectServer(): boolean {
    const most = Math.max(this.#apart.ahead, this.#apart.behind);
    return most >= leastWitnesses && most * 2 >= this.#witnesses.size;
  }

  /** Whether enough devices have been heard lately to judge our own clock by them. */
  enough(): boolean {
    return this.#witnesses.size >= leastWitnesses;
  }

  #count(apart: -1 | 0 | 1, by: 1 | -1): void {
    if (apart > 0) this.#apart.ahead += by;
    else if (apart < 0) this.#apart.behind += by;
  }

  #sweep(nowMs: number): void {
    this.#sweptAtMs = nowMs;
    for (const [device, witness] of this.#witnesses) {
      if (Math.abs(nowMs - witness.heardAtMs) > witnessWindowMs) {
        this.#count(witness.apart, -1);
        this.#witnesses.delete(device);
      }
    }
  }
}

/**
 * Whether our own clock was set right or wrong, when it was set: more of the devices that state a time tell it by either
 * agreeing with it as it is now, or as it was before.
 */
export class StepWitnesses {
  #byMs = 0;
  #votes = new Map<string, -1 | 1>();
  #sum = 0;

  stepped(byMs: number): void {
    this.#byMs += byMs;
    if (Math.abs(this.#byMs) < notableStepMs) this.#byMs = 0;
    this.#votes.clear();
    this.#sum = 0;
  }

  /** Hears one device, and tells how far our clock is ahead of what most of them say; 0 when they agree with it. */
  aheadMs(device: string, offsetMs: number): number {
    if (this.#byMs === 0) return 0;
    const asItIs = Math.abs(offsetMs) < agreementMs;
    const asItWas = Math.abs(offsetMs - this.#byMs) < agreementMs;
    if (asItIs !== asItWas) {
      const vote = asItWas ? 1 : -1;
      this.#sum += vote - (this.#votes.get(device) ?? 0);
      this.#votes.set(device, vote);
    }
    return this.#sum > 0 ? this.#byMs : 0;
  }
}

export function judgeTime(
  time: { kind: "at"; atMs: number } | { kind: "age"; ageMs: number } | { kind: "none" },
  receivedAtMs: number,
  device: string,
  clock: DeviceClock,
  witnesses: ClockWitnesses,
  steps: StepWitnesses,
  limits: ClockLimits,
): ClockVerdict {
  if (time.kind === "none") return { atMs: receivedAtMs, trusted: true, offsetMs: null, aheadMs: 0 };
  if (time.kind === "age") {
    if (time.ageMs <= limits.trustedPastMs)
      return { atMs: receivedAtMs - time.ageMs, trusted: true, offsetMs: null, aheadMs: 0 };
    return substitute(receivedAtMs, time.ageMs, clock);
  }
  const offsetMs = receivedAtMs - time.atMs;
  const apart = offsetMs > limits.trustedPastMs ? -1 : offsetMs < -limits.trustedFutureMs ? 1 : 0;
  clock.offsetMs = offsetMs;
  clock.heardAtMs = receivedAtMs;
  witnesses.note(device, receivedAtMs, apart);
  // When half the devices say the same, they are right and our clock is wrong; and so from the first of them on when
  // our clock has just been set and they go on as before.
  const aheadMs = steps.aheadMs(device, offsetMs);
  if (apart === 0 || aheadMs !== 0 || witnesses.suspectServer()) {
    return { atMs: time.atMs, trusted: true, offsetMs, aheadMs };
  }
  return substitute(receivedAtMs, offsetMs, clock);
}

function substitute(receivedAtMs: number, offsetMs: number, clock: DeviceClock): ClockVerdict {
  const atMs = Math.max(receivedAtMs, clock.lastSubstituteMs + 1);
  // A clock of ours that was stepped back must not push substitutes ahead for as long as it was wrong.
  clock.lastSubstituteMs = atMs - receivedAtMs > 60_000 ? receivedAtMs : atMs;
  return { atMs: clock.lastSubstituteMs, trusted: false, offsetMs };
}
