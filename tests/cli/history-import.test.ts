import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLedgerIn } from "../../app/index.ts";
import { systemClock } from "../../core/index.ts";
import { aHouse, type House, siteFile, startSentry, storedJournal, storedSamples } from "../sentry.ts";
import { runCli } from "./builders.ts";

/** A data folder that a program has used before. */
async function aUsedHouse(): Promise<House> {
  const house = aHouse(siteFile(["dev-1"]));
  const sentry = await startSentry(house);
  await sentry.stop();
  return house;
}

const who = ["--by", "10231", "--comment", "logger of the old system"];
const run = (house: House, files: string[], ...more: string[]) =>
  runCli(["history", "import", ...files, "--config", house.config, "--data", house.data, "--device", "dev-1", ...more]);

function csv(house: House, name: string, bytes: string | Uint8Array): string {
  const path = join(house.folder, name);
  writeFileSync(path, bytes);
  return path;
}

test("past readings are entered once, marked, and on somebody's word in the ledger; hot ones raise nothing", async () => {
  const house = await aUsedHouse();
  const rows = Array.from(
    { length: 2_500 },
    (_, at) => `${new Date(Date.UTC(2024, 0, 1) + at * 900_000).toISOString()},40`,
  );
  const path = csv(house, "2024.csv", `time,temperature_c\n${rows.join("\n")}\n`);
  const first = await run(house, [path], ...who);
  expect(first).toMatchObject({ code: 0, out: "2500 rows entered, 0 were known already\n", err: "" });
  const again = await run(house, [path], ...who);
  expect(again).toMatchObject({ code: 0, out: "0 rows entered, 2500 were known already\n" });

  const stored = storedSamples(house);
  expect(stored).toHaveLength(2_500);
  expect(stored[0]).toMatchObject({ device: "dev-1", atMs: Date.UTC(2024, 0, 1), temperatureC: 40, flags: 4 });
  const ledger = openLedgerIn(house.data, systemClock);
  const entries = ledger.read({ from: 0, limit: 1_000, kinds: ["operator-command"] });
  ledger.close();
  expect(entries).toHaveLength(2);
  expect(entries[0]?.entry?.body).toMatchObject({
    do: "history-import",
    device: "dev-1",
    rows: 2_500,
    from: "2024-01-01T00:00:00.000Z",
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });

  const sentry = await startSentry(house);
  await sentry.sentry.settled();
  expect(storedJournal(house).filter(({ condition }) => condition === "temperature-high")).toEqual([]);
}, 30_000);

test("a file of a Chinese logger: its own column names, local times, GBK", async () => {
  const house = await aUsedHouse();
  // 采集时间,温度,湿度
  const header = Buffer.from("b2c9bcafcab1bce42ccec2b6c82ccaaab6c80a", "hex");
  const path = csv(
    house,
    "gbk.csv",
    Buffer.concat([header, Buffer.from("2024/1/31 8:00,21.5,48\n2024-01-31 08:15:30,21.6,49\n")]),
  );
  const ended = await run(
    house,
    [path],
    ...who,
    ...[
      "--map",
      "time=采集时间,temperature_c=温度,relative_humidity_pct=湿度",
      "--tz",
      "Asia/Shanghai",
      "--encoding",
      "gbk",
    ],
  );
  expect(ended).toMatchObject({ code: 0, out: "2 rows entered, 0 were known already\n" });
  expect(storedSamples(house)).toMatchObject([
    { atMs: Date.parse("2024-01-31T00:00:00Z"), temperatureC: 21.5, humidityPct: 48 },
    { atMs: Date.parse("2024-01-31T00:15:30Z"), temperatureC: 21.6, humidityPct: 49 },
  ]);
});

test("bad rows are named with their lines, and the others are entered all the same", async () => {
  const house = await aUsedHouse();
  const lines = [
    "time,temperature_c",
    "2024-01-31T08:00:00Z,21",
    "2024-01-31 08:15,21",
    "",
    "2024-01-31T08:30:00Z,-273",
    "2024-01-31T08:45:00Z,21,1",
    "2099-01-31T09:00:00Z,21",
    "2024-01-31T09:00:00Z,",
    "2024-01-31T09:15:00Z,22",
  ];
  const path = csv(house, "bad.csv", `${lines.join("\n")}\n`);
  const ended = await run(house, [path], ...who);
  expect(ended).toMatchObject({ code: 1, out: "2 rows entered, 0 were known already\n" });
  const told = ended.err.split("\n").map((line) => line.replace(`${path} `, ""));
  expect(told.slice(0, 4).map((line) => line.split(":")[0])).toEqual(["line 3", "line 5", "line 6", "line 7"]);
  expect(told[4]).toBe("4 rows could not be entered, the others were");
});

test("a running program, a stranger and a device that is not there are refused, and nothing is entered", async () => {
  const house = await aUsedHouse();
  const path = csv(house, "one.csv", "time,temperature_c\n2024-01-31T08:00:00Z,21\n");
  const stranger = await run(house, [path], "--by", "99999", "--comment", "c");
  expect(stranger).toMatchObject({ code: 2, err: "--by: the site file has no person 99999\n" });
  const silent = await run(house, [path], "--by", "10231", "--comment", " ");
  expect(silent).toMatchObject({ code: 1, err: "--comment: say where these readings come from\n" });
  const elsewhere = await run(house, [path], ...who, "--map", "warmth=T");
  expect(elsewhere.code).toBe(2);
  expect(elsewhere.err).toContain("--map: expected quantity=column");
  await startSentry(house);
  const running = await run(house, [path], ...who);
  expect(running.code).toBe(1);
  expect(running.err).toContain("another archive-sentry is using");
  expect(storedSamples(house)).toEqual([]);
}, 30_000);
