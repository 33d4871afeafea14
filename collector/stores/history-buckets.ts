import type { Database, Statement } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { type Aggregate, addInto, mergeInto } from "./aggregate.ts";
import { type BucketGrid, createGrid } from "./bucket-grid.ts";
import type { ReadingsRequest } from "./history-queries.ts";
import { requestedStays } from "./history-readings.ts";
import { valueColumns } from "./history-schema.ts";
import { decodeCursor, encodeCursor } from "./page-cursor.ts";
import { coarsestLevel, createLevelGrids, finerLevel, type Level, levels } from "./roll-up-schema.ts";
import type { Stay } from "./whereabouts.ts";

export interface HistoryBucket {
  atMs: number;
  room: string | null;
  device: string;
  quantity: string;
  min: number;
  mean: number;
  max: number;
  count: number;
}

/** Up to here the samples themselves are read: few enough, and nothing can be fresher. */
const shortRangeMs = 6 * 3_600_000;
/** A longer rest that is not rolled up yet is found through the index by device and time instead. */
const shortRest = 20_000;

/** What a question about buckets is answered from. */
export function bucketSource(request: {
  everyMs: number;
  fromMs: number;
  toMs: number;
  /** Samples of the range have reached the end of their retention. */
  pruned?: boolean;
}): Level | "samples" {
  if (request.toMs - request.fromMs <= shortRangeMs && !request.pruned) return "samples";
  return coarsestLevel(request.everyMs) ?? "samples";
}

/**
 * Buckets from roll-ups, made exact: the ends of a stay, beyond which a bucket would reach, come from finer levels
 * and at last from the samples, and so does what is stored but not rolled up yet.
 */
export function createBucketQuery(options: { history: Database; rollUps: Database; site: () => Site }) {
  const { history, rollUps } = options;
  const firstAndLast = history.prepare(
    // Two queries, because only a lone min or max is looked up at the end of the index.
    `SELECT (SELECT min(at_ms) FROM samples WHERE device = n) AS first,
       (SELECT max(at_ms) FROM samples WHERE device = n) AS last
     FROM device_names WHERE device = ?`,
  );
  const rolledUpFirst = rollUps.prepare(
    "SELECT first_at_ms AS first, last_at_ms AS last FROM devices WHERE device = ?",
  );
  const sentQuantities = createSentQuantities(history, rollUps);
  const position = rollUps.prepare("SELECT sample_id FROM position");
  const newest = history.prepare("SELECT max(id) AS id FROM samples");
  const deviceNumber = history.prepare("SELECT n FROM device_names WHERE device = ?");
  const seriesNumber = rollUps.prepare("SELECT n FROM series WHERE device = ? AND quantity = ?");

  const prepared = new Map<string, Statement>();
  /** The statement, prepared once, answering rows as arrays. */
  const arraysOf = (db: Database, sql: string): Statement => {
    const known = prepared.get(sql) ?? db.prepare(sql);
    if (!prepared.has(sql)) known.setReturnArrays(true);
    prepared.set(sql, known);
    return known;
  };

  /** Narrows a stay to the buckets in which the device has data at all; `undefined` when it has none in it. */
  const narrow = (stay: Stay, grid: BucketGrid): Stay | undefined => {
    const known = [firstAndLast.get(stay.device), rolledUpFirst.get(stay.device)].filter(
      (row) => row !== undefined && row.first !== null,
    );
    if (known.length === 0) return undefined;
    const firstMs = Math.min(...known.map((row) => Number(row!.first)));
    const lastMs = Math.max(...known.map((row) => Number(row!.last)));
    const fromMs = Math.max(stay.fromMs, grid.startOf(firstMs));
    const toMs = Math.min(stay.toMs, grid.after(grid.startOf(lastMs)));
    return fromMs < toMs ? { ...stay, fromMs, toMs } : undefined;
  };

  const isPruned = (stay: Stay): boolean => {
    const ever = rolledUpFirst.get(stay.device)?.first ?? null;
    const kept = firstAndLast.get(stay.device)?.first ?? null;
    if (ever === null) return false;
    return kept === null || (Number(ever) < Number(kept) && stay.fromMs < Number(kept));
  };

  /** Buckets of one stay and quantity by their start. */
  const collect = (stay: Stay, quantity: string, source: Source): Map<number, Aggregate> => {
    const buckets = new Map<number, Aggregate>();
    const { grid } = source;
    const device = deviceNumber.get(stay.device)?.n;
    const series = seriesNumber.get(stay.device, quantity)?.n;

    const addSamples = (fromMs: number, toMs: number, afterId: number) => {
      if (device === undefined) return;
      const rest = afterId > 0 && source.newestId - afterId <= shortRest;
      // A unary plus keeps SQLite from choosing an index for that term.
      const [byTime, byId] = rest ? ["+", ""] : ["", "+"];
      const statement = arraysOf(
        history,
        `SELECT at_ms, ${quantity} FROM samples WHERE ${byTime}device = ? AND ${byTime}at_ms >= ? AND ${byTime}at_ms < ?
         AND ${byId}id > ? AND ${quantity} IS NOT NULL`,
      );
      for (const [atMs, value] of statement.all(device, fromMs, toMs, afterId) as unknown as [number, number][]) {
        addInto(buckets, grid.startOf(atMs), value);
      }
    };
    const addRolledUp = (fromMs: number, toMs: number, level: Level) => {
      if (series === undefined) return;
      const statement = arraysOf(
        rollUps,
        `SELECT at_ms, min, max, sum, count FROM ${levels[level].table} WHERE series = ? AND at_ms >= ? AND at_ms < ?`,
      );
      const rows = statement.all(series, fromMs, toMs) as unknown as [number, number, number, number, number][];
      for (const [atMs, min, max, sum, count] of rows) {
        mergeInto(buckets, grid.startOf(atMs), { min, max, sum, count });
      }
    };
    /** Whole buckets of the level, both ends from the next finer one, down to the samples. */
    const fill = (fromMs: number, toMs: number, level: Level | "samples") => {
      if (fromMs >= toMs) return;
      if (level === "samples") return addSamples(fromMs, toMs, 0);
      const finer = finerLevel(level);
      const base = source.levelGrids[level];
      const startMs = base.startOf(fromMs);
      const wholeFromMs = startMs < fromMs ? base.after(startMs) : startMs;
      const wholeToMs = base.startOf(toMs);
      if (wholeFromMs >= wholeToMs) return fill(fromMs, toMs, finer);
      fill(fromMs, wholeFromMs, finer);
      addRolledUp(wholeFromMs, wholeToMs, level);
      if (source.newestId > source.position) addSamples(wholeFromMs, wholeToMs, source.position);
      fill(wholeToMs, toMs, finer);
    };
    fill(stay.fromMs, stay.toMs, source.level);
    return buckets;
  };

  return (request: ReadingsRequest & { everyMs: number }): { buckets: HistoryBucket[]; next: string | null } => {
    const site = options.site();
    const grid = createGrid(request.everyMs, site.timeZone);
    const stays = requestedStays(history, site, request).flatMap((stay) => narrow(stay, grid) ?? []);
    const fromMs = Math.min(...stays.map((stay) => stay.fromMs));
    const toMs = Math.max(...stays.map((stay) => stay.toMs));
    const [cursorAtMs, given] = request.cursor === undefined ? [] : decodeCursor(request.cursor);
    // One snapshot of the roll-ups for position and buckets, so that nothing counts twice or not at all.
    rollUps.exec("BEGIN");
    try {
      const source: Source = {
        level: bucketSource({ everyMs: request.everyMs, fromMs, toMs, pruned: stays.some(isPruned) }),
        grid,
        levelGrids: createLevelGrids(site.timeZone),
        position: Number(position.get()?.sample_id ?? 0),
        newestId: Number(newest.get()?.id ?? 0),
      };
      const carried = stays.map((stay) => ({
        stay,
        quantities: request.quantity === undefined ? sentQuantities(stay.device, source) : [request.quantity],
      }));
      const seriesCount = Math.max(
        1,
        carried.reduce((sum, { quantities }) => sum + quantities.length, 0),
      );
      const found: HistoryBucket[] = [];
      let startMs = cursorAtMs ?? (Number.isFinite(fromMs) ? grid.startOf(fromMs) : 0);
      let skip = given ?? 0;
      let span = Math.max(1, Math.ceil(request.limit / seriesCount));
      while (startMs < toMs) {
        const endMs = grid.after(startMs, span);
        const slice: HistoryBucket[] = [];
        for (const { stay, quantities } of carried) {
          const part = { ...stay, fromMs: Math.max(stay.fromMs, startMs), toMs: Math.min(stay.toMs, endMs) };
          if (part.fromMs >= part.toMs) continue;
          for (const quantity of quantities) {
            for (const [atMs, a] of collect(part, quantity, source)) {
              const { device, room } = stay;
              slice.push({
                atMs,
                room,
                device,
                quantity,
                min: a.min,
                mean: a.sum / a.count,
                max: a.max,
                count: a.count,
              });
            }
          }
        }
        slice.sort((a, b) => a.atMs - b.atMs || order(a, b));
        const kept = slice.slice(skip, skip + request.limit - found.length);
        found.push(...kept);
        const cut = slice[skip + kept.length];
        if (cut !== undefined) {
          const before = slice.findIndex((bucket) => bucket.atMs === cut.atMs);
          return { buckets: found, next: encodeCursor([cut.atMs, skip + kept.length - before, 0]) };
        }
        // Sparse data: look further ahead at a time rather than walk through empty years.
        if (slice.length < request.limit / 2) span = Math.min(span * 2, 1_000_000);
        startMs = endMs;
        skip = 0;
      }
      return { buckets: found, next: null };
    } finally {
      rollUps.exec("COMMIT");
    }
  };
}

interface Source {
  level: Level | "samples";
  grid: BucketGrid;
  levelGrids: Record<Level, BucketGrid>;
  /** Samples up to this id are in the roll-ups. */
  position: number;
  newestId: number;
}

const quantityOrder = new Map(valueColumns.map((name, at) => [name, at]));
function order(a: HistoryBucket, b: HistoryBucket): number {
  if (a.device !== b.device) return a.device < b.device ? -1 : 1;
  return quantityOrder.get(a.quantity)! - quantityOrder.get(b.quantity)!;
}

/** Which of the quantities a device has sent, rolled up or only just now. */
function createSentQuantities(history: Database, rollUps: Database) {
  const rolledUp = rollUps.prepare("SELECT quantity FROM series WHERE device = ?");
  const maxima = valueColumns.map((name) => `max(${name}) AS ${name}`).join(", ");
  const ofDevice = "device = (SELECT n FROM device_names WHERE device = ?)";
  const shortly = history.prepare(`SELECT ${maxima} FROM samples WHERE +${ofDevice} AND id > ?`);
  const longBehind = history.prepare(
    `SELECT ${maxima} FROM (SELECT * FROM samples WHERE ${ofDevice} AND +id > ? ORDER BY at_ms DESC LIMIT 1000)`,
  );
  return (device: string, source: Source): string[] => {
    const sent = new Set(rolledUp.all(device).map((row) => String(row.quantity)));
    if (source.newestId > source.position) {
      const statement = source.newestId - source.position <= shortRest ? shortly : longBehind;
      const row = statement.get(device, source.position) ?? {};
      for (const name of valueColumns) if (row[name] !== null && row[name] !== undefined) sent.add(name);
    }
    return valueColumns.filter((name) => sent.has(name));
  };
}
