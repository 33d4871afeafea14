import { openDatabase } from "../../core/index.ts";
import { historyMigrations, sampleFlags } from "./history-schema.ts";
import type { PastRange } from "./past-history.ts";

interface Imported extends PastRange {
  everyMs: number;
}

/** What of a device's readings is there. */
export interface Completeness {
  device: string;
  received: number;
  /** How many it would be without a gap: at its interval, and what was imported at its own rhythm, since a logger's is another. */
  expected: number;
  /** Its first reading ever; `null` when there is none. */
  firstAtMs: number | null;
  /** Times without a reading, longer than was asked for, in [fromMs, toMs). */
  gaps: PastRange[];
}

/** Counts what a history holds of each device in [fromMs, toMs), and finds where nothing came. */
export function completenessOf(
  historyPath: string,
  request: {
    devices: readonly { device: string; intervalMs: number; gapMs: number }[];
    fromMs: number;
    toMs: number;
  },
): Completeness[] {
  const { fromMs, toMs } = request;
  const history = openDatabase(historyPath, { migrations: historyMigrations, readOnly: true });
  try {
    const numberOf = history.prepare("SELECT n FROM device_names WHERE device = ?");
    const count = history.prepare(
      "SELECT count(*) AS received, min(at_ms) AS first, max(at_ms) AS last FROM samples WHERE device = ?1 AND at_ms >= ?2 AND at_ms < ?3",
    );
    const first = history.prepare("SELECT min(at_ms) AS first FROM samples WHERE device = ?");
    const gaps = history.prepare(
      `SELECT before, at_ms FROM (
         SELECT at_ms, lag(at_ms) OVER (ORDER BY at_ms) AS before FROM samples
         WHERE device = ?1 AND at_ms >= ?2 AND at_ms < ?3)
       WHERE at_ms - before > ?4 ORDER BY at_ms`,
    );
    const imported = history.prepare(
      `SELECT min(at_ms) AS first, max(at_ms) AS last, count(*) AS count FROM samples
       WHERE device = ?1 AND at_ms >= ?2 AND at_ms < ?3 AND flags & ?4`,
    );
    const rhythm = history.prepare(
      `SELECT at_ms - before AS gap FROM (
         SELECT at_ms, lag(at_ms) OVER (ORDER BY at_ms) AS before FROM samples
         WHERE device = ?1 AND at_ms >= ?2 AND at_ms < ?3 AND flags & ?4)
       WHERE before IS NOT NULL ORDER BY gap LIMIT 1 OFFSET ?5`,
    );
    const importedIn = (n: number, otherwiseMs: number): Imported | null => {
      const found = imported.get(n, fromMs, toMs, sampleFlags.imported);
      const count = Number(found?.count ?? 0);
      if (count === 0) return null;
      const median = rhythm.get(n, fromMs, toMs, sampleFlags.imported, Math.floor((count - 1) / 2));
      const everyMs = Math.max(1, Number(median?.gap ?? otherwiseMs));
      // Each stands for as long as its rhythm is: a logger's day does not begin with the site's.
      const stretch = { fromMs: Number(found?.first) - everyMs, toMs: Number(found?.last) + everyMs };
      return { fromMs: Math.max(fromMs, stretch.fromMs), toMs: Math.min(toMs, stretch.toMs), everyMs };
    };
    return request.devices.map(({ device, intervalMs, gapMs }) => {
      const n = Number(numberOf.get(device)?.n ?? -1);
      const found = count.get(n, fromMs, toMs);
      const received = Number(found?.received ?? 0);
      const firstAtMs = first.get(n)?.first ?? null;
      const from = received === 0 ? toMs : Number(found?.first);
      const within = gaps
        .all(n, fromMs, toMs, gapMs)
        .map((row) => ({ fromMs: Number(row.before), toMs: Number(row.at_ms) }));
      const edges = [
        { fromMs, toMs: from },
        ...within,
        ...(received === 0 ? [] : [{ fromMs: Number(found?.last), toMs }]),
      ];
      const entered = importedIn(n, intervalMs);
      const isGap = (gap: PastRange) => {
        const within = entered !== null && gap.fromMs >= entered.fromMs && gap.fromMs < entered.toMs;
        return gap.toMs - gap.fromMs > (within ? Math.max(gapMs, 3 * entered.everyMs) : gapMs);
      };
      // Before its first reading ever it was not there.
      const beganMs = Math.max(fromMs, Math.min(toMs, Number(firstAtMs ?? fromMs)));
      const enteredMs = entered === null ? 0 : entered.toMs - Math.max(beganMs, entered.fromMs);
      const expectedLive = Math.floor((toMs - beganMs - enteredMs) / intervalMs);
      return {
        device,
        received,
        expected: expectedLive + (entered === null ? 0 : Math.ceil(enteredMs / entered.everyMs)),
        firstAtMs: firstAtMs === null ? null : Number(firstAtMs),
        gaps: edges.filter(isGap),
      };
    });
  } finally {
    history.close();
  }
}
