import type { Block, Paper } from "./paper.ts";

/** A paper as one HTML file without anything from elsewhere, fit to be printed. */
export function renderHtml(paper: Paper): string {
  const { language, letterhead, title, subtitle, blocks, footer } = paper;
  return `<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width">
<style>${style(paper.landscape ?? false)}</style></head><body>
<header>${letterhead.map((line) => `<div>${escapeHtml(line)}</div>`).join("")}</header>
<h1>${escapeHtml(title)}</h1><p class="subtitle">${escapeHtml(subtitle)}</p>
${blocks.map(blockHtml).join("\n")}
<footer>${escapeHtml(footer)}</footer></body></html>
`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h2${block.newPage ? ' class="new-page"' : ""}>${escapeHtml(block.text)}</h2>`;
    case "text":
      return `<p>${escapeHtml(block.text)}</p>`;
    case "facts":
      return `<dl>${block.rows.map(([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`).join("")}</dl>`;
    case "table": {
      if (block.rows.length === 0) return `<p class="empty">${escapeHtml(block.empty)}</p>`;
      const align = (at: number) => {
        const side = block.columns[at]?.align;
        return side === undefined ? "" : ` style="text-align:${side}"`;
      };
      const cells = (row: readonly string[], tag: string) =>
        `<tr>${row.map((text, at) => `<${tag}${align(at)}>${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
      const head = cells(
        block.columns.map((column) => column.title),
        "th",
      );
      return `<table><thead>${head}</thead><tbody>${block.rows.map((row) => cells(row, "td")).join("\n")}</tbody></table>`;
    }
  }
}

function style(landscape: boolean): string {
  return `@page{size:A4 ${landscape ? "landscape" : "portrait"};margin:15mm}
body{font:14px/1.5 "Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif;max-width:${landscape ? 1100 : 800}px;margin:2em auto;padding:0 1em;color:#111}
header{border-bottom:2px solid #222;padding-bottom:.4em}h1{font-size:1.5em;margin-bottom:0}.subtitle,.empty,footer{color:#555}
table{border-collapse:collapse;width:100%;font-size:.85em}th,td{border:1px solid #999;padding:.2em .4em;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#eee}thead{display:table-header-group}tr{break-inside:avoid}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2em 1em}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}
@media print{.new-page{break-before:page}}footer{border-top:1px solid #999;margin-top:2em}`;
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character]!);
}
