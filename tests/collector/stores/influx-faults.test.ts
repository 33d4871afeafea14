import { describe, expect, test } from "vitest";
import { createInfluxV1 } from "../../../collector/stores/influx-v1.ts";
import { createInfluxV2 } from "../../../collector/stores/influx-v2.ts";
import { systemClock } from "../../../core/index.ts";
import { climateSamples, followInto, startFakeServer, until } from "./writer-builder.ts";

const secret = "s3cret-token-0123456789";
const point = {
  measurement: "environment",
  tags: { site: "north", device: "th-1" },
  fields: { temperature_c: 20.5 },
  atMs: 0,
} as const;

/** Servers that misbehave in ways a real one cannot be made to: the same for both adapters. */
describe.each([
  {
    name: "influx-v1",
    open: (url: string, timeoutMs: number) =>
      createInfluxV1({ url, database: "d", username: "u", password: secret, timeoutMs, clock: systemClock }),
  },
  {
    name: "influx-v2",
    open: (url: string, timeoutMs: number) =>
      createInfluxV2({ url, org: "o", bucket: "b", token: secret, timeoutMs, clock: systemClock }),
  },
])("$name", ({ open }) => {
  test("a server that accepts and never answers costs its time limit and no more", async () => {
    const url = await startFakeServer(() => {});
    const store = open(url, 150);
    const startedMs = performance.now();
    expect(await store.write([point])).toMatchObject({ kind: "unavailable", timedOut: true });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    store.close();
  });

  test("a server that drips bytes cannot hold a request longer either", async () => {
    const url = await startFakeServer((_body, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      const drip = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(drip));
    });
    const store = open(url, 200);
    expect(await store.write([point])).toMatchObject({ kind: "unavailable", timedOut: true });
    store.close();
  });

  test("a connection cut in the middle of the answer is no answer", async () => {
    const url = await startFakeServer((_body, response) => {
      response.writeHead(500, { "content-length": "100" });
      response.write("half");
      setTimeout(() => response.destroy(), 20);
    });
    const store = open(url, 500);
    expect(await store.write([point])).toMatchObject({ kind: "unavailable" });
    store.close();
  });

  test.each([401, 403, 404, 408, 429, 500, 503])("an answer of %i is not the points' fault", async (status) => {
    const url = await startFakeServer((_body, response) => response.writeHead(status).end(`{"error":"no"}`));
    const store = open(url, 2_000);
    expect(await store.write([point])).toMatchObject({ kind: "unavailable", timedOut: false });
    store.close();
  });

  test.each([400, 413, 422])("an answer of %i is", async (status) => {
    const url = await startFakeServer((_body, response) => response.writeHead(status).end(`{"error":"no"}`));
    const store = open(url, 2_000);
    expect(await store.write([point])).toMatchObject({ kind: "refused", reason: expect.stringContaining(`${status}`) });
    store.close();
  });

  test("a point from 1970 keeps its time, and no secret is in what is said", async () => {
    const bodies: string[] = [];
    const url = await startFakeServer((body, response) => {
      bodies.push(body);
      response.writeHead(bodies.length > 1 ? 401 : 204).end();
    });
    const store = open(url, 2_000);
    expect(await store.write([point])).toEqual({ kind: "written" });
    expect(bodies[0]).toMatch(/^environment,(site=north,device=th-1|device=th-1,site=north) temperature_c=20\.5 0$/);
    expect(JSON.stringify(await store.write([point]))).not.toContain(secret);
    store.close();
  });

  test("a refused point in a thousand is found, and all others arrive", async () => {
    const taken = new Set<string>();
    const isBad = (line: string) => line.includes("temperature_c=20 ");
    const url = await startFakeServer((body, response) => {
      const lines = body.split("\n");
      // As InfluxDB does it: what can be stored is stored, and the answer is 400 all the same.
      for (const line of lines) if (!isBad(line)) taken.add(line);
      const bad = lines.some(isBad);
      response.writeHead(bad ? 400 : 204).end(bad ? `{"error":"partial write: dropped=1"}` : undefined);
    });
    const { history, caughtUp, refused, writer } = followInto(open(url, 2_000), { batch: 1_000 });
    // Only the first of these is exactly 20.
    history.append(climateSamples(1_000, 0));
    await caughtUp();
    expect(refused).toHaveLength(1);
    expect(writer.status()).toMatchObject({ refused: 1, written: 1_999 });
    expect(taken.size).toBe(1_999);
  });

  test("a server too slow for whole batches is given smaller ones", async () => {
    const sizes: number[] = [];
    const url = await startFakeServer((body, response) => {
      const lines = body.split("\n").length;
      sizes.push(lines);
      if (lines <= 60) response.writeHead(204).end();
    });
    const { history, caughtUp } = followInto(open(url, 100), { batch: 200 });
    history.append(climateSamples(100, 0));
    await caughtUp();
    expect(Math.max(...sizes)).toBe(200);
    expect(sizes.filter((size) => size <= 60).reduce((a, b) => a + b, 0)).toBe(200);
  });

  test("stopping does not wait for a server that does not answer", async () => {
    const asked: string[] = [];
    const url = await startFakeServer((body) => asked.push(body));
    const { history, writer, saved } = followInto(open(url, 60_000));
    history.append(climateSamples(5, 0));
    await until(() => asked.length > 0, "the request is under way");
    await writer.stop();
    expect(saved).toEqual([]);
  });
});
