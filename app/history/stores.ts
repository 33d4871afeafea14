import type { AccessPoint, AccessPoints } from "../../access/index.ts";
import type { AlertStore } from "../../alerts/index.ts";
import {
  accessPoint,
  createCoarseBackfill,
  createInfluxWriter,
  createLateHours,
  createSampleReader,
  type FurtherPoints,
  type InfluxPoint,
  type InfluxWriter,
  insidePoint,
  type LateHours,
  openInfluxStore,
  type SqliteHistory,
} from "../../collector/index.ts";
import { type Clock, type Logger, randomFraction } from "../../core/index.ts";
import type { Site, StoreConfig } from "../../site/index.ts";
import type { DataFolder } from "../data-folder.ts";
import type { Watched } from "../watched/system-watch.ts";
import { createStoreFeeds } from "./store-feeds.ts";

/** The history stores beside the embedded one: each follows it, and the journal, with a cursor of its own. */
export interface Stores {
  start(): void;
  stop(): Promise<void>;
  lags(): Record<string, number>;
  /** Of one store: points written since the start, and refused for good; none for what is no store. */
  written(name: string): { written?: number; refused?: number };
  /** By store: why it does not answer, or `null`. */
  faults(): Record<string, string | null>;
  watched(): Watched[];
  /** Up to which number every store that answers has them; those that do not answer are not waited for. */
  readUpTo(what: "figures" | "access"): number;
  /** Points that are not history: written when the store answers, else dropped. */
  offer(points: readonly InfluxPoint[]): void;
  /** Badges and who is inside, once there is a part that knows. */
  followAccess(points: AccessPoints): void;
}

export function openStores(options: {
  site: () => Site;
  history: SqliteHistory;
  store: AlertStore;
  data: DataFolder;
  clock: Clock;
  log: Logger;
}): Stores {
  const { history, store, clock, log } = options;
  const site = options.site();
  const reader = createSampleReader(history.database);
  const feeds = createStoreFeeds({
    store,
    site: options.site,
    pseudonymKey: options.data.secret("pseudonym.key"),
  });

  let access: AccessPoints | null = null;
  const furtherOf = (config: StoreConfig): FurtherPoints | null =>
    access && {
      after: (n, limit) =>
        access?.after(n, limit).map((row) => ({ n: row.n, point: accessPointOf(row, options.site()) })) ?? [],
      cursor: () => Math.min(store.cursor(`${config.name}:access`), access?.newest() ?? 0),
      saveCursor: (n) => store.saveCursor(`${config.name}:access`, n),
    };

  const lateHoursOf = (config: StoreConfig, isBusy: () => boolean): LateHours | null => {
    // In 2.x a token for writing may not do that: `history backfill` with an administrator's does.
    if (config.kind !== "influx-v1") return null;
    const [from, to] = [`${config.name}:late-from`, `${config.name}:late-to`];
    return createLateHours({
      name: config.name,
      open: () => createCoarseBackfill({ site: options.site(), store: config, credentials: {}, clock }),
      isBusy,
      load() {
        const range = { fromMs: store.cursor(from), toMs: store.cursor(to) };
        return range.toMs === 0 ? null : range;
      },
      save(range) {
        store.saveCursor(from, range?.fromMs ?? 0);
        store.saveCursor(to, range?.toMs ?? 0);
      },
      clock,
      log,
    });
  };

  const writerOf = (config: StoreConfig) => {
    const adapter = openInfluxStore(config, site, clock);
    const lateHours = lateHoursOf(config, () => {
      const { state, lag } = writer.status();
      return state === "unreachable" || lag.samples + lag.figures > config.batch;
    });
    const cursorOf = (what: string) => store.cursor(`${config.name}:${what}`);
    const writer: InfluxWriter = createInfluxWriter({
      name: config.name,
      store: adapter,
      site: options.site,
      clock,
      log,
      random: randomFraction,
      batch: config.batch,
      flushEveryMs: config.flush_every,
      retryMaxMs: config.retry_max,
      samplesAfter: reader.after,
      newestSampleId: history.newestId,
      ...feeds,
      further: () => furtherOf(config),
      loadCursor: () => ({
        samples: cursorOf("samples"),
        alarms: cursorOf("alarms"),
        figures: cursorOf("figures"),
      }),
      saveCursor(cursor) {
        store.saveCursor(`${config.name}:samples`, cursor.samples);
        store.saveCursor(`${config.name}:alarms`, cursor.alarms);
        store.saveCursor(`${config.name}:figures`, cursor.figures);
      },
      onWriting: (points) => lateHours?.note(points),
      onRefused: ({ point, reason }) =>
        history.setAside({
          receivedAtMs: clock.nowMs(),
          source: config.name,
          topic: point.measurement,
          device: point.tags.device ?? null,
          reason,
          payload: Buffer.from(JSON.stringify(point)),
        }),
    });
    return { config, writer, adapter, lateHours };
  };
  const writers = site.config.stores.map(writerOf);

  return {
    followAccess(points) {
      access = points;
    },
    offer(points) {
      for (const { writer } of writers) writer.offer(points);
    },
    start() {
      for (const { writer, lateHours } of writers) {
        writer.start();
        lateHours?.start();
      }
    },
    async stop() {
      await Promise.all(writers.flatMap(({ writer, lateHours }) => [writer.stop(), lateHours?.stop()]));
      for (const { adapter } of writers) adapter.close();
    },
    written(name) {
      const status = writers.find(({ config }) => config.name === name)?.writer.status();
      return status === undefined ? {} : { written: status.written, refused: status.refused };
    },
    lags: () => Object.fromEntries(writers.map(({ config, writer }) => [config.name, writer.status().lag.samples])),
    faults: () =>
      Object.fromEntries(
        writers.map(({ config, writer }) => {
          const { state, reason } = writer.status();
          return [config.name, state === "reachable" ? null : (reason ?? "does not answer")];
        }),
      ),
    readUpTo: (what) =>
      writers
        .filter(({ writer }) => writer.status().state === "reachable")
        .reduce(
          (least, { config }) => Math.min(least, store.cursor(`${config.name}:${what}`)),
          Number.MAX_SAFE_INTEGER,
        ),
    watched: () =>
      writers.map(({ config, writer }) => ({
        condition: "history-unreachable",
        subject: config.name,
        unit: "min",
        measure() {
          const { state, sinceMs } = writer.status();
          const awayMs = state === "unreachable" ? clock.nowMs() - sinceMs : 0;
          const limitMs = options.site().config.limits.history_unreachable_after;
          return { wrong: awayMs >= limitMs && awayMs > 0, value: awayMs / 60_000, limit: limitMs / 60_000 };
        },
      })),
  };
}

/** What the ledger's part tells charts of doors, as a point. */
export function accessPointOf(row: AccessPoint, site: Site): InfluxPoint {
  const { at_ms: atMs, room, category, id, door, result, direction, seq, same_before: sameBefore, count } = row;
  if (id === null) return insidePoint({ atMs, room, category, count: count ?? 0 }, site);
  return accessPoint(
    { atMs, room, door, category, result: result ?? "", id, direction: direction ?? "", seq, sameBefore },
    site,
  );
}
