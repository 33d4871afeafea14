/** Where buckets of time begin: multiples of the length since 1970 UTC, or calendar days of the site's time zone. */
export interface BucketGrid {
  /** Start of the bucket that holds this moment. */
  startOf(atMs: number): number;
  /** Start of the bucket `count` buckets after the one that starts at `startMs`. */
  after(startMs: number, count?: number): number;
}

export const dayMs = 86_400_000;
const quarterHourMs = 900_000;
/** Moments whose local day is remembered; asking the time zone costs microseconds, a look-up does not. */
const remembered = 20_000;

/** A length of a day or more is rounded down to whole days and follows the calendar, over clock changes too. */
export function createGrid(everyMs: number, timeZone: string): BucketGrid {
  if (everyMs >= dayMs) return dayGrid(Math.floor(everyMs / dayMs), localDaysOf(timeZone));
  return {
    startOf: (atMs) => Math.floor(atMs / everyMs) * everyMs,
    after: (startMs, count = 1) => startMs + count * everyMs,
  };
}

function dayGrid(days: number, local: LocalDays): BucketGrid {
  return {
    startOf: (atMs) => local.startOf(Math.floor(local.dayOf(atMs) / days) * days),
    after: (startMs, count = 1) => local.startOf(local.dayOf(startMs) + count * days),
  };
}

interface LocalDays {
  /** Number of the local calendar day, 0 for 1970-01-01. */
  dayOf(atMs: number): number;
  /** First moment of that local day. */
  startOf(day: number): number;
}

/** What is remembered of a zone serves every grid: the zones' rules do not change while the program runs. */
const zones = new Map<string, LocalDays>();
function localDaysOf(timeZone: string): LocalDays {
  const known = zones.get(timeZone) ?? createLocalDays(timeZone);
  zones.set(timeZone, known);
  return known;
}

function createLocalDays(timeZone: string): LocalDays {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  /** What the wall clock shows, read as if it were UTC. */
  const wallMs = (atMs: number): number => {
    const part = Object.fromEntries(format.formatToParts(atMs).map((p) => [p.type, Number(p.value)]));
    return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
  };
  const days = new Map<number, number>();
  const starts = new Map<number, number>();
  const dayOf = (atMs: number): number => {
    // Every zone's offset is a multiple of a quarter of an hour, and changes at one.
    const quarter = Math.floor(atMs / quarterHourMs);
    return recall(days, quarter, () => Math.floor(wallMs(quarter * quarterHourMs) / dayMs));
  };
  return {
    dayOf,
    startOf: (day) =>
      recall(starts, day, () => {
        const midnightMs = day * dayMs;
        // Around a clock change two offsets are possible, and midnight itself may not exist or come twice.
        const offsets = [-15, 0, 15].map((hours) => {
          const probeMs = midnightMs + hours * 3_600_000;
          return wallMs(probeMs) - probeMs;
        });
        const candidates = offsets.map((offsetMs) => midnightMs - offsetMs).sort((a, b) => a - b);
        return candidates.find((atMs) => dayOf(atMs) === day) ?? candidates.at(-1)!;
      }),
  };
}

function recall(memory: Map<number, number>, key: number, compute: () => number): number {
  const known = memory.get(key);
  if (known !== undefined) return known;
  if (memory.size >= remembered) memory.clear();
  const value = compute();
  memory.set(key, value);
  return value;
}
