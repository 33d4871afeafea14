import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readCsvHistory } from "../../app/index.ts";

const folder = mkdtempSync(join(tmpdir(), "csv-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const startMs = Date.parse("2026-01-01T00:00:00Z");
/** More than is read of a file at a time. */
const minutes = 12_000;
const lines = [
  "time,temperature_c,relative_humidity_pct",
  ...Array.from({ length: minutes }, (_, n) => `${new Date(startMs + n * 60_000).toISOString()},${n % 30},`),
];

async function read(text: string) {
  const path = join(folder, "history.csv");
  writeFileSync(path, text);
  const rows: { atMs: number; values: object }[] = [];
  for await (const { atMs, values } of readCsvHistory(path).rows) rows.push({ atMs, values });
  return rows;
}

describe("a recording as CSV", () => {
  const expected = Array.from({ length: minutes }, (_, n) => ({
    atMs: startMs + n * 60_000,
    values: { temperature_c: n % 30 },
  }));

  test.each([
    ["lines as on Unix", lines.join("\n")],
    ["lines as on Windows, a byte order mark, and an end of line last", `\uFEFF${lines.join("\r\n")}\r\n`],
    ["lines that end with a carriage return alone", lines.join("\r")],
    ["empty lines", lines.join("\n\n")],
    ["a quote in the first line", ['"time",temperature_c,relative_humidity_pct', ...lines.slice(1)].join("\n")],
    [
      "quotes from somewhere on",
      lines.map((line, n) => (n > 9_000 ? line.replace(/^([^,]*)/, '"$1"') : line)).join("\n"),
    ],
  ])("is read alike with %s", async (_, text) => {
    expect(await read(text)).toEqual(expected);
  });

  test.each([
    ["plain", lines.slice(0, 3)],
    ["quoted", lines.slice(0, 3).map((line) => line.replace(/^([^,]*)/, '"$1"'))],
  ])("of a %s file names the line whose cells are not those of the first", async (_, begun) => {
    await expect(read([...begun, "2026-01-01T01:00:00Z,3"].join("\n"))).rejects.toThrow(
      "line 4: expected 3 cells, found 2",
    );
  });
});
