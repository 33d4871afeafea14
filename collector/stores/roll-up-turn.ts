import { type Database, transaction } from "../../core/index.ts";
import { type Aggregate, addInto, mergeInto } from "./aggregate.ts";
import type { BucketGrid } from "./bucket-grid.ts";
import { valueColumns } from "./history-schema.ts";
import { createLevelGrids, type Level, levelNames, levels } from "./roll-up-schema.ts";

/** How long each level is kept, counted from the time of the samples. */
export type RollUpRetention = Record<Level, number>;

export interface RollUpTurn {
  /** Rolls up the next samples, at most `limit`; answers how many there were and up to which id all are rolled up. */
  next(limit: number): { samples: number; position: number };
  /** Removes what is older than its level's retention; answers how many buckets went. */
  prune(nowMs: number): number;
}

/** Where the values begin in a row as read here. */
const valuesFrom = 4;

/** The work of the roll-up thread: samples of `history` are folded into the levels of `rollUps`, each once. */
export function createRollUpTurn(options: {
  history: Database;
  rollUps: Database;
  timeZone: string;
  retention: RollUpRetention;
}): RollUpTurn {
  const { history, rollUps } = options;
  const grids = createLevelGrids(options.timeZone);
  followTimeZone(rollUps, options.timeZone, grids["1d"]);

  const readSamples = history.prepare(
    `SELECT s.id, s.device, s.received_at_ms, s.at_ms, ${valueColumns.map((name) => `s.${name}`).join(", ")}
     FROM samples s WHERE s.id > ? ORDER BY s.id LIMIT ?`,
  );
  readSamples.setReturnArrays(true);
  const newest = history.prepare("SELECT max(id) AS id FROM samples");
  const readName = history.prepare("SELECT device FROM device_names WHERE n = ?");
  const readPosition = rollUps.prepare("SELECT sample_id FROM position");
  const savePosition = rollUps.prepare("UPDATE position SET sample_id = ?");
  const findSeries = rollUps.prepare("SELECT n FROM series WHERE device = ? AND quantity = ?");
  const addSeries = rollUps.prepare("INSERT INTO series (device, quantity) VALUES (?, ?)");
  const countSamples = rollUps.prepare(
    `INSERT INTO devices (device, samples, first_at_ms, last_at_ms, last_received_at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (device) DO UPDATE SET samples = samples + excluded.samples,
       first_at_ms = min(first_at_ms, excluded.first_at_ms), last_at_ms = max(last_at_ms, excluded.last_at_ms),
       last_received_at_ms = max(last_received_at_ms, excluded.last_received_at_ms)`,
  );
  const upserts = {
    "1m": prepareUpsert(rollUps, "1m"),
    "15m": prepareUpsert(rollUps, "15m"),
    "1h": prepareUpsert(rollUps, "1h"),
    "1d": prepareUpsert(rollUps, "1d"),
  };

  const names = new Map<number, string>();
  const nameOf = (n: number): string => {
    let name = names.get(n);
    if (name === undefined) {
      name = String(readName.get(n)?.device ?? "");
      names.set(n, name);
    }
    return name;
  };
  const seriesNumbers = new Map<string, number>();
  const seriesOf = (device: string, quantity: string): number => {
    const key = `${device} ${quantity}`;
    let n = seriesNumbers.get(key);
    if (n === undefined) {
      const found = findSeries.get(device, quantity)?.n;
      n = found === undefined ? Number(addSeries.run(device, quantity).lastInsertRowid) : Number(found);
      seriesNumbers.set(key, n);
    }
    return n;
  };

  return {
    next(limit) {
      const before = Number(readPosition.get()?.sample_id ?? 0);
      const rows = readSamples.all(before, limit) as unknown as (number | null)[][];
      if (rows.length === 0) {
        // An empty history is a new one. One that merely ends before our position lost its tail to a power cut: the
        // log appends the same samples again under the same ids, and they are rolled up already.
        if (before === 0 || newest.get()?.id !== null) return { samples: 0, position: before };
        transaction(rollUps, () => savePosition.run(0));
        return { samples: 0, position: 0 };
      }
      const position = rows.at(-1)![0]!;
      const devices = foldDevices(rows);
      transaction(rollUps, () => {
        for (const [n, device] of devices) {
          const name = nameOf(n);
          countSamples.run(name, device.samples, device.firstAtMs, device.lastAtMs, device.lastReceivedAtMs);
          for (const [column, minutes] of device.minutes) {
            const series = seriesOf(name, valueColumns[column]!);
            let finer = minutes;
            for (const level of levelNames) {
              const buckets = level === "1m" ? finer : coarser(finer, grids[level]);
              for (const [atMs, a] of buckets) upserts[level].run(series, atMs, a.min, a.max, a.sum, a.count);
              // Days come from quarter hours: a zone's midnight need not be a full hour of UTC.
              if (level !== "1h") finer = buckets;
            }
          }
        }
        savePosition.run(position);
      });
      return { samples: rows.length, position };
    },
    prune(nowMs) {
      const all = rollUps.prepare("SELECT n FROM series").all();
      let gone = 0;
      for (const level of levelNames) {
        const remove = rollUps.prepare(`DELETE FROM ${levels[level].table} WHERE series = ? AND at_ms < ?`);
        transaction(rollUps, () => {
          for (const { n } of all) gone += Number(remove.run(n!, nowMs - options.retention[level]).changes);
        });
      }
      return gone;
    },
  };
}

function prepareUpsert(rollUps: Database, level: Level) {
  return rollUps.prepare(
    `INSERT INTO ${levels[level].table} (series, at_ms, min, max, sum, count) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (series, at_ms) DO UPDATE SET min = min(min, excluded.min), max = max(max, excluded.max),
       sum = sum + excluded.sum, count = count + excluded.count`,
  );
}

interface DeviceFold {
  samples: number;
  firstAtMs: number;
  lastAtMs: number;
  lastReceivedAtMs: number;
  /** By column of the value, then by start of the minute. */
  minutes: Map<number, Map<number, Aggregate>>;
}

function foldDevices(rows: (number | null)[][]): Map<number, DeviceFold> {
  const devices = new Map<number, DeviceFold>();
  for (const row of rows) {
    const [, n, receivedAtMs, atMs] = row as [number, number, number, number];
    let device = devices.get(n);
    if (device === undefined) {
      device = { samples: 0, firstAtMs: atMs, lastAtMs: atMs, lastReceivedAtMs: receivedAtMs, minutes: new Map() };
      devices.set(n, device);
    }
    device.samples++;
    device.firstAtMs = Math.min(device.firstAtMs, atMs);
    device.lastAtMs = Math.max(device.lastAtMs, atMs);
    device.lastReceivedAtMs = Math.max(device.lastReceivedAtMs, receivedAtMs);
    const minuteMs = Math.floor(atMs / 60_000) * 60_000;
    for (let at = valuesFrom; at < row.length; at++) {
      const value = row[at];
      if (value === null || value === undefined) continue;
      const column = at - valuesFrom;
      const minutes = device.minutes.get(column) ?? new Map<number, Aggregate>();
      device.minutes.set(column, minutes);
      addInto(minutes, minuteMs, value);
    }
  }
  return devices;
}

function coarser(finer: ReadonlyMap<number, Aggregate>, grid: BucketGrid): Map<number, Aggregate> {
  const buckets = new Map<number, Aggregate>();
  for (const [atMs, part] of finer) mergeInto(buckets, grid.startOf(atMs), part);
  return buckets;
}

/** When the site's time zone has changed, days are made again from quarter hours, as far as those go back. */
function followTimeZone(rollUps: Database, timeZone: string, days: BucketGrid): void {
  const known = rollUps.prepare("SELECT time_zone FROM position").get()?.time_zone;
  if (known === timeZone) return;
  transaction(rollUps, () => {
    rollUps
      .prepare(
        "INSERT INTO position VALUES (1, 0, ?) ON CONFLICT (only_row) DO UPDATE SET time_zone = excluded.time_zone",
      )
      .run(timeZone);
    if (known === undefined) return;
    const oldest = rollUps.prepare("SELECT min(at_ms) AS at_ms FROM quarter_hours WHERE series = ?");
    const quarters = rollUps.prepare("SELECT at_ms, min, max, sum, count FROM quarter_hours WHERE series = ?");
    const removeDays = rollUps.prepare("DELETE FROM days WHERE series = ? AND at_ms >= ?");
    const upsert = prepareUpsert(rollUps, "1d");
    for (const { n } of rollUps.prepare("SELECT n FROM series").all()) {
      const fromMs = oldest.get(n!)?.at_ms;
      if (fromMs === null || fromMs === undefined) continue;
      removeDays.run(n!, days.startOf(Number(fromMs)));
      const buckets = new Map<number, Aggregate>();
      for (const row of quarters.iterate(n!)) {
        mergeInto(buckets, days.startOf(Number(row.at_ms)), {
          min: Number(row.min),
          max: Number(row.max),
          sum: Number(row.sum),
          count: Number(row.count),
        });
      }
      for (const [atMs, a] of buckets) upsert.run(n!, atMs, a.min, a.max, a.sum, a.count);
    }
  });
}
