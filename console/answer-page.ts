import { createHash } from "node:crypto";
import type { AlarmView, ConditionName } from "../contract/index.ts";
import type { Site } from "../site/index.ts";
import { type AnswerPageWords, answerPageWords } from "./answer-words.ts";
import type { AnswerPage } from "./ports.ts";

/** The page behind a link that acknowledges: for a telephone at night, without any script. */
export function answerPage(page: AnswerPage, site: Site): string {
  const words = answerPageWords[page.language];
  const { alarm } = page;
  const isOpen = page.state === "open";
  const [heading, text] = words.results[page.isBusy ? "busy" : page.state] ?? ["", ""];
  const tone = page.state === "acknowledged" || page.state === "used" ? "good" : "plain";
  const body = [
    page.warning === null ? "" : `<p class="warning">${escapeHtml(page.warning)}</p>`,
    isOpen
      ? ""
      : `<section class="result ${tone}" role="status"><h1>${heading}</h1><p>${text}</p>${usedAt(page, site, words)}</section>`,
    alarm === null ? "" : alarmBlock(alarm, { page, site, words, isTitle: isOpen }),
    isOpen ? form(page, site, words) : "",
    page.state === "invalid" && !page.isBusy ? otherLanguage(page) : "",
    alarm !== null && fireConditions.has(alarm.condition) ? `<p class="quiet">${words.notCertified}</p>` : "",
    `<p class="quiet">${escapeHtml(site.config.site.name[page.language === "en" ? "en" : "zh"])} · archive-sentry</p>`,
  ];
  const title = isOpen ? (page.title ?? "") : heading;
  return `<!doctype html>
<html lang="${page.language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<main>
${body.filter((part) => part !== "").join("\n")}
</main>
</html>
`;
}

function alarmBlock(
  alarm: AlarmView,
  { page, site, words, isTitle }: { page: AnswerPage; site: Site; words: AnswerPageWords; isTitle: boolean },
): string {
  const { labels } = words;
  const key = page.language === "en" ? "en" : "zh";
  const holder = alarm.acknowledgedBy;
  const state = words.state[alarm.state];
  const facts: [string, string][] = [
    ...(alarm.room === null ? [] : ([[labels.where, placeOf(alarm.room, site, key)]] satisfies [string, string][])),
    [labels.since, timeText(Date.parse(alarm.at), site, page.language)],
    [labels.state, holder === undefined ? state : words.by(state, nameOf(holder, site))],
  ];
  if (alarm.value !== null && alarm.unit !== null) {
    const shown = (value: number) =>
      `${value.toLocaleString(page.language, { maximumFractionDigits: 2 })} ${alarm.unit}`;
    const limit = alarm.limit === null ? "" : words.limit(shown(alarm.limit));
    facts.push([labels.value, `${shown(alarm.value)}${limit}`]);
  }
  const level = isTitle ? "h1" : "h2";
  return `<section class="alarm ${alarm.priority}">
<p class="tag">${words.priority[alarm.priority]}</p>
<${level}>${escapeHtml(page.title ?? "")}</${level}>
</section>
<p class="sentence">${escapeHtml(alarm.messages[page.language])}</p>
<dl>${facts.map(([label, value]) => `<dt>${label}</dt><dd>${escapeHtml(value)}</dd>`).join("\n")}</dl>`;
}

function form(page: AnswerPage, site: Site, words: AnswerPageWords): string {
  const { person, expiresAtMs } = page;
  const who = person === null ? "" : `${person.name} (${person.id})`;
  const until = expiresAtMs === null ? "" : timeText(expiresAtMs, site, page.language);
  // No address: it goes where the page came from, also behind a proxy that has put it elsewhere.
  return `<form method="post">
<label for="comment">${words.labels.comment}</label>
<textarea id="comment" name="comment" rows="2" maxlength="500">${escapeHtml(page.comment)}</textarea>
<p class="who">${escapeHtml(words.asWho(who))}</p>
<button type="submit">${words.button}</button>
</form>
<p class="quiet">${escapeHtml(words.note(until))}</p>`;
}

function usedAt(page: AnswerPage, site: Site, words: AnswerPageWords): string {
  if (page.usedAtMs === null) return "";
  return `<p>${escapeHtml(words.usedAt(timeText(page.usedAtMs, site, page.language)))}</p>`;
}

/** Who opened a link that names nobody may read either language. */
function otherLanguage(page: AnswerPage): string {
  const language = page.language === "en" ? "zh-CN" : "en";
  const [heading, text] = answerPageWords[language].results.invalid ?? ["", ""];
  return `<section class="result plain" lang="${language}"><h2>${heading}</h2><p>${text}</p></section>`;
}

/** Where people are told that this is no fire alarm system. */
const fireConditions: ReadonlySet<ConditionName> = new Set([
  "heat-rise",
  "smoke-prealarm",
  "smoke-alarm",
  "fire-suspected",
]);

function placeOf(room: string, site: Site, key: "zh" | "en"): string {
  const building = site.buildingName(room)?.[key];
  return [building, site.roomName(room)[key]].filter((part) => part !== undefined).join(key === "en" ? ", " : " ");
}

function nameOf(id: string, site: Site): string {
  const person = site.people.get(id);
  return person === undefined ? id : `${person.name} ${id}`;
}

function timeText(atMs: number, site: Site, language: string): string {
  return new Intl.DateTimeFormat(language, {
    timeZone: site.timeZone,
    dateStyle: "medium",
    timeStyle: "short",
    hourCycle: "h23",
  }).format(atMs);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** White on each colour has a contrast of at least 4.5:1 (WCAG 2 AA); what is pressed is at least 48 px high. */
const style = `
:root{color-scheme:light dark;--back:#eef1f4;--card:#fff;--text:#1c2126;--quiet:#5b6470;--line:#d5dae0}
@media(prefers-color-scheme:dark){:root{--back:#14171b;--card:#20252b;--text:#eceff2;--quiet:#a9b3be;--line:#3a424b}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 -apple-system,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",Arial,sans-serif}
main{max-width:560px;margin:0 auto;background:var(--card);min-height:100vh;padding-bottom:24px;overflow-wrap:anywhere}
section,p,dl,form{padding:0 20px}
h1,h2{margin:4px 0 0;font-size:24px;line-height:1.3}
.warning{margin:0;padding:14px 20px;background:#1a1a1a;color:#ffd60a;font-size:18px;font-weight:700}
.alarm{padding:16px 20px 18px;color:#fff}
.alarm .tag{margin:0;padding:0;font-weight:700}
.critical{background:#b3201b}.high{background:#b04a00}.medium{background:#7a5b00}.low{background:#1f5f99}
.result{padding-top:18px;padding-bottom:18px}.result p{padding:0;margin:8px 0 0}
.result.good{background:#1d6b40;color:#fff}.result.plain{border-bottom:1px solid var(--line)}
.sentence{font-size:17px}
dl{display:grid;grid-template-columns:auto 1fr;gap:0;margin:0 0 20px}
dt,dd{margin:0;padding:9px 0;border-top:1px solid var(--line)}
dt{color:var(--quiet);padding-right:18px;white-space:nowrap}
label{display:block;font-weight:700;margin-bottom:6px}
textarea{width:100%;padding:12px;font:inherit;color:inherit;background:transparent;border:1px solid var(--quiet);border-radius:8px}
.who{padding:0;margin:10px 0;color:var(--quiet)}
button{width:100%;min-height:56px;font:inherit;font-size:19px;font-weight:700;color:#fff;background:#1a5fb4;border:0;border-radius:8px;cursor:pointer}
button:focus-visible,textarea:focus-visible{outline:3px solid #ffb000;outline-offset:2px}
.quiet{color:var(--quiet);font-size:14px}
`;

/** Nothing but this style, and a form that goes nowhere else: no script, picture or frame could be smuggled in. */
export const answerPagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");
