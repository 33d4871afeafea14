import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLedger, parseCheckpoint } from "../../access/index.ts";
import { openLedgerIn } from "../../app/index.ts";
import { systemClock } from "../../core/index.ts";
import { runCli } from "../cli/builders.ts";
import { aBadge, aLedgerFolder, aSecurityEvent } from "./builders.ts";

/** A data folder whose ledger holds what some people did. */
function aDataFolder(): { data: string; file: (name: string) => string } {
  const data = aLedgerFolder();
  const file = (name: string) => join(data, name);
  writeFileSync(file("personal.key"), "a secret of this folder\n", { mode: 0o600 });
  const nobody = { lookup: Buffer.alloc(32), wrapping: Buffer.alloc(32) };
  createLedger({ file, site: "north", personal: nobody, clock: systemClock }).close();
  const ledger = openLedgerIn(data, systemClock);
  ledger.append([aBadge("10231"), aBadge("10244"), aSecurityEvent("x"), aBadge("10231", { room: "b-7" })]);
  ledger.checkpoint();
  ledger.close();
  return { data, file };
}

test("an auditor exports one person's entries, verifies them with both programs, and is found in the record", async () => {
  const { data, file } = aDataFolder();
  const pack = file("pack");
  const kept = await runCli(["audit", "checkpoint", "--data", data]);
  expect(kept.code).toBe(0);
  expect(parseCheckpoint(kept.out)?.size).toBe(4);
  writeFileSync(file("kept.txt"), kept.out);
  writeFileSync(file("given.key"), kept.err);

  const exported = await runCli([
    "audit",
    "export",
    pack,
    "--data",
    data,
    "--person",
    "10231",
    "--by",
    "10900",
    "--since",
    file("kept.txt"),
  ]);
  expect([exported.code, exported.err]).toEqual([0, ""]);
  // The two visits, and that somebody reads about this person.
  expect(exported.out).toContain("of 5 entries 3 shown, 2 hidden, 0 gone");
  const shown = readFileSync(join(pack, "entries.jsonl"), "utf8");
  expect(shown).toContain('"value":{"id":"10231","name":"王芳"}');
  expect(shown).not.toContain("10244");
  expect(shown).not.toContain("10900");

  const verify = ["audit", "verify", pack, "--key", file("given.key"), "--since", file("kept.txt")];
  const ours = await runCli(verify);
  expect([ours.code, ours.err]).toEqual([0, ""]);
  expect(ours.out).toMatch(/^sound {2}5 entries {2}archive-sentry\/north\//);
  const args = ["docs/verify/verify.py", pack, "--key", file("given.key"), "--since", file("kept.txt")];
  expect(execFileSync("python3", args, { encoding: "utf8" })).toContain(
    "sound: 5 entries, 3 shown, 2 redacted, 0 gone",
  );

  writeFileSync(join(pack, "entries.jsonl"), shown.replace("a-101", "a-102"));
  const altered = await runCli(verify);
  expect([altered.code, altered.out]).toEqual([
    1,
    "NOT SOUND  entry 0: the entry is not the one of which the hash was taken\n",
  ]);
  const json = await runCli([...verify, "--json"]);
  expect(JSON.parse(json.out)).toMatchObject({ fault: { reason: "hash", index: 0 } });
});

test("an erased person is named by nothing any more, and the ledger verifies", async () => {
  const { data, file } = aDataFolder();
  const erase = ["audit", "erase", "--data", data, "--person", "10231", "--by", "10900", "--comment", "left"];
  expect((await runCli(erase)).code).toBe(0);
  expect((await runCli(erase)).err).toContain("erased before");
  expect((await runCli(["audit", "export", file("pack"), "--data", data, "--by", "10900"])).code).toBe(0);
  expect(readFileSync(file("pack/entries.jsonl"), "utf8")).not.toContain("10231");
  expect((await runCli(["audit", "verify", file("pack")])).code).toBe(0);
});

test("a data folder is verified where it lies; what does not fit is named", async () => {
  const { data } = aDataFolder();
  const sound = await runCli(["audit", "verify", "--data", data]);
  expect([sound.code, sound.out.split("  ")[0]]).toEqual([0, "sound"]);
  expect(sound.err).toContain("compare it with your own");
  const ledger = openLedgerIn(data, systemClock);
  ledger.store.database.exec("DROP TRIGGER entries_do_not_change; UPDATE entries SET payload = X'7b7d' WHERE n = 2");
  ledger.close();
  const altered = await runCli(["audit", "verify", "--data", data], { env: { LANG: "zh_CN.UTF-8" } });
  expect([altered.code, altered.out.split("  ")[0]]).toEqual([1, "不符"]);
  expect(altered.out).toContain("第 2 条：");
});

test.each([
  [["audit", "verify"], "found both or neither"],
  [["audit", "verify", "nowhere"], "expected a file of a ledger's pack"],
  [["audit", "checkpoint", "--data", "nowhere"], "has no ledger"],
  [["audit", "export", "pack", "--data", "nowhere", "--by", "1"], "has no ledger"],
])("%j says what was expected", async (args, sentence) => {
  const { code, err } = await runCli(args);
  expect(code).toBeGreaterThan(0);
  expect(err).toContain(sentence);
});
