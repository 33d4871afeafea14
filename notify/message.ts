import { createHash } from "node:crypto";
import type { Language } from "../contract/index.ts";
import { answeringPaths, type Site } from "../site/index.ts";
import { asBrief, asksForAction, asTest, isTaken, whyTold } from "./about-telling.ts";
import type { AnswerLink } from "./answers/links.ts";
import { briefOf } from "./brief.ts";
import type { ChannelName, Recipient, RenderedMessage } from "./channel.ts";
import { type Background, factsOf, smsAnswer } from "./facts.ts";
import { type AlarmNotice, isAboutFire, saysReturned } from "./notice.ts";
import { inOwnWords } from "./own-words.ts";
import { fireControlRoomOf } from "./recipients.ts";
import type { DueRow } from "./sending.ts";
import { tellingWords } from "./telling-words.ts";
import type { MessageContent } from "./templates/content.ts";
import { en } from "./templates/en.ts";
import { durationText } from "./templates/formats.ts";
import { layOutHtml } from "./templates/html.ts";
import { layOutText } from "./templates/text.ts";
import type { Words } from "./templates/words.ts";
import { zh } from "./templates/zh.ts";

const wordsOf: Record<Language, Words> = { "zh-CN": zh, en };

export interface RenderOptions {
  site: Site;
  person: Recipient;
  sentAtMs: number;
  /**
   * Tells one data folder from another. Alarms of a folder made anew are numbered from the start again: without this
   * their mails would bear the Message-IDs of older ones, and a server may drop them as repeated.
   */
  instance: string;
  /** For messages that have room for it. */
  background?: Background | null;
  answerLink?: AnswerLink | undefined;
}

/** Renders one message. Given the same row, site and person it is the same to the letter, `sentAtMs` aside. */
export function renderMessage(
  row: Pick<DueRow, "alarmId" | "n" | "person" | "channel" | "notice" | "merges"> &
    Partial<Pick<DueRow, "round" | "reason">>,
  { site, person, sentAtMs, instance, background = null, answerLink }: RenderOptions,
): RenderedMessage {
  const language = languageOf(person, site);
  const words = wordsOf[language];
  const key = digest([instance, site.id, row.alarmId, String(row.n), row.person, row.channel, ...roundOf(row)]);
  const { alarmId, merges, reason } = row;
  const answerUrl = answerLink?.({ alarmId, person: person.id, nonce: key, sentAtMs }) ?? null;
  const plain = contentOf(row.notice, { site, person, language, merges, reason, background, answerUrl });
  const warning = plain.banners.find((banner) => banner.kind === "danger")?.text ?? null;
  const brief = asBrief(briefOf(row.notice, { site, language, words, warning, sentAtMs }), plain, row);
  const url = answerUrl ?? linkTo(row.notice, site, words)?.url ?? null;
  // The fire control room is no person of the site: it has nothing to answer with.
  const code = fireControlRoomOf(person.id) === null && readsReplies(row.channel, site) ? plain.code : null;
  const said = { notice: row.notice, brief, content: plain, code, url };
  const { content, own } = inOwnWords(said, { site, words, person, background });
  return {
    key,
    threadKey: digest([instance, site.id, row.alarmId]),
    subject: content.subject,
    text: layOutText(content),
    html: layOutHtml(content),
    content,
    brief: { ...brief, own },
    notice: row.notice,
    notices: [row.notice],
    url,
    code,
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

/** Nobody is asked to reply to a number from which nothing comes back. */
function readsReplies(channel: ChannelName, site: Site): boolean {
  const way = channel === "sms-modem" ? "sms-modem" : channel === "sms-http" ? "sms-callback" : null;
  return way === null || answeringPaths(site.config).some(({ name }) => name === way);
}

/** One line for the terminal. Names the staff number alone: it may end in a log. */
export function toldLine(row: Pick<DueRow, "person" | "channel" | "notice">, site: Site, reply: string): string {
  const language = site.config.site.language;
  const words = wordsOf[language];
  const { subject } =
    row.notice.letter?.[language] ??
    contentOf(row.notice, { site, person: { id: row.person }, language, merges: false });
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
    background = null,
    answerUrl = null,
  }: {
    site: Site;
    person: Pick<Recipient, "id">;
    language: Language;
    merges: boolean;
    reason?: string | undefined;
    background?: Background | null;
    /** Where this person can acknowledge it without logging in. */
    answerUrl?: string | null;
  },
): MessageContent {
  const words = wordsOf[language];
  const key = language === "en" ? "en" : "zh";
  const room = notice.room === null ? undefined : site.rooms.get(notice.room);
  const siteName = site.config.site.name[key];
  const isReturned = saysReturned(notice);
  const isFire = isAboutFire(notice);
  const why = whyTold(notice, reason, { site, language });
  const tag = [
    words.priority[notice.priority],
    ...(isReturned ? [words.returned] : []),
    ...why.tag,
    ...(notice.transition === "priority-changed" ? [words.priorityRose] : []),
    ...(notice.transition === "unshelved" && !isReturned ? [words.shelvingOver] : []),
  ].join(" · ");
  const banners: MessageContent["banners"] = [];
  // What may kill comes before everything, in an exercise too: the gas does not know that it is one.
  if (isFire && room?.suppression === "gas") banners.push({ kind: "danger", text: words.gasSuppression });
  if (notice.drill) banners.push({ kind: "drill", text: words.drill });
  if (notice.besideDrill) banners.push({ kind: "real", text: tellingWords[language].real.long });
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
    // Somebody has it: whoever reads that need not be alarmed.
    tone: isReturned ? "returned" : isTaken(notice, reason) ? "low" : notice.priority,
    tag,
    title,
    sentence: withoutAdvice(notice.messages[language], notice.advice[language]),
    facts: factsOf(notice, { site, person, words, key, background }),
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
          link: answerUrl === null ? linkTo(notice, site, words) : { url: answerUrl, text: words.openToAnswer },
          bySms: smsAnswer(notice, { site, words }),
        },
    code: asksForAction(notice, reason) ? notice.code : null,
    notes,
    footer: words.footer({ site: siteName, alarm: notice.alarmId, n: notice.n }),
  };
  return asTest(content, notice, { site, language });
}

/** What to do first has a place of its own in a mail. */
function withoutAdvice(sentence: string, advice: string): string {
  return advice !== "" && sentence.endsWith(advice) ? sentence.slice(0, -advice.length).trimEnd() : sentence;
}

/** The console's first page: it always exists; the fragment names the alarm. */
function linkTo(notice: AlarmNotice, site: Site, words: Words): { url: string; text: string } | null {
  const base = site.config.console.public_url;
  if (base === undefined) return null;
  return { url: `${base.replace(/\/$/, "")}/#alarm-${encodeURIComponent(notice.alarmId)}`, text: words.openAlarm };
}
