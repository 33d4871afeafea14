import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verdictOfAll, verifyData, verifyPack } from "../../access/index.ts";
import { chance } from "../random.ts";
import { aLedger } from "./builders.ts";
import { aRequest, live, packOf } from "./packs.ts";

test("what any life of a ledger leaves behind is sound, in its folder and in every pack of it", () => {
  const random = chance();
  console.info(`seed ${random.seed}`);
  const packs: string[] = [];
  for (let round = 0; round < 10; round++) {
    const house = aLedger();
    live(house, random, random.between(1, 60));
    for (let n = 0; n < 6; n++) {
      const pack = packOf(house, `pack-${n}`, aRequest(house, random));
      expect(verdictOfAll(verifyPack(pack)), `seed ${random.seed}`).toMatchObject({ fault: null });
      packs.push(pack);
    }
    const key = house.ledger.verifierKey();
    const file = (name: string) => join(house.folder, name);
    expect(verdictOfAll(verifyData(file, { key })).fault).toBeNull();
  }
  const said = execFileSync("python3", ["docs/verify/verify.py", ...packs], { encoding: "utf8" });
  expect(said.split("\n").filter((line) => line.includes(": sound: "))).toHaveLength(packs.length);
});
