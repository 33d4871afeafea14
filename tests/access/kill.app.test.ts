import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseCheckpoint, verdictOfAll, verifierKeyIn, verifyData } from "../../access/index.ts";
import { openLedgerIn } from "../../app/index.ts";
import { checkpointResponse } from "../../contract/index.ts";
import { systemClock } from "../../core/index.ts";
import { chance } from "../random.ts";
import { aSenderWithMemory } from "../sender-with-memory.ts";
import { aDevice, aHouse, eventually, type House, siteFile, spawnSentry } from "../sentry.ts";
import { freePort } from "../servers.ts";

const kills = Number(process.env.SENTRY_KILLS ?? 10);
const readers = ["reader-1", "reader-2", "reader-3"];
const known = "04A2B3C4D5";
const strange = "0499887766";

test(
  `${kills} times kill -9 while badges arrive: none that was acknowledged is missing, every checkpoint given out holds`,
  async () => {
    const random = chance();
    console.info(`seed ${random.seed} (SENTRY_SEED=${random.seed} repeats it), ${kills} kills`);
    const house = aHouse(
      siteFile([], {
        devices: readers.map((id) => aDevice(id, { quantities: ["tamper"] })),
        doors: readers.map((reader, n) => ({ id: `d${n}`, room: "a-101", reader })),
        people: [
          { id: "10231", name: "王芳", category: "archivist" },
          { id: "10405", name: "陈思远", category: "it" },
        ],
      }),
    );
    const ports = { mqtt: await freePort(), http: await freePort() };
    let sentry = await spawnSentry(house, ports);
    const given: string[] = [];
    const keepCheckpoint = async () => {
      given.push((await sentry.ask(checkpointResponse, "/api/v1/access/checkpoint")).checkpoint);
    };
    const badge = { person: { id: "10231" }, credential: known, by: "10405" };
    expect((await sentry.post("/api/v1/access/badges", badge)).status).toBe(200);
    const load = startBadges(house, ports.mqtt);

    for (let kill = 1; kill <= kills; kill++) {
      const before = load.acknowledged.size;
      await eventually("badges are acknowledged", () => load.acknowledged.size > before + 30, 30_000);
      await keepCheckpoint();
      await new Promise((resolve) => setTimeout(resolve, random.between(0, 600)));
      await sentry.kill();
      // What is on disk now, whole or torn, has to go on from every checkpoint that was given out.
      const file = (name: string) => join(house.data, name);
      const check = verifyData(file, { key: verifierKeyIn(file("ledger.key")), since: given });
      expect(verdictOfAll(check).fault, `seed ${random.seed}, kill ${kill}`).toBeNull();
      sentry = await spawnSentry(house, ports);
    }
    load.end();
    await eventually("everything is acknowledged", () => load.waiting() === 0, 20_000);
    await keepCheckpoint();
    expect(await sentry.end()).toBe(0);

    const ledger = openLedgerIn(house.data, systemClock);
    const recorded = ledger
      .read({ from: 0, limit: 1_000_000, kinds: ["access-event"] })
      .flatMap(({ entry }) =>
        entry && entry.body.amends === undefined ? [`${entry.body.device} ${entry.body.seq}`] : [],
      );
    expect(parseCheckpoint(ledger.checkpoint())!.size).toBe(ledger.size());
    ledger.close();
    expect(recorded.toSorted()).toEqual([...load.acknowledged].toSorted());
    for (const name of readdirSync(house.data, { recursive: true, encoding: "utf8" })) {
      const path = join(house.data, name);
      if (!statSync(path).isFile()) continue;
      const bytes = readFileSync(path);
      for (const clear of [known, strange]) expect([name, bytes.includes(clear)]).toEqual([name, false]);
    }
    console.info(
      `${recorded.length} badges acknowledged and each in the ledger once; ${given.length} checkpoints hold`,
    );
  },
  60_000 + kills * 8_000,
);

/** Readers that tell of a badge every 15 ms; every fifth of them is a stranger's. */
function startBadges(house: House, port: number) {
  const acknowledged = new Set<string>();
  const senders = readers.map((reader) =>
    aSenderWithMemory(house, port, reader, { onTheWay: 8, reconnectMs: () => 50 }),
  );
  const waiting = () => senders.reduce((sum, sender) => sum + sender.waiting(), 0);
  const timers = senders.map((sender, n) => {
    const reader = readers[n]!;
    let seq = 0;
    return setInterval(() => {
      if (sender.waiting() >= 200) return;
      const number = ++seq;
      const credential = number % 5 === 0 ? strange : known;
      const direction = number % 2 === 0 ? "out" : "in";
      const body = { seq: number, session: "s1", at: Date.now(), credential, direction, decision: "granted" };
      sender.send({
        topic: `sentry/north/${reader}/badge`,
        body: JSON.stringify(body),
        onAcknowledged: () => acknowledged.add(`${reader} ${number}`),
      });
    }, 15);
  });
  const end = () => timers.forEach((timer) => clearInterval(timer));
  onTestFinished(end);
  return { acknowledged, waiting, end };
}
