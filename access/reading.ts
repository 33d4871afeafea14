import type { AccessEventView, GrantView, InsideRoom } from "../contract/index.ts";
import { isoTime, SentryError } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import { accessBody } from "./doors/entries.ts";
import type { AccessHistory } from "./doors/history.ts";
import { type Grant, grantStateAt, type Who } from "./grants/grant.ts";
import type { Entry } from "./ledger/entry.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { familyName, somebodyOf } from "./records/record-views.ts";
import type { Register } from "./register.ts";

/** What those who may read the history of access are shown. */

export interface EventsQuery {
  room?: string | undefined;
  person?: string | undefined;
  fromMs?: number | undefined;
  toMs?: number | undefined;
  limit: number;
  cursor?: string | undefined;
}

const pageRows = 1_000;

/** Oldest first, each report as the last entry about it says. */
export function accessEvents(
  ledger: Ledger,
  site: Site,
  query: EventsQuery,
  sees: (room: string | null) => boolean,
): { events: AccessEventView[]; next: string | null } {
  const { fromMs = 0, toMs = Number.POSITIVE_INFINITY, limit } = query;
  const after = query.cursor === undefined ? -1 : Number(query.cursor);
  if (!Number.isSafeInteger(after)) {
    throw new SentryError("request-invalid", "cursor: expected the `next` of an earlier page, found something else");
  }
  const subject = query.person === undefined ? null : (ledger.subjectOf(query.person) ?? "nobody");
  const events = new Map<string, AccessEventView>();
  // What happened from then on was recorded from then on.
  for (let from = Math.max(after + 1, ledger.store.firstRecordedFrom(fromMs)); ; ) {
    const rows = ledger.read({ from, limit: pageRows, kinds: ["access-event"] });
    for (const { index, entry } of rows) {
      if (!entry || !isWanted(entry, { ...query, fromMs, toMs }, subject)) continue;
      const view = eventView(entry, ledger, site);
      if (!view || !sees(view.room)) continue;
      if (!events.has(view.id) && events.size === limit)
        return { events: [...events.values()], next: String(index - 1) };
      events.set(view.id, view);
    }
    if (rows.length < pageRows) return { events: [...events.values()], next: null };
    from = rows.at(-1)!.index + 1;
  }
}

function isWanted(
  { at, body, personal = {} }: Entry,
  { room, fromMs, toMs }: EventsQuery & { fromMs: number; toMs: number },
  subject: string | null,
): boolean {
  const atMs = Date.parse(at);
  if (atMs < fromMs || atMs >= toMs) return false;
  if (room !== undefined && body.room !== room) return false;
  return subject === null || Object.values(personal).some((field) => field.subject === subject);
}

function eventView(entry: Entry, ledger: Ledger, site: Site): AccessEventView | null {
  const read = accessBody.safeParse(entry.body);
  if (!read.success) return null;
  const body = read.data;
  const badge = body.event === "badge" ? body : null;
  const { id, event, room, door, device, judged, late_ms } = body;
  return {
    id,
    index: entry.index,
    at: entry.at,
    recordedAt: entry.recordedAt,
    event,
    room,
    door,
    device,
    direction: badge?.direction ?? null,
    decision: badge?.decision ?? null,
    judged,
    category: badge?.category ?? null,
    person: entry.personal?.person ? somebodyOf(ledger.reveal(entry).person?.value, site) : null,
    grant: badge?.grant ?? null,
    visit: badge?.visit ?? null,
    lateMs: late_ms,
  };
}

const doubtSinceMs = 4 * 3_600_000;
const shown = (who: Who | null) => (who === null ? null : { id: who.id, name: familyName(who.name) });

/** Who is inside, as far as badges tell, and what speaks against that. */
export function insideNow(
  { history, register }: { history: AccessHistory; register: Pick<Register, "maintenanceOf"> },
  site: Site,
  nowMs: number,
): InsideRoom[] {
  const names = new Map(site.config.doors.map(({ id, name }) => [id, name ?? null]));
  const folds = history.rooms();
  /** Where each person went in last: nobody is in two rooms. */
  const lastSeen = new Map<string, number>();
  for (const { inside } of folds.values()) {
    for (const { key, sinceMs } of inside) lastSeen.set(key, Math.max(lastSeen.get(key) ?? 0, sinceMs));
  }
  return site.config.rooms.flatMap(({ id }): InsideRoom[] => {
    const fold = folds.get(id);
    if (!fold && !site.config.doors.some(({ room, reader }) => room === id && reader)) return [];
    const inside = fold?.inside ?? [];
    const doubts: string[] = [];
    if (inside.some(({ key, sinceMs }) => lastSeen.get(key)! > sinceMs)) doubts.push("seen-elsewhere-since");
    if (inside.some(({ sinceMs }) => nowMs - sinceMs > doubtSinceMs)) doubts.push("long-inside");
    if (inside.some(({ who }) => who === null)) doubts.push("unknown-badge");
    if ((fold?.missedExits ?? 0) > 0) doubts.push("missed-exits");
    if ((fold?.unseenEntries ?? 0) > 0) doubts.push("unseen-entries");
    const doors = [...(fold?.doors ?? [])];
    if (doors.some(([, { forced }]) => forced > 0)) doubts.push("forced-openings");
    if (site.config.doors.some(({ room, reader }) => room === id && !reader)) doubts.push("door-without-reader");
    const byCategory: Record<string, number> = {};
    for (const { category } of inside) byCategory[category] = (byCategory[category] ?? 0) + 1;
    return [
      {
        room: id,
        count: inside.length,
        byCategory,
        sure: doubts.length === 0,
        doubts,
        people: inside.map(({ who, category, sinceMs, visit, entitled }) => {
          return { person: shown(who), category, since: isoTime(sinceMs), visit, entitled };
        }),
        doors: doors.map(([door, { open, openings, bounces, forced }]) => {
          const nuisance = openings === 0 ? 0 : Math.min(1, (bounces + forced) / openings);
          const maintenance = register.maintenanceOf(door, nowMs);
          const maintenanceUntil = maintenance && isoTime(maintenance.toMs);
          return { door, name: names.get(door) ?? null, maintenanceUntil, open, openings, bounces, forced, nuisance };
        }),
      },
    ];
  });
}

export function grantView(grant: Grant, site: Site, nowMs: number): GrantView {
  const { id, person, companions, rooms, purpose, records, recordClass, decision } = grant;
  return {
    id,
    state: grantStateAt(grant, nowMs),
    person: shown(person),
    category: person?.category ?? null,
    companions: [...companions],
    rooms: [...rooms],
    purpose,
    records: [...records],
    class: recordClass,
    from: isoTime(grant.fromMs),
    to: isoTime(grant.toMs),
    requestedBy: grant.requestedBy === null ? null : somebodyOf(grant.requestedBy, site),
    requestedAt: isoTime(grant.requestedAtMs),
    comment: grant.comment,
    decidedBy: decision?.by ? somebodyOf(decision.by, site) : null,
    decidedAt: decision === null ? null : isoTime(decision.atMs),
    decisionComment: decision?.comment ?? null,
    usedAt: grant.usedAtMs === null ? null : isoTime(grant.usedAtMs),
    explanation: grant.explanation,
  };
}
