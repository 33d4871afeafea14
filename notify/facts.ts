import { answeringPaths, type Site } from "../site/index.ts";
import type { Recipient } from "./channel.ts";
import type { Movement } from "./movement.ts";
import { type AlarmNotice, isAboutFire, saysReturned } from "./notice.ts";
import { fireControlRoomOf } from "./recipients.ts";
import type { MessageContent } from "./templates/content.ts";
import { clockText, durationText, numberText, shareText, timeText } from "./templates/formats.ts";
import type { Words } from "./templates/words.ts";

/** What an alarm's message says beside its sentence: a label and a value each, most needed first. */

/** What is looked up only for a message that has room for it. */
export interface Background {
  movement: Movement | null;
  /** Who else is told of the alarm, or has been. */
  knowing: readonly { person: string; told: boolean }[];
}

interface FactOptions {
  site: Site;
  person: Pick<Recipient, "id">;
  words: Words;
  key: "zh" | "en";
  background: Background | null;
}

export function factsOf(notice: AlarmNotice, options: FactOptions): MessageContent["facts"] {
  const { site, words, key } = options;
  const { labels, locale } = words;
  const how = { timeZone: site.timeZone, locale };
  const room = notice.room === null ? undefined : site.rooms.get(notice.room);
  const isReturned = saysReturned(notice);
  const facts: MessageContent["facts"] = [{ label: labels.where, value: placeText(notice, options) }];
  if (room) facts.push({ label: labels.holdings, value: room.holdings?.[key] ?? words.holdings[room.profile] });
  if (notice.device !== null) facts.push({ label: labels.device, value: notice.device });
  facts.push({ label: labels.since, value: timeText(notice.raisedAtMs, how) });
  if (isReturned) {
    const lasted = words.lasted(durationText(notice.atMs - notice.raisedAtMs, locale));
    facts.push({ label: labels.returnedAt, value: `${timeText(notice.atMs, how)}, ${lasted}` });
  }
  if (notice.expected && !isReturned) {
    const { atMs, fromMs, toMs, probability } = notice.expected;
    const [at, from, to] = [atMs, fromMs, toMs].map((ms) => clockText(ms, notice.atMs, site.timeZone)) as [
      string,
      string,
      string,
    ];
    const sure = probability === null ? null : shareText(probability, locale);
    facts.push({ label: labels.expected, value: words.expected({ at, from, to, sure }) });
  }
  const value = valueText(notice, words);
  if (value !== null) facts.push({ label: labels.value, value });
  const movement = isReturned ? null : movementText(options.background?.movement ?? null, words);
  if (movement !== null) facts.push({ label: labels.movement, value: movement });
  if (isReturned) return facts;
  if (room !== undefined && isAboutFire(notice) && room.fire_control_room !== undefined) {
    const telephone = room.fire_control_room;
    facts.push({ label: labels.fireControlRoom, value: telephone, telephone });
  }
  if (room?.key_holder !== undefined) {
    const holder = site.people.get(room.key_holder);
    const who = holder ? `${holder.name} (${holder.id})` : room.key_holder;
    facts.push(
      holder?.phone === undefined
        ? { label: labels.keyHolder, value: who }
        : { label: labels.keyHolder, value: `${who} ${holder.phone}`, telephone: holder.phone },
    );
  }
  const knowing = knowingText(options);
  if (knowing !== null) facts.push({ label: labels.alsoTold, value: knowing });
  return facts;
}

/** Building, floor and room; of what belongs to no room, the site. */
export function placeText(
  notice: AlarmNotice,
  { site, words, key }: Pick<FactOptions, "site" | "words" | "key">,
): string {
  if (notice.room === null) return words.wholeSite(site.config.site.name[key]);
  const floor = site.rooms.get(notice.room)?.floor;
  return [
    site.buildingName(notice.room)?.[key],
    floor === undefined ? undefined : words.floor(floor),
    site.roomName(notice.room)[key],
  ]
    .filter((part) => part !== undefined)
    .join(words.placeSeparator);
}

/** `null` for what has no figure: an open door, a silent sensor. */
function valueText(notice: AlarmNotice, words: Words): string | null {
  if (notice.value === null || notice.unit === null) return null;
  const withUnit = (figure: number) => `${numberText(figure, words.locale)} ${notice.unit}`;
  const value = withUnit(notice.value);
  return notice.limit === null ? value : words.valueAgainstLimit(value, withUnit(notice.limit));
}

export function movementText(movement: Movement | null, words: Words): string | null {
  if (movement === null) return null;
  const { direction, change, unit, spanMs } = movement;
  const sign = change < 0 ? "−" : "+";
  return words.movement({
    direction,
    change: `${sign}${numberText(Math.abs(change), words.locale)} ${unit}`,
    span: durationText(spanMs, words.locale),
  });
}

const mostNamed = 6;

/** Names of staff: a mail goes to one person, in the house. Chats and short messages have no such line. */
function knowingText({ site, person, words, background }: FactOptions): string | null {
  const others = (background?.knowing ?? []).filter((each) => each.person !== person.id);
  if (others.length === 0) return null;
  const nameOf = (id: string) => {
    const known = site.people.get(id);
    if (known) return `${known.name} (${known.id})`;
    const room = fireControlRoomOf(id);
    return room === null ? id : words.labels.fireControlRoom;
  };
  const named = others.slice(0, mostNamed);
  const list = (told: boolean) => named.filter((each) => each.told === told).map((each) => nameOf(each.person));
  const rest = others.length - named.length;
  const told = [...list(true), ...(rest > 0 ? [words.more(rest)] : [])].join(words.listSeparator);
  return words.knowing({ told, underWay: list(false).join(words.listSeparator) });
}

/** The answer to type into an SMS; `null` where nobody reads one. */
export function smsAnswer(notice: AlarmNotice, { site, words }: Pick<FactOptions, "site" | "words">): string | null {
  const isRead = answeringPaths(site.config).some(({ name }) => name.startsWith("sms-"));
  return notice.code === null || !isRead ? null : words.answerBySms(notice.code);
}
