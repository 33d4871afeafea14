import {
  type Access,
  accessEvents,
  createAccess,
  grantStateAt,
  grantView,
  insideNow,
  type LeaveFor,
  type Ledger,
  leaveByRights,
  type NewEntry,
} from "../../access/index.ts";
import { credentialHash, type Entry, type Follower, follow } from "../../collector/index.ts";
import type { AccessReader, AccessSource } from "../../console/index.ts";
import { type Clock, type Logger, messageOf, SentryError, type Timer } from "../../core/index.ts";
import { personnelCategories, type Site } from "../../site/index.ts";
import { type DataFolder, derivedKey } from "../data-folder.ts";
import type { LoggedEvent } from "../engine/log-events.ts";
import type { Parts } from "../parts.ts";
import { accessReportsOf } from "./access-reports.ts";

const gatherMs = 50;
const lookAroundEveryMs = 60_000;
const retryMs = 2_000;

/** Follows the intake log for badges and doors, raises what they mean, and answers about them. */
export interface AccessPart {
  /** `null` where the ledger could not be opened. */
  readonly access: Access | null;
  readonly source: AccessSource;
  start(): void;
  stop(): Promise<void>;
  makeDurable(): number;
  fault(): string | null;
  /** Entries of the intake log that it is behind. */
  lag(): number;
  reload(): void;
  /** Unless it is that person's already. */
  giveBadge(person: string, credential: string): void;
  readonly leaveFor: LeaveFor;
}

export function openAccessPart(options: {
  ledger: Ledger | null;
  parts: Pick<Parts, "intake" | "stands" | "stores">;
  site: () => Site;
  report: (event: LoggedEvent) => void;
  data: DataFolder;
  clock: Clock;
  log: Logger;
}): AccessPart {
  const { ledger, site, clock, log } = options;
  const { intake, stands, stores } = options.parts;
  // As the intake makes it, before a message is written.
  const key = derivedKey(options.data.secret("personal.key"), "credentials");
  const hashOf = (credential: string) => credentialHash(credential, key);
  const access =
    ledger &&
    createAccess({
      ledger,
      site,
      raise: (report) => options.report({ event: "condition", ...report }),
      forcedDoors: () => site().config.doors.flatMap(({ id }) => (stands("door-forced", id) ? [id] : [])),
      hashOf,
      chartsHave: () => stores.readUpTo("access"),
      clock,
    });
  if (access) stores.followAccess(access.points);
  let follower: Follower | null = null;
  let due: Timer | null = null;
  let around: Timer | null = null;
  let saved = access?.cursor() ?? 0;

  const raiseDue = () => {
    due?.cancel();
    due = null;
    if (!access) return;
    let nextMs: number | null;
    try {
      nextMs = access.raiseDue();
    } catch (error) {
      log.error("access.alarms.unsaved", { error: messageOf(error) });
      nextMs = clock.nowMs() + retryMs;
    }
    if (nextMs !== null) due = clock.after(Math.max(1, nextMs - clock.nowMs()), raiseDue);
  };
  const lookAround = () => {
    try {
      access?.lookAround();
    } catch (error) {
      log.error("access.look.failed", { error: messageOf(error) });
    }
    raiseDue();
  };
  const apply = (entries: readonly Entry[]) => {
    const reports = entries.flatMap((entry) => accessReportsOf(entry, site()));
    access!.take(reports, entries.at(-1)!.position);
    if (reports.length > 0) raiseDue();
  };
  const desk = () => {
    if (access && ledger) return { access, ledger };
    throw new SentryError(
      "ledger-broken",
      "the ledger could not be opened: nothing about access can be read or entered",
    );
  };
  const noteReading = (
    what: string,
    { by, via }: AccessReader,
    filter: Record<string, string>,
    results: number,
    about?: string,
  ) => {
    const entry: NewEntry = {
      kind: "history-read",
      atMs: clock.nowMs(),
      body: { what, filter, via, results },
      personal: {
        ...(by === null ? {} : { by: { person: by, value: by } }),
        ...(about === undefined ? {} : { about: { person: about, value: about } }),
      },
    };
    desk().ledger.append([entry]);
  };
  const view = (grant: Parameters<typeof grantView>[0]) => grantView(grant, site(), clock.nowMs());
  const categoryOf = (text: string | undefined) => {
    const category = personnelCategories.find((one) => one === text);
    if (text !== undefined && category === undefined) {
      throw new SentryError(
        "request-invalid",
        `category: expected one of ${personnelCategories.join(", ")}, found ${text}`,
      );
    }
    return category;
  };
  const guestOf = <T extends { category?: string | undefined }>(person: T) => ({
    ...person,
    category: categoryOf(person.category),
  });

  return {
    access,
    source: {
      events({ reader, ...query }) {
        const { ledger } = desk();
        const page = accessEvents(ledger, site(), query, reader.sees);
        const { room, person } = query;
        noteReading("access-events", reader, room === undefined ? {} : { room }, page.events.length, person);
        return page;
      },
      inside({ reader, room }) {
        const rooms = insideNow(desk().access, site(), clock.nowMs()).filter(
          (one) => (room === undefined || one.room === room) && reader.sees(one.room),
        );
        if (!reader.personal) return rooms.map((one) => ({ ...one, people: [] }));
        noteReading("inside", reader, room === undefined ? {} : { room }, rooms.length);
        return rooms;
      },
      grants({ reader, state, room, person }) {
        const nowMs = clock.nowMs();
        const open = ["requested", "approved", "in-force"];
        const found = desk()
          .access.register.grants()
          .filter((grant) => {
            const now = grantStateAt(grant, nowMs);
            const unexplained = grant.purpose === "break-glass" && grant.explainedAtMs === null;
            if (state === "open" ? !open.includes(now) && !unexplained : state !== "all" && now !== state) return false;
            if (person !== undefined && grant.person?.id !== person) return false;
            if (room !== undefined && !grant.rooms.includes(room)) return false;
            const own = reader.by !== null && (grant.person?.id === reader.by || grant.requestedBy === reader.by);
            const decides = grant.rooms.some((id) => {
              const { key_holder, deciders = [] } = site().rooms.get(id) ?? {};
              return reader.by !== null && (key_holder === reader.by || deciders.includes(reader.by));
            });
            return own || decides || (reader.personal && grant.rooms.some(reader.sees));
          });
        noteReading("grants", reader, { state, ...(room === undefined ? {} : { room }) }, found.length, person);
        return found.map(view);
      },
      request: ({ from, to, class: recordClass, person, ...asked }) =>
        view(
          desk().access.desk.request({
            ...asked,
            person: guestOf(person),
            recordClass,
            fromMs: Date.parse(from),
            toMs: Date.parse(to),
          }),
        ),
      decide: ({ grant, decision, from, to, comment, by }) =>
        view(
          desk().access.desk.decide({
            grant,
            approve: decision === "approved",
            comment,
            by,
            ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
            ...(to === undefined ? {} : { toMs: Date.parse(to) }),
          }),
        ),
      revoke: (end) => view(desk().access.desk.revoke(end)),
      explain: (said) => view(desk().access.desk.explain(said)),
      breakGlass: ({ minutes, ...entry }) => view(desk().access.desk.breakGlass({ ...entry, forMs: minutes * 60_000 })),
      assignBadge({ person, credential, by }) {
        const { desk: counter } = desk().access;
        if (credential === undefined) return counter.withdrawBadges({ person: person.id, by });
        const { id, name, category } = guestOf(person);
        counter.assignBadge({ person: id, name, category, credential, by });
        return 1;
      },
      maintain: ({ minutes, ...work }) => desk().access.desk.maintain({ ...work, forMs: minutes * 60_000 }),
    },
    start() {
      if (!access) return;
      follower = follow(intake, { name: "access", gatherMs, cursor: access.cursor, apply }, { clock, logger: log });
      follower.start();
      lookAround();
      around = clock.every(lookAroundEveryMs, lookAround);
    },
    async stop() {
      around?.cancel();
      await follower?.stop();
      due?.cancel();
      if (access && access.cursor() > saved) access.saveCursor(access.cursor());
    },
    makeDurable() {
      if (!access) return Number.MAX_SAFE_INTEGER;
      const position = access.cursor();
      try {
        if (position > saved) access.saveCursor(position);
        saved = position;
      } catch (error) {
        log.warn("access.cursor.unsaved", { error: messageOf(error) });
      }
      return saved;
    },
    fault: () => follower?.fault() ?? null,
    lag: () => follower?.lag() ?? 0,
    reload: () => access?.reload(),
    leaveFor: (deed) => leaveByRights(desk().access, site)(deed),
    giveBadge(person, credential) {
      if (!access || access.register.badgeHolder(hashOf(credential), clock.nowMs())?.id === person) return;
      access.desk.assignBadge({ person, credential, by: person });
    },
  };
}
