import type { Report } from "../../contract/index.ts";
import { type Clock, type Database, type Logger, messageOf, type Timer, transaction } from "../../core/index.ts";
import { type ReportKind, reportKinds, type Site } from "../../site/index.ts";
import { nextPeriod, type Period, parsePeriod, periodsDue } from "./period.ts";
import type { ReportStore } from "./store.ts";

/** How often it is looked whether a period is over. What counts is the period, never the moment of looking. */
const everyMs = 30_000;

/**
 * Makes each report once. There is no timer for 07:30 that a clock change could skip or fire twice: it is looked again
 * and again which periods are over and have no report yet, which makes up for downtime by the same rule. A report and
 * its mails are one commit.
 */
export function createReportSchedule(options: {
  site: () => Site;
  db: Database;
  store: ReportStore;
  make: (period: Period) => Promise<Report>;
  /** Queues it for its readers; runs inside the commit. */
  tell: (report: Report) => void;
  onTold: () => void;
  clock: Clock;
  log: Logger;
}) {
  const { site, db, store, make, tell, clock, log } = options;
  let timer: Timer | null = null;
  let busy: Promise<void> | null = null;
  let running = false;

  async function makeDue(kind: ReportKind): Promise<void> {
    const config = site().config.reports;
    const wanted = config[kind];
    if (wanted === undefined) return store.unwanted(kind);
    const nowMs = clock.nowMs();
    const newest = store.newestPeriod(kind);
    const from = newest === null ? null : nextPeriod(parsePeriod(kind, newest));
    const afterMs = store.wantedSince(kind, nowMs);
    const due = periodsDue(kind, wanted.at, { calendar: site().calendar, from, afterMs, nowMs });
    for (const [at, period] of due.entries()) {
      const made = await make(period);
      if (!running) return;
      const isTold = due.length - at <= config.mail_latest;
      transaction(db, () => {
        if (store.insert(made, clock.nowMs()) && isTold) tell(made);
      });
      log.info("reports.report.made", { kind, period: period.period, told: isTold });
      options.onTold();
    }
  }

  async function look(): Promise<void> {
    for (const kind of reportKinds) {
      try {
        if (running) await makeDue(kind);
      } catch (error) {
        // Tried again at the next look: the period has no report yet.
        log.error("reports.report.failed", { kind, reason: messageOf(error) });
      }
    }
  }

  const round = () => {
    busy ??= look().finally(() => {
      busy = null;
    });
  };

  return {
    start(): void {
      running = true;
      round();
      timer = clock.every(everyMs, round);
    },
    async stop(): Promise<void> {
      running = false;
      timer?.cancel();
      await busy;
    },
  };
}
