import { atLeast, type Language, type Priority } from "../contract/index.ts";
import type { Site } from "../site/index.ts";
import type { ChannelName, Recipient } from "./channel.ts";

/** A chat group or a program in the site file. */
export interface GroupRecipient {
  id: string;
  channel: ChannelName;
  language?: Language | undefined;
  told: { from_priority: Priority | "none"; rooms: "all" | string[] };
}

/** Groups and programs have an @ before their id, which no staff number has: the record tells them from people. */
export const groupId = (id: string): string => `@${id}`;

export function groupRecipients({ config }: Pick<Site, "config">): GroupRecipient[] {
  const { webhook, wecom, dingtalk } = config.channels;
  const listed = (channel: ChannelName, groups: readonly Omit<GroupRecipient, "channel">[] | undefined) =>
    (groups ?? []).map(({ id, language, told }) => ({ id: groupId(id), channel, language, told }));
  return [
    ...listed("webhook", webhook?.receivers),
    ...listed("wecom", wecom?.groups),
    ...listed("dingtalk", dingtalk?.groups),
  ];
}

/** A person or group by the id that the outbox has; `undefined` when the site file has it no more. */
export function recipientOf(site: Site, id: string): Recipient | undefined {
  const person = site.people.get(id);
  if (person !== undefined) return person;
  const group = groupRecipients(site).find((each) => each.id === id);
  return group && { id, name: id, ...(group.language === undefined ? {} : { language: group.language }) };
}

/** The groups and programs that are told of an alarm like this one. */
export function groupsTold(
  { priority, room }: { priority: Priority; room: string | null },
  site: Site,
): { person: string; channel: ChannelName }[] {
  return groupRecipients(site)
    .filter(({ told: { from_priority: from, rooms } }) => {
      if (from === "none" || !atLeast(priority, from)) return false;
      return rooms === "all" || (room !== null && rooms.includes(room));
    })
    .map(({ id, channel }) => ({ person: id, channel }));
}
