import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { z } from "zod";
import { parseCheckpoint, verdictOfAll, verifierKeyIn, verifyData } from "../../access/index.ts";
import { chance } from "../random.ts";
import { aLedger, aLedgerFolder } from "./builders.ts";

const kills = Number(process.env.SENTRY_KILLS ?? 10);
const line = z.union([z.object({ position: z.number() }), z.object({ checkpoint: z.string() })]);

test(
  `${kills} times kill -9 during appends: every checkpoint given out still holds, nothing acknowledged is missing`,
  async () => {
    const random = chance();
    console.info(`seed ${random.seed} (SENTRY_SEED=${random.seed} repeats it), ${kills} kills`);
    const folder = aLedgerFolder();
    const given: string[] = [];
    let acknowledged = 0;
    for (let kill = 0; kill < kills; kill++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, "appender.ts"), folder, String(kill)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const lives = random.between(1, 120);
      let lines = 0;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      for await (const text of createInterface({ input: child.stdout })) {
        // The kernel may still hand over what was written before the end.
        const said = line.parse(JSON.parse(text));
        if ("position" in said) acknowledged = said.position;
        else given.push(said.checkpoint);
        if (++lines === lives) child.kill("SIGKILL");
      }
      await gone;
      const { ledger } = aLedger({ folder });
      expect(ledger.cursor("test")).toBeGreaterThanOrEqual(acknowledged);
      const entries = ledger.read({ from: 0, limit: 1_000_000, kinds: ["access-event"] });
      expect(entries.map(({ entry }) => entry?.body.position)).toEqual(
        Array.from({ length: ledger.cursor("test") }, (_, n) => n + 1),
      );
      expect(parseCheckpoint(ledger.checkpoint())!.size).toBe(ledger.size());
      ledger.close();
      const file = (name: string) => join(folder, name);
      const verdict = verdictOfAll(verifyData(file, { key: verifierKeyIn(file("ledger.key")), since: given }));
      expect(verdict.fault, `seed ${random.seed}, kill ${kill + 1}`).toBeNull();
    }
    expect(given.length).toBeGreaterThan(0);
  },
  30_000 + kills * 6_000,
);
