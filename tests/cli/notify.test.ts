import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { aFolder, runCli } from "./builders.ts";

const siteYaml = `site: { id: north, name: { zh: 北院, en: North } }
people:
  - { id: "10231", name: 王敏, category: archivist, leave: [{ from: 2026-12-01, to: 2026-12-02 }] }
  - { id: "10312", name: 李建国, category: archivist }
telling:
  rotas:
    - id: duty
      name: { zh: 值班, en: On call }
      layers: [{ rotation: { members: ["10231", "10312"], first: 2026-11-30 } }]
`;

it("notify who-is-on says who is on duty at any time, offline, from the site file", async () => {
  const folder = aFolder();
  writeFileSync(join(folder, "site.yaml"), siteYaml);
  const ask = (...args: string[]) => runCli(["notify", "who-is-on", ...args], { cwd: folder });
  const table = await ask("--at", "2026-12-03T02:10:00+08:00");
  expect(table.err).toBe("");
  expect(table.out).toBe(
    [
      "rota  name     on duty       stands in for  by         until (Asia/Shanghai)",
      "duty  On call  王敏 (10231)  –              layers[0]  2026-12-07 08:00:00",
      "",
    ].join("\n"),
  );
  const away = await ask("--at", "2026-12-01T02:10:00+08:00", "--json");
  expect(JSON.parse(away.out)).toMatchObject({
    rota: "duty",
    people: [{ id: "10312", name: "李建国" }],
    standsInFor: "10231",
    until: "2026-12-02T16:00:00.000Z",
  });
  const wrong = await ask("--rota", "nights");
  expect(wrong).toMatchObject({ code: 2, out: "" });
  expect(wrong.err).toContain("--rota: expected one of telling.rotas, found nights");
});

it("notify templates prints what is submitted to the clouds, each in its way of writing variables", async () => {
  const folder = aFolder();
  const { out, code } = await runCli(["notify", "templates", "--json"], { cwd: folder });
  expect(code).toBe(0);
  const line = z.object({ key: z.string(), text: z.string(), example: z.string() });
  const rows = out
    .trim()
    .split("\n")
    .map((text) => line.parse(JSON.parse(text)));
  expect(rows.map(({ key }) => key)).toEqual(
    ["aliyun", "tencent"].flatMap((cloud) => [
      ...["raised", "gas", "returned"].map((kind) => `sms-${cloud}.templates.${kind}`),
      `voice-${cloud}.template`,
    ]),
  );
  expect(rows[5]!.text).toBe("气体灭火区域,勿单独进入。档案库房{1}报警:{2},{3},{4}起,{5}。收到请回复1 {6}。");
  expect(rows[1]!.example).toBe(
    "气体灭火区域,勿单独进入。档案库房紧急报警:住院101,烟雾报警(疑似火情),02:10起,3.4%每米限2%每米。收到请回复1 4711。",
  );
  // Approval refuses variables that touch.
  for (const { text } of rows) expect(text).not.toMatch(/\}(\$?\{)/);
  const wrong = await runCli(["notify", "templates", "--cloud", "azure"], { cwd: folder });
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain("expected aliyun or tencent, found azure");
});
