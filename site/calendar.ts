import { parse } from "csv-parse/sync";
import { z } from "zod";
import { messageOf } from "../core/index.ts";
import type { ConfigFault } from "./faults.ts";
import { readConfigFile } from "./files.ts";
import type { SiteConfig } from "./schema.ts";

/** A dated exception: `off` is a holiday, `work` a weekend day that is worked instead. */
const calendarDay = z.object({ date: z.iso.date(), kind: z.enum(["off", "work"]), name: z.string().default("") });
export type CalendarDay = z.infer<typeof calendarDay>;

/** Reads `date,kind,name` rows; says every row that is not usable. A date given twice is a fault: which would count? */
export function judgeCalendarDays(path: string): { days: CalendarDay[]; faults: ConfigFault[] } {
  let rows: unknown[];
  try {
    rows = parse(readConfigFile(path), { columns: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    return { days: [], faults: [{ path: "calendar.days_file", message: `a readable CSV, found ${messageOf(error)}` }] };
  }
  const days = new Map<string, CalendarDay>();
  const faults: ConfigFault[] = [];
  rows.forEach((row, at) => {
    const fault = (message: string) => faults.push({ path: `${path} row ${at + 2}`, message });
    const parsed = calendarDay.safeParse(row);
    if (!parsed.success) fault(`date,kind,name with kind off or work, found ${JSON.stringify(row)}`);
    else if (days.has(parsed.data.date)) fault(`each date once, found ${parsed.data.date} again`);
    else days.set(parsed.data.date, parsed.data);
  });
  return { days: [...days.values()], faults };
}

const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

export interface LocalTime {
  /** `2026-11-22` */
  date: string;
  /** Minutes since local midnight as the wall clock shows them. */
  minuteOfDay: number;
  weekday: (typeof weekdays)[number];
}

export interface Calendar {
  local(atMs: number): LocalTime;
  /** Whether people are expected at work at that moment. */
  isWorkingTime(atMs: number): boolean;
  isWorkingDay(atMs: number): boolean;
  /**
   * The moment at which the wall clock shows that time of that day. Of a time that comes twice, the first; one that
   * the clocks skip is as much later as they skip (RFC 5545, 3.3.5).
   */
  instantOf(date: string, minuteOfDay: number): number;
  /** Bounds of the day's working hours in minutes of the day; `null` for a day off. */
  workingMinutes(date: string): { from: number; to: number } | null;
}

export function createCalendar(config: SiteConfig["calendar"], days: CalendarDay[], timeZone: string): Calendar {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    weekday: "short",
  });
  const exceptions = new Map(days.map((day) => [day.date, day.kind]));
  // A worked weekend day has the hours of an ordinary working day: the first weekday that has any.
  const ordinaryHours = weekdays.map((day) => config.weekly[day]).find((text) => text !== undefined);
  const exactly = (atMs: number): LocalTime => {
    const part = Object.fromEntries(format.formatToParts(atMs).map((p) => [p.type, p.value]));
    return {
      date: `${part.year}-${part.month}-${part.day}`,
      minuteOfDay: Number(part.hour) * 60 + Number(part.minute),
      weekday: weekdays.find((day) => day === part.weekday?.toLowerCase()) ?? "sun",
    };
  };
  // Asking for the zone costs more than judging a sample: it is asked at the ends of a day, and again within the few
  // days in which its clocks change.
  const offsets = new Map<number, number | null>();
  const offsetOn = (day: number): number | null => {
    const known = offsets.get(day);
    if (known !== undefined) return known;
    const from = offsetAt(day * dayMs, exactly);
    const offset = from === offsetAt((day + 1) * dayMs, exactly) ? from : null;
    if (offsets.size >= mostDays) offsets.clear();
    offsets.set(day, offset);
    return offset;
  };
  const local = (atMs: number): LocalTime => {
    const offsetMs = offsetOn(Math.floor(atMs / dayMs));
    if (offsetMs === null) return exactly(atMs);
    const day = Math.floor((atMs + offsetMs) / dayMs);
    return {
      date: new Date(day * dayMs).toISOString().slice(0, 10),
      minuteOfDay: Math.floor((atMs + offsetMs - day * dayMs) / 60_000),
      weekday: weekdays[(((day + 4) % 7) + 7) % 7]!,
    };
  };
  const hoursOf = (day: LocalTime): string | undefined => {
    const exception = exceptions.get(day.date);
    if (exception === "off") return undefined;
    return config.weekly[day.weekday] ?? (exception === "work" ? ordinaryHours : undefined);
  };
  const minutesOf = (hours: string) => {
    const minute = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
    return { from: minute(hours.slice(0, 5)), to: minute(hours.slice(6)) };
  };
  const offsetOf = (atMs: number): number => {
    const { date, minuteOfDay } = local(atMs);
    return Date.parse(date) + minuteOfDay * 60_000 - Math.floor(atMs / 60_000) * 60_000;
  };
  return {
    local,
    instantOf(date, minuteOfDay) {
      const wallMs = Date.parse(date) + minuteOfDay * 60_000;
      const before = offsetOf(wallMs - dayMs);
      const first = wallMs - before;
      if (offsetOf(first) === before) return first;
      const after = offsetOf(wallMs + dayMs);
      return offsetOf(wallMs - after) === after ? wallMs - after : first;
    },
    workingMinutes(date) {
      const hours = hoursOf({ date, weekday: weekdays[new Date(date).getUTCDay()]!, minuteOfDay: 0 });
      return hours === undefined ? null : minutesOf(hours);
    },
    isWorkingDay: (atMs) => hoursOf(local(atMs)) !== undefined,
    isWorkingTime(atMs) {
      const now = local(atMs);
      const hours = hoursOf(now);
      if (hours === undefined) return false;
      const { from, to } = minutesOf(hours);
      return now.minuteOfDay >= from && now.minuteOfDay < to;
    },
  };
}

const dayMs = 86_400_000;
const mostDays = 1_000;

/** How far the zone is ahead of UTC at midnight UTC. */
function offsetAt(midnightMs: number, local: (atMs: number) => LocalTime): number {
  const { date, minuteOfDay } = local(midnightMs);
  return Date.parse(date) + minuteOfDay * 60_000 - midnightMs;
}
