import { boundsOf, type Person, type Site } from "../site/index.ts";
import { type ChannelName, canReach, carries, channelNames, channelTraits } from "./channel.ts";
import type { AlarmNotice } from "./notice.ts";
import { saysReturned } from "./notice.ts";
import type { Reachable } from "./recipients.ts";

/** The channels through which a person can be told, best first: as the site file says, else mail before messages. */
export function channelsOf(person: Reachable, site: Pick<Site, "config">): ChannelName[] {
  const open = (name: ChannelName) => name === "email" || site.config.channels[name] !== undefined;
  const order = person.channels ?? channelNames.filter((name) => channelTraits[name].kind !== "voice");
  return order.filter((name) => open(name) && canReach(name, person));
}

/** The channel to begin with. */
export function firstChannelOf(person: Reachable, notice: AlarmNotice, site: Pick<Site, "config">): ChannelName[] {
  return channelsOf(person, site)
    .filter((name) => fits(name, notice))
    .slice(0, 1);
}

/** The channel to try after another has failed; `null` when there is none left. */
export function channelAfter(
  person: Reachable,
  channel: ChannelName,
  telling: { notice: AlarmNotice; site: Pick<Site, "config"> },
): ChannelName | null {
  const { notice, site } = telling;
  const isAnswer = notice.transition === "acknowledged";
  const channels = channelsOf(person, site).filter((name) => fits(name, notice) && !(isAnswer && speaksByRote(name)));
  const at = channels.indexOf(channel);
  // One that is not of their own order failed: begin with their best.
  return channels.filter((name) => name !== channel)[Math.max(0, at)] ?? null;
}

/** Channels that can say "an alarm" and "it has returned", and nothing else: calls, and approved templates. */
export function speaksByRote(channel: ChannelName): boolean {
  return channelTraits[channel].kind === "voice" || speaksTemplates(channel);
}

/** Channels that send approved texts alone. */
export function speaksTemplates(channel: ChannelName): boolean {
  return channel.endsWith("-aliyun") || channel.endsWith("-tencent");
}

export function fits(channel: ChannelName, notice: AlarmNotice): boolean {
  return carries(channel, { priority: notice.priority, returned: saysReturned(notice) });
}

/** Until when a person is to be left in peace; 0 when they are not. Never of what is critical. */
export function quietUntilMs(person: Person | undefined, site: Site, atMs: number): number {
  if (person === undefined || person.quiet.length === 0) return 0;
  const { calendar } = site;
  const today = calendar.local(atMs).date;
  const yesterday = calendar.local(calendar.instantOf(today, 0) - 1).date;
  let untilMs = 0;
  for (const { hours, days } of person.quiet) {
    for (const date of [yesterday, today]) {
      const weekday = calendar.local(calendar.instantOf(date, 12 * 60)).weekday;
      const { fromMs, toMs } = boundsOf(calendar, hours, date);
      if ((days === undefined || days.includes(weekday)) && atMs >= fromMs && atMs < toMs) {
        untilMs = Math.max(untilMs, toMs);
      }
    }
  }
  return untilMs;
}
