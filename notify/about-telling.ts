import type { Language } from "../contract/index.ts";
import type { Site } from "../site/index.ts";
import type { Brief } from "./brief.ts";
import { type AlarmNotice, saysReturned } from "./notice.ts";
import { tellingWords } from "./telling-words.ts";
import type { MessageContent } from "./templates/content.ts";

/** Whether whoever reads it is asked to do something. */
export function asksForAction(notice: AlarmNotice, reason: string | undefined): boolean {
  if (saysReturned(notice) || notice.test) return false;
  return notice.transition !== "acknowledged" || reason === "not-returned";
}

/** Whether it says that somebody else sees to it. */
export const isTaken = (notice: AlarmNotice, reason: string | undefined): boolean =>
  notice.transition === "acknowledged" && reason !== "not-returned";

/** What a message says of why it is sent: that somebody took the alarm, or that nobody has so far. */
export function whyTold(
  notice: AlarmNotice,
  reason: string | undefined,
  { site, language }: { site: Site; language: Language },
): { tag: string[]; notes: string[] } {
  const words = tellingWords[language];
  if (notice.transition === "acknowledged" && reason !== "not-returned") {
    const id = notice.by ?? "–";
    const name = site.people.get(id)?.name;
    const by = name === undefined ? id : `${name} (${id})`;
    const via = words.via[notice.via ?? ""] ?? notice.via ?? "–";
    return { tag: [words.taken], notes: [words.takenBy({ by, via, comment: notice.comment ?? "" })] };
  }
  if (saysReturned(notice)) return { tag: [], notes: [] };
  if (reason === "escalated") return { tag: [], notes: [words.escalated] };
  if (reason === "reminded") return { tag: [], notes: [words.reminded] };
  if (reason === "not-returned") return { tag: [], notes: [words.notReturned] };
  return { tag: [], notes: [] };
}

/** A test says that it is one, in its first words and its last, and nothing that could be taken for an alarm. */
export function asTest(
  content: MessageContent,
  notice: AlarmNotice,
  { site, language }: { site: Site; language: Language },
): MessageContent {
  if (!notice.test) return content;
  const { test } = tellingWords[language];
  const siteName = site.config.site.name[language === "en" ? "en" : "zh"];
  const by = notice.by ?? "–";
  return {
    ...content,
    subject: `[${test.tag}] ${test.title} · ${siteName}`,
    banners: [{ kind: "drill", text: test.tag }],
    tag: test.tag,
    title: test.title,
    sentence: test.sentence({ site: siteName, by }),
    facts: [],
    advice: null,
    evidence: null,
    acknowledge: null,
    code: null,
    notes: [test.note],
  };
}

/** The short form says no less: who took it, and that a test is one. */
export function asBrief(
  brief: Brief,
  content: MessageContent,
  { notice, reason }: { notice: AlarmNotice; reason?: string | undefined },
): Brief {
  if (notice.test)
    return { ...brief, priority: content.tag, change: null, what: content.title, value: null, limit: null };
  if (notice.transition !== "acknowledged" || reason === "not-returned") return brief;
  const words = tellingWords[brief.language];
  return { ...brief, change: `${words.taken} (${notice.by ?? "–"})` };
}
