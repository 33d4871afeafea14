import { z } from "zod";
import type { Clock } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import { type ConditionReport, createDoorAlarms } from "./doors/alarms.ts";
import { entryOf, reportOf } from "./doors/entries.ts";
import { type AccessHistory, type Change, createAccessHistory } from "./doors/history.ts";
import { type AccessPoints, openAccessPoints } from "./doors/points.ts";
import type { DoorRules, Report } from "./doors/report.ts";
import { createDesk, type Desk } from "./grants/desk.ts";
import type { NewEntry, Personal } from "./ledger/kinds.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { createRegister, factKinds, type Register } from "./register.ts";
import { doorRulesOf } from "./rules.ts";

/** Badges, doors and grants: what was reported, held against who may enter, and written into the ledger. */
export interface Access {
  /** Takes reports with how far the intake log has been followed; on disk when it returns. */
  take(reports: readonly Report[], position: number): void;
  /** Raises what is due, ends what is over; returns when something else will be, `null` when nothing waits. */
  raiseDue(): number | null;
  /** Once a minute: who has been inside too long, what has expired. */
  lookAround(): void;
  /** The site file was exchanged. */
  reload(): void;
  readonly cursor: () => number;
  saveCursor(position: number): void;
  readonly history: AccessHistory;
  readonly register: Register;
  readonly desk: Desk;
  readonly points: AccessPoints;
}

const bootPage = 2_000;
const savedRaised = z.array(z.string());
const savedRules = z.object({ sinceMs: z.number(), rules: z.string() });

export function createAccess(options: {
  ledger: Ledger;
  site: () => Site;
  raise: (report: ConditionReport) => void;
  /** Doors whose `door-forced` stands. */
  forcedDoors: () => readonly string[];
  /** The keyed hash of a badge's number, as messages have it. */
  hashOf: (credential: string) => string;
  /** Number of the point up to which charts have them. */
  chartsHave?: () => number;
  clock: Clock;
}): Access {
  const { ledger, site, clock } = options;
  const register = createRegister();
  const points = openAccessPoints(ledger.store.database);
  let rules: DoorRules = doorRulesOf(site(), register);
  let rulesSinceMs = 0;

  const noteRules = () => {
    const { access, rooms, doors, people, calendar } = site().config;
    const now = JSON.stringify([
      access,
      rooms.map((room) => [room.id, room.two_persons]),
      doors,
      calendar,
      people.map((p) => [p.id, p.category]),
    ]);
    const saved = ledger.fact("access rules");
    const before = saved === null ? null : savedRules.parse(JSON.parse(saved));
    rulesSinceMs = before?.rules === now ? before.sinceMs : before === null ? 0 : clock.nowMs();
    if (before?.rules !== now) {
      ledger.append([], undefined, { "access rules": JSON.stringify({ sinceMs: rulesSinceMs, rules: now }) });
    }
    rules = doorRulesOf(site(), register);
  };
  const record = (entries: readonly NewEntry[]) => {
    ledger.append(entries);
    for (const { kind, atMs, body, personal = {} } of entries) {
      const said = Object.entries<Personal | undefined>(personal).map(([field, about]) => [field, about?.value]);
      register.apply({ kind, atMs, body, personal: Object.fromEntries(said) });
    }
    rules = doorRulesOf(site(), register);
  };

  for (const { entry } of pages(ledger, 0, factKinds)) {
    if (!entry) continue;
    const personal = Object.entries(ledger.reveal(entry)).map(([field, opened]) => [field, opened?.value]);
    const { kind, body } = entry;
    register.apply({ kind, atMs: Date.parse(entry.at), body, personal: Object.fromEntries(personal) });
  }
  noteRules();
  const rememberMs = () => {
    const { late_within, inside_longest } = site().config.access;
    return late_within + inside_longest + 3_600_000;
  };
  const history = createAccessHistory({
    rules: () => rules,
    rememberMs,
    changesWithinMs: () => site().config.access.late_within,
    rulesSinceMs: () => rulesSinceMs,
  });
  const from = ledger.store.firstRecordedFrom(clock.nowMs() - rememberMs());
  const newest = new Map<string, NonNullable<ReturnType<typeof reportOf>>>();
  for (const { entry } of pages(ledger, from, ["access-event"])) {
    const known = entry && reportOf(entry, () => ledger.reveal(entry));
    if (known) newest.set(known.report.id, known);
  }
  history.restore([...newest.values()], clock.nowMs());
  const raisedBefore = ledger.fact("access raised");
  const alarms = createDoorAlarms({
    history,
    site,
    raise: options.raise,
    raised: raisedBefore === null ? [] : savedRaised.parse(JSON.parse(raisedBefore)),
    forcedDoors: options.forcedDoors(),
  });
  const desk = createDesk({ site, register, record, raise: options.raise, hashOf: options.hashOf, clock });
  let personsVersion = ledger.personsVersion();
  /** A command beside this program may have erased somebody. */
  const forgetErased = () => {
    if (ledger.personsVersion() === personsVersion) return;
    personsVersion = ledger.personsVersion();
    const taken = register.forget((person) => ledger.subjectOf(person) === null);
    rules = doorRulesOf(site(), register);
    if (taken.size > 0) history.forget(taken, clock.nowMs());
  };
  let position = ledger.cursor("access");
  let raisedSaid = raisedBefore ?? "[]";

  /** The first time that somebody goes in by a grant. */
  const usesOf = (changes: readonly Change[]): NewEntry[] => {
    const seen = new Set<string>();
    return changes.flatMap(({ report, judgement }): NewEntry[] => {
      const grant = judgement.grant === undefined ? undefined : register.grant(judgement.grant);
      if (!grant || grant.usedAtMs !== null || seen.has(grant.id) || !judgement.who) return [];
      if (!["grant", "break-glass"].includes(judgement.judged)) return [];
      seen.add(grant.id);
      const person = { person: judgement.who.id, value: { ...judgement.who } };
      return [{ kind: "grant", atMs: report.atMs, body: { grant: grant.id, step: "used" }, personal: { person } }];
    });
  };
  const write = (changes: readonly Change[], cursor?: number) => {
    const counts = history.counts();
    const uses = usesOf(changes);
    if (changes.length + counts.length === 0 && cursor === undefined) return;
    const { first } = ledger.append(
      [...changes.map(entryOf), ...uses],
      cursor === undefined ? undefined : { source: "access", position: cursor },
      {},
      () => {
        for (const { report, judgement, amends } of changes) {
          if (report.kind === "badge" && amends === undefined)
            points.addBadge(report, judgement.who?.category ?? "unknown");
        }
        for (const count of counts) points.addCount(count);
      },
    );
    changes.forEach((change, at) => history.recorded(change, first + at));
    history.countsWritten(counts.length);
    for (const { kind, atMs, body } of uses) register.apply({ kind, atMs, body, personal: {} });
  };
  const raiseDue = (): number | null => {
    const nextMs = alarms.look(clock.nowMs());
    const raised = JSON.stringify(alarms.raised());
    if (raised !== raisedSaid) ledger.append([], undefined, { "access raised": raised });
    raisedSaid = raised;
    return nextMs;
  };

  return {
    take(reports, to) {
      position = to;
      if (reports.length === 0) return;
      forgetErased();
      const changes = history.take(reports, clock.nowMs());
      if (changes.length > 0) write(changes, to);
    },
    raiseDue,
    lookAround() {
      forgetErased();
      history.refresh(clock.nowMs());
      write([]);
      desk.look();
      points.prune(clock.nowMs() - site().config.history.figures, options.chartsHave?.() ?? points.newest());
    },
    reload: noteRules,
    cursor: () => position,
    saveCursor: (to) => void ledger.append([], { source: "access", position: to }),
    history,
    register,
    desk,
    points,
  };
}

export function* pages(ledger: Ledger, from: number, kinds: readonly NewEntry["kind"][]) {
  for (let next = from; ; ) {
    const page = ledger.read({ from: next, limit: bootPage, kinds });
    yield* page;
    if (page.length < bootPage) return;
    next = page.at(-1)!.index + 1;
  }
}
