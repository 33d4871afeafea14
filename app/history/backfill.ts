import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readAccessPoints } from "../../access/index.ts";
import { createAlertStore } from "../../alerts/index.ts";
import {
  type Credentials,
  createCoarseBackfill,
  createInfluxWriter,
  openInfluxStore,
  openPastHistory,
  type PastRange,
} from "../../collector/index.ts";
import { type Clock, type Logger, openDatabase, randomFraction, SentryError } from "../../core/index.ts";
import { readSecret, type Site, type StoreConfig } from "../../site/index.ts";
import { stateMigrations } from "../state-migrations.ts";
import { createStoreFeeds } from "./store-feeds.ts";
import { accessPointOf } from "./stores.ts";

/** Made at once of the coarse series: whole hours, because their windows begin with the hours of UTC. */
const stepMs = 6 * 3_600_000;
const batch = 5_000;

/** How far a backfill has come, in a file of its own beside the history. */
const progress = z.object({
  range: z.object({ fromMs: z.number(), toMs: z.number() }),
  /** What there was when it began: what came since, the running instance writes. */
  last: z.object({ samples: z.number(), alarms: z.number(), figures: z.number() }),
  cursor: z.object({ samples: z.number(), alarms: z.number(), figures: z.number() }),
  /** Badges and numbers inside, which have no end to be known beforehand: another that comes meanwhile is written too. */
  access: z.number().default(0),
  /** Up to here the coarse series are made. */
  coarseToMs: z.number().nullable(),
});
type Progress = z.infer<typeof progress>;

export interface BackfillOptions {
  site: Site;
  store: StoreConfig;
  /** The data folder; another process may be working in it. */
  folder: string;
  fromMs?: number;
  toMs?: number;
  /** For the coarse series; the store's own unless given. */
  credentials: Credentials;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
  onProgress(at: { phase: "readings" | "coarse"; done: number; total: number }): void;
}

export interface BackfillResult {
  resumed: boolean;
  /** Stopped before the end; goes on from there the next time. */
  stopped: boolean;
  written: number;
  refused: number;
  coarse: "made" | "not-set-up" | "needs-token" | "none";
  /** From when on there are figures of rooms and visits: older ones are not kept. `null` where there are none. */
  figuresFromMs: number | null;
  visitsFromMs: number | null;
}

/**
 * Writes the embedded history into an InfluxDB once more, oldest first, then makes the coarse series of it. It only
 * reads what the running instance writes, asks one thing at a time, and writing a point again changes nothing.
 * @throws SentryError `not-found`, `store-unreachable`, `store-refused`.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillResult> {
  const { site, store, folder, clock, log, signal } = options;
  const history = openPastHistory(join(folder, "history.db"));
  const ledger = join(folder, "ledger.db");
  const access = existsSync(ledger) ? readAccessPoints(ledger) : null;
  const state = openDatabase(join(folder, "state.db"), { migrations: stateMigrations, readOnly: true });
  try {
    const alerts = createAlertStore(state);
    const feeds = createStoreFeeds({
      store: alerts,
      site: () => site,
      pseudonymKey: readSecret({ directory: folder }, "pseudonym.key"),
    });
    const range = { fromMs: options.fromMs ?? 0, toMs: options.toMs ?? Number.MAX_SAFE_INTEGER };
    const ids = history.ids(range);
    const file = progressFile(folder, store.name);
    const before = file.load(range);
    const now: Progress = before ?? {
      range,
      last: { samples: ids?.last ?? 0, alarms: feeds.newestAlarm(), figures: feeds.newestFigures() },
      cursor: { samples: (ids?.first ?? 1) - 1, alarms: 0, figures: 0 },
      access: 0,
      coarseToMs: null,
    };
    const firstId = (ids?.first ?? 1) - 1;

    const written = await writeOnce({
      ...options,
      now,
      save: file.save,
      firstId,
      samplesAfter: (id, limit) => history.after(id, limit, { ...range, lastId: now.last.samples }),
      feeds,
      access,
    });
    const result = {
      ...written,
      resumed: before !== null,
      figuresFromMs: feeds.figuresAfter(0, 1)[0]?.atMs ?? null,
      visitsFromMs: access?.after(0, 1)[0]?.at_ms ?? null,
    };
    if (signal.aborted) return { ...result, stopped: true, coarse: "none" };

    const coarse = await createCoarseBackfill({ site, store, credentials: options.credentials, clock });
    if (coarse.possible !== "yes") {
      file.remove();
      return { ...result, stopped: false, coarse: coarse.possible };
    }
    const { firstAtMs, lastAtMs } = history.span();
    if (firstAtMs !== null && lastAtMs !== null) {
      const fromMs = Math.floor(Math.max(range.fromMs, firstAtMs) / stepMs) * stepMs;
      const toMs = Math.min(range.toMs, lastAtMs + 1);
      const total = Math.ceil((toMs - fromMs) / stepMs);
      for (let atMs = now.coarseToMs ?? fromMs; atMs < toMs; atMs += stepMs) {
        await coarse.fill({ fromMs: atMs, toMs: atMs + stepMs });
        now.coarseToMs = atMs + stepMs;
        file.save(now);
        options.onProgress({ phase: "coarse", done: Math.round((now.coarseToMs - fromMs) / stepMs), total });
        if (signal.aborted) return { ...result, stopped: true, coarse: "none" };
      }
    }
    // A part of the past is no reason to believe that the rest is there.
    if (options.fromMs === undefined) await coarse.tellCharts();
    file.remove();
    log.info("app.backfill.finished", { store: store.name, written: written.written });
    return { ...result, stopped: false, coarse: "made" };
  } finally {
    state.close();
    access?.close();
    history.close();
  }
}

type WriteOnce = BackfillOptions & {
  now: Progress;
  save(progress: Progress): void;
  firstId: number;
  samplesAfter: Parameters<typeof createInfluxWriter>[0]["samplesAfter"];
  feeds: ReturnType<typeof createStoreFeeds>;
  access: ReturnType<typeof readAccessPoints> | null;
};

/** The same writer that follows the history live, until it has read everything there was. */
async function writeOnce(options: WriteOnce): Promise<{ written: number; refused: number }> {
  const { site, store, now, feeds, clock, signal } = options;
  const adapter = openInfluxStore(store, site, clock);
  try {
    const answer = await adapter.ping();
    if (!answer.ok) throw new SentryError("store-unreachable", `${store.name}: ${answer.reason}`);
    const ended = Promise.withResolvers<void>();
    const { access } = options;
    const open = new Set(["samples", "alarms", "figures", ...(access === null ? [] : ["access"])]);
    const page = <T>(kind: keyof Progress["cursor"] | "access", rows: T[]): T[] => {
      if (rows.length === 0) open.delete(kind);
      if (open.size === 0) ended.resolve();
      return rows;
    };
    const writer = createInfluxWriter({
      name: store.name,
      store: adapter,
      site: () => site,
      clock,
      log: options.log,
      random: randomFraction,
      batch: Math.max(store.batch, batch),
      flushEveryMs: 1,
      retryMaxMs: store.retry_max,
      samplesAfter: (id, limit) => page("samples", options.samplesAfter(id, limit)),
      newestSampleId: () => now.last.samples,
      alarmsAfter: (n, limit) => page("alarms", upTo(now.last.alarms, feeds.alarmsAfter(n, limit))),
      newestAlarm: () => now.last.alarms,
      figuresAfter: (n, limit) => page("figures", upTo(now.last.figures, feeds.figuresAfter(n, limit))),
      newestFigures: () => now.last.figures,
      further: () =>
        access && {
          after: (n, limit) =>
            page("access", access.after(n, limit)).map((row) => ({ n: row.n, point: accessPointOf(row, site) })),
          cursor: () => now.access,
          saveCursor(n) {
            now.access = n;
            options.save(now);
          },
        },
      loadCursor: () => now.cursor,
      saveCursor(cursor) {
        now.cursor = cursor;
        options.save(now);
        const done = cursor.samples - options.firstId;
        options.onProgress({ phase: "readings", done, total: now.last.samples - options.firstId });
      },
    });
    signal.addEventListener("abort", () => ended.resolve(), { once: true });
    writer.start();
    await ended.promise;
    await writer.stop();
    const { written, refused } = writer.status();
    return { written, refused };
  } finally {
    adapter.close();
  }
}

/** Alarms and figures outside the range are few: they are written too, which changes nothing. */
function upTo<T extends { n: number }>(last: number, rows: T[]): T[] {
  return rows.filter((row) => row.n <= last);
}

function progressFile(folder: string, store: string) {
  const path = join(folder, `backfill-${store}.json`);
  return {
    /** Where one of the same range stopped. */
    load(range: PastRange): Progress | null {
      if (!existsSync(path)) return null;
      const read = progress.safeParse(JSON.parse(readFileSync(path, "utf8")));
      if (!read.success) return null;
      const { fromMs, toMs } = read.data.range;
      return fromMs === range.fromMs && toMs === range.toMs ? read.data : null;
    },
    save(now: Progress): void {
      writeFileSync(`${path}.new`, JSON.stringify(now), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
    remove: () => rmSync(path, { force: true }),
  };
}
