import { type Found, found, latelyMs, minutesOf, type View } from "./finding.ts";
import { contactsOf, minuteMs, risen, type Seen, tracksOf } from "./room-view.ts";
import { strayOf } from "./track.ts";

/** Doors, and whether anybody is inside. */

const heldOpenMs = 2 * minuteMs;
const presenceMs = 10 * minuteMs;
const longestVisitMs = 4 * 60 * minuteMs;

/** Nobody has moved, badged in or opened a door for longer than what people breathe out stays. */
export function isEmpty(room: readonly Seen[], nowMs: number): boolean {
  const contacts = [...contactsOf(room, "motion"), ...contactsOf(room, "door")];
  if (contacts.length === 0 || isBadgedIn(room, nowMs)) return false;
  return contacts.every(({ onMs }) => onMs === null || nowMs - onMs > latelyMs);
}

/** Who forgot to badge out is not inside for ever. */
const isBadgedIn = (room: readonly Seen[], nowMs: number) =>
  contactsOf(room, "badge").some(({ value, changedMs }) => value > 0 && nowMs - changedMs <= longestVisitMs);

export function ofDoorsAndPeople({ room, nowMs }: View): Found[] {
  const list: Found[] = [];
  const doors = contactsOf(room, "door");
  const held = doors.find(({ value, changedMs }) => value !== 0 && nowMs - changedMs >= heldOpenMs);
  if (held) {
    const minutes = minutesOf(nowMs - held.changedMs);
    list.push(found("door", "open", [`门已开 ${minutes} 分钟`, `door open for ${minutes} min`]));
  } else if (doors.some(({ onMs }) => onMs !== null && nowMs - onMs <= latelyMs)) {
    list.push(found("door", "lately", ["半小时内开过门", "door opened within the half hour"]));
  } else if (doors.length > 0) list.push(found("door", "shut", ["门关闭", "door closed"]));
  return [...list, ...ofPeople(room, nowMs)];
}

/** Motion and badges say whether anybody is inside; breath only where neither is looked for. */
function ofPeople(room: readonly Seen[], nowMs: number): Found[] {
  const motion = contactsOf(room, "motion");
  const watched = motion.length > 0 || contactsOf(room, "badge").length > 0;
  if (isBadgedIn(room, nowMs)) return [found("presence", "somebody", ["有人刷卡入内", "somebody badged in"])];
  if (motion.some(({ onMs }) => onMs !== null && nowMs - onMs <= presenceMs)) {
    return [found("presence", "somebody", ["室内有人", "somebody inside"])];
  }
  if (watched) return [found("presence", "nobody", ["室内无人", "nobody inside"])];
  const co2 = tracksOf(room, "co2_ppm")[0];
  if (!co2 || strayOf(co2.track) < risen.co2Ppm || isEmpty(room, nowMs)) return [];
  const amount = `${Math.round(co2.track.value)} ppm`;
  return [found("presence", "somebody", [`有人呼吸（CO₂ ${amount}）`, `somebody breathes there (CO₂ ${amount})`])];
}
