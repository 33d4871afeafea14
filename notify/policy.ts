import { atLeast, type Priority } from "../contract/index.ts";
import type { Person, Site } from "../site/index.ts";
import type { ChannelName } from "./channel.ts";
import { type AlarmNotice, isHidden, saysReturned } from "./notice.ts";
import { firstChannelOf, fits } from "./reach.ts";
import { groupsTold, reachableOf, recipientOf } from "./recipients.ts";

/** Somebody who, as far as the outbox knows, believes that the alarm stands: told, or about to be. */
export interface ToldBefore {
  person: string;
  channel: ChannelName;
  /** The highest priority they were told of. */
  priority: Priority;
  /** Whether a channel has taken the message, or is at work on it; else it waits still. */
  knows: boolean;
}

export const tellingReasons = [
  "raised",
  "priority-rose",
  "shelving-over",
  "in-sight-again",
  "returned-after-told",
  /** A later step of the policy: nobody has acknowledged so far. */
  "escalated",
  /** The policy begins anew: nobody has acknowledged all that time. */
  "reminded",
  /** Acknowledged, and it stands still after its time. */
  "not-returned",
  /** Somebody has acknowledged it: those who were told need not. */
  "taken",
  "test",
  /** A report, or another letter that is no alarm. */
  "report",
] as const;
export type TellingReason = (typeof tellingReasons)[number];

/** Whether what is told for this reason ends the belief that an alarm stands. */
export const endsBelief = (reason: string): boolean => reason === "returned-after-told";

export interface Telling {
  person: string;
  channel: ChannelName;
  reason: TellingReason;
}

export type Audience = { person: string; channel: ChannelName }[];

/**
 * Who is told of a transition, through what and why. Pure: the same notice, site and past give the same answer.
 * `audience`: whom the alarm concerns, by an escalation policy; by everybody's own `told` where there is none.
 */
export function whoIsTold(
  notice: AlarmNotice,
  site: Site,
  before: readonly ToldBefore[],
  audience: () => Audience = () => everyone(notice, site),
): Telling[] {
  // Told when it is in sight again: what stands then, or to those who were told before that it is over.
  if (isHidden(notice)) return [];
  if (saysReturned(notice)) return toldOfReturn(notice, site, before);
  switch (notice.transition) {
    case "raised":
      return audience().map((telling) => ({ ...telling, reason: "raised" }));
    case "priority-changed":
      return newsTo(audience(), notice, before).map((telling) => ({
        ...telling,
        reason: "priority-rose",
      }));
    case "unshelved":
      // Whoever put it off counted on its being gone by now: all are told again.
      return audience().map((telling) => ({ ...telling, reason: "shelving-over" }));
    case "unsuppressed":
    case "in-service":
      if (notice.state !== "unacknowledged") return [];
      return newsTo(audience(), notice, before).map((telling) => ({
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
function toldOfReturn(notice: AlarmNotice, site: Site, before: readonly ToldBefore[]): Telling[] {
  const told = before.flatMap(({ person, channel }) => {
    if (recipientOf(site, person) === undefined) return [];
    if (fits(channel, notice)) return [{ person, channel }];
    // A telephone does not ring for good news.
    const known = reachableOf(site, person);
    return known ? firstChannelOf(known, notice, site).map((other) => ({ person, channel: other })) : [];
  });
  return eachOnce(told).map((one) => ({ ...one, reason: "returned-after-told" }));
}

/** Those who have not been told of as much. */
function newsTo(audience: Audience, notice: AlarmNotice, before: readonly ToldBefore[]): Audience {
  return audience.filter(({ person, channel }) => {
    const told = before.find((entry) => entry.person === person && entry.channel === channel);
    return told === undefined || !atLeast(told.priority, notice.priority);
  });
}

/** Everyone who wants to know by their own `told`. */
export function everyone(notice: AlarmNotice, site: Site): Audience {
  const people = site.config.people.flatMap((person) =>
    wantsToKnow(person, notice)
      ? firstChannelOf(person, notice, site).map((channel) => ({ person: person.id, channel }))
      : [],
  );
  return [...people, ...groupsTold(notice, site)];
}

function wantsToKnow(person: Person, notice: AlarmNotice): boolean {
  const { from_priority: from, rooms } = person.told;
  if (from === "none" || !atLeast(notice.priority, from)) return false;
  // What belongs to no room (a full disk, an unknown device) concerns those who look after all of them.
  return rooms === "all" || (notice.room !== null && rooms.includes(notice.room));
}

export function eachOnce(audience: Audience): Audience {
  return [...new Map(audience.map((one) => [JSON.stringify([one.person, one.channel]), one])).values()];
}
