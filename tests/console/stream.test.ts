import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { manualClock } from "../../core/index.ts";
import { anAlarm, aReading, aSite, aSource, startConsole, tokenOf, until } from "./builders.ts";

const startMs = Date.parse("2026-11-22T08:00:00Z");

interface Listening {
  text(): string;
  /** Names and data of the events so far. */
  events(): { id: number; event: string; data: Record<string, unknown> }[];
  response: IncomingMessage;
  ended(): boolean;
  request: ClientRequest;
}

async function listen(url: string, headers: Record<string, string> = {}): Promise<Listening> {
  let text = "";
  let ended = false;
  const sent = request(`${url}/api/v1/stream`, { headers });
  onTestFinished(() => void sent.destroy());
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on("response", resolve);
    sent.on("error", reject);
    sent.end();
  });
  sent.on("error", () => {});
  response.setEncoding("utf8");
  response.on("data", (chunk: string) => (text += chunk));
  response.on("error", () => {});
  response.on("close", () => (ended = true));
  return {
    response,
    request: sent,
    text: () => text,
    ended: () => ended,
    events: () =>
      text
        .split("\n\n")
        .map((block) => Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2))))
        .filter((block) => block.event !== undefined)
        .map((block) => ({ id: Number(block.id), event: block.event, data: JSON.parse(block.data) })),
  };
}

async function aStream(site = aSite()) {
  const clock = manualClock(startMs);
  const source = aSource({}, site);
  const started = await startConsole({ source, clock });
  return { ...started, clock, source };
}

describe("the live stream", () => {
  it("tells readings gathered, alarms and health, with growing ids", async () => {
    const { url, clock, source } = await aStream();
    const client = await listen(url);
    expect(client.response.headers["content-type"]).toContain("text/event-stream");
    expect(client.response.headers["cache-control"]).toBe("no-store");
    source.emit({ kind: "reading", readings: [aReading({ value: 21 }), aReading({ quantity: "co_ppm", value: 3 })] });
    source.emit({ kind: "reading", readings: [aReading({ value: 22, at: "2026-11-22T08:00:01.000Z" })] });
    source.emit({ kind: "reading", readings: [aReading({ value: 19, at: "2026-11-22T07:00:00.000Z" })] });
    clock.advance(500);
    source.emit({ kind: "alarm", transition: "raised", alarm: anAlarm() });
    source.emit({ kind: "health", health: source.health() });
    await until(() => client.events().length === 3);
    const [readings, alarm, health] = client.events();
    expect((readings!.data.readings as { value: number }[]).map(({ value }) => value)).toEqual([22, 3]);
    expect(alarm).toMatchObject({ event: "alarm", data: { transition: "raised", alarm: { id: "k3v9" } } });
    expect(health).toMatchObject({ event: "health", data: { ready: true } });
    expect(alarm!.id).toBe(readings!.id + 1);
    expect(health!.id).toBe(alarm!.id + 1);
  });

  it("says every 15 s that it is still there", async () => {
    const { url, clock } = await aStream();
    const client = await listen(url);
    clock.advance(15_000);
    await until(() => client.text().includes(": still here\n\n"));
  });

  it("goes on where a connection broke", async () => {
    const { url, clock, source } = await aStream();
    const first = await listen(url);
    for (const id of ["a1", "a2", "a3"]) source.emit({ kind: "alarm", transition: "raised", alarm: anAlarm({ id }) });
    await until(() => first.events().length === 3);
    const lastSeen = first.events()[0]!.id;
    first.request.destroy();
    clock.advance(30_000);
    source.emit({ kind: "alarm", transition: "returned", alarm: anAlarm({ id: "a3" }) });
    const second = await listen(url, { "last-event-id": String(lastSeen) });
    await until(() => second.events().length === 3);
    expect(second.events().map(({ id }) => id - lastSeen)).toEqual([1, 2, 3]);
  });

  it("says that events were missed when they are no longer kept", async () => {
    const { url, clock, source } = await aStream();
    const first = await listen(url);
    source.emit({ kind: "alarm", transition: "raised", alarm: anAlarm() });
    await until(() => first.events().length === 1);
    const lastSeen = first.events()[0]!.id;
    first.request.destroy();
    await until(() => {
      clock.advance(1_000);
      return source.listeners() === 0;
    });
    for (const id of [String(lastSeen), "not-ours", "9007199254740991"]) {
      const again = await listen(url, { "last-event-id": id });
      await until(() => again.events().length === 1);
      expect(again.events()[0]).toMatchObject({ event: "gap", data: { missed: true } });
    }
  });

  it("listens to the other parts only while somebody listens to it, and a minute longer", async () => {
    const { url, clock, source } = await aStream();
    expect(source.listeners()).toBe(0);
    const client = await listen(url);
    expect(source.listeners()).toBe(1);
    client.request.destroy();
    await until(() => {
      clock.advance(1_000);
      return source.listeners() === 0;
    });
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(60_000);
  });

  it("shows without log-in neither access conditions nor names, and a person their rooms only", async () => {
    const { url, clock, source } = await aStream();
    const open = await listen(url);
    const person = await listen(url, { authorization: `Bearer ${tokenOf("40001")}` });
    const door = anAlarm({ id: "d0or", condition: "door-held-open" });
    source.emit({ kind: "alarm", transition: "raised", alarm: door });
    source.emit({
      kind: "alarm",
      transition: "acknowledged",
      alarm: anAlarm({ id: "m2x4", room: "a-102", acknowledgedBy: "10231" }),
    });
    source.emit({ kind: "reading", readings: [aReading(), aReading({ room: "a-102", device: "dev-2" })] });
    clock.advance(500);
    await until(() => open.events().length === 2 && person.events().length === 2);
    expect(open.text()).not.toContain("d0or");
    expect(open.text()).not.toContain("10231");
    expect(person.events()[0]).toMatchObject({ data: { alarm: { id: "m2x4", acknowledgedBy: "10231" } } });
    expect(person.text()).not.toContain("a-101");
  });

  it("ends for a person whose token is taken away", async () => {
    const { url, clock, tokens } = await aStream();
    const client = await listen(url, { authorization: `Bearer ${tokenOf("10231")}` });
    tokens.clear();
    clock.advance(15_000);
    await until(client.ended);
  });

  it("drops a client that falls behind what is kept, and serves the others", async () => {
    const { url, source, log } = await aStream(aSite({ limits: { stream_history: "256KiB" } }));
    const lazy = await listen(url);
    const busy = await listen(url);
    lazy.response.pause();
    const dropped = () => log.lines.filter(({ event }) => event === "console.stream.dropped");
    const long = "x".repeat(60_000);
    let emitted = 0;
    await until(() => {
      // The busy one has read all before the next comes, so that only the lazy one falls behind.
      if (busy.events().length === emitted) {
        source.emit({ kind: "alarm", transition: "raised", alarm: anAlarm({ id: `${emitted++} ${long}` }) });
      }
      return dropped().length > 0;
    }, 15_000);
    expect(dropped().map(({ fields }) => fields?.reason)).toEqual(["fell behind what is kept"]);
    await until(() => busy.events().length === emitted);
    expect(busy.ended()).toBe(false);
  });

  it("drops a client that does not read for limits.stream_stalled", async () => {
    const { url, source, clock, log } = await aStream(aSite({ limits: { stream_history: "64MiB" } }));
    const lazy = await listen(url);
    lazy.response.pause();
    for (let n = 0; n < 20; n++) {
      source.emit({ kind: "alarm", transition: "raised", alarm: anAlarm({ id: "x".repeat(1_000_000) }) });
    }
    const dropped = () => log.lines.filter(({ event }) => event === "console.stream.dropped");
    await until(() => {
      clock.advance(15_000);
      return dropped().length > 0;
    });
    expect(dropped()[0]?.fields?.reason).toBe("does not read");
  });

  it("refuses one stream more than limits.stream_clients", async () => {
    const { url, ask } = await aStream(aSite({ limits: { stream_clients: 2 } }));
    await listen(url);
    await listen(url);
    const refused = await ask("/api/v1/stream");
    expect([refused.status, refused.body.code]).toEqual([503, "limit-reached"]);
    expect(refused.body.detail).toContain("limits.stream_clients");
  });

  it("refuses in an orderly way whoever may not read", async () => {
    const { ask } = await aStream();
    expect((await ask("/api/v1/stream", { token: tokenOf("30001") })).status).toBe(403);
    expect((await ask("/api/v1/stream", { token: "guess" })).status).toBe(401);
  });

  it("ends at once when the console stops", async () => {
    const { url, console } = await aStream();
    const client = await listen(url);
    await console.stop();
    await until(client.ended);
  });
});
