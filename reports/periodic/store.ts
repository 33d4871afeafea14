import { z } from "zod";
import { type Report, type ReportSummary, report, reportSummary } from "../../contract/index.ts";
import type { Database } from "../../core/index.ts";
import type { ReportKind } from "../../site/index.ts";

/** The tables of this part in `state.db`: each report once, and since when a kind of report is wanted. */
export const reportsMigration = `
  CREATE TABLE reports (
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (kind, period)
  ) STRICT;
  CREATE TABLE report_schedules (kind TEXT PRIMARY KEY, since_ms INTEGER NOT NULL) STRICT;
`;

export interface ReportStore {
  /** False where the period has its report already. */
  insert(made: Report, madeAtMs: number): boolean;
  get(kind: ReportKind, period: string): Report | null;
  /** Newest first. */
  list(filter: { kind?: ReportKind | undefined; limit: number }): ReportSummary[];
  newestPeriod(kind: ReportKind): string | null;
  /** Since when a kind is wanted; noted now when it was not before. */
  wantedSince(kind: ReportKind, nowMs: number): number;
  unwanted(kind: ReportKind): void;
}

const json = z.string().transform((text): unknown => JSON.parse(text));
const oneReport = z.object({ report: json.pipe(report) });
const summary = z.object({ report: json.pipe(reportSummary) });

export function createReportStore(db: Database): ReportStore {
  const insert = db.prepare(
    "INSERT INTO reports (kind, period, made_at_ms, report) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const get = db.prepare("SELECT report FROM reports WHERE kind = ? AND period = ?");
  const list = db.prepare(
    `SELECT json_object('name', report ->> 'name', 'kind', kind, 'period', period, 'from', report ->> 'from',
       'to', report ->> 'to', 'madeAt', report ->> 'madeAt') AS report
     FROM reports WHERE ?1 IS NULL OR kind = ?1 ORDER BY report ->> 'to' DESC, kind LIMIT ?2`,
  );
  // Periods of a kind sort by their names.
  const newest = db.prepare("SELECT max(period) AS period FROM reports WHERE kind = ?");
  const note = db.prepare("INSERT INTO report_schedules (kind, since_ms) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const since = db.prepare("SELECT since_ms FROM report_schedules WHERE kind = ?");
  const forget = db.prepare("DELETE FROM report_schedules WHERE kind = ?");
  return {
    insert: (made, madeAtMs) =>
      insert.run(made.kind, made.period, Math.round(madeAtMs), JSON.stringify(made)).changes === 1,
    get(kind, period) {
      const row = get.get(kind, period);
      return row === undefined ? null : oneReport.parse(row).report;
    },
    list: ({ kind, limit }) => list.all(kind ?? null, limit).map((row) => summary.parse(row).report),
    newestPeriod: (kind) => z.object({ period: z.string().nullable() }).parse(newest.get(kind)).period,
    wantedSince(kind, nowMs) {
      note.run(kind, Math.round(nowMs));
      return Number(since.get(kind)?.since_ms ?? nowMs);
    },
    unwanted: (kind) => void forget.run(kind),
  };
}
