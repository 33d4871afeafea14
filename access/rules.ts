import { type Site, standingRight } from "../site/index.ts";
import type { DoorRules } from "./doors/report.ts";
import type { EntryRules } from "./grants/may-enter.ts";
import type { Register } from "./register.ts";

/** Rights and doors as the site file has them now. */
export function entryRulesOf(site: Site): EntryRules {
  const { escorted, escorts, two_persons_for } = site.config.access;
  return {
    standing: ({ category }, room, atMs) => standingRight(site, { category, room, atMs }),
    needsEscort: ({ category }) => escorted.includes(category),
    mayEscort: ({ category }) => escorts.includes(category),
    needsTwo: (room) => site.rooms.get(room)?.two_persons ?? false,
    needsTwoFor: (recordClass) => two_persons_for.includes(recordClass),
  };
}

export function doorRulesOf(site: Site, register: Register): DoorRules {
  const settings = site.config.access;
  const doors = new Map(site.config.doors.map((door) => [door.id, door]));
  const buttons = new Set(
    [...site.devices.values()].filter(({ quantities }) => quantities.includes("exit_request")).map(({ room }) => room),
  );
  const grants = Map.groupBy(
    register.grants().flatMap((grant) => grant.rooms.map((room) => ({ room, grant }))),
    ({ room }) => room,
  );
  const byRoom = new Map([...grants].map(([room, found]) => [room, found.map(({ grant }) => grant)]));
  return {
    entry: entryRulesOf(site),
    holderOf(credential, atMs) {
      const who = register.badgeHolder(credential, atMs);
      const known = who && site.people.get(who.id);
      return known ? { id: known.id, name: known.name, category: known.category } : who;
    },
    grantsFor: (room) => byRoom.get(room) ?? [],
    inMaintenance: (door, atMs) => register.maintenanceOf(door, atMs) !== null,
    isWorkingTime: site.calendar.isWorkingTime,
    unlockMs(id) {
      const door = doors.get(id);
      if (!door || (!door.reader && !door.exit_button && !buttons.has(door.room))) return null;
      return door.unlock_for ?? settings.unlock_for;
    },
    freeExit: (id) => doors.get(id)?.free_exit ?? false,
    slackMs: settings.clock_slack,
    togetherMs: settings.together_within,
    insideLongestMs: settings.inside_longest,
    deniedLimit: settings.denied_limit,
    deniedWithinMs: settings.denied_within,
  };
}
