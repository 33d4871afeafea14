import { createHash } from "node:crypto";
import { type PersonnelCategory, type Site, standingRight } from "../site/index.ts";
import { keyOf, uniform } from "./random.ts";

/** Who enters which room when: a pure function of seed, room and day, so that past and present agree. */

export interface Span {
  fromMs: number;
  toMs: number;
}

export interface Visit extends Span {
  /** Staff number, or `null` where the site file names nobody who would go in. */
  person: string | null;
  room: string;
  /** Which of the room's doors, as an index into the site's doors of that room. */
  door: number;
  /** The door on the way in and on the way out. Always shut again well within two minutes. */
  openings: readonly [Span, Span];
}

export interface People {
  /** Visits that touch the span, in order of their beginning. */
  visits(room: string, span: Span): Visit[];
}

const dayMs = 86_400_000;
const quarterMs = 900_000;
/** Visits on a working day, by what is kept: current records are fetched all day, masters hardly ever. */
const visitsPerDay: Record<string, number> = {
  "cn-paper": 9,
  "cn-special-collections": 2,
  "cn-film-master": 2,
  "cn-film-copy": 5,
  "cn-magnetic": 4,
  "cn-optical-disc": 4,
};
const categoriesInside: readonly PersonnelCategory[] = ["archivist", "logistics", "facilities", "it"];

export function createPeople(options: { site: Site; seed: number }): People {
  const { site, seed } = options;
  const staff = site.config.people.filter((p) => categoriesInside.includes(p.category));
  /** Those who may; at a site where nobody may, somebody goes in all the same. */
  const whoGoesInto = (room: string, atMs: number): string[] => {
    const may = staff.filter(({ category }) => standingRight(site, { category, room, atMs }) === "within-hours");
    return (may.length > 0 ? may : staff).map(({ id }) => id);
  };
  const doorsOf = new Map<string, number>();
  for (const door of site.config.doors) doorsOf.set(door.room, (doorsOf.get(door.room) ?? 0) + 1);
  const daysOf = new Map<string, Map<string, Visit[]>>();
  const workTimes = new Map<string, number[]>();
  const dayOfQuarter = new Map<number, { date: string; startMs: number }>();

  /** Local days begin, and zones change their offset, on quarters of an hour only: asking once for each is enough. */
  const dayOf = (atMs: number): { date: string; startMs: number } => {
    const quarter = Math.floor(atMs / quarterMs);
    const kept = dayOfQuarter.get(quarter);
    if (kept) return kept;
    const { date, minuteOfDay } = site.calendar.local(quarter * quarterMs);
    const day = { date, startMs: quarter * quarterMs - minuteOfDay * 60_000 };
    if (dayOfQuarter.size > 1_000) dayOfQuarter.clear();
    dayOfQuarter.set(quarter, day);
    return day;
  };

  /** Starts of the quarters of an hour in which people are at work on that day. */
  const workingQuarters = (date: string, startMs: number): number[] => {
    const kept = workTimes.get(date);
    if (kept) return kept;
    const quarters: number[] = [];
    for (let atMs = startMs; atMs < startMs + dayMs; atMs += quarterMs) {
      if (site.calendar.isWorkingTime(atMs)) quarters.push(atMs);
    }
    if (workTimes.size > 8) workTimes.clear();
    workTimes.set(date, quarters);
    return quarters;
  };

  const visitsOn = (room: string, date: string, startMs: number): Visit[] => {
    const quarters = workingQuarters(date, startMs);
    const key = keyOf(seed, "visits", room, date);
    const usual = visitsPerDay[site.rooms.get(room)?.profile ?? ""] ?? 5;
    const count = quarters.length === 0 ? 0 : Math.round(usual * (0.6 + 0.8 * uniform(key, 0)));
    const visits = Array.from({ length: count }, (_, at): Visit => {
      const draw = (n: number) => uniform(key, 1 + at * 8 + n);
      const fromMs = quarters[Math.floor(draw(0) * quarters.length)]! + Math.floor(draw(1) * quarterMs);
      const toMs = fromMs + Math.round(120_000 + draw(2) * 20 * 60_000);
      // One in six comes with a trolley and holds the door longer.
      const staffHere = whoGoesInto(room, fromMs);
      const heldMs = (n: number) => Math.round(draw(n) < 1 / 6 ? 25_000 + draw(n) * 90_000 : 5_000 + draw(n) * 8_000);
      return {
        room,
        fromMs,
        toMs,
        person: staffHere[Math.floor(draw(3) * staffHere.length)] ?? null,
        door: Math.floor(draw(4) * (doorsOf.get(room) ?? 1)),
        openings: [
          { fromMs, toMs: fromMs + heldMs(5) },
          { fromMs: toMs, toMs: toMs + heldMs(6) },
        ],
      };
    });
    return visits.sort((a, b) => a.fromMs - b.fromMs);
  };

  return {
    visits(room, span) {
      if (!daysOf.has(room)) daysOf.set(room, new Map());
      const days = daysOf.get(room)!;
      const found: Visit[] = [];
      // A visit lasts less than an hour, so one that began yesterday can still go on.
      for (let atMs = span.fromMs - 3_600_000; ; atMs = Math.min(atMs + dayMs, span.toMs)) {
        const { date, startMs } = dayOf(atMs);
        let visits = days.get(date);
        if (!visits) {
          visits = visitsOn(room, date, startMs);
          if (days.size > 8) days.clear();
          days.set(date, visits);
        }
        for (const visit of visits) {
          const ended = visit.openings[1].toMs <= span.fromMs || visit.fromMs >= span.toMs;
          if (!ended && !found.includes(visit)) found.push(visit);
        }
        if (atMs >= span.toMs) return found;
      }
    },
  };
}

/** The credential on a simulated person's card: eight hexadecimal digits, the same at every start. */
export function credentialOf(person: string): string {
  return createHash("sha256").update(`simulated card ${person}`).digest("hex").slice(0, 8).toUpperCase();
}

/** Part of the span that the opening covers, 0…1. */
export function overlapPart(opening: Span, span: Span): number {
  const covered = Math.min(opening.toMs, span.toMs) - Math.max(opening.fromMs, span.fromMs);
  return covered <= 0 ? 0 : covered / (span.toMs - span.fromMs);
}
