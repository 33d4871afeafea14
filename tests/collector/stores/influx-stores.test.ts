import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { AlarmLine } from "../../../collector/stores/influx-lines.ts";
import type { InfluxStore } from "../../../collector/stores/influx-store.ts";
import { createInfluxV1 } from "../../../collector/stores/influx-v1.ts";
import { createInfluxV2 } from "../../../collector/stores/influx-v2.ts";
import { systemClock } from "../../../core/index.ts";
import { isMissing, startInfluxV1, startVictoriaMetrics, type TestServer } from "../../servers.ts";
import { climateSamples, followInto, until } from "./writer-builder.ts";

const fromMs = Date.parse("2024-03-10T00:00:00Z");

/** Every stored value of a field, by time. */
type ReadField = (server: TestServer, measurement: string, field: string) => Promise<[atMs: number, value: number][]>;

const influxAnswer = z.object({
  results: z.array(
    z.object({
      series: z.array(z.object({ values: z.array(z.array(z.union([z.number(), z.string(), z.null()]))) })).optional(),
      error: z.string().optional(),
    }),
  ),
});
async function askInflux(server: TestServer, query: string, login = ""): Promise<(string | number | null)[][]> {
  const parameters = new URLSearchParams({ db: "archive", epoch: "ms", q: query });
  const answer = await fetch(`${server.url}/query?${parameters}${login}`, { method: "POST" });
  const [result] = influxAnswer.parse(await answer.json()).results;
  return (result?.series ?? []).flatMap((series) => series.values);
}
const readInflux: ReadField = async (server, measurement, field) =>
  (await askInflux(server, `SELECT "${field}" FROM "${measurement}"`)).map((row) => [Number(row[0]), Number(row[1])]);

const exported = z.object({ values: z.array(z.number()), timestamps: z.array(z.number()) });
const readVictoria: ReadField = async (server, measurement, field) => {
  // What was just written is in memory only until it is asked to be visible.
  await fetch(`${server.url}/internal/force_flush`);
  const match = encodeURIComponent(`{__name__="${measurement}_${field}"}`);
  const text = await (await fetch(`${server.url}/api/v1/export?match[]=${match}&reduce_mem_usage=1`)).text();
  const rows = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => exported.parse(JSON.parse(line)));
  const points = rows.flatMap((row) => row.timestamps.map((atMs, at): [number, number] => [atMs, row.values[at]!]));
  return [...new Map(points.sort((a, b) => a[0] - b[0]))];
};

const adapters = [
  {
    name: "influx-v1 into InfluxDB 1.x",
    binary: "influxd" as const,
    start: () => startInfluxV1(),
    read: readInflux,
    open: (url: string): InfluxStore =>
      createInfluxV1({ url, database: "archive", timeoutMs: 5_000, clock: systemClock }),
  },
  {
    name: "influx-v2 into VictoriaMetrics",
    binary: "victoria-metrics" as const,
    start: startVictoriaMetrics,
    read: readVictoria,
    open: (url: string): InfluxStore =>
      createInfluxV2({ url, org: "hospital", bucket: "archive", timeoutMs: 5_000, clock: systemClock }),
  },
];

describe.each(adapters)("$name", ({ binary, start, read, open }) => {
  describe.skipIf(isMissing(binary))(`(skipped where ${binary} is not installed)`, () => {
    let server: TestServer;
    beforeAll(async () => {
      server = (await start())!;
    });
    afterAll(() => server?.remove());

    test("every value arrives as the number it was, in its place in time", async () => {
      const { history, caughtUp, refused, writer } = followInto(open(server.url));
      const samples = climateSamples(500, fromMs);
      history.append(samples);
      history.append([
        { device: "door-1", atMs: fromMs, values: { door: 1 } },
        { device: "door-1", atMs: fromMs + 60_000, values: { door: 0 } },
      ]);
      await caughtUp();
      expect(refused).toEqual([]);
      expect(writer.status()).toMatchObject({ state: "reachable", reason: null, written: 500 * 2 + 2 });
      expect(await read(server, "environment", "temperature_c")).toEqual(
        // VictoriaMetrics keeps about twelve digits.
        samples.map((sample) => [sample.atMs, expect.closeTo(sample.values.temperature_c!, 8)]),
      );
      expect((await read(server, "device", "battery_pct")).length).toBe(500);
      expect(await read(server, "door", "state")).toEqual([
        [fromMs, 1],
        [fromMs + 60_000, 0],
      ]);
    });

    test("writing everything again changes nothing", async () => {
      const { history, caughtUp, saved, writer, create } = followInto(open(server.url));
      const from = fromMs + 3_600_000;
      history.append(climateSamples(300, from));
      await caughtUp();
      const before = await read(server, "environment", "temperature_c");
      await writer.stop();
      saved.push({ samples: 0, alarms: 0, figures: 0 });
      const again = create();
      again.start();
      await until(() => again.status().written >= 600, "everything is written again");
      await again.stop();
      expect(await read(server, "environment", "temperature_c")).toEqual(before);
    });

    test("while it is away nothing is lost, and when it is back nothing is missing or twice", async () => {
      const { history, caughtUp, saved, writer, logged } = followInto(open(server.url));
      const from = fromMs + 2 * 3_600_000;
      history.append(climateSamples(250, from));
      await caughtUp();
      await server.stop();
      history.append(climateSamples(700, from + 250_000));
      await until(() => writer.status().state === "unreachable", "the absence is noticed");
      expect(writer.status().lag.samples).toBe(700);
      expect(saved.at(-1)?.samples).toBe(250);
      await server.restart();
      await caughtUp();
      expect(writer.status().state).toBe("reachable");
      expect(logged.filter((line) => line.startsWith("collector.store.lost"))).toHaveLength(1);
      expect(logged.filter((line) => line.startsWith("collector.store.found"))).toHaveLength(1);
      const stored = (await read(server, "environment", "temperature_c")).filter(([atMs]) => atMs >= from);
      expect(stored).toEqual(climateSamples(950, from).map((_, n) => [from + n * 1_000, expect.any(Number)]));
    });

    test("samples of one millisecond stay apart", async () => {
      const { history, caughtUp } = followInto(open(server.url));
      const atMs = fromMs + 4 * 3_600_000;
      history.append(
        [0, 1, 2].map((n) => ({ device: "th-2", atMs, sameInstant: n, values: { temperature_c: 30 + n } })),
      );
      await caughtUp();
      const stored = (await read(server, "environment", "temperature_c")).filter((point) => point[0] >= atMs);
      expect(stored).toEqual([
        [atMs, 30],
        [atMs + 1, 31],
        [atMs + 2, 32],
      ]);
    });

    test("the alarm journal and the system's own figures are followed too", async () => {
      const atMs = fromMs + 5 * 3_600_000;
      const alarm: Omit<AlarmLine, "n" | "transition" | "state" | "sinceRaisedS"> = {
        atMs,
        id: "k3j2",
        room: "a-101",
        condition: "temperature-high",
        priority: "high",
        value: 25.5,
        limit: 24,
        message: 'Too warm, "A 101", 库房',
        sameBefore: 0,
        by: null,
      };
      const alarms: AlarmLine[] = [
        { ...alarm, n: 1, transition: "raised", state: "unacknowledged", sinceRaisedS: 0 },
        { ...alarm, n: 2, transition: "acknowledged", state: "acknowledged", by: "p-7", sinceRaisedS: 61 },
      ];
      const { writer, caughtUp, saved } = followInto(open(server.url), { alarms });
      writer.offer([{ measurement: "sentry", tags: { site: "north", part: "broker" }, fields: { clients: 40 }, atMs }]);
      await caughtUp();
      expect(saved.at(-1)).toEqual({ samples: 0, alarms: 2, figures: 0 });
      expect((await read(server, "alarm", "value")).map(([, value]) => value)).toContain(25.5);
      await until(async () => (await read(server, "sentry", "clients")).length === 1, "the figures arrive");
    });

    test("a ping says whether it is there", async () => {
      expect(await open(server.url).ping()).toEqual({ ok: true });
      expect(await open("http://127.0.0.1:1").ping()).toMatchObject({ ok: false });
    });
  });
});

describe.skipIf(isMissing("influxd"))("InfluxDB 1.x alone (skipped where influxd is not installed)", () => {
  const password = "correct-horse-battery";
  const open = (url: string, login: { username?: string; password?: string } = {}) =>
    createInfluxV1({ url, database: "archive", timeoutMs: 5_000, clock: systemClock, ...login });

  test("only the points it refuses are set aside, wherever in the batch they are", async () => {
    const server = (await startInfluxV1())!;
    await fetch(`${server.url}/query?q=CREATE+DATABASE+archive`, { method: "POST" });
    // Somebody else wrote text into the field: InfluxDB keeps its type, and refuses our integers from now on.
    const text = `leak,site=north state="wet" ${fromMs}`;
    await fetch(`${server.url}/write?db=archive&precision=ms`, { method: "POST", body: text });
    const { history, caughtUp, refused, writer, logged } = followInto(open(server.url));
    const samples = climateSamples(450, fromMs);
    const wet = [17, 300, 301].map((at) => ({ device: "th-1", atMs: fromMs + at, values: { leak: 1 } }));
    history.append([
      ...samples.slice(0, 17),
      wet[0]!,
      ...samples.slice(17, 300),
      wet[1]!,
      wet[2]!,
      ...samples.slice(300),
    ]);
    await caughtUp();
    expect(refused.map(({ point }) => [point.measurement, point.atMs])).toEqual(wet.map((w) => ["leak", w.atMs]));
    expect(refused[0]?.reason).toMatch(/field type conflict/);
    expect(writer.status()).toMatchObject({ state: "reachable", refused: 3 });
    expect(await askInflux(server, "SELECT count(temperature_c) FROM environment")).toEqual([[0, 450]]);
    expect(logged.filter((line) => line.startsWith("collector.points.refused")).length).toBeGreaterThan(0);
    await server.remove();
  });

  test("states are integers, measurements floats", async () => {
    const server = (await startInfluxV1())!;
    const { history, caughtUp } = followInto(open(server.url));
    history.append([{ device: "door-1", atMs: fromMs, values: { door: 1, temperature_c: 20 } }]);
    await caughtUp();
    expect(await askInflux(server, "SHOW FIELD KEYS FROM door")).toEqual([["state", "integer"]]);
    expect(await askInflux(server, "SHOW FIELD KEYS FROM environment")).toEqual([["temperature_c", "float"]]);
    const tags = await askInflux(server, "SHOW SERIES FROM environment");
    expect(tags).toEqual([["environment,building=a,device=door-1,room=a-101,site=north"]]);
    await server.remove();
  });

  test("a wrong password sets nothing aside and is never written down; the right one creates the database", async () => {
    const server = (await startInfluxV1({ auth: true }))!;
    const create = `CREATE USER sentry WITH PASSWORD '${password}' WITH ALL PRIVILEGES`;
    await fetch(`${server.url}/query?q=${encodeURIComponent(create)}`, { method: "POST" });
    const wrong = followInto(open(server.url, { username: "sentry", password: `${password}!` }));
    wrong.history.append(climateSamples(10, fromMs));
    await until(() => wrong.writer.status().state === "unreachable", "the refusal is noticed");
    expect(wrong.writer.status().reason).toMatch(/401/);
    expect(wrong.refused).toEqual([]);
    expect(JSON.stringify([wrong.logged, wrong.writer.status()])).not.toContain(password);
    await wrong.writer.stop();
    const right = followInto(open(server.url, { username: "sentry", password }));
    right.history.append(climateSamples(10, fromMs));
    await right.caughtUp();
    const login = `&u=sentry&p=${password}`;
    expect(await askInflux(server, "SELECT count(temperature_c) FROM environment", login)).toEqual([[0, 10]]);
    await server.remove();
  });
});
