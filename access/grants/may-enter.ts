import type { StandingAnswer } from "../../site/index.ts";
import { type Grant, type GrantState, grantStateAt, type RecordClass, type Who } from "./grant.ts";

/** What the site file says about entering; the composition root reads it from there. */
export interface EntryRules {
  standing(who: Who, room: string, atMs: number): StandingAnswer;
  needsEscort(who: Who): boolean;
  mayEscort(who: Who): boolean;
  needsTwo(room: string): boolean;
  /** Whether records of this class are for two persons. */
  needsTwoFor(recordClass: RecordClass): boolean;
}

export interface EntryQuestion {
  /** `null`: the badge belongs to nobody. */
  person: Who | null;
  room: string;
  atMs: number;
  grants: readonly Grant[];
  /** Who else is there by right. */
  inside: readonly Who[];
}

export type EntryReason =
  | "standing-right"
  | "grant"
  | "break-glass"
  | "unknown-badge"
  | "outside-hours"
  | "no-grant"
  | "grant-not-decided"
  | "grant-refused"
  | "grant-not-yet"
  | "grant-expired"
  | "grant-revoked"
  | "escort-missing"
  | "second-person-missing";

/** `missing`: the person may enter, but not alone. */
export type EntryAnswer = { allowed: boolean; reason: EntryReason; grant?: string; missing?: true };

const unusable: Record<Exclude<GrantState, "in-force">, EntryReason> = {
  requested: "grant-not-decided",
  refused: "grant-refused",
  approved: "grant-not-yet",
  expired: "grant-expired",
  revoked: "grant-revoked",
  withdrawn: "grant-revoked",
};
/** Of several grants that do not serve, the one that comes closest says why. */
const closest: readonly GrantState[] = ["approved", "requested", "revoked", "withdrawn", "refused", "expired"];

/** Whether somebody may enter a room at a moment, and why. What nobody allowed is not allowed. */
export function mayEnter({ person, room, atMs, grants, inside }: EntryQuestion, rules: EntryRules): EntryAnswer {
  if (person === null) return { allowed: false, reason: "unknown-badge" };
  const standing = rules.standing(person, room, atMs);
  // What was asked for later says nothing about before.
  const own = grants.filter(
    (grant) => grant.rooms.includes(room) && isFor(grant, person.id) && grant.requestedAtMs <= atMs,
  );
  const states = own.map((grant) => ({ grant, state: grantStateAt(grant, atMs) }));
  const inForce = states.filter(({ state }) => state === "in-force").map(({ grant }) => grant);
  const glass = inForce.find(({ purpose }) => purpose === "break-glass");
  // Who asked nobody has given the alarm already: no second person is waited for in an emergency.
  if (glass && standing !== "within-hours" && inForce.length === 1) {
    return { allowed: true, reason: "break-glass", grant: glass.id };
  }
  const given = inForce.filter(({ purpose }) => purpose !== "break-glass");
  // The one that asks least: a visit may be covered twice.
  const grant = given.find(({ recordClass }) => !rules.needsTwoFor(recordClass)) ?? given[0];
  if (standing !== "within-hours" && grant === undefined) {
    if (standing === "outside-hours" && states.length === 0) return { allowed: false, reason: "outside-hours" };
    const best = closest.find((state) => states.some((one) => one.state === state));
    const reason = best === undefined ? "no-grant" : unusable[best as Exclude<GrantState, "in-force">];
    return {
      allowed: false,
      reason: standing === "outside-hours" && reason === "grant-expired" ? "outside-hours" : reason,
    };
  }
  const by = standing === "within-hours" ? {} : { grant: grant!.id };
  const others = inside.filter(({ id }) => id !== person.id);
  if (rules.needsEscort(person) && !others.some(rules.mayEscort)) {
    return { allowed: false, reason: "escort-missing", missing: true, ...by };
  }
  const two = rules.needsTwo(room) || (standing !== "within-hours" && rules.needsTwoFor(grant!.recordClass));
  if (two && others.length === 0) return { allowed: false, reason: "second-person-missing", missing: true, ...by };
  return { allowed: true, reason: standing === "within-hours" ? "standing-right" : "grant", ...by };
}

export function isFor(grant: Grant, person: string): boolean {
  return grant.person !== null && (grant.person.id === person || grant.companions.includes(person));
}
