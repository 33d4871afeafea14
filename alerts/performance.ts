import type { AlarmPerformance, Priority } from "../contract/index.ts";
import { isoTime } from "../core/index.ts";
import type { JournalRow } from "./store-schema.ts";

/**
 * How well alarms serve those who must answer them, from the journal alone, after EEMUA 191 and ISA-18.2. One person
 * follows about one alarm in ten minutes; ten in ten minutes are a flood, which is over below five.
 */

const minuteMs = 60_000;
const intervalMs = 10 * minuteMs;
const floodFrom = 10;
const floodBelow = 5;
const chatteringFrom = 3;
const standingMs = 24 * 60 * minuteMs;

export type PerformanceRow = Pick<
  JournalRow,
  | "alarm"
  | "at_ms"
  | "recorded_at_ms"
  | "condition"
  | "room"
  | "device"
  | "subject"
  | "transition"
  | "state"
  | "priority"
> &
  Partial<Pick<JournalRow, "drill">>;

export interface Period {
  fromMs: number;
  toMs: number;
}

/** Figures of a period. `rows` are the journal's from its beginning to the end of the period, oldest first. */
export function performanceOf(rows: Iterable<PerformanceRow>, period: Period): AlarmPerformance {
  const record = createPerformanceRecord(period);
  for (const row of rows) record.push(row);
  return record.figures();
}

type Place = Pick<PerformanceRow, "condition" | "room" | "device" | "subject">;
interface Standing extends Place {
  id: string;
  priority: Priority;
  raisedAtMs: number;
  recordedAtMs: number;
  answered: boolean;
  /** It came into people's sight within the period. */
  counted: boolean;
}

/** The same, for journals that are read page by page. */
export function createPerformanceRecord({ fromMs, toMs }: Period) {
  const standing = new Map<string, Standing>();
  const raises = new Map<string, { place: Place; atMs: number[] }>();
  const perInterval = new Map<number, number>();
  const answers: Record<Priority, number[]> = { critical: [], high: [], medium: [], low: [] };
  const ends: Record<Priority, number[]> = { critical: [], high: [], medium: [], low: [] };
  const counts: Record<Priority, number> = { critical: 0, high: 0, medium: 0, low: 0 };

  const raised = (row: PerformanceRow) => {
    const { alarm: id, condition, room, device, subject, priority, at_ms: atMs, recorded_at_ms: recordedAtMs } = row;
    const place = { condition, room, device, subject };
    // What was hidden from the first was told to nobody.
    const counted = row.state === "unacknowledged" && atMs >= fromMs;
    // A remedial item that is told again has stood all along; after its return that time is infinite.
    const raisedAtMs = Math.min(atMs, standing.get(id)?.raisedAtMs ?? atMs);
    standing.set(id, { id, ...place, priority, raisedAtMs, recordedAtMs, answered: false, counted });
    if (!counted) return;
    counts[priority] += 1;
    const interval = Math.floor((atMs - fromMs) / intervalMs);
    perInterval.set(interval, (perInterval.get(interval) ?? 0) + 1);
    const key = JSON.stringify([condition, room, device, subject]);
    const known = raises.get(key);
    if (known) known.atMs.push(atMs);
    else raises.set(key, { place, atMs: [atMs] });
  };

  return {
    push(row: PerformanceRow): void {
      // An exercise says nothing about how alarms serve people.
      if (row.at_ms >= toMs || row.drill) return;
      if (row.transition === "raised") {
        raised(row);
        return;
      }
      const alarm = standing.get(row.alarm);
      if (!alarm) return;
      if (row.transition === "acknowledged" && !alarm.answered) {
        alarm.answered = true;
        if (alarm.counted) answers[alarm.priority].push(row.recorded_at_ms - alarm.recordedAtMs);
      }
      // After its return it may still be answered: it leaves when the next is raised, or with its end.
      if (row.transition === "returned" && Number.isFinite(alarm.raisedAtMs)) {
        if (alarm.counted) ends[alarm.priority].push(row.at_ms - alarm.raisedAtMs);
        alarm.raisedAtMs = Number.POSITIVE_INFINITY;
      }
      if (row.state === "normal") standing.delete(row.alarm);
    },

    figures(): AlarmPerformance {
      const annunciated = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const intervals = Math.max(1, Math.ceil((toMs - fromMs) / intervalMs));
      const floods = floodsIn(perInterval, intervals);
      const inFlood = floods.reduce((sum, { first, end }) => sum + end - first, 0);
      const byCount = [...raises.values()].sort((a, b) => b.atMs.length - a.atMs.length);
      return {
        from: isoTime(fromMs),
        to: isoTime(toMs),
        annunciated,
        per10Min: {
          mean: rounded(annunciated / intervals),
          peak: [...perInterval.values()].reduce((most, count) => Math.max(most, count), 0),
          shareInFloodPct: percent(inFlood, intervals),
        },
        floods: floods.map(({ first, end, alarms }) => ({
          from: isoTime(fromMs + first * intervalMs),
          to: isoTime(Math.min(toMs, fromMs + end * intervalMs)),
          alarms,
        })),
        standing: [...standing.values()]
          .filter(({ raisedAtMs }) => toMs - raisedAtMs > standingMs)
          .sort((a, b) => a.raisedAtMs - b.raisedAtMs)
          .map(({ id, condition, room, device, subject, raisedAtMs }) => {
            return { id, condition, room, device, subject, since: isoTime(raisedAtMs) };
          }),
        chattering: byCount.flatMap(({ place, atMs }) => {
          const times = burstsIn(atMs);
          return times === 0 ? [] : [{ ...place, times }];
        }),
        topTen: byCount.slice(0, 10).map(({ place, atMs }) => {
          return { ...place, count: atMs.length, sharePct: percent(atMs.length, annunciated) };
        }),
        priorities: byPriority((priority) => ({
          annunciated: counts[priority],
          sharePct: percent(counts[priority], annunciated),
          toAcknowledge: lengthsOf(answers[priority]),
          toReturn: lengthsOf(ends[priority]),
        })),
      };
    },
  };
}

/** Runs of intervals: a flood begins with one of ten or more, and ends before the first of fewer than five. */
function floodsIn(perInterval: ReadonlyMap<number, number>, intervals: number) {
  const floods: { first: number; end: number; alarms: number }[] = [];
  for (const first of [...perInterval.keys()].sort((a, b) => a - b)) {
    if (perInterval.get(first)! < floodFrom || first < (floods.at(-1)?.end ?? 0)) continue;
    let end = first;
    let alarms = 0;
    while (end < intervals && (end === first || (perInterval.get(end) ?? 0) >= floodBelow)) {
      alarms += perInterval.get(end) ?? 0;
      end += 1;
    }
    floods.push({ first, end, alarms });
  }
  return floods;
}

/** How often an alarm was raised three times within ten minutes; one long burst counts once. */
function burstsIn(raisedAtMs: readonly number[]): number {
  const sorted = raisedAtMs.toSorted((a, b) => a - b);
  let bursts = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (let at = chatteringFrom - 1; at < sorted.length; at++) {
    if (sorted[at]! - sorted[at - chatteringFrom + 1]! > intervalMs) continue;
    if (sorted[at - chatteringFrom + 1]! > lastMs) bursts += 1;
    lastMs = sorted[at]!;
  }
  return bursts;
}

function lengthsOf(lengthsMs: readonly number[]) {
  const sorted = lengthsMs.toSorted((a, b) => a - b);
  const seconds = (ms: number | undefined) => (ms === undefined ? null : Math.round(ms / 1_000));
  return {
    count: sorted.length,
    medianS: seconds(sorted[Math.floor(sorted.length / 2)]),
    longestS: seconds(sorted.at(-1)),
  };
}

function byPriority<T>(figures: (priority: Priority) => T): Record<Priority, T> {
  return { critical: figures("critical"), high: figures("high"), medium: figures("medium"), low: figures("low") };
}

const rounded = (figure: number) => Math.round(figure * 1_000) / 1_000;
const percent = (part: number, whole: number) => (whole === 0 ? 0 : Math.round((part / whole) * 1_000) / 10);
