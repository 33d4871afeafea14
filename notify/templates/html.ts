import type { ChartBlock } from "../chart/block.ts";
import type { MessageContent } from "./content.ts";

/**
 * HTML for mail clients: tables and inline styles, because several drop `<style>`; the one style sheet only adapts
 * colours to dark mode where it is understood. Priority is said by colour and by word.
 */
export function layOutHtml(content: MessageContent, chart: ChartBlock | null = null): string {
  const tone = tones[content.tone];
  const rows = [
    ...content.banners.map((banner) =>
      row(
        "",
        `padding:14px 24px;font-size:17px;font-weight:700;${banner.kind === "drill" ? drill : danger}`,
        escapeHtml(banner.text),
      ),
    ),
    row(
      "",
      `padding:20px 24px;background:${tone};color:#ffffff`,
      `<div style="font-size:14px;font-weight:700;letter-spacing:.04em;color:#ffffff">${escapeHtml(content.tag)}${content.code === null ? "" : `<span style="float:right;font-family:Consolas,Menlo,monospace">#${escapeHtml(content.code)}</span>`}</div>
<div style="font-size:22px;line-height:1.3;font-weight:700;color:#ffffff;margin-top:4px">${escapeHtml(content.title)}</div>`,
    ),
    row("", "padding:20px 24px 4px;font-size:16px;line-height:1.55", escapeHtml(content.sentence)),
    content.advice ? row("", "padding:16px 24px 0", adviceBox(content.advice, tone)) : "",
    row("", "padding:14px 24px 4px", factsTable(content.facts)),
    chart ? row("", "padding:14px 24px 4px", chartTable(chart)) : "",
    content.evidence ? row("", "padding:10px 24px 0;font-size:15px;line-height:1.5", evidence(content.evidence)) : "",
    content.acknowledge ? row("", "padding:18px 24px 0;font-size:15px", acknowledge(content.acknowledge)) : "",
    ...content.notes.map((note) =>
      row("quiet", "padding:14px 24px 0;font-size:13px;line-height:1.5;color:#5b6470", escapeHtml(note)),
    ),
    row("quiet", "padding:18px 24px 22px;font-size:12px;color:#5b6470", escapeHtml(content.footer)),
  ];
  return `<!doctype html>
<html lang="${escapeHtml(content.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(content.subject)}</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #14171b !important; }
  .card { background: #20252b !important; color: #eceff2 !important; border-color: #3a424b !important; }
  .quiet, .label { color: #a9b3be !important; }
  .line { border-color: #3a424b !important; }
  .box, .code { background: #2a3138 !important; color: #eceff2 !important; }
  .link { color: #8ab8f0 !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#eef1f4">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(content.sentence)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#eef1f4">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;background:#ffffff;color:#1c2126;border:1px solid #d5dae0;border-radius:8px;border-collapse:separate;overflow:hidden;text-align:left;font-family:${fonts}">
${rows.filter((each) => each !== "").join("\n")}
</table>
</td></tr>
</table>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** White on each of these has a contrast of at least 4.5:1 (WCAG 2 AA). */
const tones: Record<MessageContent["tone"], string> = {
  critical: "#b3201b",
  high: "#b04a00",
  medium: "#7a5b00",
  low: "#1f5f99",
  returned: "#1d6b40",
};
const danger = "background:#1a1a1a;color:#ffd60a";
const drill = "background:#5b2a86;color:#ffffff";
const fonts =
  "-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',Arial,sans-serif";

const row = (className: string, style: string, html: string) =>
  `<tr><td${className ? ` class="${className}"` : ""} style="${style}">${html}</td></tr>`;

function adviceBox(advice: { label: string; text: string }, tone: string): string {
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td class="box" style="padding:14px 16px;background:#f4f6f8;border-left:4px solid ${tone};font-size:16px;line-height:1.55">
<div style="font-weight:700;margin-bottom:4px">${escapeHtml(advice.label)}</div>${lines(advice.text)}</td></tr></table>`;
}

function factsTable(facts: MessageContent["facts"]): string {
  const body = facts.map(({ label, value, telephone }) => {
    const shown = telephone
      ? `<a class="link" href="tel:${escapeHtml(telephone.replace(/[^+\d]/g, ""))}" style="color:#1a5fb4">${escapeHtml(value)}</a>`
      : escapeHtml(value);
    return `<tr><td class="label line" valign="top" style="padding:8px 16px 8px 0;width:120px;border-top:1px solid #e3e7eb;color:#5b6470;font-size:14px;line-height:1.5">${escapeHtml(label)}</td>
<td class="line" valign="top" style="padding:8px 0;border-top:1px solid #e3e7eb;font-size:15px;line-height:1.5">${shown}</td></tr>`;
  });
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0">${body.join("\n")}</table>`;
}

/** By which the HTML names the picture that travels with it. */
export const chartImageId = "chart@archive-sentry";

/** The picture has no background of its own, so that it fits dark and light; its labels are text around it. */
function chartTable(chart: ChartBlock): string {
  const label = (text: string, how: string) =>
    `<td class="quiet" ${how};font-size:12px;line-height:1;color:#5b6470;white-space:nowrap">${escapeHtml(text)}</td>`;
  return `<div style="font-weight:700;font-size:15px;margin-bottom:8px">${escapeHtml(chart.title)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0">
<tr>${label(chart.top, 'valign="top" align="right" style="padding:0 8px 0 0')}
<td rowspan="2" width="100%" class="line" style="border:1px solid #e3e7eb;line-height:0"><img src="cid:${chartImageId}" width="500" alt="${escapeHtml(chart.summary)}" style="display:block;width:100%;height:auto;border:0;font-size:14px;line-height:1.5"></td></tr>
<tr>${label(chart.bottom, 'valign="bottom" align="right" style="padding:0 8px 0 0')}</tr>
<tr><td></td><td style="padding-top:5px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>
${label(chart.from, 'align="left" style="padding:0')}
${label(chart.to, 'align="right" style="padding:0')}</tr></table></td></tr>
</table>
<div class="quiet" style="margin-top:6px;font-size:13px;line-height:1.5;color:#5b6470">${escapeHtml([chart.summary, chart.legend].filter((text) => text !== "").join(" · "))}</div>`;
}

function evidence({ label, items }: { label: string; items: string[] }): string {
  return `<div style="font-weight:700">${escapeHtml(label)}</div>
<ul style="margin:6px 0 0;padding-left:20px">${items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
}

/** What works on a telephone first; the command line last. */
function acknowledge({ label, command, link, bySms }: NonNullable<MessageContent["acknowledge"]>): string {
  const button = link
    ? `<table role="presentation" cellpadding="0" cellspacing="0" style="margin:10px 0 4px"><tr><td style="background:#1a5fb4;border-radius:6px"><a href="${escapeHtml(link.url)}" style="display:inline-block;padding:12px 22px;color:#ffffff;font-size:16px;font-weight:700;text-decoration:none">${escapeHtml(link.text)}</a></td></tr></table>`
    : "";
  const answer = bySms === null ? "" : `<div style="margin-top:8px">${escapeHtml(bySms)}</div>`;
  return `<div style="font-weight:700">${escapeHtml(label)}</div>${button}${answer}
<div class="code" style="margin-top:8px;padding:10px 12px;background:#f4f6f8;border-radius:4px;font-family:Consolas,Menlo,monospace;font-size:13px;word-break:break-all">${escapeHtml(command)}</div>`;
}

const lines = (text: string) => text.split("\n").map(escapeHtml).join("<br>");
