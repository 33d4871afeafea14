import type { Page, PageSection } from "./page.ts";

/** A report as plain text: what a mail reader without HTML, a terminal and a file show. */
export function reportText(page: Page): string {
  const blocks = [
    [page.title, ...page.facts.map(({ label, value }) => `${label}: ${value}`)],
    page.figures.map(({ label, value, warns }) => `${warns ? "!" : " "} ${label}: ${value}`),
    ...page.sections.map((section) => [
      `== ${section.title} ==`,
      ...(section.rows.length === 0
        ? [section.none]
        : section.rows.map((row) => `- ${row.map((cell, at) => `${section.columns[at]}: ${cell}`).join(" | ")}`)),
      ...(section.more === null ? [] : [section.more]),
    ]),
    ...(page.checkpoint === null
      ? []
      : [[`== ${page.checkpoint.title} ==`, page.checkpoint.advice], page.checkpoint.lines]),
    [page.note],
  ];
  return `${blocks.map((block) => block.join("\n")).join("\n\n")}\n`;
}

/**
 * HTML that mail clients, browsers and printers show alike: tables and inline styles; the one style sheet adapts
 * colours to dark mode and rows to paper, where it is understood.
 */
export function reportHtml(page: Page): string {
  return `<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(page.title)}</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #14171b !important; }
  .card { background: #20252b !important; color: #eceff2 !important; border-color: #3a424b !important; }
  .quiet, .head { color: #a9b3be !important; }
  .line { border-color: #3a424b !important; }
  .figure { background: #2a3138 !important; color: #eceff2 !important; }
}
@media print {
  .page, .card { background: #ffffff !important; border: 0 !important; }
  .wide { overflow: visible !important; }
  tr { break-inside: avoid; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#eef1f4">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#eef1f4"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:900px;table-layout:fixed;background:#ffffff;color:#1c2126;border:1px solid #d5dae0;border-radius:8px;border-collapse:separate;overflow:hidden;text-align:left;font-family:${fonts}">
<tr><td style="padding:22px 24px;background:#1f4e79;color:#ffffff"><div style="font-size:21px;line-height:1.35;font-weight:700;color:#ffffff">${escaped(page.title)}</div>
${page.facts.map(({ label, value }) => `<div style="font-size:13px;line-height:1.6;color:#dfe9f3">${escaped(label)}: ${escaped(value)}</div>`).join("\n")}</td></tr>
<tr><td style="padding:18px 24px 4px">${figuresTable(page.figures)}</td></tr>
${page.sections.map((section) => `<tr><td style="padding:18px 24px 4px">${sectionHtml(section)}</td></tr>`).join("\n")}
${page.checkpoint === null ? "" : `<tr><td style="padding:18px 24px 4px">${checkpointHtml(page.checkpoint)}</td></tr>`}
<tr><td class="quiet" style="padding:18px 24px 24px;font-size:12px;line-height:1.6;color:#5b6470">${escaped(page.note)}</td></tr>
</table>
</td></tr></table>
</body>
</html>
`;
}

function figuresTable(figures: Page["figures"]): string {
  const cell = ({ label, value, warns }: Page["figures"][number]) =>
    `<td class="figure" width="50%" valign="top" style="padding:10px 14px;background:#f4f6f8;border:3px solid transparent;background-clip:padding-box;border-left:4px solid ${warns ? "#b04a00" : "#1d6b40"}"><div class="quiet" style="font-size:12px;line-height:1.5;color:#5b6470">${escaped(label)}</div><div style="font-size:16px;line-height:1.4;font-weight:700">${warns ? "⚠ " : ""}${escaped(value)}</div></td>`;
  const pairs = figures.flatMap((_, at) => (at % 2 === 0 ? [figures.slice(at, at + 2)] : []));
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0">${pairs.map((pair) => `<tr>${pair.map(cell).join("")}</tr>`).join("\n")}</table>`;
}

/** A signed note: its lines are broken where it breaks them, so that it can be copied out. */
function checkpointHtml({ title, advice, lines }: NonNullable<Page["checkpoint"]>): string {
  return `<div style="font-size:16px;font-weight:700;margin-bottom:6px">${escaped(title)}</div><div class="quiet" style="font-size:13px;line-height:1.6;color:#5b6470">${escaped(advice)}</div><pre style="font-size:12px;line-height:1.5;margin:6px 0 0;white-space:pre-wrap;overflow-wrap:anywhere">${escaped(lines.join("\n"))}</pre>`;
}

function sectionHtml({ title, columns, rows, none, more }: PageSection): string {
  const heading = `<div style="font-size:16px;font-weight:700;margin-bottom:6px">${escaped(title)}</div>`;
  if (rows.length === 0)
    return `${heading}<div class="quiet" style="font-size:14px;color:#5b6470">${escaped(none)}</div>`;
  const head = columns.map(
    (text) =>
      `<th class="head line" align="left" valign="bottom" style="padding:5px 10px 5px 0;border-bottom:2px solid #d5dae0;font-size:12px;font-weight:600;color:#5b6470;white-space:nowrap">${escaped(text)}</th>`,
  );
  const body = rows.map(
    (row) =>
      `<tr>${row.map((text) => `<td class="line" valign="top" style="padding:6px 10px 6px 0;border-bottom:1px solid #e3e7eb;font-size:13px;line-height:1.45">${escaped(text)}</td>`).join("")}</tr>`,
  );
  const rest =
    more === null
      ? ""
      : `<div class="quiet" style="font-size:13px;padding-top:6px;color:#5b6470">${escaped(more)}</div>`;
  return `${heading}<div class="wide" style="overflow-x:auto"><table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse"><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>${rest}`;
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const fonts =
  "-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',Arial,sans-serif";
