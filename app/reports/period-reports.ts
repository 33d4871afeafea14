import type { HistoryQueries } from "../../collector/index.ts";
import type { ReportsSource } from "../../console/index.ts";
import type { Language, Report } from "../../contract/index.ts";
import { type Clock, type Logger, SentryError, transaction } from "../../core/index.ts";
import { leadershipOf, queueLetter } from "../../notify/index.ts";
import {
  createReportSchedule,
  createReportStore,
  lastPeriod,
  type Period,
  pageOf,
  parseName,
  reportHtml,
  reportText,
} from "../../reports/index.ts";
import { reportKinds, type Site, teamAt } from "../../site/index.ts";
import type { DataFolder } from "../data-folder.ts";
import type { Parts } from "../parts.ts";
import type { createDrills } from "../telling/drills.ts";
import { makeReport } from "./report-data.ts";

/** A report as it is read: the subject of its mail, text and HTML. */
export function renderReport(report: Report, language: Language): { subject: string; text: string; html: string } {
  const page = pageOf(report, language);
  return { subject: page.title, text: reportText(page), html: reportHtml(page) };
}

/** Reports of days, weeks and months: made when they are due, kept, mailed, and shown on request. */
export function createPeriodReports(options: {
  parts: Parts;
  queries: HistoryQueries;
  data: DataFolder;
  drills: ReturnType<typeof createDrills>;
  checkpoint: () => string | null;
  site: () => Site;
  clock: Clock;
  log: Logger;
}): { source: ReportsSource; start(): void; stop(): Promise<void> } {
  const { parts, queries, data, drills, checkpoint, site, clock, log } = options;
  const { db } = parts.telling;
  const store = createReportStore(db);

  const make = (period: Period): Promise<Report> =>
    makeReport(period, {
      site: site(),
      store: parts.store,
      db,
      queries,
      historyPath: data.file("history.db"),
      alarms: parts.engineConsumer.engine.state.alarms.values(),
      devices: parts.views.devices(),
      drills: drills.list,
      checkpoint,
      clock,
    });

  /** Queues its mails; inside the caller's transaction where there is one. */
  const tell = (report: Report): number => {
    const nowMs = clock.nowMs();
    const people = readersOf(report, site(), nowMs);
    const letter = { "zh-CN": renderReport(report, "zh-CN"), en: renderReport(report, "en") };
    const readers = queueLetter(db, { site: site(), id: report.name, letter, people, nowMs });
    if (readers < people.length) log.warn("reports.reader.without-address", { report: report.name, readers });
    return readers;
  };

  const schedule = createReportSchedule({
    site,
    db,
    store,
    make,
    tell,
    onTold: parts.telling.wake,
    clock,
    log,
  });

  /** `weekly-last` is the last week that is over. */
  const periodNamed = (name: string): Period => {
    const kind = reportKinds.find((each) => name === `${each}-last`);
    return kind === undefined ? parseName(name) : lastPeriod(kind, clock.nowMs(), site().calendar);
  };

  const reportNamed = async (name: string): Promise<Report> => {
    const period = periodNamed(name);
    const known = store.get(period.kind, period.period);
    if (known !== null) return known;
    if (Date.parse(period.first) > clock.nowMs() + 86_400_000) {
      throw new SentryError("request-invalid", `period: expected one that has begun, found ${period.period}`);
    }
    return make(period);
  };

  return {
    source: {
      list: (filter) => store.list(filter),
      get: reportNamed,
      async mail(name) {
        const report = await reportNamed(name);
        const recipients = transaction(db, () => tell(report));
        parts.telling.wake();
        return { name: report.name, recipients };
      },
    },
    start: schedule.start,
    stop: schedule.stop,
  };
}

/** Staff numbers of those who get it, each once. */
function readersOf({ kind }: Report, site: Site, nowMs: number): string[] {
  const tell = site.config.reports[kind]?.tell ?? [];
  const people = tell.flatMap((whom) => {
    if (whom === "leadership") return leadershipOf(site);
    return "person" in whom ? [whom.person] : teamAt(site, whom.team, nowMs);
  });
  return [...new Set(people)];
}
