import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  type Consumer,
  follow,
  type IntakeLog,
  type NewEntry,
  openIntakeLog,
  openSqliteHistory,
} from "../../collector/index.ts";
import { manualClock, silentLogger, systemClock } from "../../core/index.ts";
import { parseSite } from "../../site/index.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "sentry-intake-"));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
function openLog(path = join(folder(), "intake.db"), maxBytes = 2 ** 30): IntakeLog {
  const log = openIntakeLog(path, { clock: manualClock(), maxBytes });
  cleanups.push(() => log.close());
  return log;
}
const entry = (text: string): NewEntry => ({
  kind: "message",
  receivedAtMs: 1_000,
  origin: "broker",
  topic: "sentry/north/d1/telemetry",
  payload: Buffer.from(text),
});
const append = (log: IntakeLog, text: string) =>
  new Promise<number>((resolve, reject) =>
    log.append(entry(text), (error, position) => (error ? reject(error) : resolve(position))),
  );

describe("the intake log", () => {
  it("acknowledges only what is committed, many in one commit", async () => {
    const log = openLog();
    const acknowledged: number[] = [];
    for (let n = 0; n < 50; n++) log.append(entry(`${n}`), (_, position) => acknowledged.push(position));
    expect(acknowledged).toEqual([]);
    let commits = 0;
    log.onCommit(() => commits++);
    await append(log, "last");
    expect(acknowledged).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    expect(commits).toBe(1);
  });

  it("reads the same entries from memory and, after a restart, from the file", async () => {
    const path = join(folder(), "intake.db");
    const log = openLog(path);
    for (const text of ["a", "b", "c"]) await append(log, text);
    const texts = (of: IntakeLog) => of.readAfter(1, 10).map((e) => `${e.position}${e.payload}`);
    expect(texts(log)).toEqual(["2b", "3c"]);
    log.close();
    expect(texts(openLog(path))).toEqual(["2b", "3c"]);
  });

  it("never gives a position twice, also when everything read was removed", async () => {
    const path = join(folder(), "intake.db");
    const log = openLog(path);
    for (const text of ["a", "b", "c"]) await append(log, text);
    log.prune(3, 1_000);
    log.close();
    expect(await append(openLog(path), "d")).toBe(4);
  });

  it("refuses beyond its bound with a code, and takes again once there is room", async () => {
    const log = openLog(undefined, 200_000);
    const long = "x".repeat(10_000);
    let refused: unknown;
    for (let n = 0; n < 500 && refused === undefined; n++) await append(log, long).catch((error) => (refused = error));
    expect(refused).toMatchObject({ code: "disk-full" });
    log.prune(log.head(), 10_000);
    await expect(append(log, "again")).resolves.toBeGreaterThan(0);
  });

  it("refuses after it was closed", async () => {
    const log = openLog();
    log.close();
    await expect(append(log, "late")).rejects.toMatchObject({ code: "intake-closed" });
  });
});

describe("a consumer", () => {
  it("keeps its place when its effect fails, and goes on from there", async () => {
    const log = openLog();
    const seen: string[] = [];
    let position = 0;
    let failures = 2;
    const consumer: Consumer = {
      name: "test",
      gatherMs: 0,
      cursor: () => position,
      apply(entries) {
        if (failures-- > 0) throw new Error("away");
        seen.push(...entries.map((e) => e.payload.toString()));
        position = entries.at(-1)!.position;
      },
    };
    const follower = follow(log, consumer, {
      clock: { ...systemClock, sleep: () => Promise.resolve() },
      logger: silentLogger,
    });
    follower.start();
    await append(log, "a");
    await append(log, "b");
    await expect.poll(() => seen).toEqual(["a", "b"]);
    expect(follower.fault()).toBeNull();
    await follower.stop();
  });
});

const { site } = parseSite(
  `
site: { id: north, name: { zh: 北院, en: North } }
rooms: [{ id: a-101 }]
devices: [{ id: d1, room: a-101, quantities: [temperature_c, relative_humidity_pct] }]
limits: { quarantine: 10 }
`,
  { directory: ".", name: "site.yaml", nowMs: 0 },
);

describe("the embedded history", () => {
  const open = (path = join(folder(), "history.db")) => {
    const history = openSqliteHistory(path, () => site);
    cleanups.push(() => history.close());
    return history;
  };
  const at = (position: number, payload: unknown) => ({
    ...entry(typeof payload === "string" ? payload : JSON.stringify(payload)),
    receivedAtMs: 2_000_000,
    position,
  });
  const count = (history: ReturnType<typeof open>, table: string) =>
    Number(history.database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);

  it("stores a sample once, with what derives from it, and moves its cursor with it", () => {
    const history = open();
    history.apply([at(1, { at: 1_900_000, temperature_c: 20, relative_humidity_pct: 50 })]);
    expect(history.cursor()).toBe(1);
    expect(history.latest("d1").get("dew_point_c")?.value).toBeCloseTo(9.261, 3);
    expect(history.latest("d1").get("temperature_c")).toEqual({ value: 20, atMs: 1_900_000 });
  });

  it("takes the same (device, quantity, at) once, and a further quantity of that time", () => {
    const history = open();
    const commit = history.apply([
      at(1, { at: 1_900_000, temperature_c: 20 }),
      at(2, { at: 1_900_000, temperature_c: 21 }),
      at(3, { at: 1_900_000, relative_humidity_pct: 50 }),
    ]);
    expect(commit.duplicates).toBe(1);
    expect(history.latest("d1").get("temperature_c")?.value).toBe(20);
    expect(history.latest("d1").get("relative_humidity_pct")?.value).toBe(50);
  });

  it("keeps both of two samples of one instant that sequence numbers tell apart", () => {
    const history = open();
    const of = (seq: number) => ({ seq, session: "s", at: 1_900_000, temperature_c: seq });
    const { samples } = history.apply([at(1, of(1)), at(2, of(2))]);
    expect(samples.map((sample) => sample.sameInstant)).toEqual([0, 1]);
  });

  it("stores nothing twice when it reads again after a crash before its commit", () => {
    const path = join(folder(), "history.db");
    const entries = [at(1, { seq: 1, session: "s", at: 1_900_000, temperature_c: 20 }), at(2, { temperature_c: 21 })];
    const first = open(path);
    first.apply(entries);
    first.close();
    const second = open(path);
    expect(second.cursor()).toBe(2);
    second.apply([at(3, { seq: 1, session: "s", at: 1_900_000, temperature_c: 20 })]);
    expect(count(second, "samples")).toBe(2);
  });

  it("quarantines what it cannot read, up to its bound, and goes on", () => {
    const history = open();
    history.apply(Array.from({ length: 50 }, (_, n) => at(n + 1, "{")));
    history.apply([at(51, { temperature_c: 20 })]);
    expect(count(history, "quarantine")).toBeLessThanOrEqual(11);
    expect(count(history, "samples")).toBe(1);
  });
});
