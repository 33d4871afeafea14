import { createHash } from "node:crypto";
import type { Language, Priority } from "../contract/index.ts";
import type { Site } from "../site/index.ts";
import { briefOf } from "./brief.ts";
import type { Recipient, RenderedMessage } from "./channel.ts";
import { isAboutFire, saysReturned } from "./notice.ts";
import type { DueRow } from "./sending.ts";
import { tellingWords } from "./telling-words.ts";
import type { MessageContent } from "./templates/content.ts";
import { en } from "./templates/en.ts";
import { timeText } from "./templates/formats.ts";
import { layOutHtml } from "./templates/html.ts";
import { layOutText } from "./templates/text.ts";
import type { Words } from "./templates/words.ts";
import { zh } from "./templates/zh.ts";

/** Lines of a digest; it must be read on a telephone. The rest is counted. */
const mostLines = 40;

export interface DigestOptions {
  site: Site;
  person: Recipient;
  sentAtMs: number;
  instance: string;
}

/** Says the same digest again: the same rows to the same recipient through the same channel. */
export function digestKey(rows: readonly DueRow[], options: Pick<DigestOptions, "site" | "instance">): string {
  const { person, channel } = rows[0]!;
  const parts = [options.instance, options.site.id, "digest", person, channel, ...rows.map(({ id }) => String(id))];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

/** Many alarms in one message: how each stands now, the most urgent first, grouped by room and cause. */
export function renderDigest(rows: readonly DueRow[], options: DigestOptions): RenderedMessage {
  const { site, person, sentAtMs } = options;
  const language: Language = person.language ?? site.config.site.language;
  const words = language === "en" ? en : zh;
  // What is real before what is exercised, what stands before what is over.
  const standing = rows.filter(({ notice }) => !saysReturned(notice));
  const worst = standing.find(({ notice }) => !notice.drill) ?? standing[0] ?? rows[0]!;
  const content = contentOf(rows, worst, { site, language, words });
  const warning = content.banners.find(({ kind }) => kind === "danger")?.text ?? null;
  const brief = briefOf(worst.notice, { site, language, words, warning, sentAtMs });
  const key = digestKey(rows, options);
  const isUrgent = (priority: Priority) => priority === "critical" || priority === "high";
  return {
    key,
    threadKey: key,
    subject: content.subject,
    text: layOutText(content),
    html: layOutHtml(content),
    content,
    // An exercise among real alarms does not make them one.
    brief: {
      ...brief,
      drill: content.banners.find(({ kind }) => kind === "drill")?.text ?? null,
      what: `${content.title}: ${brief.what}`,
    },
    notice: worst.notice,
    notices: rows.map(({ notice }) => notice),
    url: site.config.console.public_url ?? null,
    code: null,
    language,
    urgent: isUrgent(worst.notice.priority) && !saysReturned(worst.notice),
    priority: worst.notice.priority,
    sentAtMs,
    recordedAtMs: Math.min(...rows.map(({ notice }) => notice.recordedAtMs)),
    transition: worst.notice.transition,
    condition: worst.notice.condition,
    room: worst.notice.room,
  };
}

function contentOf(
  rows: readonly DueRow[],
  worst: DueRow,
  { site, language, words }: { site: Site; language: Language; words: Words },
): MessageContent {
  const { digest, test } = tellingWords[language];
  const key = language === "en" ? "en" : "zh";
  const over = rows.filter(({ notice }) => saysReturned(notice)).length;
  const isDrill = rows.every(({ notice }) => notice.drill || notice.test);
  const isInGas = rows.some(({ notice }) => {
    const room = notice.room === null ? undefined : site.rooms.get(notice.room);
    return room?.suppression === "gas" && isAboutFire(notice) && !saysReturned(notice);
  });
  const banners: MessageContent["banners"] = [];
  if (isInGas) banners.push({ kind: "danger", text: words.gasSuppression });
  if (isDrill) banners.push({ kind: "drill", text: rows.every(({ notice }) => notice.test) ? test.tag : words.drill });
  const title = digest.title(rows.length);
  const isReturned = over === rows.length;
  const tag = [words.priority[worst.notice.priority], isReturned ? words.returned : digest.tag].join(" · ");
  const siteName = site.config.site.name[key];
  return {
    language,
    subject: words.subject({ prefix: banners.map(({ text }) => text), tag, title, place: siteName }),
    banners,
    tone: isReturned ? "returned" : worst.notice.priority,
    tag,
    title,
    sentence: digest.sentence({ standing: rows.length - over, over }),
    facts: linesOf(rows, { site, language, words }),
    advice: null,
    evidence: null,
    acknowledge: isReturned
      ? null
      : { label: words.labels.acknowledge, command: "npx archive-sentry alarms list", link: null, bySms: null },
    code: null,
    notes: [digest.note],
    footer: siteName,
  };
}

/** One line for each room and cause, in the order in which they are to be looked at. */
function linesOf(
  rows: readonly DueRow[],
  { site, language, words }: { site: Site; language: Language; words: Words },
): MessageContent["facts"] {
  const { digest } = tellingWords[language];
  const key = language === "en" ? "en" : "zh";
  const standing = rows.filter(({ notice }) => !saysReturned(notice));
  const ordered = [...standing, ...rows.filter(({ notice }) => saysReturned(notice))];
  const groups = [
    ...Map.groupBy(ordered, ({ notice }) =>
      JSON.stringify([notice.room, notice.condition, notice.priority, saysReturned(notice), notice.drill ?? false]),
    ).values(),
  ];
  const lines = groups.slice(0, mostLines).map((group) => {
    const { notice } = group[0]!;
    const state = saysReturned(notice) ? digest.over : words.priority[notice.priority];
    const sinceMs = Math.min(...group.map((row) => row.notice.raisedAtMs));
    return {
      label: notice.room === null ? site.config.site.name[key] : site.roomName(notice.room)[key],
      value: digest.line({
        titles: `[${notice.drill ? `${words.drill} · ` : ""}${state}] ${words.condition[notice.condition]}`,
        count: group.length,
        since: timeText(sinceMs, { timeZone: site.timeZone, locale: words.locale }),
      }),
    };
  });
  const rest = groups.length - lines.length;
  return rest > 0 ? [...lines, { label: "…", value: digest.more(rest) }] : lines;
}
