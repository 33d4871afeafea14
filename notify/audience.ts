import { isOnLeave, type PolicyConfig, type Site, teamAt, whoIsOn } from "../site/index.ts";
import { type AlarmNotice, isAboutFire } from "./notice.ts";
import { type Audience, eachOnce, everyone } from "./policy.ts";
import { channelsOf, firstChannelOf, fits } from "./reach.ts";
import { fireControlRoomId, groupsTold, reachableOf } from "./recipients.ts";

/** Whom an escalation policy means at a moment. */

export type Policy = Pick<
  PolicyConfig,
  "steps" | "repeat" | "until" | "return_within" | "tell_who_took_it" | "hold" | "gather"
> & {
  /** `null` for what is told without a policy of the site's own. */
  id: string | null;
  /** Through all channels of a person at once. */
  everyChannel: boolean;
};

const builtIn = { until: "returned", tell_who_took_it: true, everyChannel: false } as const;
const everybody: Policy = { ...builtIn, id: null, steps: [{ after: 0, tell: ["everyone"] }] };

/** What says that the telling itself does not work: never a reason for a second of its kind. */
export function isAboutTelling({ condition }: Pick<AlarmNotice, "condition">): boolean {
  return condition === "nobody-reached" || condition === "notification-failing";
}

/** The first policy that fits an alarm; without one, everyone is told at once by their `told`. */
export function policyFor(notice: AlarmNotice, site: Site): Policy {
  const room = notice.room === null ? undefined : site.rooms.get(notice.room);
  const found = site.config.telling.policies.find(({ match }) => {
    if (isAboutTelling(notice) && !match.conditions?.includes(notice.condition)) return false;
    if (match.priorities && !match.priorities.includes(notice.priority)) return false;
    if (match.conditions && !match.conditions.includes(notice.condition)) return false;
    if (match.rooms && !(notice.room !== null && match.rooms.includes(notice.room))) return false;
    return !match.buildings || (room?.building !== undefined && match.buildings.includes(room.building));
  });
  if (found) return { ...found, everyChannel: false };
  // One channel has just failed: the whole team hears of it through every other.
  return isAboutTelling(notice)
    ? { ...everybody, steps: [{ after: 0, tell: wholeTeam(site) }], everyChannel: true }
    : everybody;
}

/** Everybody who has a part in telling; everyone by their `told` where nobody has. */
function wholeTeam(site: Site): PolicyConfig["steps"][number]["tell"] {
  const { teams, rotas, policies } = site.config.telling;
  if (policies.length === 0) return ["everyone"];
  const named = [
    ...teams.flatMap(({ members }) => members),
    ...rotas.flatMap(({ layers }) => layers.flatMap((layer) => layer.rotation?.members ?? layer.person ?? [])),
    ...leadershipOf(site),
  ];
  return [...new Set(named)].map((person) => ({ person }));
}

/** Who is told in a step, each through the channels meant. Of those who want to hear of alarms of its kind anyway too. */
export function audienceOf(
  policy: Policy,
  step: number,
  at: { notice: AlarmNotice; site: Site; nowMs: number },
): Audience {
  const { notice, site, nowMs } = at;
  const config = policy.steps[step];
  if (config === undefined) return [];
  const named = config.tell.flatMap((whom) => {
    if (whom === "everyone") return [];
    if (whom === "leadership") return leadershipOf(site);
    if ("person" in whom) return [whom.person];
    return "team" in whom ? teamAt(site, whom.team, nowMs) : whoIsOn(site, whom.rota, nowMs).people;
  });
  const people = named.flatMap((id) => {
    const person = site.people.get(id);
    if (person === undefined || isOnLeave(site, id, nowMs)) return [];
    const able = channelsOf(person, site).filter((channel) => fits(channel, notice));
    const asked = policy.everyChannel ? able : (config.channels ?? []).filter((channel) => able.includes(channel));
    const channels = asked.length > 0 ? asked : firstChannelOf(person, notice, site);
    return channels.map((channel) => ({ person: id, channel }));
  });
  const wanting = config.tell.includes("everyone")
    ? everyone(notice, site)
    : step === 0
      ? groupsTold(notice, site)
      : [];
  return eachOnce([...(step === 0 ? fireControlRoomFor(notice, site) : []), ...people, ...wanting]);
}

/** Of smoke and heat first of all: they can look at the panel, and send the fire brigade. */
function fireControlRoomFor(notice: AlarmNotice, site: Site): Audience {
  if (!isAboutFire(notice) || notice.room === null) return [];
  const room = reachableOf(site, fireControlRoomId(notice.room));
  return room === undefined ? [] : firstChannelOf(room, notice, site).map((channel) => ({ person: room.id, channel }));
}

export function leadershipOf({ config }: Site): string[] {
  return config.telling.leadership ?? config.people.filter(({ category }) => category === "leader").map(({ id }) => id);
}
