import { type HistoryQueries, openHistoryQueries } from "../../collector/index.ts";
import type { ConditionName } from "../../contract/index.ts";
import { unitOf } from "../../contract/index.ts";
import type { AlarmNotice, Readings, ReadingsFor } from "../../notify/index.ts";
import type { Site } from "../../site/index.ts";
import type { DataFolder } from "../data-folder.ts";

/** What a mail's chart shows: long enough to see where it comes from, short enough to see the minutes. */
const spanMs = 6 * 3_600_000;
/** A point every three minutes is as fine as the picture. */
const everyMs = 180_000;

/** How long what was read serves all who are told of the same thing, and of how many things. */
const sharedMs = 60_000;
const mostShared = 16;

/** Conditions that a course of readings explains. */
export const charted: Partial<Record<ConditionName, Readings["quantity"]>> = {
  "temperature-high": "temperature_c",
  "temperature-low": "temperature_c",
  "temperature-near-limit": "temperature_c",
  "temperature-swing": "temperature_c",
  "temperature-forecast": "temperature_c",
  "heat-rise": "temperature_c",
  "humidity-high": "relative_humidity_pct",
  "humidity-low": "relative_humidity_pct",
  "humidity-near-limit": "relative_humidity_pct",
  "humidity-swing": "relative_humidity_pct",
  "humidity-forecast": "relative_humidity_pct",
  "smoke-prealarm": "smoke_obscuration_pct_per_m",
  "smoke-alarm": "smoke_obscuration_pct_per_m",
};

/** The readings before an alarm, from the history on disk. It is opened with the first question. */
export function createReadingsFor(options: {
  data: DataFolder;
  site: () => Site;
  /** What a room is held to now. */
  limitsOf: Site["limitsOf"];
}): {
  readingsFor: ReadingsFor;
  close(): void;
} {
  const { data, site } = options;
  let queries: HistoryQueries | undefined;
  const opened = () => {
    queries ??= openHistoryQueries({
      historyPath: data.file("history.db"),
      rollUpsPath: data.file("rollups.db"),
      site,
    });
    return queries;
  };
  const read: ReadingsFor = (notice, untilMs) => {
    const quantity = charted[notice.condition];
    if (quantity === undefined || (notice.device === null && notice.room === null)) return null;
    const fromMs = untilMs - spanMs;
    const where = notice.device === null ? { room: notice.room! } : { device: notice.device };
    const { buckets } = opened().buckets({ ...where, quantity, fromMs, toMs: untilMs, everyMs, limit: 10_000 });
    // Several sensors of one room: the chart is of the one that reports most.
    const series = [...Map.groupBy(buckets, ({ device }) => device).values()];
    const longest = series.reduce<typeof buckets>((most, each) => (each.length > most.length ? each : most), []);
    const interval = site().devices.get(longest[0]?.device ?? "")?.interval ?? everyMs;
    return {
      quantity,
      unit: unitOf(quantity) ?? "",
      fromMs,
      toMs: untilMs,
      points: longest.map(({ atMs, mean, max }) => ({
        // The middle of the time that a bucket stands for; of smoke its worst moment counts.
        atMs: Math.min(untilMs, atMs + everyMs / 2),
        value: quantity === "smoke_obscuration_pct_per_m" ? max : mean,
      })),
      gapMs: 3 * Math.max(everyMs, interval),
      ...limitsOf(notice, quantity, options.limitsOf),
      raisedAtMs: notice.raisedAtMs,
    };
  };
  /** One transition is told to many at about the same time, in words and in pictures. */
  const known = new Map<string, { atMs: number; readings: Readings | null }>();
  return {
    readingsFor(notice, untilMs) {
      const key = `${notice.alarmId}/${notice.n}`;
      const before = known.get(key);
      if (before !== undefined && Math.abs(untilMs - before.atMs) < sharedMs) return before.readings;
      const found = read(notice, untilMs);
      const readings = found && withOwnValue(found, notice);
      known.set(key, { atMs: untilMs, readings });
      if (known.size > mostShared) known.delete(known.keys().next().value!);
      return readings;
    },
    close() {
      queries?.close();
    },
  };
}

/** The history is a moment behind the alarm: without its value the picture would show that nothing has happened. */
function withOwnValue(readings: Readings, { atMs, value, unit, transition }: AlarmNotice): Readings {
  const isCurrent = transition === "raised" || transition === "priority-changed" || transition === "returned";
  if (!isCurrent || value === null || unit !== readings.unit) return readings;
  const before = readings.points.filter((point) => point.atMs < atMs - everyMs / 2);
  // What was gathered around that moment is partly older than it: the picture would seem to fall back at once.
  const after = readings.points.filter((point) => point.atMs > atMs + everyMs);
  return { ...readings, points: [...before, { atMs, value }, ...after] };
}

/** The room's range of climate; otherwise the one limit that the alarm names. */
function limitsOf(
  notice: AlarmNotice,
  quantity: Readings["quantity"],
  inForce: Site["limitsOf"],
): { low: number | null; high: number | null } {
  const isSwing = notice.condition.endsWith("-swing");
  if (notice.room !== null && notice.condition !== "heat-rise" && !isSwing) {
    const { temperatureC, relativeHumidityPct } = inForce(notice.room);
    if (quantity === "temperature_c") return temperatureC;
    if (quantity === "relative_humidity_pct") return relativeHumidityPct;
  }
  return { low: null, high: isSwing ? null : notice.limit };
}
