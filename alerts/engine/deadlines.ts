import type { WatchedDevice } from "./context.ts";

/** What falls due and when, soonest first; ties in the order of their keys, so that every run has the same order. */
export interface Deadline {
  dueMs: number;
  key: string;
  /** Whose silence it is: of those there are thousands, so that nothing is looked up by its key. A device has one. */
  silenceOf?: WatchedDevice;
}

const before = (a: Deadline, b: Deadline) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.key < b.key);

/** Deadlines lie on whole seconds: the engine's grid. */
export function onGrid(atMs: number): number {
  return Math.ceil(atMs / 1_000) * 1_000;
}

/** A binary heap with one deadline a key. One that has moved is found out of date when it comes up, and put back. */
export class Deadlines {
  #heap: Deadline[] = [];
  #waiting = new Set<string>();

  clear(): void {
    this.#heap = [];
    this.#waiting.clear();
  }

  /** When the soonest falls due; never, while there is none. */
  nextMs(): number {
    return this.#heap[0]?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** Does nothing when the key waits already for an earlier or equal time. */
  add(deadline: Deadline): void {
    if (deadline.silenceOf === undefined) {
      if (this.#waiting.has(deadline.key)) return;
      this.#waiting.add(deadline.key);
    } else if (deadline.silenceOf.awaitsSilence) return;
    else deadline.silenceOf.awaitsSilence = true;
    const heap = this.#heap;
    let at = heap.push(deadline) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(deadline, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = deadline;
  }

  /** Takes the soonest if it is due by then. */
  takeDue(byMs: number): Deadline | null {
    const first = this.#heap[0];
    if (!first || first.dueMs > byMs) return null;
    if (first.silenceOf === undefined) this.#waiting.delete(first.key);
    else first.silenceOf.awaitsSilence = false;
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let child = at * 2 + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
        if (!before(heap[child]!, last)) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = last;
    }
    return first;
  }
}
