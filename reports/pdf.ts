import { openSync } from "fontkit";
import PDFDocument from "pdfkit";
import type { Font } from "./fonts.ts";
import { type Block, type Column, type Paper, pageWords } from "./paper.ts";

const margin = 42;
const bodySize = 9;
const cellSize = 7.5;
const cellPadding = 3;
const grey = "#555555";
const line = "#999999";
/** Room at the foot for the line and the page's number. */
const footHeight = 26;

/** A paper as PDF, A4, with the letterhead on its first page and a number on each. */
export async function renderPdf(given: Paper, font: Font): Promise<Buffer> {
  const paper = drawable(given, font);
  const doc = new PDFDocument({
    size: "A4",
    layout: paper.landscape ? "landscape" : "portrait",
    margins: { top: margin, left: margin, right: margin, bottom: margin + footHeight },
    bufferPages: true,
    lang: paper.language === "zh" ? "zh-CN" : "en",
    info: { Title: paper.title, Producer: "archive-sentry" },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    doc.on("data", (chunk: Buffer) => chunks.push(chunk));
    doc.on("end", resolve);
    doc.on("error", reject);
  });
  doc.registerFont("text", font.path, font.face);
  doc.font("text");
  head(doc, paper);
  for (const block of paper.blocks) draw(doc, block);
  number(doc, paper);
  doc.end();
  await done;
  return Buffer.concat(chunks);
}

type Doc = InstanceType<typeof PDFDocument>;

const widthOf = (doc: Doc) => doc.page.width - 2 * margin;
const bottomOf = (doc: Doc) => doc.page.height - margin - footHeight;

function head(doc: Doc, { letterhead, title, subtitle }: Paper): void {
  doc.fontSize(11).fillColor("black");
  for (const text of letterhead) doc.text(text, { align: "center" });
  if (letterhead.length > 0) {
    doc.moveDown(0.3);
    doc
      .moveTo(margin, doc.y)
      .lineTo(margin + widthOf(doc), doc.y)
      .lineWidth(1)
      .strokeColor("black")
      .stroke();
    doc.moveDown(0.8);
  }
  doc.fontSize(17).text(title, { align: "center" });
  doc.fontSize(bodySize).fillColor(grey).text(subtitle, { align: "center" });
  doc.fillColor("black").moveDown(1);
}

function draw(doc: Doc, block: Block): void {
  doc.x = margin;
  switch (block.kind) {
    case "heading":
      if (block.newPage) doc.addPage();
      else if (doc.y > bottomOf(doc) - 60) doc.addPage();
      else doc.moveDown(0.8);
      doc
        .fontSize(12)
        .fillColor("black")
        .text(block.text, margin, doc.y, { width: widthOf(doc) });
      doc.moveDown(0.4);
      return;
    case "text":
      doc
        .fontSize(bodySize)
        .fillColor("black")
        .text(block.text, margin, doc.y, { width: widthOf(doc) });
      doc.moveDown(0.4);
      return;
    case "facts":
      facts(doc, block.rows);
      return;
    case "table":
      if (block.rows.length > 0) table(doc, block.columns, block.rows);
      else doc.fontSize(bodySize).fillColor(grey).text(block.empty, margin, doc.y).fillColor("black");
  }
}

function facts(doc: Doc, rows: readonly (readonly [string, string])[]): void {
  const labelWidth = 130;
  const valueWidth = widthOf(doc) - labelWidth;
  doc.fontSize(bodySize);
  for (const [label, value] of rows) {
    const height = Math.max(
      doc.heightOfString(label, { width: labelWidth - 6 }),
      doc.heightOfString(value, { width: valueWidth }),
    );
    if (doc.y + height > bottomOf(doc)) doc.addPage();
    const y = doc.y;
    doc.fillColor(grey).text(label, margin, y, { width: labelWidth - 6 });
    doc.fillColor("black").text(value, margin + labelWidth, y, { width: valueWidth });
    doc.y = y + height + 2;
  }
}

function table(doc: Doc, columns: readonly Column[], rows: readonly (readonly string[])[]): void {
  const all = columns.reduce((sum, { width }) => sum + width, 0);
  const widths = columns.map(({ width }) => (width / all) * widthOf(doc));
  doc.fontSize(cellSize).lineWidth(0.5).strokeColor(line);
  const heightOf = (cells: readonly string[]) =>
    2 * cellPadding +
    Math.max(...cells.map((text, at) => doc.heightOfString(text || " ", { width: widths[at]! - 2 * cellPadding })));
  const drawRow = (cells: readonly string[], height: number, isHead: boolean) => {
    const { y } = doc;
    if (isHead) doc.rect(margin, y, widthOf(doc), height).fill("#eeeeee");
    doc.fillColor("black");
    let x = margin;
    cells.forEach((text, at) => {
      const align = columns[at]!.align ?? "left";
      doc.rect(x, y, widths[at]!, height).stroke();
      doc.text(text, x + cellPadding, y + cellPadding, { width: widths[at]! - 2 * cellPadding, align });
      x += widths[at]!;
    });
    doc.y = y + height;
  };
  const titles = columns.map(({ title }) => title);
  const headHeight = heightOf(titles);
  const usable = bottomOf(doc) - margin - headHeight;
  const drawHead = () => drawRow(titles, headHeight, true);
  if (doc.y + headHeight + 20 > bottomOf(doc)) doc.addPage();
  drawHead();
  for (const cells of rows) {
    // A cell longer than a page is cut: the CSV has it whole.
    const height = Math.min(heightOf(cells), usable);
    if (doc.y + height > bottomOf(doc)) {
      doc.addPage();
      doc.fontSize(cellSize).lineWidth(0.5).strokeColor(line);
      drawHead();
    }
    drawRow(cells, height, false);
  }
  doc.x = margin;
  doc.moveDown(0.6);
}

/** What the font has no sign for becomes a question mark: never an empty box. */
function drawable(paper: Paper, font: Font): Paper {
  const opened = openSync(font.path, font.face);
  if (!("hasGlyphForCodePoint" in opened)) return paper;
  const known = new Map<string, string>();
  const has = (character: string) => {
    const drawn = known.get(character) ?? (opened.hasGlyphForCodePoint(character.codePointAt(0)!) ? character : "?");
    known.set(character, drawn);
    return drawn;
  };
  const clean = (text: string) =>
    text.replace(/[^\u0020-\u007e\n]/gu, (character) => (/\s/u.test(character) ? " " : has(character)));
  const blocks = paper.blocks.map((block): Block => {
    switch (block.kind) {
      case "facts":
        return { ...block, rows: block.rows.map(([label, value]) => [clean(label), clean(value)] as const) };
      case "table":
        return { ...block, rows: block.rows.map((row) => row.map(clean)) };
      default:
        return { ...block, text: clean(block.text) };
    }
  });
  const { letterhead, title, subtitle, footer } = paper;
  return {
    ...paper,
    letterhead: letterhead.map(clean),
    title: clean(title),
    subtitle: clean(subtitle),
    footer: clean(footer),
    blocks,
  };
}

function number(doc: Doc, { footer, language }: Paper): void {
  const { start, count } = doc.bufferedPageRange();
  for (let at = 0; at < count; at++) {
    doc.switchToPage(start + at);
    // Below the margin, where text would otherwise open a further page.
    doc.page.margins.bottom = 0;
    const y = doc.page.height - margin - 10;
    doc.fontSize(7).fillColor(grey);
    doc.text(footer, margin, y, { width: widthOf(doc) - 110, lineBreak: false, ellipsis: true });
    doc.text(pageWords[language](at + 1, count), margin, y, { width: widthOf(doc), align: "right", lineBreak: false });
  }
}
