import { type Filling, fillTemplate, type Site, type TemplateFile } from "../site/index.ts";
import type { Brief } from "./brief.ts";
import type { Recipient } from "./channel.ts";
import { type Background, movementText, placeText } from "./facts.ts";
import { type AlarmNotice, isAboutFire } from "./notice.ts";
import type { MessageContent } from "./templates/content.ts";
import type { Words } from "./templates/words.ts";

/** A message in a site's own words, where it has some; `null` where the program's own stand. */

/** The texts of one message that a site has written itself; first words are put before them by whoever sends. */
export type OwnWords = Partial<Record<Exclude<TemplateFile, "mail-subject" | "mail-sentence" | "mail-note">, string>>;

interface Said {
  notice: AlarmNotice;
  brief: Brief;
  content: MessageContent;
  code: string | null;
  url: string | null;
}

interface Around {
  site: Site;
  words: Words;
  person: Pick<Recipient, "id">;
  background: Background | null;
}

/** Tests and who took an alarm are said in the program's words alone: they are about telling, not about a room. */
const isOwn = ({ notice, brief }: Said) => !notice.test && (brief.change === null || brief.returned);

export function inOwnWords(said: Said, around: Around): { content: MessageContent; own: OwnWords } {
  const { content, brief } = said;
  const templates = around.site.templates[brief.language];
  if (Object.keys(templates).length === 0 || !isOwn(said)) return { content, own: {} };
  const filling = fillingOf(said, around);
  const fill = (file: TemplateFile): string | undefined => {
    const template = templates[file];
    return template === undefined ? undefined : fillTemplate(template, filling);
  };
  const own: OwnWords = {};
  for (const file of brief.returned ? (["sms-returned"] as const) : (["sms", "voice", "chat"] as const)) {
    const text = fill(file);
    if (text) own[file] = text;
  }
  if (brief.returned) return { content, own };
  const subject = fill("mail-subject");
  const note = fill("mail-note");
  return {
    own,
    content: {
      ...content,
      subject: subject ? [...content.banners.map(({ text }) => text), subject].join(" | ") : content.subject,
      sentence: fill("mail-sentence") || content.sentence,
      notes: note ? [note, ...content.notes] : content.notes,
    },
  };
}

function fillingOf({ notice, brief, content, code, url }: Said, { site, words, background }: Around): Filling {
  const key = brief.language === "en" ? "en" : "zh";
  const room = notice.room === null ? undefined : site.rooms.get(notice.room);
  const holder = room?.key_holder === undefined ? undefined : site.people.get(room.key_holder);
  return {
    priority: brief.priority,
    change: brief.change,
    condition: brief.what,
    room: notice.room === null ? placeText(notice, { site, words, key }) : site.roomName(notice.room)[key],
    room_short: brief.where,
    building: notice.room === null ? null : (site.buildingName(notice.room)?.[key] ?? null),
    floor: room?.floor === undefined ? null : words.floor(room.floor),
    site: site.config.site.name[key],
    since: brief.since,
    expected: brief.expected,
    value: brief.value,
    limit: brief.limit,
    code,
    holdings: room === undefined ? null : (room.holdings?.[key] ?? words.holdings[room.profile]),
    device: notice.device,
    sentence: content.sentence,
    advice: content.advice?.text ?? null,
    movement: movementText(background?.movement ?? null, words),
    key_holder: holder === undefined ? (room?.key_holder ?? null) : `${holder.name} (${holder.id})`,
    fire_control_room: isAboutFire(notice) ? (room?.fire_control_room ?? null) : null,
    url,
  };
}
