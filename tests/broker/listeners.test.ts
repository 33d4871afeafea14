import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { IClientOptions } from "mqtt";
import { describe, expect, test } from "vitest";
import { createBroker } from "../../broker/index.ts";
import { isLoopback } from "../../broker/listeners.ts";
import { silentLogger, systemClock } from "../../core/index.ts";
import { connectMqtt, refusalOf, siteOf, startBroker, temporaryFolder, until } from "./harness.ts";

const topic = "sentry/north/dev-1/telemetry";

test("MQTT over WebSocket, and a plain HTTP request gets a plain answer", async () => {
  const { port, taken, passwords } = await startBroker(siteOf({ listeners: [{ kind: "ws", port: 0 }] }));
  const client = await connectMqtt(`ws://127.0.0.1:${port}/mqtt`, {
    username: "dev-1",
    password: passwords.get("dev-1")!,
  });
  const large = "x".repeat(200 * 1024);
  await client.publishAsync(topic, large, { qos: 1 });
  expect(taken.map(({ payload }) => payload.toString())).toEqual([large]);
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  expect(answer.status).toBe(426);
  const over = "x".repeat(400 * 1024);
  client.publish(topic, over, { qos: 1 });
  await until(() => !client.connected, "the connection to be closed");
  expect(taken).toHaveLength(1);
});

test("anonymous clients are let in from loopback only, in every form of its address", async () => {
  expect(["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"].map(isLoopback)).toEqual([true, true, true, true]);
  const others = ["", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1", "192.127.0.1"];
  expect(others.map(isLoopback)).toEqual(others.map(() => false));
  const { broker, port, events } = await startBroker(
    siteOf({
      anonymous: true,
      listeners: [
        { kind: "tcp", port: 0 },
        { kind: "ws", port: 0 },
      ],
    }),
  );
  await connectMqtt(`mqtt://127.0.0.1:${port}`);
  const webPort = broker.addresses()[1]!.port;
  await connectMqtt(`ws://127.0.0.1:${webPort}`);
  // A page of somebody else's, open in a browser on this machine, and a proxy on it.
  for (const headers of [{ origin: "http://elsewhere.example" }, { "x-forwarded-for": "10.0.0.1" }]) {
    expect(await refusalOf(connectMqtt(`ws://127.0.0.1:${webPort}`, { wsOptions: { headers } }))).toBe(5);
  }
  expect(events).toHaveLength(2);
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((network) => network && !network.internal && network.family === "IPv4");
  if (!outside) return;
  const wide = await startBroker(siteOf({ anonymous: true, listeners: [{ kind: "tcp", host: "0.0.0.0", port: 0 }] }));
  expect(await refusalOf(connectMqtt(`mqtt://${outside.address}:${wide.port}`))).toBe(5);
});

test("a certificate that is not there fails the start with the listener's name", async () => {
  const site = siteOf({ listeners: [{ kind: "tls", port: 0, certificate_file: "none.pem", key_file: "none.key" }] });
  const broker = createBroker({
    site,
    clock: systemClock,
    log: silentLogger,
    credentials: new Map(),
    append: (_message, done) => done(null),
    onSecurityEvent() {},
  });
  await expect(broker.start()).rejects.toMatchObject({
    code: "listener-failed",
    message: expect.stringMatching(/tls:\/\/.*none\.pem/),
  });
});

const hasOpenssl = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** An authority, a server's certificate, and certificates of clients by common name. */
function certificates(directory: string, names: readonly string[]) {
  const openssl = (...options: string[]) => execFileSync("openssl", options, { cwd: directory, stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=archive test");
  writeFileSync(join(directory, "names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  for (const name of ["localhost", ...names]) {
    openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
    openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...sign);
  }
}

describe.skipIf(!hasOpenssl)("TLS (needs the openssl command)", () => {
  async function startTls(kind: "tls" | "wss", listener: { require_client_certificate?: boolean } = {}) {
    const directory = temporaryFolder();
    certificates(directory, ["dev-1", "dev-2.archive.example", "stranger", "bms.example"]);
    const site = siteOf(
      {
        listeners: [
          {
            kind,
            port: 0,
            certificate_file: "localhost.pem",
            key_file: "localhost.key",
            client_ca_file: "ca.pem",
            ...listener,
          },
        ],
        identities: [{ name: "bms", certificate_name: "bms.example", publish: ["bms/#"] }],
      },
      { directory },
    );
    const started = await startBroker(site);
    const read = (file: string) => readFileSync(join(directory, file));
    const scheme = kind === "tls" ? "mqtts" : "wss";
    return {
      ...started,
      secure: (options: IClientOptions & { as?: string } = {}) => {
        const { as, ...rest } = options;
        const own = as ? { cert: read(`${as}.pem`), key: read(`${as}.key`) } : {};
        return connectMqtt(`${scheme}://127.0.0.1:${started.port}`, { ca: read("ca.pem"), ...own, ...rest });
      },
    };
  }

  test.each(["tls", "wss"] as const)("%s: passwords and client certificates", async (kind) => {
    const { secure, taken, passwords, events } = await startTls(kind);
    const byPassword = await secure({ username: "dev-1", password: passwords.get("dev-1")! });
    await byPassword.publishAsync(topic, "password", { qos: 1 });
    const byCertificate = await secure({ as: "dev-1" });
    await byCertificate.publishAsync(topic, "certificate", { qos: 2 });
    const byName = await secure({ as: "dev-2.archive.example" });
    await byName.publishAsync("sentry/north/dev-2/telemetry", "certificate name", { qos: 1 });
    const integration = await secure({ as: "bms.example" });
    await integration.publishAsync("bms/x", "", { qos: 1 });
    expect(await refusalOf(secure({ as: "stranger" }))).toBe(5);
    expect(await refusalOf(secure())).toBe(5);
    expect(taken.map(({ payload }) => payload.toString())).toEqual(["password", "certificate", "certificate name"]);
    expect(events.map(({ kind: event, device }) => [event, device])).toEqual([
      ["unknown-device", "stranger"],
      ["login-failed", null],
    ]);
  });

  test("a listener that requires client certificates turns the others away before any MQTT", async () => {
    const { secure, events, broker } = await startTls("tls", { require_client_certificate: true });
    await expect(secure()).rejects.toThrow();
    await secure({ as: "dev-1" });
    expect(events).toEqual([]);
    expect(broker.stats().clients).toBe(1);
  });

  test("a packet over the limit is cut off over TLS as well", async () => {
    const { secure, broker } = await startTls("tls");
    const client = await secure({ as: "dev-1" });
    client.publish(topic, Buffer.alloc(300 * 1024));
    await until(() => !client.connected, "the disconnect");
    expect(broker.stats().dropped["packet-over-limit"]).toBe(1);
  });
});
