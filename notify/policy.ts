import { atLeast, type Priority } from "../contract/index.ts";
import type { Person, Site } from "../site/index.ts";
import type { ChannelName } from "./channel.ts";
import { type AlarmNotice, isHidden, saysReturned } from "./notice.ts";
import { groupsTold, recipientOf } from "./recipients.ts";

/** Somebody who, as far as the outbox knows, believes that the alarm stands: told, or about to be. */
export interface ToldBefore {
  person: string;
  channel: ChannelName;
  /** The highest priority they were told of. */
  priority: Priority;
}

export type TellingReason = "raised" | "priority-rose" | "shelving-over" | "in-sight-again" | "returned-after-told";

/** What ends the belief that an alarm stands. */
export const returnedReason = "returned-after-told" satisfies TellingReason;

export interface Telling {
  person: string;
  channel: ChannelName;
  reason: TellingReason;
}

/** Who is told of a transition, through what and why. Pure: the same notice, site and past give the same answer. */
export function whoIsTold(notice: AlarmNotice, site: Site, before: readonly ToldBefore[]): Telling[] {
  // Told when it is in sight again: what stands then, or to those who were told before that it is over.
  if (isHidden(notice)) return [];
  if (saysReturned(notice)) return toldOfReturn(site, before);
  switch (notice.transition) {
    case "raised":
      return reachable(notice, site).map((telling) => ({ ...telling, reason: "raised" }));
    case "priority-changed":
      return newsTo(reachable(notice, site), notice, before).map((telling) => ({
        ...telling,
        reason: "priority-rose",
      }));
    case "unshelved":
      // Whoever put it off counted on its being gone by now: all are told again.
      return reachable(notice, site).map((telling) => ({ ...telling, reason: "shelving-over" }));
    case "unsuppressed":
    case "in-service":
      if (notice.state !== "unacknowledged") return [];
      return newsTo(reachable(notice, site), notice, before).map((telling) => ({
        ...telling,
        reason: "in-sight-again",
      }));
    case "returned":
    case "acknowledged":
    case "reset":
    case "commented":
    case "shelved":
    case "suppressed":
    case "out-of-service":
      return [];
  }
}

/** Exactly those who were told, even if they are told of less by now: they still believe that it stands. */
function toldOfReturn(site: Site, before: readonly ToldBefore[]): Telling[] {
  return before
    .filter(({ person }) => recipientOf(site, person) !== undefined)
    .map(({ person, channel }) => ({ person, channel, reason: returnedReason }));
}

/** Those who have not been told of as much. */
function newsTo<T extends { person: string; channel: ChannelName }>(
  people: T[],
  notice: AlarmNotice,
  before: readonly ToldBefore[],
): T[] {
  return people.filter(({ person, channel }) => {
    const told = before.find((entry) => entry.person === person && entry.channel === channel);
    return told === undefined || !atLeast(told.priority, notice.priority);
  });
}

function reachable(notice: AlarmNotice, site: Site): { person: string; channel: ChannelName }[] {
  const people = site.config.people.flatMap((person) =>
    wantsToKnow(person, notice) ? channelsOf(person).map((channel) => ({ person: person.id, channel })) : [],
  );
  return [...people, ...groupsTold(notice, site)];
}

function wantsToKnow(person: Person, notice: AlarmNotice): boolean {
  const { from_priority: from, rooms } = person.told;
  if (from === "none" || !atLeast(notice.priority, from)) return false;
  // What belongs to no room (a full disk, an unknown device) concerns those who look after all of them.
  return rooms === "all" || (notice.room !== null && rooms.includes(notice.room));
}

function channelsOf(person: Person): ChannelName[] {
  return person.email === undefined ? [] : ["email"];
}
