/** Sets of indexes, kept as runs: a tombstone of years is many entries and few runs. */
export function createRuns() {
  const runs: [first: number, last: number][] = [];
  return {
    add(first: number, last: number) {
      const newest = runs.at(-1);
      if (newest && newest[1] + 1 === first) newest[1] = last;
      else runs.push([first, last]);
    },
    runs,
    /** The first index of this set that is not in the other. */
    firstOutside(other: { runs: [number, number][] }): number | null {
      const covering = other.runs.toSorted((a, b) => a[0] - b[0]);
      let at = 0;
      for (const [first, last] of runs) {
        for (let index = first; index <= last; ) {
          while (at < covering.length && covering[at]![1] < index) at++;
          const run = covering[at];
          if (!run || run[0] > index) return index;
          index = run[1] + 1;
        }
      }
      return null;
    },
  };
}
