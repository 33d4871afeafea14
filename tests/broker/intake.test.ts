import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BrokerOptions, createBroker } from "../../broker/index.ts";
import { silentLogger, systemClock } from "../../core/index.ts";
import { connectPacket, publishPacket, siteOf, startBroker, temporaryFolder, until } from "./harness.ts";

const telemetry = "sentry/north/dev-1/telemetry";

test.each([
  [1, "puback"],
  [2, "pubrec"],
] as const)("QoS %d: %s only after the intake has committed", async (qos, acknowledgement) => {
  const waiting: (() => void)[] = [];
  const { raw } = await startBroker(siteOf({ anonymous: true }), {
    append: (_message, done) => void waiting.push(() => done(null)),
  });
  const client = await raw();
  client.send(connectPacket());
  await client.next("connack");
  client.send(publishPacket(telemetry, "x", { qos, messageId: 9 }));
  await until(() => waiting.length === 1, "the message at the intake");
  // A whole round trip later there is still no acknowledgement.
  const other = await raw();
  other.send(connectPacket({ clientId: "other" }));
  await other.next("connack");
  expect(client.packets).toEqual([]);
  waiting[0]!();
  expect(await client.next(acknowledgement)).toMatchObject({ messageId: 9 });
});

test("the intake gets what was said, by which device, from which client", async () => {
  const { connect, taken, passwords } = await startBroker(siteOf({}));
  const device = await connect({ username: "dev-1", password: passwords.get("dev-1")!, clientId: "logger-7" });
  const beforeMs = Date.now();
  for (const channel of ["telemetry", "badge", "result", "scan"]) {
    await device.publishAsync(`sentry/north/dev-1/${channel}`, channel, { qos: 1 });
  }
  await device.publishAsync("sentry/north/dev-1/status", "status", { qos: 1, retain: true });
  expect(taken.map(({ topic, payload, device: id, client }) => [topic, payload.toString(), id, client])).toEqual(
    ["telemetry", "badge", "result", "scan", "status"].map((channel) => [
      `sentry/north/dev-1/${channel}`,
      channel,
      "dev-1",
      "logger-7",
    ]),
  );
  expect(taken[0]!.receivedAtMs).toBeGreaterThanOrEqual(beforeMs);
});

test("topics of others are routed without the log; everything under sentry/ goes to it", async () => {
  const site = siteOf({ anonymous: true, identities: [{ name: "anonymous", publish: ["#"], subscribe: ["#"] }] });
  const { connect, taken } = await startBroker(site);
  const client = await connect();
  await client.subscribeAsync("#", { qos: 1 });
  await client.publishAsync("bms/lift", "1", { qos: 1 });
  await client.publishAsync("sentry/north/dev-99/telemetry", "2", { qos: 1 });
  await client.publishAsync("sentry/north/what/is/this", "3", { qos: 1 });
  await client.publishAsync("sentry/south/dev-1/telemetry", "4", { qos: 0 });
  await until(() => client.received.length === 4, "all four");
  expect(taken.map(({ topic, device }) => [topic, device])).toEqual([
    ["sentry/north/dev-99/telemetry", "dev-99"],
    ["sentry/north/what/is/this", null],
    ["sentry/south/dev-1/telemetry", "dev-1"],
  ]);
});

test("while nothing can be committed nothing is acknowledged; with the first commit the senders are asked again", async () => {
  let full = true;
  const append: BrokerOptions["append"] = (_message, done) =>
    void setImmediate(() => done(full ? new Error("disk full") : null));
  const site = siteOf({ anonymous: true, identities: [{ name: "anonymous", publish: ["#"], subscribe: ["#"] }] });
  const { broker, raw, connect } = await startBroker(site, { append });
  const listener = await connect({ clientId: "listener" });
  await listener.subscribeAsync(telemetry, { qos: 1 });
  const client = await raw();
  client.send(connectPacket({ clientId: "device" }));
  await client.next("connack");
  client.send(publishPacket(telemetry, "1", { qos: 1, messageId: 1 }));
  client.send(publishPacket(telemetry, "2", { qos: 2, messageId: 2 }));
  await until(() => listener.received.length === 2, "both, passed on all the same");
  client.send({ cmd: "pingreq" });
  await client.next("pingresp");
  expect(client.packets).toEqual([]);
  full = false;
  const other = await connect({ clientId: "other" });
  await other.publishAsync(telemetry, "3", { qos: 1 });
  await client.closed();
  expect(other.connected).toBe(true);
  const again = await raw();
  again.send(connectPacket({ clientId: "device" }));
  await again.next("connack");
  again.send(publishPacket(telemetry, "1", { qos: 1, messageId: 1, dup: true }));
  expect(await again.next("puback")).toMatchObject({ messageId: 1 });
  expect(broker.stats()).toMatchObject({ received: 4, committed: 2 });
  expect(broker.stats().dropped["not-committed"]).toBe(3);
});

test("an intake that answers at once does no harm", async () => {
  const taken: string[] = [];
  const append: BrokerOptions["append"] = (message, done) => {
    taken.push(message.payload.toString());
    done(null);
  };
  const site = siteOf({ anonymous: true, limits: { rate_per_s: 1000, burst: 5 } });
  const { raw } = await startBroker(site, { append });
  const client = await raw();
  client.send(connectPacket());
  await client.next("connack");
  const sent = Array.from({ length: 50 }, (_, at) => `${at}`);
  client.send(...sent.map((payload) => publishPacket(telemetry, payload)));
  await until(() => taken.length === 50, "all messages");
  expect(taken).toEqual(sent);
});

test("an acknowledged QoS 1 message reaches its subscribers at QoS 1, in the order of its publisher", async () => {
  const site = siteOf({
    anonymous: true,
    identities: [{ name: "anonymous", publish: ["#"], subscribe: ["#"] }],
    limits: { burst: 10_000 },
  });
  const { connect, raw } = await startBroker(site);
  const listener = await connect({ clientId: "listener", clean: false });
  await listener.subscribeAsync("sentry/#", { qos: 2 });
  const client = await raw();
  client.send(connectPacket({ clientId: "device" }));
  await client.next("connack");
  // QoS 0 and 1 by turns: none overtakes another so far that it is taken for a duplicate.
  const sent = Array.from({ length: 200 }, (_, at) =>
    publishPacket(telemetry, `${at}`, at % 2 === 0 ? { qos: 0 } : { qos: 1, messageId: at }),
  );
  client.send(...sent);
  await until(() => listener.received.length === 200, "all messages");
  for (const qos of [0, 1]) {
    const got = listener.received.filter((message) => message.qos === qos).map(({ payload }) => Number(payload));
    expect(got).toEqual(Array.from({ length: 100 }, (_, at) => at * 2 + qos));
  }
});

test("the program's own messages reach subscribers, and later ones when retained", async () => {
  const { broker, connect } = await startBroker(siteOf({ anonymous: true }), {
    retainedAtStart: [{ topic: "sentry/north/alarms/a-102", payload: Buffer.from("before") }],
  });
  const lamp = await connect({ clientId: "lamp" });
  await lamp.subscribeAsync("sentry/north/alarms/+", { qos: 1 });
  await until(() => lamp.received.length === 1, "what stood before the start");
  await broker.publish("sentry/north/alarms/a-101", "now", { retain: true });
  await until(() => lamp.received.length === 2, "the live message");
  const later = await connect({ clientId: "later" });
  await later.subscribeAsync("sentry/north/alarms/a-101", { qos: 1 });
  await until(() => later.received.length === 1, "the retained message");
  expect(lamp.received.map(({ payload, retain, qos }) => [payload, retain, qos])).toEqual([
    ["before", true, 1],
    ["now", false, 1],
  ]);
  expect(later.received[0]).toMatchObject({ payload: "now", retain: true });
});

test("a device hears its own commands", async () => {
  const { broker, connect, passwords } = await startBroker(siteOf({}));
  const device = await connect({ username: "dev-1", password: passwords.get("dev-1")! });
  await device.subscribeAsync("sentry/north/dev-1/command", { qos: 1 });
  await broker.publish("sentry/north/dev-1/command", `{"id":"1","do":"report-now"}`, { retain: false });
  await broker.publish("sentry/north/dev-2/command", "not for it", { retain: false });
  await until(() => device.received.length === 1, "the command");
  expect(device.received[0]).toMatchObject({ payload: `{"id":"1","do":"report-now"}`, qos: 1 });
});

test("kept sessions have a bounded queue, from which the oldest goes", async () => {
  const directory = temporaryFolder();
  writeFileSync(join(directory, "bms"), "secret", { mode: 0o600 });
  const identities = [{ name: "bms", password_file: "bms", subscribe: ["sentry/+/alarms/+"] }];
  const { broker, connect } = await startBroker(siteOf({ identities, limits: { queue: 3 } }, { directory }));
  const options = { username: "bms", password: "secret", clientId: "bms", clean: false };
  const bms = await connect(options);
  await bms.subscribeAsync("sentry/north/alarms/+", { qos: 1 });
  await bms.endAsync();
  for (let at = 1; at <= 5; at++) await broker.publish("sentry/north/alarms/a-101", `${at}`, { retain: false });
  const back = await connect(options);
  await until(() => back.received.length === 3, "the newest three");
  expect(back.received.map(({ payload }) => payload)).toEqual(["3", "4", "5"]);
  expect(broker.stats().dropped["queue-full"]).toBe(2);
});

test("kept sessions and retained messages are bounded", async () => {
  const directory = temporaryFolder();
  writeFileSync(join(directory, "bms"), "secret", { mode: 0o600 });
  const identities = [{ name: "bms", password_file: "bms", publish: ["bms/#"], subscribe: ["#"] }];
  const site = siteOf({ identities, limits: { sessions: 2, retained: "1KiB" } }, { directory });
  const { broker, connect } = await startBroker(site);
  const keep = async (clientId: string) => {
    const client = await connect({ username: "bms", password: "secret", clientId, clean: false });
    await client.subscribeAsync(`bms/${clientId}`, { qos: 1 });
    await client.endAsync();
  };
  for (const clientId of ["a", "b", "c"]) await keep(clientId);
  expect(broker.stats().dropped["sessions-full"]).toBe(1);

  const client = await connect({ username: "bms", password: "secret", clientId: "d" });
  await client.publishAsync("bms/1", Buffer.alloc(600), { qos: 1, retain: true });
  await client.publishAsync("bms/2", Buffer.alloc(600), { qos: 1, retain: true });
  await client.publishAsync("bms/1", Buffer.alloc(900), { qos: 1, retain: true });
  await client.publishAsync("bms/1", "", { qos: 1, retain: true });
  await client.publishAsync("bms/2", Buffer.alloc(1_000), { qos: 1, retain: true });
  await client.subscribeAsync("bms/#", { qos: 0 });
  await until(() => client.received.length === 1, "the one retained message");
  expect(client.received[0]).toMatchObject({ topic: "bms/2", retain: true });
  expect(broker.stats().dropped["retained-full"]).toBe(1);
});

test("a refused filter is not kept with the granted ones of its request", async () => {
  const directory = temporaryFolder();
  writeFileSync(join(directory, "bms"), "secret", { mode: 0o600 });
  const identities = [{ name: "bms", password_file: "bms", subscribe: ["sentry/+/alarms/+"] }];
  const { raw, events } = await startBroker(siteOf({ identities }, { directory }));
  const filters = ["sentry/#", "sentry/north/alarms/a-101", "sentry/north/alarms/a-102"];
  const login = { username: "bms", password: Buffer.from("secret"), clientId: "bms", clean: false };
  for (const sessionPresent of [false, true]) {
    const client = await raw();
    client.send(connectPacket(login));
    expect(await client.next("connack")).toMatchObject({ sessionPresent });
    if (!sessionPresent) {
      client.send({ cmd: "subscribe", messageId: 1, subscriptions: filters.map((topic) => ({ topic, qos: 1 })) });
      expect(await client.next("suback")).toMatchObject({ granted: [0x80, 1, 1] });
    }
    client.send({ cmd: "disconnect" });
    await client.closed();
  }
  expect(events).toHaveLength(1);
});

test("stopping answers what is committed, publishes no wills, and is quick, also after half a start", async () => {
  const waiting: (() => void)[] = [];
  const { broker, raw, taken } = await startBroker(siteOf({ anonymous: true }));
  const client = await raw();
  client.send(
    connectPacket({
      will: { topic: "sentry/north/dev-1/status", payload: Buffer.from("offline"), qos: 1, retain: true },
    }),
  );
  await client.next("connack");
  const startMs = performance.now();
  await Promise.all([broker.stop(), broker.stop()]);
  await client.closed();
  expect(performance.now() - startMs).toBeLessThan(3_000);
  expect(taken).toEqual([]);

  const held = await startBroker(siteOf({ anonymous: true }), {
    append: (_message, done) => void waiting.push(() => done(null)),
  });
  const late = await held.raw();
  late.send(connectPacket());
  await late.next("connack");
  late.send(publishPacket(telemetry, "x", { qos: 1, messageId: 4 }));
  await until(() => waiting.length === 1, "the message at the intake");
  const stopped = held.broker.stop();
  waiting[0]!();
  await stopped;
  expect(await late.next("puback")).toMatchObject({ messageId: 4 });
});

test("a port in use is named, with what to do, and leaves no other listener open", async () => {
  const { port } = await startBroker(siteOf({}));
  const site = siteOf({
    listeners: [
      { kind: "tcp", port: 0 },
      { kind: "ws", port },
    ],
  });
  const second = createBroker({
    site,
    clock: systemClock,
    log: silentLogger,
    credentials: new Map(),
    append: (_message, done) => done(null),
    onSecurityEvent() {},
  });
  await expect(second.start()).rejects.toMatchObject({
    code: "port-taken",
    message: expect.stringContaining(`${port}`),
  });
  await second.stop();
  const never = createBroker({
    site,
    clock: systemClock,
    log: silentLogger,
    credentials: new Map(),
    append: (_message, done) => done(null),
    onSecurityEvent() {},
  });
  await never.stop();
  const hasty = createBroker({
    site: siteOf({}),
    clock: systemClock,
    log: silentLogger,
    credentials: new Map(),
    append: (_message, done) => done(null),
    onSecurityEvent() {},
  });
  const started = hasty.start();
  await hasty.stop();
  await started;
  expect(hasty.stats().connections).toBe(0);
});
