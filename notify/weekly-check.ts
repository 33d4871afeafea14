import type { Database } from "../core/index.ts";
import { type Site, whoIsOn } from "../site/index.ts";
import { type ChannelName, canReach, channelTraits } from "./channel.ts";
import type { AlarmNotice } from "./notice.ts";
import { statementsOf } from "./outbox-sql.ts";
import type { Audience } from "./policy.ts";
import { speaksByRote } from "./reach.ts";
import { groupRecipients } from "./recipients.ts";

/** Channels that can say that a message is a test: no call, no approved template, and no program that would act on it. */
const canSayTest = (name: ChannelName) => !speaksByRote(name) && channelTraits[name].kind !== "webhook";

/** Who gets the weekly message, through what; nobody where the site file names nobody. */
export function checkAudience(site: Site, open: readonly ChannelName[], nowMs: number): Audience {
  const { tell, channels } = site.config.proof.weekly;
  if (tell === undefined) return [];
  const id = "person" in tell ? tell.person : whoIsOn(site, tell.rota, nowMs).people[0];
  const person = id === undefined ? undefined : site.people.get(id);
  const wanted = open.filter((name) => canSayTest(name) && (channels === undefined || channels.includes(name)));
  return wanted.flatMap((channel) => {
    if (channelTraits[channel].needs !== null) {
      return person !== undefined && canReach(channel, person) ? [{ person: person.id, channel }] : [];
    }
    return groupRecipients(site)
      .filter((group) => group.channel === channel)
      .map((group) => ({ person: group.id, channel }));
  });
}

/** Queues the weekly message to its few recipients, each through the one channel that it asks about. */
export function queueCheck(db: Database, notice: AlarmNotice, audience: Audience, nowMs: number): void {
  const sql = statementsOf(db);
  if (audience.length === 0) return;
  sql.insertNotice.run(notice.n, notice.alarmId, JSON.stringify(notice));
  for (const { person, channel } of audience) {
    const { lastInsertRowid } = sql.insert.run({ ...plainRow(notice, nowMs), person, channel, reason: "test" });
    sql.passedOn.run({ ids: JSON.stringify([Number(lastInsertRowid)]) });
  }
}

/** A row of the outbox that no policy has asked for. */
export function plainRow(notice: AlarmNotice, nowMs: number) {
  return {
    alarm_id: notice.alarmId,
    n: notice.n,
    round: 0,
    transition: notice.transition,
    priority: notice.priority,
    urgency: 0,
    held_until_ms: 0,
    gather: 0,
    instead_of: null,
    created_at_ms: Math.round(nowMs),
  };
}
