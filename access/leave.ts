import { type Site, standingRight } from "../site/index.ts";
import type { Access } from "./access.ts";
import { grantStateAt } from "./grants/grant.ts";
import { isFor } from "./grants/may-enter.ts";
import type { LeaveFor } from "./records/records.ts";

/**
 * Whether a person may handle a record: by a standing right to the room, whatever the hour at which it is entered, or by
 * a grant in force. Who borrows or brings back need not come in.
 */
export function leaveByRights(access: Access, site: () => Site): LeaveFor {
  return ({ person, room, action, atMs, grant: named, visit }) => {
    const inside = [...access.history.rooms()].flatMap(([id, fold]) =>
      fold.inside.filter(({ who }) => who?.id === person && (room === null || room === id)),
    );
    const found = { visit: visit ?? inside[0]?.visit };
    const grants = access.register
      .grants()
      .filter((one) => isFor(one, person) && (room === null || one.rooms.includes(room)))
      .filter((one) => grantStateAt(one, atMs) === "in-force" && one.purpose !== "break-glass");
    const grant = grants.find(({ id }) => named === undefined || id === named);
    if (named !== undefined && !grant) return { allowed: false, reason: `grant ${named} does not cover this` };
    if (grant) return { allowed: true, ...found, grant: grant.id };
    const category = site().people.get(person)?.category;
    const rooms = room === null ? [...site().rooms.keys()] : [room];
    const standing = category && rooms.some((id) => standingRight(site(), { category, room: id, atMs }) !== "none");
    if (standing || action === "loan" || action === "return") return { allowed: true, ...found };
    return { allowed: false, reason: `${person}: neither a standing right nor a grant for ${room ?? "any room"}` };
  };
}
