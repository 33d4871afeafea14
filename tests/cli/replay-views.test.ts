import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, test } from "vitest";
import { compareStays } from "../../cli/replay/compare.ts";
import type { Stay } from "../../cli/replay/figures.ts";
import { aFolder, runCli } from "./builders.ts";

const startMs = Date.parse("2025-06-01T00:00:00Z");
const warm = [20, 20, 25, 26, 25.5, 25, 22, 20, 20, 20, 20, 25, 25, 25, 20, 20];

function files() {
  const folder = aFolder();
  const recording = join(folder, "recording.csv");
  const rows = warm.map((value, at) => `${new Date(startMs + at * 300_000).toISOString()},${value},50`);
  writeFileSync(recording, `time,temperature_c,relative_humidity_pct\n${rows.join("\n")}\n`);
  const site = (name: string, range: string) => {
    const path = join(folder, name);
    writeFileSync(
      path,
      `site: { id: t, name: { zh: 试, en: Trial }, language: zh-CN }
rooms: [{ id: r1, name: { zh: "一<库>", en: Store }, limits: { temperature_c: ${range} } }]
`,
    );
    return path;
  };
  return { folder, recording, a: site("a.yaml", "14..24"), b: site("b.yaml", "14..25.2") };
}

it("explains one alarm: the rows before, within and after it, and what happened at which", async () => {
  const { recording } = files();
  const { code, out } = await runCli(["replay", "--explain", "1", "--json", recording]);
  expect(code).toBe(0);
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const last = lines.pop();
  expect(last.explained).toMatchObject({
    condition: "temperature-high",
    limit: 24,
    delay_s: 600,
    since: "2025-06-01T00:10:00.000Z",
    raised: "2025-06-01T00:20:00.000Z",
    returned: "2025-06-01T00:30:00.000Z",
  });
  expect(last.turns.map((turn: { transition: string }) => turn.transition)).toEqual(["raised", "returned"]);
  expect(lines[0]).toMatchObject({ at: "2025-06-01T00:00:00.000Z", values: { temperature_c: 20 }, beyond_s: null });
  expect(lines[4]).toMatchObject({ beyond_s: 600, standing: true, transitions: ["raised"] });
  expect(lines[6]).toMatchObject({ standing: false, transitions: ["returned"] });
});

it("explains the second of a condition by its time, as a table", async () => {
  const { recording } = files();
  const { out } = await runCli(["replay", "--explain", "temperature-high@2025-06-01T00:40:00Z", recording]);
  expect(out).toContain("beyond for");
  expect(out).toMatch(/25 °C +24 °C +10 min +raised/);
});

it("says so when there is no such alarm, and what an alarm is named by", async () => {
  const { recording } = files();
  const none = await runCli(["replay", "--explain", "9", recording]);
  expect([none.code, none.err]).toEqual([1, expect.stringMatching(/found 9 of \d/)]);
  const wrong = await runCli(["replay", "--explain", "7 Up", recording]);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("condition@time")]);
});

it("compares two site files on the same recording", async () => {
  const { recording, a, b } = files();
  const { code, out } = await runCli(["replay", "--json", "--compare", a, b, recording]);
  expect(code).toBe(0);
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.at(-1).summary.conditions).toContainEqual(
    expect.objectContaining({ condition: "temperature-high", a: 2, b: 0, onlyA: 2, onlyB: 0 }),
  );
  expect((await runCli(["replay", "--compare", a, b, recording])).out).toContain("only A");
  expect((await runCli(["replay", "--compare", a])).code).toBe(2);
});

it("writes one page that needs nothing else, in the site's language unless told otherwise", async () => {
  const { folder, recording, a } = files();
  const page = join(folder, "page.html");
  expect((await runCli(["replay", "--config", a, "--html", page, recording])).code).toBe(0);
  const zh = readFileSync(page, "utf8");
  expect(zh).toContain('<html lang="zh-CN">');
  expect(zh).toContain("温度偏高".slice(0, 2));
  expect(zh).not.toContain("<库>");
  expect(zh).not.toMatch(/<script|https?:|src=|url\(/);
  expect((await runCli(["replay", "--config", a, "--lang", "en", "--html", page, recording])).code).toBe(0);
  expect(readFileSync(page, "utf8")).toContain("Alarms and excursions");
});

test("stays of one condition belong together where they overlap", () => {
  const stay = (fromMs: number, toMs: number): Stay => ({
    condition: "humidity-high",
    priority: "medium",
    fromMs,
    toMs,
    limit: 60,
    extreme: 61,
    unit: "%",
  });
  const pairs = compareStays([stay(0, 10), stay(20, 30), stay(50, 60)], [stay(0, 10), stay(25, 40), stay(70, 80)]);
  expect(pairs.map(({ kind }) => kind)).toEqual(["same", "other-times", "only-a", "only-b"]);
});
