/** Lets so many work at one time; the others wait in the order in which they came. */
export interface Slots {
  /** Resolves with what gives the slot back, or with `null` when the signal aborts before there is one. */
  take(signal: AbortSignal): Promise<(() => void) | null>;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    take(signal) {
      if (signal.aborted) return Promise.resolve(null);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(release);
      }
      return new Promise((resolve) => {
        const begin = () => {
          signal.removeEventListener("abort", leave);
          resolve(release);
        };
        const leave = () => {
          waiting.splice(waiting.indexOf(begin), 1);
          resolve(null);
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting.push(begin);
      });
    },
  };
}
