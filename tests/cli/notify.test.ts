import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
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
