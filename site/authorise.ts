import { roleRights } from "./roles.ts";
import type { Action, Person, PersonnelCategory } from "./schema.ts";

/** What a category may do without a right of its own. Everything else is refused. */
const standingRights: Record<PersonnelCategory, readonly Action[]> = {
  archivist: ["read", "comment", "acknowledge", "shelve", "reset", "keep-records", "consent"],
  logistics: ["read", "comment", "acknowledge"],
  facilities: ["read", "comment", "acknowledge", "shelve", "reset"],
  it: ["read", "comment", "acknowledge", "configure"],
  leader: ["read", "comment", "acknowledge", "consent"],
  auditor: ["read", "read-access", "read-trail"],
  "health-authority": ["read"],
  contractor: [],
  visitor: [],
};

export type Decision = { allowed: true; reason: string } | { allowed: false; reason: string };

/** Whether a person may do something about a room; `room: null` means what belongs to no room. */
export function authorise(person: Person, action: Action, room: string | null): Decision {
  if (person.rights === undefined) {
    const from = person.role === undefined ? `category ${person.category}` : `role ${person.role}`;
    const rights: readonly Action[] =
      person.role === undefined ? standingRights[person.category] : roleRights[person.role];
    return rights.includes(action)
      ? { allowed: true, reason: from }
      : { allowed: false, reason: `${from} has no right to ${action}` };
  }
  const right = person.rights.find(
    (r) => r.actions.includes(action) && (r.rooms === "all" || (room !== null && r.rooms.includes(room))),
  );
  if (right) return { allowed: true, reason: "right in the site file" };
  return { allowed: false, reason: `no right to ${action}${room === null ? "" : ` on ${room}`}` };
}
