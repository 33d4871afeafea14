import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findFont, type Paper, renderHtml, renderPdf, renderXlsx, zipFolder } from "../../reports/index.ts";
import { aFolder } from "../sentry.ts";

const aPaper: Paper = {
  language: "zh",
  letterhead: ["示范医院"],
  title: "温湿度登记表",
  subtitle: "<2026>",
  footer: "foot",
  blocks: [
    { kind: "heading", text: "第一节" },
    { kind: "facts", rows: [["名称", "a".repeat(200)]] },
    {
      kind: "table",
      columns: [
        { title: "甲", width: 1 },
        { title: "乙", width: 3, align: "right" },
      ],
      rows: Array.from({ length: 120 }, (_, n) => [String(n), "<b>字</b> \u{1F600}"]),
      empty: "",
    },
  ],
};

test("an HTML paper has its texts, and none of them is markup", () => {
  const html = renderHtml(aPaper);
  expect(html).toContain("&lt;b&gt;字&lt;/b&gt;");
  expect(html).not.toContain("<b>");
  expect(html).not.toMatch(/https?:/);
});

test("a long table goes on over pages, each with its number", async () => {
  const font = findFont();
  if (!font) return expect(findFont()).toBeNull();
  const pdf = (await renderPdf(aPaper, font)).toString("latin1");
  expect(pdf.startsWith("%PDF-")).toBe(true);
  expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(2);
});

test("a font that is not there is not replaced by another in silence", () => {
  expect(findFont({ path: "/nowhere/a.ttf" })).toBeNull();
});

test("a folder becomes a ZIP that others can unpack; one that is there is not overwritten", async () => {
  const folder = aFolder();
  const inner = join(folder, "材料");
  mkdirSync(inner);
  writeFileSync(join(inner, "a.txt"), "content");
  await zipFolder(inner, join(folder, "out.zip"));
  execFileSync("python3", ["-m", "zipfile", "-e", join(folder, "out.zip"), join(folder, "un")]);
  expect(readFileSync(join(folder, "un", "材料", "a.txt"), "utf8")).toBe("content");
  await expect(zipFolder(inner, join(folder, "out.zip"))).rejects.toThrow("EEXIST");
});

test("a workbook is a ZIP with the texts as texts", async () => {
  const folder = aFolder();
  const sheet = {
    name: "登记",
    heading: ["温湿度登记表"],
    columns: [
      { title: "日期", characters: 10 },
      { title: "温度", characters: 8 },
    ],
    rows: [
      ["=1+1", 21.5],
      ["x", null],
    ],
    notes: ["完整率"],
  };
  writeFileSync(join(folder, "a.xlsx"), await renderXlsx(sheet));
  execFileSync("python3", ["-m", "zipfile", "-e", join(folder, "a.xlsx"), join(folder, "un")]);
  const xml = readFileSync(join(folder, "un", "xl/worksheets/sheet1.xml"), "utf8");
  expect(xml).toContain("21.5");
  expect(xml).not.toContain("<f>");
});
