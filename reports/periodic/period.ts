import { SentryError } from "../../core/index.ts";
import type { Calendar, ReportKind } from "../../site/index.ts";

/**
 * A day, an ISO 8601 week or a month of the site's calendar. Its bounds are midnights of the wall clock, so that a day
 * has 23 or 25 hours when the clocks change, and every moment belongs to exactly one period of a kind.
 */
export interface Period {
  kind: ReportKind;
  /** `2026-11-22`, `2026-W47` or `2026-11`. */
  period: string;
  /** First day, and the day after the last. */
  first: string;
  end: string;
}

const dayMs = 86_400_000;
const shifted = (date: string, days: number) => dateOf(Date.parse(date) + days * dayMs);
const dateOf = (utcMs: number) => new Date(utcMs).toISOString().slice(0, 10);
/** 0 on Mondays. */
const weekdayOf = (date: string) => (new Date(date).getUTCDay() + 6) % 7;

/** The period of that kind that holds a calendar day. */
export function periodOf(kind: ReportKind, date: string): Period {
  if (kind === "daily") return { kind, period: date, first: date, end: shifted(date, 1) };
  if (kind === "weekly") {
    const first = shifted(date, -weekdayOf(date));
    // The week belongs to the year of its Thursday.
    const thursday = shifted(first, 3);
    const year = thursday.slice(0, 4);
    const number = Math.floor((Date.parse(thursday) - Date.parse(`${year}-01-01`)) / dayMs / 7) + 1;
    return { kind, period: `${year}-W${String(number).padStart(2, "0")}`, first, end: shifted(first, 7) };
  }
  const first = `${date.slice(0, 7)}-01`;
  return { kind, period: date.slice(0, 7), first, end: `${shifted(first, 31).slice(0, 7)}-01` };
}

export const nextPeriod = ({ kind, end }: Period): Period => periodOf(kind, end);
export const periodBefore = ({ kind, first }: Period): Period => periodOf(kind, shifted(first, -1));

/** @throws SentryError `request-invalid` */
export function parsePeriod(kind: ReportKind, text: string): Period {
  const found = dayIn(kind, text);
  const period = found === null ? null : periodOf(kind, found);
  if (period?.period === text) return period;
  const example = { daily: "2026-11-22", weekly: "2026-W47", monthly: "2026-11" }[kind];
  throw new SentryError("request-invalid", `period: expected one such as ${example}, found ${text}`);
}

function dayIn(kind: ReportKind, text: string): string | null {
  const week = /^(\d{4})-W(\d{2})$/.exec(text);
  if (kind === "weekly") {
    // 4 January is always in the first week.
    return week ? shifted(`${week[1]}-01-04`, (Number(week[2]) - 1) * 7) : null;
  }
  const date = kind === "monthly" ? `${text}-01` : text;
  // 30 February would be read as 2 March.
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date)) && shifted(date, 0) === date;
  return isDay ? date : null;
}

/** Its name in addresses and files. */
export const nameOf = ({ kind, period }: Pick<Period, "kind" | "period">): string => `${kind}-${period}`;

/** @throws SentryError `request-invalid` */
export function parseName(name: string): Period {
  const [, kind, period] = /^(daily|weekly|monthly)-(.+)$/.exec(name) ?? [];
  if (kind === "daily" || kind === "weekly" || kind === "monthly") return parsePeriod(kind, period!);
  throw new SentryError("request-invalid", `name: expected one such as weekly-2026-W47, found ${name}`);
}

export function boundsOfPeriod({ first, end }: Period, calendar: Calendar): { fromMs: number; toMs: number } {
  return { fromMs: calendar.instantOf(first, 0), toMs: calendar.instantOf(end, 0) };
}

/** When its report is due: at a time of the wall clock on the day after its last. */
export function dueMs({ end }: Period, at: string, calendar: Calendar): number {
  return calendar.instantOf(end, Number(at.slice(0, 2)) * 60 + Number(at.slice(3)));
}

/** The newest period that is over. */
export function lastPeriod(kind: ReportKind, nowMs: number, calendar: Calendar): Period {
  return periodBefore(periodOf(kind, calendar.local(nowMs).date));
}

/** Every period whose report fell due in (afterMs, nowMs], oldest first, from `from` on where it is given. */
export function periodsDue(
  kind: ReportKind,
  at: string,
  { calendar, from, afterMs, nowMs }: { calendar: Calendar; from: Period | null; afterMs: number; nowMs: number },
): Period[] {
  const found: Period[] = [];
  let period = from ?? periodBefore(periodOf(kind, calendar.local(afterMs).date));
  while (dueMs(period, at, calendar) <= nowMs) {
    if (dueMs(period, at, calendar) > afterMs) found.push(period);
    period = nextPeriod(period);
  }
  return found;
}
