import { deniedAgain } from "./denials.ts";
import { foldRoom, type RoomFold } from "./fold.ts";
import { type BadgeReport, type DoorRules, inOrder, type Judgement, type Report, type Suspicion } from "./report.ts";

/**
 * What the doors reported lately, room by room, and what is to be said of it. Whatever arrives late takes its place and
 * the room is read again: the history is the same as if it had arrived on time.
 */
export interface AccessHistory {
  /** What is new or judged otherwise than before. Reports that are there already change nothing. */
  take(reports: readonly Report[], nowMs: number): Change[];
  /** Takes what was recorded before a restart, with its judgement. */
  restore(known: readonly { report: Report; judged: string; entry: number }[], nowMs: number): void;
  /** The change is on disk, as this entry; until then it is told again. */
  recorded(change: Change, entry: number): void;
  rooms(): ReadonlyMap<string, RoomFold>;
  /** Reads rooms with somebody inside again as of now: who has been there too long is gone. */
  refresh(nowMs: number): void;
  /** Numbers of people inside that are still to be written. */
  counts(): readonly InsideCount[];
  /** The first so many are on disk. */
  countsWritten(number: number): void;
  /** Of badges whose person was erased only that somebody passed is remembered, as after a restart. */
  forget(credentials: ReadonlySet<string>, nowMs: number): void;
  /** Suspicions of the time that is remembered, in order. */
  suspicions(): { report: Report; suspicion: Suspicion }[];
}

export interface Change {
  report: Report;
  judgement: Judgement;
  /** Entry of what was said before. */
  amends?: number;
}

export interface InsideCount {
  atMs: number;
  room: string;
  category: string;
  count: number;
}

interface Room {
  reports: Report[];
  fold: RoomFold;
  counted: Map<string, InsideCount>;
  suspicions: { report: Report; suspicion: Suspicion }[];
}

export function createAccessHistory(options: {
  rules: () => DoorRules;
  rememberMs: () => number;
  /** What is older is judged once and for all: what came before it may be forgotten already. */
  changesWithinMs: () => number;
  /** What badges of before this were found to be stays so, though the rules have changed since. */
  rulesSinceMs: () => number;
}): AccessHistory {
  const rooms = new Map<string, Room>();
  const said = new Map<string, { judged: string; entry: number }>();
  const known = new Set<string>();
  let again = new Set<string>();
  let counts: InsideCount[] = [];

  const roomOf = (id: string): Room => {
    let room = rooms.get(id);
    if (!room) {
      room = { reports: [], fold: foldRoom([], options.rules(), 0), counted: new Map(), suspicions: [] };
      rooms.set(id, room);
    }
    return room;
  };
  const add = (report: Report): boolean => {
    const { reports } = roomOf(report.room);
    let at = reports.length;
    while (at > 0 && inOrder(reports[at - 1]!, report) > 0) at--;
    // Delivered again, perhaps under another time of receipt.
    if (known.has(report.id)) return false;
    known.add(report.id);
    reports.splice(at, 0, report);
    return true;
  };
  const forget = (room: Room, beforeMs: number) => {
    let gone = 0;
    while (gone < room.reports.length && room.reports[gone]!.atMs < beforeMs) gone++;
    // In one go now and then: to read a room without its beginning takes the state of its doors away too.
    if (gone < room.reports.length / 4 || gone === 0) return;
    const last = new Map<string, Report>();
    for (const report of room.reports.slice(0, gone)) {
      if (report.kind === "door" && report.door !== null) last.set(report.door, report);
    }
    const kept = new Set(last.values());
    for (const report of room.reports.slice(0, gone)) {
      if (kept.has(report)) continue;
      known.delete(report.id);
      said.delete(report.id);
    }
    room.reports = [...kept, ...room.reports.slice(gone)].sort(inOrder);
  };
  const read = (id: string, nowMs: number) => {
    const room = roomOf(id);
    room.fold = foldRoom(room.reports, options.rules(), nowMs);
    room.suspicions = room.reports.flatMap((report) =>
      (room.fold.judgements.get(report.id)?.suspicions ?? []).map((suspicion) => ({ report, suspicion })),
    );
    const now = new Map<string, InsideCount>();
    for (const { atMs, category, count } of room.fold.changes) {
      now.set(`${atMs}|${category}`, { atMs, room: id, category, count });
    }
    const since = nowMs - options.rememberMs();
    for (const [key, one] of now) if (room.counted.get(key)?.count !== one.count) counts.push(one);
    for (const [key, one] of room.counted) {
      // What changed at a moment when, as is known now, nothing did: the number of before.
      if (now.has(key) || one.atMs < since) continue;
      const before = room.fold.changes.findLast(
        (change) => change.category === one.category && change.atMs <= one.atMs,
      );
      const corrected = { ...one, count: before?.count ?? 0 };
      if (corrected.count !== one.count) counts.push(corrected);
      now.set(key, corrected);
    }
    room.counted = now;
  };
  const readDenials = () => {
    const rules = options.rules();
    const denials = [...rooms.values()]
      .flatMap(({ reports }) =>
        reports.filter((report): report is BadgeReport => report.kind === "badge" && report.decision === "denied"),
      )
      .sort(inOrder);
    again = deniedAgain(denials, { limit: rules.deniedLimit, withinMs: rules.deniedWithinMs });
  };

  return {
    take(reports, nowMs) {
      const touched = new Set<string>();
      let denials = false;
      for (const report of reports) {
        if (!add(report) && said.has(report.id)) continue;
        touched.add(report.room);
        if (report.kind === "badge" && report.decision === "denied") denials = true;
      }
      for (const id of touched) {
        forget(roomOf(id), nowMs - options.rememberMs());
        read(id, nowMs);
      }
      if (denials) readDenials();
      const changes: Change[] = [];
      for (const id of touched) {
        const { reports: all, fold } = rooms.get(id)!;
        for (const report of all) {
          const judgement = fold.judgements.get(report.id);
          if (!judgement) continue;
          const before = said.get(report.id);
          if (before?.judged === judgement.judged || (!before && judgement.silent)) continue;
          if (before && report.atMs < nowMs - options.changesWithinMs()) continue;
          if (before && report.kind === "badge" && report.atMs < options.rulesSinceMs()) continue;
          changes.push({ report, judgement, ...(before ? { amends: before.entry } : {}) });
        }
      }
      return changes.sort((a, b) => inOrder(a.report, b.report));
    },
    restore(entries, nowMs) {
      for (const { report, judged, entry } of entries) {
        add(report);
        said.set(report.id, { judged, entry });
      }
      for (const id of rooms.keys()) read(id, nowMs);
      readDenials();
      counts = [];
    },
    recorded: ({ report, judgement }, entry) => void said.set(report.id, { judged: judgement.judged, entry }),
    rooms: () => new Map([...rooms].map(([id, { fold }]) => [id, fold])),
    refresh(nowMs) {
      for (const [id, { fold }] of rooms) if (fold.inside.length > 0) read(id, nowMs);
    },
    counts: () => counts,
    countsWritten(number) {
      counts = counts.slice(number);
    },
    forget(credentials, nowMs) {
      for (const [id, room] of rooms) {
        if (!room.reports.some((report) => report.kind === "badge" && credentials.has(report.credential))) continue;
        room.reports = room.reports.flatMap((report): Report[] => {
          if (report.kind !== "badge" || !credentials.has(report.credential)) return [report];
          const { credential: _, decision, direction: __, ...seen } = report;
          if (decision === "denied") return [];
          said.set(report.id, { judged: "exit-request", entry: said.get(report.id)?.entry ?? 0 });
          return [{ ...seen, kind: "exit-request", erased: true }];
        });
        read(id, nowMs);
      }
      readDenials();
    },
    suspicions() {
      const all = [...rooms.values()];
      if (again.size === 0) return all.flatMap(({ suspicions }) => suspicions);
      const refused = all.flatMap(({ reports }) =>
        reports.filter(({ id }) => again.has(id)).map((report) => ({ report, suspicion: refusedAgain })),
      );
      return [...all.flatMap(({ suspicions }) => suspicions), ...refused];
    },
  };
}

const refusedAgain: Suspicion = {
  condition: "access-denied-repeated",
  detail: "denied-again",
  waits: "not",
};
