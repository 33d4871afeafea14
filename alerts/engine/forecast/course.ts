/** The recent course of one quantity, a value a quarter of an hour: what a forecast starts from and learns by. */

export const slotMs = 15 * 60_000;
/** A value holds this many slots; where nothing follows it by then, what the quantity did is not known. */
export const holdSlots = 4;
/** Eight days and a few hours: the oldest row to learn, the week before it, and a day between. */
const length = 800;
/** Hundredths of the unit fit a degree and a percent, and sums of whole numbers are exact whatever they start from. */
const perUnit = 100;
const missing = -32_768;

export const slotOf = (atMs: number) => Math.floor(atMs / slotMs);

export interface CourseState {
  /** Newest slot that has a value; `null` before the first. */
  newest: number | null;
  values: Int16Array;
  /** Whose values these are: of two sensors in a room that differ by a degree, one must not continue the other. */
  device: string | null;
}

export function freshCourse(): CourseState {
  return { newest: null, values: new Int16Array(length).fill(missing), device: null };
}

export const courseLength = length;

export class Course {
  readonly state: CourseState;
  /** Sum and number of all values up to each slot, so that any mean costs two look-ups. */
  readonly #sums = new Float64Array(length);
  readonly #counts = new Float64Array(length);

  constructor(state: CourseState) {
    this.state = state;
    if (state.newest === null) return;
    for (let slot = state.newest - length + 1; slot <= state.newest; slot++) this.#accumulate(slot);
  }

  get newest(): number | null {
    return this.state.newest;
  }

  /** Takes the first value of a slot; `false` when it has one already, or when another device speaks for the room. */
  take(slot: number, value: number, device: string): boolean {
    const { state } = this;
    if (state.newest !== null) {
      if (slot <= state.newest) return false;
      const gap = slot - state.newest;
      if (state.device !== device && gap <= holdSlots) return false;
      const held = gap <= holdSlots ? state.values[indexOf(state.newest)]! : missing;
      for (let empty = Math.max(state.newest + 1, slot - length); empty < slot; empty++) this.#set(empty, held);
    }
    state.device = device;
    this.#set(slot, Math.max(-32_767, Math.min(32_767, Math.round(value * perUnit))));
    state.newest = slot;
    return true;
  }

  /** The value of a slot; `NaN` where it is not known. */
  at(slot: number): number {
    const { newest, values } = this.state;
    if (newest === null || slot > newest || slot <= newest - length) return Number.NaN;
    const value = values[indexOf(slot)]!;
    return value === missing ? Number.NaN : value / perUnit;
  }

  /** The value of a slot, or of the last hour before it. */
  heldAt(slot: number): number {
    const { newest } = this.state;
    if (newest === null || slot <= newest) return this.at(slot);
    return slot - newest < holdSlots ? this.at(newest) : Number.NaN;
  }

  /** Mean of the slots up to this one; `NaN` where none of them is known. */
  mean(slot: number, slots: number): number {
    const from = indexOf(Math.max(slot - slots, (this.state.newest ?? 0) - length + 1));
    const to = indexOf(slot);
    return (this.#sums[to]! - this.#sums[from]!) / (this.#counts[to]! - this.#counts[from]!) / perUnit;
  }

  /** Forgets what lies after a slot: our clock was ahead when it was written. */
  forgetAfter(slot: number): void {
    if (this.state.newest !== null && this.state.newest > slot) this.state.newest = slot;
  }

  #set(slot: number, value: number): void {
    this.state.values[indexOf(slot)] = value;
    this.#accumulate(slot);
  }

  #accumulate(slot: number): void {
    const index = indexOf(slot);
    const before = indexOf(slot - 1);
    const value = this.state.values[index]!;
    const known = value !== missing;
    this.#sums[index] = this.#sums[before]! + (known ? value : 0);
    this.#counts[index] = this.#counts[before]! + (known ? 1 : 0);
  }
}

function indexOf(slot: number): number {
  const rest = slot % length;
  return rest < 0 ? rest + length : rest;
}
