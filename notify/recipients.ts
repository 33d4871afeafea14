import { atLeast, type Language, type Priority } from "../contract/index.ts";
import type { Person, Site } from "../site/index.ts";
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

const fireControlRoomPrefix = "@fire-control-room-";

/** The fire control room of a room as a recipient: named by the room, never by its number. */
export const fireControlRoomId = (room: string): string => `${fireControlRoomPrefix}${room}`;

export const fireControlRoomOf = (id: string): string | null =>
  id.startsWith(fireControlRoomPrefix) ? id.slice(fireControlRoomPrefix.length) : null;

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
  const reachable = reachableOf(site, id);
  if (reachable !== undefined) return reachable;
  const group = groupRecipients(site).find((each) => each.id === id);
  return group && { id, name: id, ...(group.language === undefined ? {} : { language: group.language }) };
}

/** Somebody with addresses of their own: a person, or a fire control room. */
export type Reachable = Recipient & Pick<Person, "channels">;

export function reachableOf(site: Site, id: string): Reachable | undefined {
  const room = fireControlRoomOf(id);
  return room === null ? site.people.get(id) : fireControlRoom(site, room);
}

const calls: readonly ChannelName[] = ["voice-http", "voice-aliyun", "voice-tencent"];
const messages: readonly ChannelName[] = ["sms-http", "sms-modem", "sms-aliyun", "sms-tencent"];

/** Whoever sits at the panel, by the number that the room has; `undefined` where there is none that can be dialled. */
function fireControlRoom({ rooms, config }: Pick<Site, "rooms" | "config">, id: string): Reachable | undefined {
  const phone = rooms.get(id)?.fire_control_room;
  const { told, channels, language = config.site.language } = config.telling.fire_control_room;
  if (!told || phone === undefined || !/^\+?[\d -]{3,20}$/.test(phone)) return undefined;
  // An SMS to a desk telephone is lost, and its gateway says that it was taken.
  const isDesk = phone.startsWith("0") || phone.replace(/\D/g, "").length < 8;
  return {
    id: fireControlRoomId(id),
    name: language === "en" ? "Fire control room" : "消防控制室",
    language,
    phone,
    channels: channels ?? [...calls, ...(isDesk ? [] : messages)],
  };
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
