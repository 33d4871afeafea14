import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  connectPacket,
  publishPacket,
  type RawClient,
  refusalOf,
  siteOf,
  startBroker,
  type TestBroker,
  temporaryFolder,
  until,
} from "./harness.ts";

/**
 * The eleven cases of Eclipse Paho's MQTT 3.1.1 interoperability suite, through an integration identity.
 * Topics and filters are those of the original.
 */
const topics = ["TopicA", "TopicA/B", "Topic/C", "TopicA/C", "/TopicA"] as const;
const login = { username: "paho", password: "paho-secret" };

let it: TestBroker;
beforeEach(async () => {
  const directory = temporaryFolder();
  writeFileSync(join(directory, "paho"), "paho-secret\n", { mode: 0o600 });
  const identities = [
    { name: "paho", password_file: "paho", publish: ["#"], subscribe: ["#"], deny: ["test/nosubscribe"] },
  ];
  it = await startBroker(siteOf({ identities }, { directory }));
});

const client = (clientId: string, options = {}) => it.connect({ ...login, clientId, ...options });
/** Everything sent before has reached the broker and come back, when this has. */
async function settled(sender: Awaited<ReturnType<typeof client>>, receiver: Awaited<ReturnType<typeof client>>) {
  const mark = `mark/${sender.options.clientId}`;
  await receiver.subscribeAsync(mark, { qos: 2 });
  await sender.publishAsync(mark, "", { qos: 2 });
  await until(() => receiver.received.some(({ topic }) => topic === mark), "the mark");
  const at = receiver.received.findIndex(({ topic }) => topic === mark);
  receiver.received.splice(at, 1);
  await receiver.unsubscribeAsync(mark);
}

async function rawLogin(options: Parameters<typeof connectPacket>[0]): Promise<RawClient> {
  const raw = await it.raw();
  raw.send(connectPacket({ username: "paho", password: Buffer.from("paho-secret"), ...options }));
  expect(await raw.next("connack")).toMatchObject({ returnCode: 0 });
  return raw;
}

describe("MQTT 3.1.1 conformance", () => {
  test("basic: messages of every QoS come back; a second CONNECT and a foreign protocol are cut off", async () => {
    const a = await client("myclientid");
    await a.subscribeAsync(topics[0], { qos: 2 });
    for (const qos of [0, 1, 2] as const) await a.publishAsync(topics[0], `qos ${qos}`, { qos });
    await until(() => a.received.length === 3, "three messages");
    expect(a.received.map(({ payload, qos }) => [payload, qos])).toEqual([
      ["qos 0", 0],
      ["qos 1", 1],
      ["qos 2", 2],
    ]);
    const twice = await rawLogin({ clientId: "twice" });
    twice.send(connectPacket({ clientId: "twice" }));
    await twice.closed();
    const foreign = await it.raw();
    foreign.write(Buffer.from([0x10, 0x0f, 0, 4, ...Buffer.from("hjkl"), 4, 2, 0, 60, 0, 3, ...Buffer.from("abc")]));
    await foreign.closed();
  });

  test("retained messages are delivered at their QoS to who comes later, and cleared by an empty one", async () => {
    const a = await client("myclientid");
    for (const [at, qos] of [
      [1, 0],
      [2, 1],
      [3, 2],
    ] as const) {
      await a.publishAsync(topics[at], `qos ${qos}`, { qos, retain: true });
    }
    const b = await client("myclientid2");
    await settled(a, b);
    await b.subscribeAsync("+/+", { qos: 2 });
    await until(() => b.received.length === 3, "three retained messages");
    expect(b.received.map(({ topic, qos, retain }) => [topic, qos, retain]).sort()).toEqual([
      [topics[2], 1, true],
      [topics[1], 0, true],
      [topics[3], 2, true],
    ]);
    for (const at of [1, 2, 3]) await a.publishAsync(topics[at]!, "", { qos: 1, retain: true });
    const c = await client("myclientid3");
    await c.subscribeAsync("+/+", { qos: 2 });
    await settled(a, c);
    expect(c.received).toEqual([]);
  });

  test("offline message queueing: QoS 1 and 2 wait for a kept session", async () => {
    const options = { clean: false };
    const away = await client("myclientid", options);
    await away.subscribeAsync("TopicA/#", { qos: 2 });
    await away.endAsync();
    const b = await client("myclientid2");
    await b.publishAsync(topics[1], "qos 0", { qos: 0 });
    await b.publishAsync(topics[3], "qos 1", { qos: 1 });
    await b.publishAsync(topics[1], "qos 2", { qos: 2 });
    const back = await client("myclientid", options);
    await until(() => back.received.length >= 2, "the queued messages");
    await settled(b, back);
    expect(back.received.map(({ payload, qos }) => [payload, qos])).toEqual([
      ["qos 1", 1],
      ["qos 2", 2],
    ]);
  });

  test("will message: published when the client is cut off, not when it says goodbye", async () => {
    const b = await client("myclientid2");
    await b.subscribeAsync(topics[2], { qos: 2 });
    const will = { topic: topics[2], payload: Buffer.from("client not disconnected"), qos: 1, retain: true } as const;
    const polite = await client("polite", { will });
    await polite.endAsync();
    const lost = await client("lost", { will });
    lost.stream.destroy();
    await until(() => b.received.length === 1, "the will");
    expect(b.received[0]).toMatchObject({ topic: topics[2], payload: "client not disconnected", qos: 1 });
  });

  test("overlapping subscriptions: delivered at the highest QoS, at most once each", async () => {
    const a = await client("myclientid");
    await a.subscribeAsync({ "TopicA/#": { qos: 2 }, "TopicA/+": { qos: 1 } });
    await a.publishAsync(topics[3], "overlapping topic filters", { qos: 2 });
    await settled(a, a);
    expect(a.received.map(({ qos }) => qos)).toEqual([2]);
    // And whichever was subscribed to first.
    const b = await client("b");
    await b.subscribeAsync("TopicA/+", { qos: 0 });
    await b.subscribeAsync("TopicA/#", { qos: 1 });
    await a.publishAsync(topics[3], "again", { qos: 2 });
    await until(() => b.received.length > 0, "the message");
    await settled(a, b);
    expect(b.received.map(({ qos }) => qos)).toEqual([1]);
  });

  test("keep-alive: a silent client is cut off after one and a half times its promise, and its will goes out", async () => {
    const b = await client("myclientid2");
    await b.subscribeAsync(topics[4], { qos: 2 });
    const silent = await rawLogin({
      clientId: "silent",
      keepalive: 1,
      will: { topic: topics[4], payload: Buffer.from("keepalive expiry"), qos: 0, retain: false },
    });
    await silent.closed();
    await until(() => b.received.length === 1, "the will");
    expect(b.received[0]).toMatchObject({ topic: topics[4], payload: "keepalive expiry" });
    expect(it.broker.stats().dropped["keep-alive"]).toBe(1);
  });

  test("redelivery on reconnect: what was not acknowledged comes again, marked as a duplicate", async () => {
    const raw = await rawLogin({ clientId: "myclientid", clean: false });
    raw.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "TopicA/#", qos: 2 }] });
    await raw.next("suback");
    const b = await client("myclientid2");
    await b.publishAsync(topics[1], "one", { qos: 1 });
    await b.publishAsync(topics[3], "two", { qos: 2 });
    const first = [await raw.next("publish"), await raw.next("publish")];
    raw.socket.destroy();
    const again = await it.raw();
    again.send(
      connectPacket({ ...login, password: Buffer.from(login.password), clientId: "myclientid", clean: false }),
    );
    expect(await again.next("connack")).toMatchObject({ returnCode: 0, sessionPresent: true });
    const second = [await again.next("publish"), await again.next("publish")];
    expect(second.map((packet) => packet.messageId)).toEqual(first.map((packet) => packet.messageId));
    expect(second).toMatchObject([
      { topic: topics[1], qos: 1, dup: true },
      { topic: topics[3], qos: 2, dup: true },
    ]);
    again.send(
      { cmd: "puback", messageId: second[0]!.messageId! },
      { cmd: "pubrec", messageId: second[1]!.messageId! },
    );
    expect(await again.next("pubrel")).toMatchObject({ messageId: second[1]!.messageId });
    again.send({ cmd: "pubcomp", messageId: second[1]!.messageId! }, { cmd: "pingreq" });
    await again.next("pingresp");
    again.send({ cmd: "disconnect" });
    await again.closed();
    const last = await client("myclientid", { clean: false });
    await settled(b, last);
    expect(last.received).toEqual([]);
  });

  test("subscribe failure: a filter that is not allowed is answered 0x80, the others are granted", async () => {
    const raw = await rawLogin({ clientId: "myclientid" });
    raw.send({
      cmd: "subscribe",
      messageId: 7,
      subscriptions: [
        { topic: "test/nosubscribe", qos: 2 },
        { topic: topics[0], qos: 1 },
      ],
    });
    expect(await raw.next("suback")).toMatchObject({ messageId: 7, granted: [0x80, 1] });
    raw.send({ cmd: "pingreq" });
    await raw.next("pingresp");
    expect(it.events).toMatchObject([{ kind: "topic-violation", identity: "paho" }]);
  });

  test("dollar topics: a filter that begins with a wildcard does not match them", async () => {
    const a = await client("myclientid");
    await a.subscribeAsync(["#", "+/+"], { qos: 2 });
    await a.publishAsync("$TopicA/B", "", { qos: 1 });
    await a.publishAsync("$TopicA/B", "kept", { qos: 1, retain: true });
    await settled(a, a);
    const late = await client("late");
    await late.subscribeAsync("#", { qos: 1 });
    await settled(a, late);
    expect(a.received.filter(({ topic }) => topic.startsWith("$"))).toEqual([]);
    expect(late.received.filter(({ topic }) => topic.startsWith("$"))).toEqual([]);
    expect(a.connected).toBe(true);
  });

  test("unsubscribe: nothing comes by that filter any more", async () => {
    const a = await client("myclientid2");
    const b = await client("myclientid");
    await a.subscribeAsync([topics[0], topics[1], topics[2]], { qos: 2 });
    await a.unsubscribeAsync(topics[0]);
    for (const at of [0, 1, 2]) await b.publishAsync(topics[at]!, "", { qos: 1 });
    await until(() => a.received.length >= 2, "two messages");
    await settled(b, a);
    expect(a.received.map(({ topic }) => topic)).toEqual([topics[1], topics[2]]);
  });

  test("zero-length client id: refused with code 2 for a kept session, accepted for a clean one", async () => {
    const raw = await it.raw();
    raw.send(connectPacket({ ...login, password: Buffer.from(login.password), clientId: "", clean: true }));
    expect(await raw.next("connack")).toMatchObject({ returnCode: 0, sessionPresent: false });
    // mqtt-packet refuses to write this one: client id of length 0 with clean session off.
    const packet = Buffer.concat([
      Buffer.from([0x10, 0]),
      Buffer.from([0, 4, ...Buffer.from("MQTT"), 4, 0xc0, 0, 60, 0, 0]),
      Buffer.from([0, 4, ...Buffer.from("paho"), 0, 11, ...Buffer.from("paho-secret")]),
    ]);
    packet[1] = packet.length - 2;
    const kept = await it.raw();
    kept.write(packet);
    expect(await kept.next("connack")).toMatchObject({ returnCode: 2 });
    await kept.closed();
  });
});

describe("beyond the suite", () => {
  test("a QoS 2 message sent twice under one packet id is delivered once", async () => {
    const b = await client("b");
    await b.subscribeAsync(topics[0], { qos: 2 });
    const raw = await rawLogin({ clientId: "a" });
    raw.send(publishPacket(topics[0], "once", { qos: 2, messageId: 5 }));
    await raw.next("pubrec");
    raw.send(publishPacket(topics[0], "once", { qos: 2, messageId: 5, dup: true }));
    await raw.next("pubrec");
    raw.send({ cmd: "pubrel", messageId: 5 });
    await raw.next("pubcomp");
    await settled(b, b);
    expect(b.received).toMatchObject([{ payload: "once", dup: false }]);
  });

  test("a wildcard subscription at QoS 0 or 1 is served at that QoS, retained messages too", async () => {
    const a = await client("a");
    await a.publishAsync(topics[1], "retained", { qos: 2, retain: true });
    const b = await client("b", { clean: false });
    await b.subscribeAsync("TopicA/+", { qos: 1 });
    await a.publishAsync(topics[1], "live", { qos: 2 });
    const c = await client("c");
    await c.subscribeAsync("TopicA/+", { qos: 0 });
    await until(() => b.received.length === 2 && c.received.length === 1, "the messages");
    expect(b.received.map(({ qos }) => qos)).toEqual([1, 1]);
    expect(c.received.map(({ qos }) => qos)).toEqual([0]);
  });

  test("a client id takes over its own identity's connection", async () => {
    const first = await client("same");
    const closed = new Promise<void>((done) => first.once("close", () => done()));
    const second = await client("same");
    await closed;
    expect(second.connected).toBe(true);
    expect(await refusalOf(it.connect({ ...login, password: "wrong", clientId: "same" }))).toBe(5);
    expect(second.connected).toBe(true);
  });
});
