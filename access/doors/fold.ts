import type { PersonnelCategory } from "../../site/index.ts";
import type { Who } from "../grants/grant.ts";
import { type EntryAnswer, mayEnter } from "../grants/may-enter.ts";
import type { BadgeReport, DoorReport, DoorRules, Inside, Judgement, Report, Suspicion } from "./report.ts";

/** Of a room, what its reports say when they are read in the order in which things happened. */
export interface RoomFold {
  judgements: Map<string, Judgement>;
  inside: Inside[];
  /** People inside after each change, by category. */
  changes: { atMs: number; category: string; count: number }[];
  /** Went in twice without coming out, or never came out. */
  missedExits: number;
  /** Came out without having gone in. */
  unseenEntries: number;
  doors: Map<string, DoorFigures>;
}

/** How often a door opens, and how often that is no sensible opening: a contact out of adjustment shows here. */
export interface DoorFigures {
  open: boolean | null;
  openSinceMs: number | null;
  openings: number;
  /** Opened and shut again faster than anybody can pass. */
  bounces: number;
  forced: number;
}

const bounceMs = 1_000;

type Pass = { door: string | null; atMs: number; by: "in" | "out" | "exit-request"; known: boolean };

/**
 * The same reports give the same answer in whatever order they arrived: nothing here knows when a report was received.
 * @param reports of one room, `inOrder`
 */
export function foldRoom(reports: readonly Report[], rules: DoorRules, untilMs: number): RoomFold {
  const judgements = new Map<string, Judgement>();
  const inside = new Map<string, Inside>();
  const counts = new Map<string, number>();
  const changes: RoomFold["changes"] = [];
  const doors = new Map<string, DoorFigures>();
  const passes: Pass[] = [];
  let missedExits = 0;
  let unseenEntries = 0;

  const count = (category: PersonnelCategory | "unknown", by: 1 | -1, atMs: number) => {
    const now = (counts.get(category) ?? 0) + by;
    counts.set(category, now);
    changes.push({ atMs, category, count: now });
  };
  const goIn = (one: Inside) => {
    const before = inside.get(one.key);
    if (before) {
      missedExits++;
      count(before.category, -1, one.sinceMs);
    }
    inside.delete(one.key);
    inside.set(one.key, one);
    count(one.category, 1, one.sinceMs);
  };
  const goOut = (key: string, atMs: number): Inside | undefined => {
    const before = inside.get(key);
    if (before) {
      inside.delete(key);
      count(before.category, -1, atMs);
    }
    return before;
  };
  /** Who has been inside so long that they must have left unseen. */
  const letGo = (atMs: number) => {
    // Kept in the order of going in.
    for (const one of [...inside.values()]) {
      const goneMs = one.sinceMs + rules.insideLongestMs;
      if (goneMs > atMs) break;
      missedExits++;
      goOut(one.key, goneMs);
    }
  };

  const ask = (person: Who | null, badge: BadgeReport, others: readonly Who[]): EntryAnswer =>
    mayEnter(
      { person, room: badge.room, atMs: badge.atMs, grants: rules.grantsFor(badge.room), inside: others },
      rules.entry,
    );
  /** With whom is inside by right; where that is not enough, with those too who come in within the time for company. */
  const askInCompany = (person: Who | null, badge: BadgeReport, at: number): EntryAnswer => {
    const there = [...inside.values()].flatMap(({ who, entitled }) => (who && entitled ? [who] : []));
    const answer = ask(person, badge, there);
    return answer.missing ? ask(person, badge, [...there, ...comingIn(at, badge)]) : answer;
  };
  const comingIn = (at: number, badge: BadgeReport): Who[] => {
    const there: Who[] = [];
    for (let next = at + 1; next < reports.length; next++) {
      const later = reports[next]!;
      if (later.atMs > badge.atMs + rules.togetherMs) break;
      if (later.kind !== "badge" || later.direction !== "in" || later.decision !== "granted") continue;
      const who = rules.holderOf(later.credential, later.atMs);
      const answer = ask(who, later, []);
      if (who && (answer.allowed || answer.missing)) there.push(who);
    }
    return there;
  };

  const judgeBadge = (badge: BadgeReport, at: number): Judgement => {
    const who = rules.holderOf(badge.credential, badge.atMs);
    const key = who?.id ?? badge.credential;
    const { atMs, direction, decision } = badge;
    if (decision === "denied") {
      const answer = direction === "in" ? askInCompany(who, badge, at) : null;
      if (!answer?.allowed) return { judged: "denied", who, suspicions: [] };
      const judged = "denied-though-entitled";
      const suspicion = { condition: "access-unauthorised", detail: judged, priority: "low", waits: "not" } as const;
      return { judged, who, suspicions: [suspicion] };
    }
    if (direction === "out") {
      const visit = goOut(key, atMs);
      passes.push({ door: badge.door, atMs, by: "out", known: true });
      if (visit) return { judged: "exit", who, visit: visit.visit, suspicions: [] };
      unseenEntries++;
      return { judged: "exit-without-entry", who, suspicions: [] };
    }
    const answer = askInCompany(who, badge, at);
    const category = who?.category ?? "unknown";
    const entitled = answer.allowed || answer.missing === true;
    goIn({ key, who, category, sinceMs: atMs, visit: badge.id, door: badge.door, entitled });
    passes.push({ door: badge.door, atMs, by: "in", known: answer.allowed && answer.reason !== "standing-right" });
    const judgement = { judged: answer.reason, who, visit: badge.id, ...(answer.grant ? { grant: answer.grant } : {}) };
    return { ...judgement, suspicions: suspicionsOf(answer) };
  };

  const judgeDoor = (report: DoorReport & { door: string }, at: number): Judgement => {
    const figures = doors.get(report.door) ?? { open: null, openSinceMs: null, openings: 0, bounces: 0, forced: 0 };
    doors.set(report.door, figures);
    const before = figures.open;
    if (before === report.open) return { judged: "same", who: null, suspicions: [], silent: true };
    figures.open = report.open;
    if (!report.open) {
      const openMs = figures.openSinceMs === null ? null : report.atMs - figures.openSinceMs;
      if (openMs !== null && openMs < bounceMs) figures.bounces++;
      figures.openSinceMs = null;
      return { judged: "closed", who: null, suspicions: [], ...(before === null ? { silent: true as const } : {}) };
    }
    figures.openings++;
    figures.openSinceMs = report.atMs;
    const judgement = judgeOpening(report, at, before);
    if (judgement.judged === "forced") figures.forced++;
    return judgement;
  };

  const judgeOpening = (report: DoorReport & { door: string }, at: number, before: boolean | null): Judgement => {
    const nobody = { who: null, suspicions: [] as Suspicion[] };
    if (rules.inMaintenance(report.door, report.atMs)) return { judged: "maintenance", ...nobody };
    const afterHours = rules.isWorkingTime(report.atMs)
      ? []
      : [{ condition: "door-after-hours" as const, detail: "", waits: "for-reports" as const }];
    const unlockMs = rules.unlockMs(report.door);
    if (unlockMs === null) return { judged: "no-reader", who: null, suspicions: afterHours };
    const pass = passBefore(report, unlockMs) ?? passAfter(report, at);
    if (pass) {
      // Going out is no visit, and of a visit that somebody approved for that time there is nothing to find out.
      const expected = pass.by !== "in" || pass.known;
      return {
        judged: pass.by === "exit-request" ? "exit-request" : "badge",
        who: null,
        suspicions: expected ? [] : afterHours,
      };
    }
    if (rules.freeExit(report.door) && inside.size > 0) return { judged: "exit", ...nobody };
    if (before === null) return { judged: "unknown-before", who: null, suspicions: afterHours };
    const suspicion = { condition: "door-forced", detail: "forced", waits: "for-reports" } as const;
    return { judged: "forced", who: null, suspicions: [suspicion] };
  };
  const passBefore = (report: DoorReport, unlockMs: number): Pass | undefined => {
    for (let n = passes.length - 1; n >= 0; n--) {
      const pass = passes[n]!;
      if (pass.atMs < report.atMs - unlockMs) return undefined;
      if (pass.door === null || pass.door === report.door) return pass;
    }
    return undefined;
  };
  /** A badge whose reader's clock is a little behind the contact's. */
  const passAfter = (report: DoorReport, at: number): Pass | undefined => {
    for (let next = at + 1; next < reports.length; next++) {
      const later = reports[next]!;
      if (later.atMs > report.atMs + rules.slackMs) return undefined;
      if (later.door !== null && later.door !== report.door) continue;
      if (later.kind === "exit-request") {
        return { door: later.door, atMs: later.atMs, by: later.erased ? "out" : "exit-request", known: true };
      }
      if (later.kind !== "badge" || later.decision !== "granted") continue;
      if (later.direction === "out") return { door: later.door, atMs: later.atMs, by: "out", known: true };
      const answer = askInCompany(rules.holderOf(later.credential, later.atMs), later, next);
      return {
        door: later.door,
        atMs: later.atMs,
        by: "in",
        known: answer.allowed && answer.reason !== "standing-right",
      };
    }
    return undefined;
  };

  reports.forEach((report, at) => {
    letGo(report.atMs);
    if (report.kind === "badge") judgements.set(report.id, judgeBadge(report, at));
    else if (report.kind === "exit-request") {
      passes.push({ door: report.door, atMs: report.atMs, by: report.erased ? "out" : "exit-request", known: true });
      judgements.set(report.id, { judged: "exit-request", who: null, suspicions: [] });
    } else if (report.door !== null) {
      judgements.set(report.id, judgeDoor({ ...report, door: report.door }, at));
    }
  });
  letGo(untilMs);
  return { judgements, inside: [...inside.values()], changes, missedExits, unseenEntries, doors };
}

function suspicionsOf({ allowed, reason, missing }: EntryAnswer): Suspicion[] {
  if (reason === "break-glass") {
    return [{ condition: "access-unauthorised", detail: "break-glass", priority: "critical", waits: "not" }];
  }
  if (allowed) return [];
  return [{ condition: "access-unauthorised", detail: reason, waits: missing ? "for-company" : "not" }];
}
