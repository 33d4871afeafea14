import { openDatabase } from "../../core/index.ts";
import { historyMigrations } from "./history-schema.ts";

/** What of a device's readings is there. */
export interface Completeness {
  device: string;
  received: number;
  /** Its first reading ever; `null` when there is none. */
  firstAtMs: number | null;
  /** Times without a reading, longer than was asked for, in [fromMs, toMs). */
  gaps: { fromMs: number; toMs: number }[];
}

/** Counts what a history holds of each device in [fromMs, toMs), and finds where nothing came. */
export function completenessOf(
  historyPath: string,
  request: { devices: readonly { device: string; gapMs: number }[]; fromMs: number; toMs: number },
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
    return request.devices.map(({ device, gapMs }) => {
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
      return {
        device,
        received,
        firstAtMs: firstAtMs === null ? null : Number(firstAtMs),
        gaps: edges.filter((gap) => gap.toMs - gap.fromMs > gapMs),
      };
    });
  } finally {
    history.close();
  }
}
