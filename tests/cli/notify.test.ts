import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import type { TellingEntry } from "../../contract/index.ts";
import { aSource, operatorToken, startConsole } from "../console/builders.ts";
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
      `voice-${cloud}.gas_template`,
    ]),
  );
  expect(rows[6]!.text).toBe("气体灭火区域,勿单独进入。档案库房{1}报警:{2},{3},{4}起,{5}。收到请回复1 {6}。");
  expect(rows[1]!.example).toBe(
    "气体灭火区域,勿单独进入。档案库房紧急报警:住院101,烟雾报警(疑似火情),02:10起,3.4%每米限2%每米。收到请回复1 4711。",
  );
  // Approval refuses variables that touch.
  for (const { text } of rows) expect(text).not.toMatch(/\}(\$?\{)/);
  const wrong = await runCli(["notify", "templates", "--cloud", "azure"], { cwd: folder });
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain("expected aliyun or tencent, found azure");
});

it("notify log and notify test ask the running instance", async () => {
  const entry: TellingEntry = {
    id: 7,
    alarm: "1001",
    n: 3,
    transition: "raised",
    condition: "smoke-alarm",
    room: "a-101",
    person: "10231",
    channel: "email",
    reason: "escalated",
    state: "delivered",
    attempts: 2,
    queuedAt: "2026-11-22T08:00:00.000Z",
    heldUntil: null,
    settledAt: "2026-11-22T08:00:05.000Z",
    reply: "250 queued as 4F2",
  };
  const source = aSource({
    telling: {
      log: () => ({ log: [entry], next: null }),
      test: async ({ person }) =>
        person === "10231"
          ? { channel: "email", state: "delivered", attempts: 1, reply: "250 queued as 5A1" }
          : { channel: "email", state: "given-up", attempts: 1, reply: "550 no such mailbox" },
    },
  });
  const { url } = await startConsole({ source });
  const tokenFile = join(aFolder(), "token");
  writeFileSync(tokenFile, operatorToken);
  const ask = (...args: string[]) => runCli(["notify", ...args, "--url", url, "--token-file", tokenFile]);
  const table = await ask("log");
  expect(table.out.split("\n")[1]).toMatch(
    /^2026-11-22 16:00:05 +1001 +smoke-alarm raised +a-101 +10231 +email +escalated +delivered +2 +250 queued as 4F2$/,
  );
  expect(JSON.parse((await ask("log", "--json")).out)).toEqual(entry);
  expect(await ask("test", "10231", "--by", "20001")).toMatchObject({
    code: 0,
    out: "10231 email: 250 queued as 5A1\n",
  });
  const refused = await ask("test", "20001", "--by", "20001");
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("550 no such mailbox");
});
