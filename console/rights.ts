import { type AlarmView, type ConditionName, conditionFamilies, type SessionView } from "../contract/index.ts";
import { SentryError } from "../core/index.ts";
import { type Action, actions, authorise, type Person, type Site } from "../site/index.ts";
import type { AccessReader } from "./access-port.ts";
import type { Caller } from "./callers.ts";

/** What a caller may see. */
export interface View {
  sees(room: string | null): boolean;
  /** False without log-in: no access conditions and no names of people. */
  readonly personal: boolean;
}

const everything: View = { sees: () => true, personal: true };
const openView: View = { sees: () => true, personal: false };

/** Everything that a person may do, and in which rooms. */
export function rightsOf(person: Person, site: Site): SessionView["rights"] {
  const rights: SessionView["rights"] = {};
  for (const action of actions) {
    const where = [...site.rooms.keys()].filter((room) => authorise(person, action, room).allowed);
    if (authorise(person, action, null).allowed) rights[action] = "all";
    else if (where.length > 0) rights[action] = where;
  }
  return rights;
}

/** @throws SentryError `not-authorised` when there is nothing the person may read. */
export function viewOf(caller: Caller, site: Site): View {
  if (caller.kind === "open") return openView;
  if (caller.kind === "operator") return everything;
  const { person } = caller;
  const sees = (room: string | null) => authorise(person, "read", room).allowed;
  const nothing = authorise(person, "read", null);
  if (!nothing.allowed && ![...site.rooms.keys()].some(sees)) throw refused(person, nothing.reason);
  return { sees, personal: true };
}

/** @throws SentryError `not-found` for an unknown room, `not-authorised` for one the caller may not read. */
export function requireRoom(view: View, site: Site, room: string | undefined): void {
  if (room === undefined) return;
  if (!site.rooms.has(room)) throw new SentryError("not-found", `there is no room ${room}`);
  if (!view.sees(room)) throw new SentryError("not-authorised", `no right to read ${room}`);
}

const accessConditions = new Set<ConditionName>(conditionFamilies.access);

/** The alarm as this view shows it, `null` when it does not. */
export function shownAlarm(view: View, alarm: AlarmView): AlarmView | null {
  if (!view.sees(alarm.room)) return null;
  if (view.personal) return alarm;
  if (accessConditions.has(alarm.condition)) return null;
  const { acknowledgedBy: _, remedial: __, ...rest } = alarm;
  return rest;
}

/** Who may see by name who is told and who is on duty: those who work with them, and auditors. */
export function seesPeople(caller: Caller, room: string | null): boolean {
  if (caller.kind === "operator") return true;
  if (caller.kind === "open") return false;
  const { person } = caller;
  return authorise(person, "acknowledge", room).allowed || authorise(person, "read-access", room).allowed;
}

/** Who acts, with one of these rights over the whole site. @throws SentryError `person-required`, `not-authorised` */
export function authorWith(
  caller: Caller,
  by: string | undefined,
  site: Site,
  rights: readonly Action[],
): { by: string; via: Author["via"] } {
  const { person, via } = personOf(caller, by, site);
  if (caller.kind === "person" && !rights.some((right) => authorise(person, right, null).allowed)) {
    throw refused(person, `no right to ${rights.join(" or ")}`);
  }
  return { by: person.id, via };
}

/** The person who answers for a test. @throws SentryError `person-required`, `not-authorised` */
export const configurationAuthor = (caller: Caller, by: string | undefined, site: Site) =>
  authorWith(caller, by, site, ["configure"]);

export interface Author {
  /** Staff number; `null` only for a reload at a site without people. */
  by: string | null;
  via: "api" | "operator-token";
}

/**
 * The person who answers for a change to an alarm: the token's own, or with the operator token the one named.
 * @throws SentryError `person-required`, `not-authorised`
 */
export function alarmAuthor(
  caller: Caller,
  change: { by: string | undefined; action: Action; room: string | null; site: Site },
): { by: string; via: Author["via"] } {
  const { person, via } = personOf(caller, change.by, change.site);
  require(person, change.action, change.room);
  return { by: person.id, via };
}

/**
 * Who answers for what the operator token suffices for, because whoever can read it can change the files themselves:
 * a reload, accounts. Somebody is named all the same, unless the site file names nobody yet.
 * @throws SentryError `person-required`, `not-authorised`
 */
export function operatorOr(rights: readonly Action[], caller: Caller, by: string | undefined, site: Site): Author {
  if (caller.kind === "operator" && by === undefined && site.people.size === 0) {
    return { by: null, via: "operator-token" };
  }
  return authorWith(caller, by, site, rights);
}

/** Who acts in a person's own name, where what may be done depends on what it is about. @throws SentryError `person-required` */
export function namedAuthor(
  caller: Caller,
  by: string | undefined,
  site: Site,
): { by: string; via: "api" | "operator-token" } {
  const { person, via } = personOf(caller, by, site);
  return { by: person.id, via };
}

/**
 * Who reads about access, and what: names for those with the right `read-access` to the room, numbers for whoever may
 * read the room. The operator token reads all, and names who does it.
 * @throws SentryError `person-required`, `not-authorised`
 */
export function accessReader(caller: Caller, by: string | undefined, site: Site): AccessReader {
  const { person, via } = personOf(caller, by, site);
  if (caller.kind === "operator") return { by: person.id, via, sees: () => true, personal: true };
  const rooms = [null, ...site.rooms.keys()];
  const may = (action: Action) => (room: string | null) => authorise(person, action, room).allowed;
  const personal = rooms.some(may("read-access"));
  return { by: person.id, via, sees: may(personal ? "read-access" : "read"), personal };
}

/** Whether somebody may read the history of access of every room. */
export function readsHistory(caller: Caller, site: Site): boolean {
  if (caller.kind !== "person") return caller.kind === "operator";
  const rooms = [null, ...site.rooms.keys()];
  return rooms.every((room) => authorise(caller.person, "read-access", room).allowed);
}

/** Who enters what was done with a record. @throws SentryError `person-required`, `not-authorised` */
export function recordKeeper(
  caller: Caller,
  { by, room, site }: { by: string | undefined; room: string | null; site: Site },
): { by: string; via: Author["via"] } {
  return alarmAuthor(caller, { by, action: "keep-records", room, site });
}

/** Who may look records up: those who keep them, and auditors. @throws SentryError `not-authorised` */
export function recordReader(
  caller: Caller,
  by: string | undefined,
  site: Site,
): { author: Author; sees(room: string | null): boolean } {
  if (caller.kind === "operator" && by === undefined && site.people.size === 0) {
    return { author: { by: null, via: "operator-token" }, sees: () => true };
  }
  const { person, via } = personOf(caller, by, site);
  const sees = (room: string | null) =>
    authorise(person, "keep-records", room).allowed || authorise(person, "read-access", room).allowed;
  if (caller.kind === "operator") return { author: { by: person.id, via }, sees: () => true };
  if (![null, ...site.rooms.keys()].some(sees)) throw refused(person, "no right to see records");
  return { author: { by: person.id, via }, sees };
}

function personOf(caller: Caller, by: string | undefined, site: Site): { person: Person; via: Author["via"] } {
  switch (caller.kind) {
    case "open":
      throw new SentryError("not-authenticated", "a change needs a token");
    case "person":
      if (by !== undefined && by !== caller.person.id) {
        throw new SentryError("not-authorised", `by: the token belongs to ${caller.person.id}, found ${by}`);
      }
      return { person: caller.person, via: "api" };
    case "operator": {
      if (by === undefined) {
        throw new SentryError("person-required", "by: expected the staff number of one of people, found nothing");
      }
      const person = site.people.get(by);
      if (!person) {
        throw new SentryError("person-required", `by: expected the staff number of one of people, found ${by}`);
      }
      return { person, via: "operator-token" };
    }
  }
}

function require(person: Person, action: Action, room: string | null): void {
  const decision = authorise(person, action, room);
  if (!decision.allowed) throw refused(person, decision.reason);
}

function refused(person: Person, reason: string): SentryError {
  return new SentryError("not-authorised", `${person.id}: ${reason}`);
}
