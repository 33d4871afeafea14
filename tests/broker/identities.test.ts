import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { newDeviceCredential, readCredentials, writeCredentials } from "../../broker/index.ts";
import { connectPacket, publishPacket, refusalOf, siteOf, startBroker, temporaryFolder, until } from "./harness.ts";

const bms = {
  name: "bms",
  password_file: "bms",
  publish: ["bms/#"],
  subscribe: ["sentry/+/alarms/+", "bms/#"],
  deny: ["bms/private/#"],
};

function siteWithBms(changes: object = {}) {
  const directory = temporaryFolder();
  writeFileSync(join(directory, "bms"), "bms-secret\n", { mode: 0o600 });
  return siteOf({ identities: [{ ...bms, ...changes }] }, { directory });
}

describe("credentials", () => {
  test("survive the file, which only its owner can read, and which holds no password", () => {
    const path = join(temporaryFolder(), "credentials.csv");
    const made = ["dev-1", "dev-2"].map((device) => newDeviceCredential(device));
    writeCredentials(path, new Map(made.map(({ username, record }) => [username, record])));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([...readCredentials(path).values()]).toEqual(made.map(({ record }) => record));
    expect(Buffer.from(made[0]!.password, "base64url").length * 8).toBeGreaterThanOrEqual(128);
    writeCredentials(path, new Map([[made[0]!.username, made[0]!.record]]));
    expect(readCredentials(path).size).toBe(1);
  });

  test.each([
    ["no header", "dev-1,dev-1,00,00\n", "expected the columns"],
    ["a short hash", `device,username,salt,sha256\ndev-1,dev-1,${"0".repeat(32)},abc\n`, "line 2: sha256"],
    [
      "a username twice",
      `device,username,salt,sha256\n${`dev-1,dev-1,${"0".repeat(32)},${"0".repeat(64)}\n`.repeat(2)}`,
      "each username once",
    ],
  ])("a file with %s is refused with its place", (_what, text, message) => {
    const path = join(temporaryFolder(), "credentials.csv");
    writeFileSync(path, text);
    expect(() => readCredentials(path)).toThrow(message);
  });

  test("a missing file is named", () => {
    expect(() => readCredentials("/nowhere/credentials.csv")).toThrow("/nowhere/credentials.csv");
  });
});

describe("logging in", () => {
  test("a device with its password comes in; a wrong one, none, or an unknown name is CONNACK 5 and an event", async () => {
    const { connect, passwords, events } = await startBroker(siteOf({}));
    await connect({ username: "dev-1", password: passwords.get("dev-1")! });
    expect(await refusalOf(connect({ username: "dev-1", password: "wrong" }))).toBe(5);
    expect(await refusalOf(connect({ username: "dev-1" }))).toBe(5);
    expect(await refusalOf(connect({ username: "nobody", password: "x" }))).toBe(5);
    expect(await refusalOf(connect({}))).toBe(5);
    expect(events.map(({ kind, identity, device }) => [kind, identity, device])).toEqual([
      ["login-failed", "dev-1", "dev-1"],
      ["login-failed", "dev-1", "dev-1"],
      ["login-failed", "nobody", null],
      ["login-failed", null, null],
    ]);
    expect(events[0]!.address).toContain("127.0.0.1");
  });

  test("a device with the right password that the site file does not know is an unknown device", async () => {
    const { connect, passwords, events } = await startBroker(siteOf({}));
    expect(await refusalOf(connect({ username: "stranger", password: passwords.get("stranger")! }))).toBe(5);
    expect(events).toMatchObject([{ kind: "unknown-device", device: "stranger" }]);
  });

  test("a client id that another identity uses is refused, and the other stays", async () => {
    const { connect, passwords } = await startBroker(siteOf({}));
    const owner = await connect({ username: "dev-1", password: passwords.get("dev-1")!, clientId: "mine" });
    const thief = { username: "dev-2", password: passwords.get("dev-2")!, clientId: "mine" };
    expect(await refusalOf(connect(thief))).toBe(2);
    expect(owner.connected).toBe(true);
  });

  test("a kept session belongs to its identity, and only identities of the site file have one", async () => {
    const { raw, connect, passwords, broker } = await startBroker(siteWithBms());
    const kept = { username: "bms", password: "bms-secret", clientId: "kept", clean: false };
    const integration = await connect(kept);
    await integration.subscribeAsync("bms/#", { qos: 1 });
    await integration.endAsync();
    await until(() => broker.stats().clients === 0, "it to leave");
    const password = passwords.get("dev-1")!;
    expect(await refusalOf(connect({ username: "dev-1", password, clientId: "kept" }))).toBe(2);
    for (let time = 0; time < 2; time++) {
      const device = await raw();
      const login = { username: "dev-1", password: Buffer.from(password), clientId: "dev-1", clean: false };
      device.send(connectPacket(login));
      expect(await device.next("connack")).toMatchObject({ returnCode: 0, sessionPresent: false });
      device.send({
        cmd: "subscribe",
        messageId: 1,
        subscriptions: [{ topic: "sentry/north/dev-1/command", qos: 1 }],
      });
      await device.next("suback");
      device.send({ cmd: "disconnect" });
      await device.closed();
    }
  });

  test("MQTT 5 is refused with code 1", async () => {
    const { raw } = await startBroker(siteOf({ anonymous: true }));
    const client = await raw();
    client.send(connectPacket({ protocolVersion: 5 }));
    await client.closed();
  });
});

describe("refusals", () => {
  test.each([
    ["a foreign topic", publishPacket("sentry/north/dev-2/telemetry", "x", { qos: 1, messageId: 1 })],
    ["a forbidden retain flag", publishPacket("sentry/north/dev-1/telemetry", "x", { retain: true })],
    ["an alarm", publishPacket("sentry/north/alarms/a-101", "x")],
    ["a command", publishPacket("sentry/north/dev-1/command", "x")],
  ])("a device that publishes %s is disconnected", async (_what, packet) => {
    const { raw, passwords, events, taken } = await startBroker(siteOf({}));
    const device = await raw();
    device.send(connectPacket({ username: "dev-1", password: Buffer.from(passwords.get("dev-1")!) }), packet);
    await device.next("connack");
    await device.closed();
    expect(device.packets).toEqual([]);
    expect(events).toMatchObject([{ kind: "topic-violation", identity: "dev-1", device: "dev-1" }]);
    expect(taken).toEqual([]);
  });

  test("a will that it may not use is CONNACK 5, and is not published", async () => {
    const { connect, passwords, events, taken } = await startBroker(siteOf({}));
    const login = { username: "dev-1", password: passwords.get("dev-1")! };
    const will = { payload: Buffer.from("x"), qos: 1, retain: false } as const;
    expect(await refusalOf(connect({ ...login, will: { ...will, topic: "sentry/north/dev-2/status" } }))).toBe(5);
    expect(
      await refusalOf(connect({ ...login, will: { ...will, topic: "sentry/north/dev-1/telemetry", retain: true } })),
    ).toBe(5);
    expect(events.map(({ kind }) => kind)).toEqual(["topic-violation", "topic-violation"]);
    expect(taken).toEqual([]);
  });

  test("deny wins: refused as a filter, kept back from a wider one, closed as a topic", async () => {
    const { connect, broker, events } = await startBroker(siteWithBms({ publish: ["#"] }));
    const login = { username: "bms", password: "bms-secret" };
    const listener = await connect({ ...login, clientId: "a", clean: false });
    expect(await listener.subscribeAsync("bms/#", { qos: 1 })).toMatchObject([{ qos: 1 }]);
    await listener.subscribeAsync("bms/private/x", { qos: 1 }).catch(() => {});
    await broker.publish("bms/private/x", "secret", { retain: true });
    await broker.publish("bms/lift", "open", { retain: true });
    await until(() => listener.received.length > 0, "the message");
    const late = await connect({ ...login, clientId: "b" });
    await late.subscribeAsync("bms/#", { qos: 1 });
    await until(() => late.received.length > 0, "the retained message");
    await listener.endAsync();
    await broker.publish("bms/private/x", "secret", { retain: false });
    await broker.publish("bms/lift", "closed", { retain: false });
    const back = await connect({ ...login, clientId: "a", clean: false });
    await until(() => back.received.length > 0 && late.received.length > 1, "the queued and the live message");
    expect([listener, late, back].map(({ received }) => received.map(({ payload }) => payload))).toEqual([
      ["open"],
      ["open", "closed"],
      ["closed"],
    ]);
    back.publish("bms/private/x", "mine");
    await until(() => !back.connected, "the disconnect");
    expect(events.map(({ kind, detail }) => [kind, detail])).toEqual([
      ["topic-violation", "subscription to bms/private/x"],
      ["topic-violation", "message on bms/private/x"],
    ]);
  });

  test("an anonymous client speaks for devices, and reads alarms only", async () => {
    const { connect, taken } = await startBroker(siteOf({ anonymous: true }));
    const client = await connect();
    await client.publishAsync("sentry/north/dev-1/telemetry", "x", { qos: 1 });
    await client.subscribeAsync("sentry/north/alarms/+", { qos: 1 });
    await expect(client.subscribeAsync("sentry/#", { qos: 1 })).rejects.toThrow();
    expect(taken).toHaveLength(1);
    expect(client.connected).toBe(true);
  });

  test("security events are passed on at a bounded rate, and counted beyond it", async () => {
    const { broker, connect, events } = await startBroker(siteOf({ limits: { security_events_per_s: 1 } }));
    for (let at = 0; at < 12; at++) await refusalOf(connect({ username: "x", password: "x" }));
    expect(events.length).toBeLessThan(12);
    expect(broker.stats().refused["login-failed"]).toBe(12);
    expect(events.length + broker.stats().suppressedSecurityEvents).toBe(12);
  });
});

describe("a reload", () => {
  test("ends the connections whose rights changed, and those only; new ones come in under the new rights", async () => {
    const { broker, connect, passwords } = await startBroker(siteOf({}));
    const one = await connect({ username: "dev-1", password: passwords.get("dev-1")!, clientId: "one" });
    const two = await connect({ username: "dev-2", password: passwords.get("dev-2")!, clientId: "two" });
    const rotated = newDeviceCredential("dev-2");
    const kept = newDeviceCredential("dev-1");
    // The first keeps its credential, the second is given a new password.
    const table = new Map([[rotated.username, rotated.record]]);
    broker.reload(siteOf({}), table);
    await until(() => !one.connected && !two.connected, "both to be disconnected");
    table.set(kept.username, kept.record);
    broker.reload(siteOf({}), table);
    const back = await connect({ username: "dev-2", password: rotated.password, clientId: "two" });
    broker.reload(siteOf({}, { devices: ["dev-2", "dev-3"] }), table);
    expect(back.connected).toBe(true);
    expect(await refusalOf(connect({ username: "dev-1", password: kept.password }))).toBe(5);
    expect(broker.stats().dropped["replaced-rights"]).toBe(2);
  });

  test("with a password file that cannot be read changes nothing", async () => {
    const { broker, connect, passwords } = await startBroker(siteOf({}));
    const broken = siteOf({ identities: [bms] }, { directory: temporaryFolder() });
    expect(() => broker.reload(broken, new Map())).toThrow("does not exist");
    await connect({ username: "dev-1", password: passwords.get("dev-1")! });
  });
});
