import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { verdictOfAll, verifyPack } from "../../access/index.ts";
import { exportAuditorPack, openLedgerIn } from "../../app/index.ts";
import { packPaper } from "../../app/pack/pack-paper.ts";
import { systemClock } from "../../core/index.ts";
import { loadSite } from "../../site/index.ts";
import { aHouse, siteFile, startSentry, telemetry } from "../sentry.ts";
import { aLedger } from "./builders.ts";

const table = (path: string): string[][] => parse(readFileSync(path), { bom: true, relax_quotes: true });

/** Two hours of one device, minute by minute, with half an hour missing; three deeds with records. */
async function aPast() {
  const house = aHouse({
    ...siteFile(["dev-1"], {
      people: [
        { id: "10231", name: "王芳", category: "archivist" },
        { id: "10244", name: "张伟", category: "archivist" },
        { id: "10300", name: "李娜", category: "archivist" },
      ],
    }),
    report: { letterhead: ["示范医院档案科"] },
    records: { series: [{ prefix: "HX-", class: "core" }] },
  });
  const running = await startSentry(house);
  const toMs = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
  const fromMs = toMs - 7_200_000;
  const device = await running.connect("dev-1");
  const samples = Array.from({ length: 120 }, (_, n) => ({ at: fromMs + n * 60_000, temperature_c: 20 + n / 100 }));
  const kept = samples.filter((_, n) => n < 40 || n >= 70);
  await device.publishAsync(telemetry("dev-1"), JSON.stringify(kept), { qos: 1 });
  const enter = async (deed: object) => {
    const answer = await running.post("/api/v1/access/records", {
      action: "consultation",
      by: "10231",
      room: "a-101",
      ...deed,
    });
    expect(answer.status).toBe(200);
  };
  await enter({ reference: "ZH-1", person: "10244", comment: "=HYPERLINK(1)" });
  await enter({ reference: "HX-7", person: "10244", second: "10300" });
  await enter({ reference: "ZH-2", person: "10300" });
  await running.sentry.settled();
  await running.stop();
  return { house, fromMs, toMs };
}

test("a pack says what is missing and what happened, proves it, and hides others", async () => {
  const { house, fromMs, toMs } = await aPast();
  const { site } = loadSite(house.config, { nowMs: Date.now() });
  const ledger = openLedgerIn(house.data, systemClock);
  const exported = async (name: string, scope: object) => {
    const folder = join(house.folder, name);
    const request = { data: house.data, ledger, site, language: "zh" as const, folder, zip: false, since: [] };
    await exportAuditorPack({ ...request, by: "10231", via: "test", clock: systemClock, ...scope });
    expect(verdictOfAll(verifyPack(folder)).fault).toBeNull();
    execFileSync("python3", [join(folder, "verify.py"), folder]);
    return folder;
  };
  try {
    const readings = table(join(await exported("readings", { fromMs, toMs }), "readings.csv"));
    expect(readings[1]?.slice(0, 4)).toEqual(["a-101", "dev-1", "120", "90"]);
    expect(readings.slice(2).map((row) => [row[6], row[7]])).toEqual([["1860", "原因不明"]]);

    const all = await exported("all", {});
    const history = table(join(all, "history.csv"));
    const line = history.find((row) => row[6]?.includes("ZH-1"));
    expect(line?.slice(3)).toEqual(["档案", "a-101", "张 10244; 经办 王 10231", "查阅，普通，ZH-1，=HYPERLINK(1)"]);
    const catalogue = table(join(all, "catalogue.csv"));
    expect(catalogue[0]).toEqual(["题名", "责任者", "形成时间", "保管期限", "密级", "SHA-256"]);
    expect(catalogue.slice(1).map(([name]) => name)).toEqual(
      readdirSync(all)
        .filter((name) => name !== "catalogue.csv")
        .sort(),
    );
    for (const [name, , , , , hash] of catalogue.slice(1)) {
      expect(
        createHash("sha256")
          .update(readFileSync(join(all, name!)))
          .digest("hex"),
      ).toBe(hash);
    }

    const about = await exported("person", { person: "10244" });
    const text = ["entries.jsonl", "history.csv"].map((name) => readFileSync(join(about, name), "utf8")).join("");
    expect(text).toContain("HX-7");
    expect(text).not.toMatch(/10300|ZH-2/);
    expect(readdirSync(about)).not.toContain("readings.csv");

    const record = await exported("record", { record: "HX-7" });
    const shown = table(join(record, "history.csv")).slice(1);
    expect(shown.map((row) => [row[5], row[6]])).toEqual([
      ["张 10244; 第二人 李 10300; 经办 王 10231", "查阅，核心，HX-7"],
    ]);
  } finally {
    ledger.close();
  }
});

test("a long history says on the page how much of it is printed, and where the rest is", () => {
  const { ledger, clock } = aLedger();
  const row = {
    index: 1,
    at: "2026-11-22T08:00:00.000Z",
    recordedAt: "",
    kind: "access",
    room: "a-101",
    who: "",
    what: "",
  };
  const request = { ledger, site: null, by: "10900", clock, data: "", folder: "", zip: false, since: [], via: "test" };
  const parts = { counts: { size: 1, shown: 1, redacted: 0, gone: 0 }, period: { fromMs: 0, toMs: 1 }, readings: null };
  for (const [language, said] of [
    ["en", "Printed here: 5000 of 6001 lines. The other 1001 are in history.csv, which has all."],
    ["zh", "共 6001 条，此处印出前 5000 条，其余 1001 条见 history.csv（该文件含全部）。"],
  ] as const) {
    const rows = Array.from({ length: 6_001 }, () => row);
    const { blocks } = packPaper({ ...parts, request: { ...request, language }, rows });
    expect(blocks).toContainEqual({ kind: "text", text: said });
    const table = blocks.findLast((block) => block.kind === "table");
    expect(table?.kind === "table" && table.rows.length).toBe(5_000);
  }
});
