import { type Clock, isoTime, randomId, SentryError } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import type { ConditionReport } from "../doors/alarms.ts";
import type { NewEntry } from "../ledger/kinds.ts";
import type { Register } from "../register.ts";
import { type Grant, grantStateAt, type Purpose, type RecordClass, type Who } from "./grant.ts";

/** Where people ask for leave, decide over it, and give out badges. Each step is an entry before it is answered. */
export interface Desk {
  request(asked: GrantRequest): Grant;
  decide(decision: {
    grant: string;
    approve: boolean;
    fromMs?: number;
    toMs?: number;
    comment: string;
    by: string;
  }): Grant;
  /** By who decides over its rooms; by whoever asked, it is a withdrawal. */
  revoke(end: { grant: string; comment: string; by: string }): Grant;
  /** Nobody is asked; an alarm goes out at once, and it must be explained. */
  breakGlass(entry: { person: string; rooms: readonly string[]; forMs: number; comment: string; by: string }): Grant;
  explain(said: { grant: string; comment: string; by: string }): Grant;
  assignBadge(badge: {
    person: string;
    name?: string;
    category?: Who["category"];
    credential: string;
    by: string;
  }): void;
  withdrawBadges(badge: { person: string; by: string }): number;
  maintain(work: { door: string; forMs: number; comment: string; by: string }): void;
  /** Notes what has expired, and says again what is still unexplained. */
  look(): void;
}

export interface GrantRequest {
  person: { id: string; name?: string | undefined; category?: Who["category"] | undefined };
  companions: readonly string[];
  rooms: readonly string[];
  purpose: Purpose;
  records: readonly string[];
  recordClass: RecordClass;
  fromMs: number;
  toMs: number;
  comment: string;
  by: string;
}

export function createDesk(options: {
  site: () => Site;
  register: Register;
  record: (entries: readonly NewEntry[]) => void;
  raise: (report: ConditionReport) => void;
  hashOf: (credential: string) => string;
  clock: Clock;
}): Desk {
  const { site, register, record, clock } = options;
  const known = (id: string): Grant => {
    const grant = register.grant(id);
    if (grant) return grant;
    throw new SentryError("not-found", `there is no grant ${id}`);
  };
  const whoOf = ({ id, name, category }: GrantRequest["person"]): Who => {
    const person = site().people.get(id);
    if (person) return { id, name: person.name, category: person.category };
    if (name && category) return { id, name, category };
    throw new SentryError(
      "request-invalid",
      `person: expected one of people, or a guest with name and category, found ${id}`,
    );
  };
  const checkRooms = (rooms: readonly string[]) => {
    if (rooms.length === 0) throw new SentryError("request-invalid", "rooms: expected at least one, found none");
    for (const room of rooms)
      if (!site().rooms.has(room)) throw new SentryError("not-found", `there is no room ${room}`);
  };
  const checkTime = (fromMs: number, toMs: number, longestMs: number, key: string) => {
    if (toMs <= fromMs || toMs <= clock.nowMs()) {
      throw new SentryError("request-invalid", "to: expected a time to come, after from");
    }
    if (toMs - fromMs > longestMs) throw new SentryError("limit-reached", `to: longer than ${key}`);
  };
  /** Decides over what is kept there. */
  const decidesOver = (by: string, room: string): boolean => {
    const found = site().rooms.get(room);
    return found !== undefined && (found.key_holder === by || found.deciders.includes(by));
  };
  const mustDecide = (by: string, rooms: readonly string[]) => {
    const other = rooms.find((room) => !decidesOver(by, room));
    if (other === undefined) return;
    throw new SentryError("not-authorised", `${by}: neither key holder of ${other} nor one of its deciders`);
  };
  const own = (by: string, comment: string) => ({
    by: { person: by, value: by },
    ...(comment === "" ? {} : { comment: { person: by, value: comment } }),
  });
  const step = (
    grant: Grant,
    name: "revoked" | "withdrawn" | "reminded" | "explained" | "expired",
    by: string | null,
    comment = "",
  ) =>
    record([
      {
        kind: "grant",
        atMs: clock.nowMs(),
        body: { grant: grant.id, step: name },
        ...(by === null ? {} : { personal: own(by, comment) }),
      },
    ]);

  return {
    request({ fromMs, toMs, rooms, purpose, records, recordClass, companions, comment, by, person }) {
      checkRooms(rooms);
      checkTime(fromMs, toMs, site().config.access.grant_longest, "access.grant_longest");
      const who = whoOf(person);
      const grant = randomId(5);
      // A reference may be of a record that is kept secret: it stands where only the person's key opens it.
      record([
        {
          kind: "grant",
          atMs: clock.nowMs(),
          body: {
            grant,
            step: "requested",
            rooms: [...rooms],
            purpose,
            class: recordClass,
            from: isoTime(fromMs),
            to: isoTime(toMs),
          },
          personal: {
            ...own(by, comment),
            person: { person: who.id, value: { ...who } },
            ...(companions.length > 0 ? { companions: { person: who.id, value: [...companions] } } : {}),
            ...(records.length > 0 ? { records: { person: who.id, value: [...records] } } : {}),
          },
        },
      ]);
      return known(grant);
    },
    decide({ grant: id, approve, fromMs, toMs, comment, by }) {
      const grant = known(id);
      if (grant.requestedBy === by || grant.person?.id === by || grant.companions.includes(by)) {
        throw new SentryError("not-authorised", `${by}: nobody decides over a request of one's own`);
      }
      mustDecide(by, grant.rooms);
      const nowMs = clock.nowMs();
      if (grantStateAt(grant, nowMs) !== "requested") {
        throw new SentryError("state-conflict", `grant ${id} is ${grantStateAt(grant, nowMs)}, expected requested`);
      }
      const from = fromMs ?? grant.fromMs;
      const to = toMs ?? grant.toMs;
      if (approve) checkTime(from, to, site().config.access.grant_longest, "access.grant_longest");
      const time = approve ? { from: isoTime(from), to: isoTime(to) } : {};
      const decision = approve ? ("approved" as const) : ("refused" as const);
      record([
        { kind: "grant-decision", atMs: nowMs, body: { grant: id, decision, ...time }, personal: own(by, comment) },
      ]);
      return known(id);
    },
    revoke({ grant: id, comment, by }) {
      const grant = known(id);
      const state = grantStateAt(grant, clock.nowMs());
      if (!["requested", "approved", "in-force"].includes(state)) {
        throw new SentryError("state-conflict", `grant ${id} is ${state} already`);
      }
      const withdrawn = grant.requestedBy === by;
      if (!withdrawn) mustDecide(by, grant.rooms);
      step(grant, withdrawn ? "withdrawn" : "revoked", by, comment);
      return known(id);
    },
    breakGlass({ person, rooms, forMs, comment, by }) {
      checkRooms(rooms);
      if (comment.trim() === "") throw new SentryError("comment-required", "a break-glass needs a reason");
      const nowMs = clock.nowMs();
      checkTime(nowMs, nowMs + forMs, site().config.access.break_glass_longest, "access.break_glass_longest");
      const who = whoOf({ id: person });
      const grant = randomId(5);
      record([
        {
          kind: "grant",
          atMs: nowMs,
          body: { grant, step: "break-glass", rooms: [...rooms], from: isoTime(nowMs), to: isoTime(nowMs + forMs) },
          personal: { ...own(by, comment), person: { person: who.id, value: { ...who } } },
        },
      ]);
      for (const room of rooms) {
        options.raise({
          condition: "access-unauthorised",
          subject: `break-glass ${grant} ${room}`,
          active: true,
          room,
          detail: "break-glass",
          priority: "critical",
        });
      }
      return known(grant);
    },
    explain({ grant: id, comment, by }) {
      const grant = known(id);
      if (grant.purpose !== "break-glass") throw new SentryError("state-conflict", `grant ${id} is no break-glass`);
      if (grant.explainedAtMs !== null) throw new SentryError("state-conflict", `grant ${id} is explained already`);
      if (comment.trim() === "") throw new SentryError("comment-required", "an explanation needs words");
      step(grant, "explained", by, comment);
      return known(id);
    },
    assignBadge({ person, name, category, credential, by }) {
      const who = whoOf({ id: person, name, category });
      const hash = options.hashOf(credential);
      record([
        {
          kind: "credential",
          atMs: clock.nowMs(),
          body: { step: "assigned" },
          personal: {
            by: { person: by, value: by },
            person: { person: who.id, value: { ...who } },
            credential: { person: who.id, value: hash },
          },
        },
      ]);
    },
    withdrawBadges({ person, by }) {
      const theirs = register.badges().filter(({ who }) => who.id === person);
      record(
        theirs.map(({ credential, who }) => ({
          kind: "credential" as const,
          atMs: clock.nowMs(),
          body: { step: "withdrawn" as const },
          personal: {
            by: { person: by, value: by },
            person: { person: who.id, value: { ...who } },
            credential: { person: who.id, value: credential },
          },
        })),
      );
      return theirs.length;
    },
    maintain({ door: id, forMs, comment, by }) {
      const door = site().config.doors.find((one) => one.id === id);
      if (!door) throw new SentryError("not-found", `there is no door ${id}`);
      const nowMs = clock.nowMs();
      if (forMs > 0 && comment.trim() === "")
        throw new SentryError("comment-required", "say why the door is under repair");
      const body =
        forMs > 0
          ? { door: id, room: door.room, step: "started" as const, to: isoTime(nowMs + forMs) }
          : { door: id, room: door.room, step: "ended" as const };
      record([{ kind: "door-maintenance", atMs: nowMs, body, personal: own(by, comment) }]);
    },
    look() {
      const nowMs = clock.nowMs();
      const { explain_within } = site().config.access;
      for (const grant of register.grants()) {
        if (grantStateAt(grant, nowMs) === "expired" && !grant.expiryNoted) step(grant, "expired", null);
        if (grant.purpose !== "break-glass" || grant.explainedAtMs !== null) continue;
        const times = (atMs: number) => Math.floor((atMs - grant.requestedAtMs) / explain_within);
        if (times(nowMs) <= times(grant.remindedAtMs ?? grant.requestedAtMs)) continue;
        for (const room of grant.rooms) {
          options.raise({
            condition: "access-unauthorised",
            subject: `break-glass ${grant.id} ${room}`,
            active: true,
            room,
            detail: "break-glass-unexplained",
          });
        }
        step(grant, "reminded", null);
      }
    },
  };
}
