import { connect as connectTcp } from "node:net";
import { generate } from "mqtt-packet";
import { expect, onTestFinished, test } from "vitest";
import WebSocket from "ws";
import { manualClock } from "../../core/index.ts";
import { connectPacket, publishPacket, siteOf, startBroker, until } from "./harness.ts";

/** What plain Aedes lets a client do to the others. */

const open = { anonymous: true } as const;
const topic = "sentry/north/dev-1/telemetry";
const mebibyte = Buffer.alloc(1024 * 1024);

/** The first bytes of a packet that announces 200 MB. */
const announced = (type: number) => Buffer.from([type << 4, 0xff, 0xff, 0xff, 0x5f]);

async function written(socket: ReturnType<typeof connectTcp>, bytes: Buffer, times: number) {
  for (let at = 0; at < times && !socket.destroyed; at++) {
    if (!socket.write(bytes)) {
      await new Promise<void>((done) => {
        socket.once("drain", done);
        socket.once("close", () => done());
      });
    }
  }
}

test("before the log-in a client cannot make the broker keep more than pre_login_bytes", async () => {
  const { broker, raw } = await startBroker(siteOf(open));
  const attacker = await raw();
  attacker.write(announced(1));
  await written(attacker.socket, mebibyte, 100);
  await attacker.closed();
  expect(broker.stats().dropped["pre-login-bytes"]).toBe(1);
});

test("what follows a CONNECT waits outside until the log-in is decided, and is then taken in order", async () => {
  const { taken, raw } = await startBroker(siteOf(open));
  const eager = await raw();
  const messages = Array.from({ length: 200 }, (_, at) => publishPacket(topic, `${at}`, { qos: 1, messageId: at + 1 }));
  eager.send(connectPacket({ clientId: "eager" }), ...messages);
  await until(() => taken.length === 200, "all messages");
  expect(taken.map(({ payload }) => payload.toString())).toEqual(messages.map((_, at) => `${at}`));
  await until(() => eager.packets.filter(({ cmd }) => cmd === "puback").length === 200, "all acknowledgements");
  expect(eager.packets.filter(({ cmd }) => cmd === "puback").map(({ messageId }) => messageId)).toEqual(
    messages.map((_, at) => at + 1),
  );
});

test("a packet over the limit closes the connection by its announced length, before its body comes", async () => {
  const { broker, raw, taken } = await startBroker(siteOf(open));
  const client = await raw();
  client.send(connectPacket());
  await client.next("connack");
  // The largest that is allowed, then one byte more.
  const room = 256 * 1024 - 1 - 3 - 2 - topic.length;
  client.send(publishPacket(topic, Buffer.alloc(room)));
  await until(() => taken.length === 1, "the largest message");
  client.send(publishPacket(topic, Buffer.alloc(room + 1)));
  await client.closed();
  const other = await raw();
  other.send(connectPacket());
  await other.next("connack");
  other.write(announced(3));
  await other.closed();
  expect(broker.stats().dropped["packet-over-limit"]).toBe(2);
  expect(taken).toHaveLength(1);
});

test("bytes that are no MQTT, and lengths that never end, are cut off", async () => {
  const { broker, raw } = await startBroker(siteOf(open));
  const http = await raw();
  http.write(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
  await http.closed();
  const endless = await raw();
  endless.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff]));
  await endless.closed();
  expect(broker.stats().dropped.malformed).toBe(2);
});

test("a packet may come in pieces of one byte", async () => {
  const { port, taken } = await startBroker(siteOf({ ...open, listeners: [{ kind: "ws", port: 0 }] }));
  const client = new WebSocket(`ws://127.0.0.1:${port}`, "mqtt");
  onTestFinished(() => client.terminate());
  await new Promise((done) => client.once("open", done));
  const bytes = Buffer.concat([connectPacket(), publishPacket(topic, "in pieces")].map((packet) => generate(packet)));
  for (const byte of bytes) client.send(Buffer.from([byte]));
  await until(() => taken.length === 1, "the message");
  expect(taken[0]!.payload.toString()).toBe("in pieces");
});

test("over WebSocket, too, only pre_login_bytes are taken before the log-in", async () => {
  const { broker, port } = await startBroker(siteOf({ ...open, listeners: [{ kind: "ws", port: 0 }] }));
  const attacker = new WebSocket(`ws://127.0.0.1:${port}`, "mqtt");
  onTestFinished(() => attacker.terminate());
  attacker.on("error", () => {});
  const closed = new Promise((done) => attacker.once("close", done));
  await new Promise((done) => attacker.once("open", done));
  attacker.send(Buffer.alloc(250 * 1024, 0x10));
  await closed;
  await until(() => broker.stats().connections === 0, "the connection to end");
  expect(broker.stats().dropped["pre-login-bytes"]).toBe(1);
});

test("a subscriber that never reads is disconnected and delays no publisher", async () => {
  const site = siteOf({
    ...open,
    identities: [{ name: "anonymous", publish: ["#"], subscribe: ["#"] }],
    limits: { rate_per_s: 1_000_000, burst: 1_000_000, backlog: "1MiB" },
  });
  const { broker, raw, connect } = await startBroker(site);
  const frozen = await raw();
  frozen.send(connectPacket({ clientId: "frozen" }));
  await frozen.next("connack");
  frozen.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "big/#", qos: 1 }] });
  await frozen.next("suback");
  frozen.socket.pause();
  const healthy = await connect({ clientId: "healthy" });
  await healthy.subscribeAsync("big/#", { qos: 0 });
  const publisher = await connect({ clientId: "publisher" });
  const payload = Buffer.alloc(64 * 1024);
  const startMs = performance.now();
  for (let at = 0; at < 300; at++) await publisher.publishAsync("big/data", payload, { qos: 1 });
  // Plain Aedes stands still for its whole drain timeout.
  expect(performance.now() - startMs).toBeLessThan(5_000);
  await until(() => healthy.received.length === 300, "every message at the healthy subscriber");
  expect(broker.stats().dropped["slow-subscriber"]).toBe(1);
});

test("a burst of many messages costs a subscriber that reads neither its connection nor a message", async () => {
  const { broker, connect } = await startBroker(siteOf({ ...open, limits: { backlog: "1MiB" } }));
  const lamp = await connect();
  await lamp.subscribeAsync("sentry/north/alarms/+", { qos: 0 });
  const payload = "x".repeat(400);
  for (let at = 0; at < 10_000; at++) void broker.publish("sentry/north/alarms/a-101", payload, { retain: false });
  await until(() => lamp.received.length === 10_000, "every message");
});

test("a connection that never sends CONNECT, or never finishes it, is closed in time", async () => {
  const clock = manualClock(1_000);
  const { broker, raw } = await startBroker(siteOf({ ...open, limits: { connect_timeout: "10s" } }), { clock });
  const silent = await raw();
  const slow = await raw();
  slow.write(Buffer.from([0x10]));
  const prompt = await raw();
  prompt.send(connectPacket());
  await prompt.next("connack");
  await until(() => broker.stats().connections === 3, "three connections");
  clock.advance(9_000);
  expect(broker.stats().dropped["connect-timeout"]).toBe(0);
  clock.advance(2_000);
  await silent.closed();
  await slow.closed();
  expect(broker.stats()).toMatchObject({ clients: 1, dropped: { "connect-timeout": 2 } });
});

test("a client that asks for no keep-alive, or a very long one, is granted the longest of the site", async () => {
  const clock = manualClock(1_000);
  const { broker, raw } = await startBroker(siteOf({ ...open, limits: { keep_alive_max: "20m" } }), { clock });
  for (const keepalive of [0, 65_535]) {
    const client = await raw();
    client.send(connectPacket({ clientId: `k${keepalive}`, keepalive }));
    await client.next("connack");
  }
  clock.advance(29 * 60_000);
  expect(broker.stats().clients).toBe(2);
  clock.advance(2 * 60_000);
  await until(() => broker.stats().clients === 0, "both to be disconnected");
  expect(broker.stats().dropped["keep-alive"]).toBe(2);
});

test("over the rate reading pauses, message-flood is raised once, and nothing is lost", async () => {
  const site = siteOf({ ...open, limits: { rate_per_s: 200, burst: 100 } });
  const { broker, raw, taken, events } = await startBroker(site);
  const flooder = await raw();
  flooder.send(connectPacket({ clientId: "flooder" }));
  await flooder.next("connack");
  const startMs = performance.now();
  flooder.send(...Array.from({ length: 300 }, (_, at) => publishPacket(topic, `${at}`, { qos: 1, messageId: at + 1 })));
  await until(() => taken.length >= 100, "the burst");
  await until(() => broker.stats().paused === 1, "the pause");
  expect(taken.length).toBeLessThan(200);
  await until(() => taken.length === 300, "the rest");
  // 200 messages over the burst at 200 a second.
  expect(performance.now() - startMs).toBeGreaterThan(800);
  expect(taken.map(({ payload }) => Number(payload.toString()))).toEqual(Array.from({ length: 300 }, (_, at) => at));
  expect(events.map(({ kind }) => kind)).toEqual(["message-flood"]);
});

test("a paused client's keep-alive does not run out through our pause", async () => {
  const clock = manualClock(1_000);
  const site = siteOf({ ...open, limits: { rate_per_s: 1, burst: 1 } });
  const { broker, raw, taken } = await startBroker(site, { clock });
  const client = await raw();
  client.send(connectPacket({ keepalive: 1 }));
  await client.next("connack");
  client.send(...["1", "2", "3", "4"].map((payload) => publishPacket(topic, payload)));
  for (let count = 1; count <= 4; count++) {
    await until(() => taken.length === count, `message ${count}`);
    if (count < 4) await until(() => broker.stats().paused === 1, "the pause");
    clock.advance(1_000);
  }
  expect(broker.stats().clients).toBe(1);
});

test("the number of messages of one client that wait for their commit is bounded", async () => {
  const waiting: (() => void)[] = [];
  const site = siteOf({ ...open, limits: { in_flight: 10 } });
  const { raw } = await startBroker(site, { append: (_message, done) => void waiting.push(() => done(null)) });
  const client = await raw();
  client.send(connectPacket());
  await client.next("connack");
  client.send(...Array.from({ length: 35 }, (_, at) => publishPacket(topic, "x", { qos: 1, messageId: at + 1 })));
  let acknowledged = 0;
  while (acknowledged < 35) {
    const expected = Math.min(10, 35 - acknowledged);
    await until(() => waiting.length === expected, `${expected} messages waiting`);
    for (const done of waiting.splice(0)) done();
    acknowledged += expected;
    await until(() => client.packets.filter(({ cmd }) => cmd === "puback").length === acknowledged, "acknowledgements");
  }
});

test("client ids, filters per client and connections have their bounds", async () => {
  const site = siteOf({ ...open, limits: { client_id_length: 20, subscriptions: 2, connections: 2 } });
  const { broker, raw } = await startBroker(site);
  const long = await raw();
  long.send(connectPacket({ clientId: "x".repeat(21) }));
  expect(await long.next("connack")).toMatchObject({ returnCode: 2 });
  await long.closed();
  const client = await raw();
  client.send(connectPacket({ clientId: "x".repeat(20) }));
  await client.next("connack");
  const filters = ["a", "b", "c"].map((room) => ({ topic: `sentry/north/alarms/${room}`, qos: 1 as const }));
  client.send({ cmd: "subscribe", messageId: 1, subscriptions: filters });
  expect(await client.next("suback")).toMatchObject({ granted: [1, 1, 0x80] });
  client.send({ cmd: "unsubscribe", messageId: 2, unsubscriptions: ["sentry/north/alarms/a"] });
  await client.next("unsuback");
  client.send({ cmd: "subscribe", messageId: 3, subscriptions: [filters[2]!] });
  expect(await client.next("suback")).toMatchObject({ granted: [1] });
  await raw();
  const third = await raw();
  await third.closed();
  expect(broker.stats().dropped).toMatchObject({ "too-many-subscriptions": 1, "too-many-connections": 1 });
});

test("a client that only half-closes, resets or vanishes leaves nothing behind", async () => {
  const { broker, port } = await startBroker(siteOf(open));
  for (const leave of ["end", "resetAndDestroy", "destroy"] as const) {
    const socket = connectTcp(port, "127.0.0.1");
    socket.on("error", () => {});
    await new Promise((done) => socket.once("connect", done));
    await until(() => broker.stats().connections === 1, "the connection");
    socket[leave]();
    await until(() => broker.stats().connections === 0, `nothing left after ${leave}`);
  }
});
