/** A logger's memory: what the broker has not yet confirmed. Bounded; the oldest goes first, and is counted. */

export interface Entry {
  channel: "telemetry" | "badge";
  payload: Readonly<Record<string, unknown>>;
}

export interface Memory {
  readonly size: number;
  /** Entries lost because the memory was full. */
  readonly dropped: number;
  push(entry: Entry): void;
  /** The next entries not yet under way, all of one channel, oldest first. Badges go one by one. */
  take(max: number): Entry[];
  /** The broker has taken responsibility for these. */
  confirm(batch: readonly Entry[]): void;
  /** The connection is gone: nothing under way is certain to have arrived, so all of it goes again. */
  release(): void;
  clear(): void;
}

export function createMemory(capacity: number): Memory {
  let entries: Entry[] = [];
  /** The first so many are under way. */
  let underWay = 0;
  let dropped = 0;
  return {
    get size() {
      return entries.length;
    },
    get dropped() {
      return dropped;
    },
    push(entry) {
      entries.push(entry);
      if (entries.length <= capacity) return;
      entries.shift();
      underWay = Math.max(0, underWay - 1);
      dropped++;
    },
    take(max) {
      const channel = entries[underWay]?.channel;
      const limit = channel === "badge" ? 1 : max;
      let end = underWay;
      while (end - underWay < limit && entries[end]?.channel === channel && entries[end]) end++;
      const batch = entries.slice(underWay, end);
      underWay = end;
      return batch;
    },
    confirm(batch) {
      const confirmed = new Set(batch);
      const before = entries.length;
      entries = entries.filter((entry) => !confirmed.has(entry));
      underWay = Math.max(0, underWay - (before - entries.length));
    },
    release() {
      underWay = 0;
    },
    clear() {
      entries = [];
      underWay = 0;
    },
  };
}
