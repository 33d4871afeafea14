import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { faultReasons, verdictOfAll, verifyData, verifyPack } from "../../access/index.ts";
import { type Chance, chance } from "../random.ts";
import { aLedger, aLedgerFolder, aSecurityEvent } from "./builders.ts";
import { aRequest, live, packOf } from "./packs.ts";
import { readPack, tamperings, writePack } from "./tampering.ts";

/** How many packs of chance; SENTRY_PACKS=5000 for a release. */
const wanted = Number(process.env.SENTRY_PACKS ?? 1_000);

/** `reason at index`, or `sound`. */
function ours(pack: string): string {
  const { fault } = verdictOfAll(verifyPack(pack));
  return fault ? `${fault.reason} at entry ${fault.index ?? "None"}` : "sound";
}

/** The same words from the verifier that is not ours: it is started once for all packs. */
function theirs(packs: readonly string[], folder: string): Map<string, string> {
  const list = join(folder, "packs.txt");
  writeFileSync(list, packs.join("\n"));
  const run = `import sys; sys.dont_write_bytecode = True; sys.path.insert(0, "docs/verify"); import verify
for pack in open(${JSON.stringify(list)}).read().split("\\n"):
    try: verify.verify(pack, None, []); print(pack + "\\tsound")
    except verify.Fault as fault: print(pack + "\\t%s at entry %s" % fault.args)`;
  const said = execFileSync("python3", ["-c", run], { encoding: "utf8", maxBuffer: 1 << 26 });
  return new Map(
    said
      .trim()
      .split("\n")
      .map((line) => line.split("\t") as [string, string]),
  );
}

function aLife(random: Chance) {
  const house = aLedger();
  live(house, random, random.between(1, 14));
  return house;
}

test(`${wanted} packs of chance, most of them tampered with: found every time, and both verifiers say the same`, () => {
  const random = chance();
  console.info(`seed ${random.seed} (SENTRY_SEED=${random.seed} repeats it)`);
  const folder = aLedgerFolder();
  const packs: { path: string; tampering: string | null }[] = [];
  const names = Object.keys(tamperings);
  while (packs.length < wanted) {
    const house = aLife(random);
    const file = (name: string) => join(house.folder, name);
    const sound = packOf(house, "sound", aRequest(house, random));
    expect(verdictOfAll(verifyData(file, { key: house.ledger.verifierKey() })).fault).toBeNull();
    packs.push({ path: sound, tampering: null });
    const before = JSON.stringify(readPack(sound));
    for (const tampering of names) {
      const pack = readPack(sound);
      tamperings[tampering]!(pack, random);
      if (JSON.stringify(pack) === before) continue;
      const path = join(folder, `${packs.length}`);
      mkdirSync(path);
      writePack(path, pack);
      packs.push({ path, tampering });
    }
    house.ledger.close();
  }
  const judgedByThem = theirs(
    packs.map(({ path }) => path),
    folder,
  );
  const tried = new Set<string>();
  for (const { path, tampering } of packs) {
    const said = ours(path);
    const context = `seed ${random.seed}, ${path}: ${tampering}`;
    if (tampering === null) expect(said, context).toBe("sound");
    else expect(said, context).not.toBe("sound");
    // Which rule an altered line breaks first is a matter of order; which entry it is, is not.
    expect(judgedByThem.get(path)?.replace(/^.* at /, ""), context).toBe(said.replace(/^.* at /, ""));
    if (tampering) tried.add(tampering);
  }
  expect([...tried].sort()).toEqual(names.sort());
}, 120_000);

test("an old pack shown again is found out by any checkpoint that is newer", () => {
  const house = aLedger();
  house.ledger.append([aSecurityEvent("a"), aSecurityEvent("b")]);
  const old = packOf(house, "old");
  house.ledger.append([aSecurityEvent("c")]);
  const since = [house.ledger.checkpoint()];
  expect(verdictOfAll(verifyPack(old, { since })).fault).toEqual({ reason: "missing", index: 2 });
  expect(verdictOfAll(verifyPack(packOf(house, "new"), { since })).fault).toBeNull();
});

test("a pack of another ledger, whole and signed by its own key, does not pass for this one", () => {
  const [house, other] = [aLedger(), aLedger()];
  for (const { ledger } of [house, other]) ledger.append([aSecurityEvent("a")]);
  const pack = packOf(other, "pack");
  const since = [house.ledger.checkpoint()];
  expect(verdictOfAll(verifyPack(pack, { key: house.ledger.verifierKey() })).fault?.reason).toBe("signature");
  expect(verdictOfAll(verifyPack(pack, { since })).fault?.reason).toBe("checkpoint");
});

test("every reason has its sentence, and the verifier for auditors is short enough to be read", async () => {
  const { readFileSync } = await import("node:fs");
  const lines = readFileSync("docs/verify/verify.py", "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThan(150);
  for (const reason of lines.join("\n").matchAll(/need\([^\n]*?, "([a-z-]+)"/g)) {
    expect(Object.keys(faultReasons)).toContain(reason[1]);
  }
});
