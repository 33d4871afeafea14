import { createHash } from "node:crypto";
import type { ConditionName, Language } from "../contract/index.ts";
import type { Site } from "../site/index.ts";
import { asBrief, asksForAction, asTest, whyTold } from "./about-telling.ts";
import { briefOf } from "./brief.ts";
import type { Recipient, RenderedMessage } from "./channel.ts";
import { type AlarmNotice, saysReturned } from "./notice.ts";
import type { DueRow } from "./sending.ts";
import type { MessageContent } from "./templates/content.ts";
import { en } from "./templates/en.ts";
import { durationText, numberText, timeText } from "./templates/formats.ts";
import { layOutHtml } from "./templates/html.ts";
import { layOutText } from "./templates/text.ts";
import type { Words } from "./templates/words.ts";
import { zh } from "./templates/zh.ts";

const wordsOf: Record<Language, Words> = { "zh-CN": zh, en };

/** Where smoke or heat is meant: people are told whom to believe, and how not to die in the gas. */
const fireConditions: ReadonlySet<ConditionName> = new Set([
  "heat-rise",
  "smoke-prealarm",
  "smoke-alarm",
  "fire-suspected",
]);

export interface RenderOptions {
  site: Site;
  person: Recipient;
  sentAtMs: number;
  /**
   * Tells one data folder from another. Alarms of a folder made anew are numbered from the start again: without this
   * their mails would bear the Message-IDs of older ones, and a server may drop them as repeated.
   */
  instance: string;
}

/** Renders one message. Given the same row, site and person it is the same to the letter, `sentAtMs` aside. */
export function renderMessage(
  row: Pick<DueRow, "alarmId" | "n" | "person" | "channel" | "notice" | "merges"> &
    Partial<Pick<DueRow, "round" | "reason">>,
  { site, person, sentAtMs, instance }: RenderOptions,
): RenderedMessage {
  const language = languageOf(person, site);
  const content = contentOf(row.notice, { site, person, language, merges: row.merges, reason: row.reason });
  const warning = content.banners.find((banner) => banner.kind === "danger")?.text ?? null;
  return {
    key: digest([instance, site.id, row.alarmId, String(row.n), row.person, row.channel, ...roundOf(row)]),
    threadKey: digest([instance, site.id, row.alarmId]),
    subject: content.subject,
    text: layOutText(content),
    html: layOutHtml(content),
    content,
    brief: asBrief(briefOf(row.notice, { site, language, words: wordsOf[language], warning, sentAtMs }), content, row),
    notice: row.notice,
    notices: [row.notice],
    url: linkTo(row.notice, site, wordsOf[language])?.url ?? null,
    code: asksForAction(row.notice, row.reason) ? row.notice.code : null,
    language,
    urgent: asksForAction(row.notice, row.reason) && ["critical", "high"].includes(row.notice.priority),
    priority: row.notice.priority,
    sentAtMs,
    recordedAtMs: row.notice.recordedAtMs,
    transition: row.notice.transition,
    condition: row.notice.condition,
    room: row.notice.room,
  };
}

/** One line for the terminal. Names the staff number alone: it may end in a log. */
export function toldLine(row: Pick<DueRow, "person" | "channel" | "notice">, site: Site, reply: string): string {
  const language = site.config.site.language;
  const words = wordsOf[language];
  const { subject } = contentOf(row.notice, { site, person: { id: row.person }, language, merges: false });
  return words.told({ person: row.person, channel: words.channel[row.channel], subject, reply });
}

const languageOf = (person: Recipient, site: Site): Language => person.language ?? site.config.site.language;

/** Tellings of one transition that differ only in time have keys of their own; the first has the one it always had. */
const roundOf = ({ round }: Partial<Pick<DueRow, "round">>) =>
  round === undefined || round === 0 ? [] : [String(round)];

/** A digest, so that neither staff numbers nor alarm ids can be read from what mail servers log. */
const digest = (parts: string[]) => createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);

function contentOf(
  notice: AlarmNotice,
  {
    site,
    person,
    language,
    merges,
    reason,
  }: { site: Site; person: Pick<Recipient, "id">; language: Language; merges: boolean; reason?: string | undefined },
): MessageContent {
  const words = wordsOf[language];
  const key = language === "en" ? "en" : "zh";
  const room = notice.room === null ? undefined : site.rooms.get(notice.room);
  const siteName = site.config.site.name[key];
  const isReturned = saysReturned(notice);
  const isFire = fireConditions.has(notice.condition);
  const why = whyTold(notice, reason, { site, language });
  const tag = [
    words.priority[notice.priority],
    ...(isReturned ? [words.returned] : []),
    ...why.tag,
    ...(notice.transition === "priority-changed" ? [words.priorityRose] : []),
    ...(notice.transition === "unshelved" && !isReturned ? [words.shelvingOver] : []),
  ].join(" · ");
  const banners: MessageContent["banners"] = [];
  if (notice.drill) banners.push({ kind: "drill", text: words.drill });
  if (isFire && room?.suppression === "gas") banners.push({ kind: "danger", text: words.gasSuppression });
  const title = words.condition[notice.condition];
  const notes: string[] = [];
  if (notice.drill) notes.push(words.drillNote);
  if (notice.lateMs !== null) notes.push(words.late(durationText(notice.lateMs, words.locale)));
  notes.push(...why.notes);
  if (merges) notes.push(words.merged);
  if (isFire) notes.push(words.notCertified);
  const content: MessageContent = {
    language,
    subject: words.subject({
      prefix: banners.map((banner) => banner.text),
      tag,
      title,
      place: notice.room === null ? siteName : site.roomName(notice.room)[key],
    }),
    banners,
    tone: isReturned ? "returned" : notice.priority,
    tag,
    title,
    sentence: withoutAdvice(notice.messages[language], notice.advice[language]),
    facts: factsOf(notice, site, words, key),
    advice:
      !asksForAction(notice, reason) || notice.advice[language] === ""
        ? null
        : { label: words.labels.first, text: notice.advice[language] },
    evidence:
      notice.evidence.length === 0
        ? null
        : {
            label: words.labels.why,
            items: notice.evidence.toSorted((a, b) => b.weight - a.weight).map((each) => each.text),
          },
    acknowledge: !asksForAction(notice, reason)
      ? null
      : {
          label: words.labels.acknowledge,
          command: `npx archive-sentry alarms ack ${notice.alarmId} --by ${person.id} --comment "${words.onMyWay}"`,
          link: linkTo(notice, site, words),
        },
    notes,
    footer: words.footer({ site: siteName, alarm: notice.alarmId, n: notice.n }),
  };
  return asTest(content, notice, { site, language });
}

/** What to do first has a place of its own in a mail. */
function withoutAdvice(sentence: string, advice: string): string {
  return advice !== "" && sentence.endsWith(advice) ? sentence.slice(0, -advice.length).trimEnd() : sentence;
}

function factsOf(notice: AlarmNotice, site: Site, words: Words, key: "zh" | "en"): MessageContent["facts"] {
  const { labels } = words;
  const room = notice.room === null ? undefined : site.rooms.get(notice.room);
  const isReturned = saysReturned(notice);
  const facts: MessageContent["facts"] = [{ label: labels.where, value: placeText(notice, site, words, key) }];
  if (room) facts.push({ label: labels.holdings, value: room.holdings?.[key] ?? words.holdings[room.profile] });
  if (notice.device !== null) facts.push({ label: labels.device, value: notice.device });
  facts.push({
    label: labels.since,
    value: timeText(notice.raisedAtMs, { timeZone: site.timeZone, locale: words.locale }),
  });
  if (isReturned) {
    const lasted = words.lasted(durationText(notice.atMs - notice.raisedAtMs, words.locale));
    facts.push({
      label: labels.returnedAt,
      value: `${timeText(notice.atMs, { timeZone: site.timeZone, locale: words.locale })}, ${lasted}`,
    });
  }
  const value = valueText(notice, words);
  if (value !== null) facts.push({ label: labels.value, value });
  if (isReturned || room === undefined) return facts;
  if (fireConditions.has(notice.condition) && room.fire_control_room !== undefined) {
    const telephone = room.fire_control_room;
    facts.push({ label: labels.fireControlRoom, value: telephone, telephone });
  }
  if (room.key_holder !== undefined) {
    const holder = site.people.get(room.key_holder);
    const who = holder ? `${holder.name} (${holder.id})` : room.key_holder;
    facts.push(
      holder?.phone === undefined
        ? { label: labels.keyHolder, value: who }
        : { label: labels.keyHolder, value: `${who} ${holder.phone}`, telephone: holder.phone },
    );
  }
  return facts;
}

function placeText(notice: AlarmNotice, site: Site, words: Words, key: "zh" | "en"): string {
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

/** The console's first page: it always exists; the fragment names the alarm. */
function linkTo(notice: AlarmNotice, site: Site, words: Words): { url: string; text: string } | null {
  const base = site.config.console.public_url;
  if (base === undefined) return null;
  return { url: `${base.replace(/\/$/, "")}/#alarm-${encodeURIComponent(notice.alarmId)}`, text: words.openAlarm };
}
