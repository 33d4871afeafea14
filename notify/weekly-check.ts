import type { Database } from "../core/index.ts";
import { type Site, whoIsOn } from "../site/index.ts";
import { type ChannelName, canReach, channelTraits } from "./channel.ts";
import type { AlarmNotice } from "./notice.ts";
import { queuePlain } from "./plain-message.ts";
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
  queuePlain(db, notice, audience, { reason: "test", urgency: 0, nowMs });
}
