import { openDatabase } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { createBucketQuery, type HistoryBucket } from "./history-buckets.ts";
import { createReadingQuery, type HistoryReading } from "./history-readings.ts";
import { historyMigrations, type StoredSample } from "./history-schema.ts";
import { rollUpMigrations } from "./roll-up-schema.ts";
import { createSampleReader } from "./sample-reader.ts";

export interface ReadingsRequest {
  room?: string;
  device?: string;
  /** A quantity or derived quantity; all of them when none is given. */
  quantity?: string;
  fromMs?: number;
  toMs?: number;
  /** Readings, or buckets, on one page. */
  limit: number;
  /** `next` of the page before. */
  cursor?: string;
}

export interface DeviceCounts {
  device: string;
  /** Samples ever stored, pruned ones included. */
  samples: number;
  firstAtMs: number | null;
  lastAtMs: number | null;
  lastReceivedAtMs: number | null;
  /** Messages and values in quarantine now. */
  quarantined: number;
}

export interface QuarantineEntry {
  id: number;
  receivedAtMs: number;
  source: string;
  topic: string;
  device: string | null;
  reason: string;
  payload: Uint8Array | null;
}

/** Answers questions about the past from `history.db` and `rollups.db`, which it only reads. */
export interface HistoryQueries {
  /** Values one by one, oldest first: by time, then by receipt, then in the order of the quantities. */
  readings(request: ReadingsRequest): { readings: HistoryReading[]; next: string | null };
  /** Min, mean, max and count per bucket of time; calendar days of the site when `everyMs` is a day or more. */
  buckets(request: ReadingsRequest & { everyMs: number }): { buckets: HistoryBucket[]; next: string | null };
  /** The sample with the latest time of its own. */
  newestSample(device: string): StoredSample | undefined;
  counts(device?: string): DeviceCounts[];
  /** Newest first; `beforeId` continues a listing. */
  quarantine(request: { device?: string; limit: number; beforeId?: number }): QuarantineEntry[];
  /** Samples in the order of receipt: what followers of the history read. */
  samplesAfter(id: number, limit: number): StoredSample[];
  newestId(): number;
  close(): void;
}

/** Both files must exist: the history is opened, and the roll-ups started, before. */
export function openHistoryQueries(options: {
  historyPath: string;
  rollUpsPath: string;
  site: () => Site;
}): HistoryQueries {
  const history = openDatabase(options.historyPath, { migrations: historyMigrations, readOnly: true });
  const rollUps = openDatabase(options.rollUpsPath, { migrations: rollUpMigrations, readOnly: true });
  const samples = createSampleReader(history);
  const readings = createReadingQuery(history, options.site);
  const buckets = createBucketQuery({ history, rollUps, site: options.site });

  const countRolledUp = rollUps.prepare("SELECT * FROM devices WHERE ?1 IS NULL OR device = ?1");
  const position = rollUps.prepare("SELECT sample_id FROM position");
  // The unary plus keeps SQLite from walking the whole index by device: the rest is the short end of the table.
  const countRest = history.prepare(
    `SELECT d.device, count(*) AS samples, min(at_ms) AS first_at_ms, max(at_ms) AS last_at_ms,
       max(received_at_ms) AS last_received_at_ms
     FROM samples s JOIN device_names d ON d.n = s.device
     WHERE s.id > ?1 AND (?2 IS NULL OR d.device = ?2) GROUP BY +s.device`,
  );
  const countQuarantined = history.prepare(
    "SELECT device, count(*) AS n FROM quarantine WHERE device IS NOT NULL AND (?1 IS NULL OR device = ?1) GROUP BY device",
  );
  const listQuarantine = history.prepare(
    "SELECT * FROM quarantine WHERE id < ?1 AND (?2 IS NULL OR device = ?2) ORDER BY id DESC LIMIT ?3",
  );
  const newest = history.prepare("SELECT max(id) AS id FROM samples");

  return {
    readings,
    buckets,
    newestSample: samples.newestOf,
    samplesAfter: samples.after,
    newestId: () => Number(newest.get()?.id ?? 0),
    counts(device) {
      const counts = new Map<string, DeviceCounts>();
      const of = (name: string): DeviceCounts => {
        let found = counts.get(name);
        if (found === undefined) {
          found = { device: name, samples: 0, firstAtMs: null, lastAtMs: null, lastReceivedAtMs: null, quarantined: 0 };
          counts.set(name, found);
        }
        return found;
      };
      // The position is read in the same snapshot as the counters it belongs to, so that no sample counts twice.
      rollUps.exec("BEGIN");
      const rolledUpTo = Number(position.get()?.sample_id ?? 0);
      const rolledUp = countRolledUp.all(device ?? null);
      rollUps.exec("COMMIT");
      for (const row of [...rolledUp, ...countRest.all(rolledUpTo, device ?? null)]) {
        const to = of(String(row.device));
        to.samples += Number(row.samples);
        to.firstAtMs = Math.min(to.firstAtMs ?? Number.POSITIVE_INFINITY, Number(row.first_at_ms));
        to.lastAtMs = Math.max(to.lastAtMs ?? Number.NEGATIVE_INFINITY, Number(row.last_at_ms));
        to.lastReceivedAtMs = Math.max(to.lastReceivedAtMs ?? 0, Number(row.last_received_at_ms));
      }
      for (const row of countQuarantined.all(device ?? null)) of(String(row.device)).quarantined = Number(row.n);
      return [...counts.values()].sort((a, b) => (a.device < b.device ? -1 : 1));
    },
    quarantine(request) {
      return listQuarantine
        .all(request.beforeId ?? Number.MAX_SAFE_INTEGER, request.device ?? null, request.limit)
        .map((row) => ({
          id: Number(row.id),
          receivedAtMs: Number(row.received_at_ms),
          source: String(row.source),
          topic: String(row.topic),
          device: row.device === null ? null : String(row.device),
          reason: String(row.reason),
          payload: row.payload instanceof Uint8Array ? row.payload : null,
        }));
    },
    close() {
      history.close();
      rollUps.close();
    },
  };
}
