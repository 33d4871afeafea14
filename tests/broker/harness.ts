import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect as connectTcp, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { generate, type Packet, parser } from "mqtt-packet";
import { onTestFinished } from "vitest";
import {
  type Broker,
  type BrokerOptions,
  createBroker,
  type DeviceCredential,
  type IntakeMessage,
  newDeviceCredential,
  type SecurityEvent,
} from "../../broker/index.ts";
import { silentLogger, systemClock } from "../../core/index.ts";
import { createSite, type Site, type SiteFile, siteSchema } from "../../site/index.ts";

export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "sentry-broker-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function siteOf(broker: SiteFile["broker"], options: { directory?: string; devices?: string[] } = {}): Site {
  const config = siteSchema.parse({
    site: { id: "north", name: { zh: "北院", en: "North" } },
    broker: { listeners: [{ kind: "tcp", port: 0 }], ...broker },
    buildings: [{ id: "a", name: { zh: "住院部", en: "Inpatients" } }],
    rooms: [{ id: "a-101", building: "a", floor: 1, short_name: "住院101" }],
    devices: (options.devices ?? ["dev-1", "dev-2"]).map((id) => ({
      id,
      room: "a-101",
      quantities: ["temperature_c"],
      ...(id === "dev-2" ? { certificate_name: "dev-2.archive.example" } : {}),
    })),
  });
  return createSite(config, { directory: options.directory ?? tmpdir() });
}

export interface TestBroker {
  broker: Broker;
  port: number;
  taken: IntakeMessage[];
  events: SecurityEvent[];
  /** Passwords by device. */
  passwords: Map<string, string>;
  connect(options?: IClientOptions): Promise<TestClient>;
  raw(): Promise<RawClient>;
}

export type TestClient = MqttClient & {
  received: { topic: string; payload: string; qos: number; retain: boolean; dup: boolean }[];
};

/** A broker on a free port whose intake commits in groups, as the real one does. */
export async function startBroker(
  site: Site,
  options: Partial<Pick<BrokerOptions, "append" | "clock" | "retainedAtStart">> = {},
): Promise<TestBroker> {
  const taken: IntakeMessage[] = [];
  const events: SecurityEvent[] = [];
  const passwords = new Map<string, string>();
  const credentials = new Map<string, DeviceCredential>();
  for (const device of [...site.devices.keys(), "stranger"]) {
    const made = newDeviceCredential(device);
    credentials.set(made.username, made.record);
    passwords.set(device, made.password);
  }
  let group: (() => void)[] = [];
  const commitInGroups: BrokerOptions["append"] = (message, done) => {
    taken.push(message);
    if (group.push(() => done(null)) > 1) return;
    setImmediate(() => {
      const committed = group;
      group = [];
      for (const acknowledge of committed) acknowledge();
    });
  };
  const broker = createBroker({
    site,
    clock: options.clock ?? systemClock,
    log: silentLogger,
    credentials,
    append: options.append ?? commitInGroups,
    onSecurityEvent: (event) => events.push(event),
    ...(options.retainedAtStart ? { retainedAtStart: options.retainedAtStart } : {}),
  });
  onTestFinished(() => broker.stop());
  await broker.start();
  const port = broker.addresses()[0]!.port;
  return {
    broker,
    port,
    taken,
    events,
    passwords,
    connect: (clientOptions = {}) => connectMqtt(`mqtt://127.0.0.1:${port}`, clientOptions),
    raw: () => connectRaw(port),
  };
}

/** A real client. It does not reconnect by itself, so that a closed connection stays visible. */
export async function connectMqtt(url: string, options: IClientOptions = {}): Promise<TestClient> {
  const client = mqtt.connect(url, { reconnectPeriod: 0, connectTimeout: 5_000, ...options });
  onTestFinished(() => new Promise((done) => client.end(true, {}, () => done())));
  const received: TestClient["received"] = [];
  client.on("message", (topic, payload, { qos, retain, dup }) => {
    received.push({ topic, payload: payload.toString(), qos, retain, dup });
  });
  await new Promise<void>((done, failed) => {
    client.once("connect", () => done());
    client.once("error", failed);
    client.once("close", () => failed(new Error("closed before CONNACK")));
  });
  client.on("error", () => {});
  return Object.assign(client, { received });
}

/** The CONNACK code with which a log-in is refused. */
export async function refusalOf(attempt: Promise<unknown>): Promise<number> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Error && "code" in error) return Number(error.code);
    throw error;
  }
  throw new Error("expected a refusal, the client was let in");
}

export interface RawClient {
  socket: Socket;
  /** Packets that came. */
  packets: Packet[];
  send(...packets: Packet[]): void;
  write(bytes: Buffer): void;
  /** The next packet of this kind, also one that is already there. */
  next(command: Packet["cmd"]): Promise<Packet>;
  closed(): Promise<void>;
}

/** A client that speaks packet by packet, for what no library would send. */
export async function connectRaw(port: number): Promise<RawClient> {
  const socket = connectTcp({ port, host: "127.0.0.1", noDelay: true });
  onTestFinished(() => void socket.destroy());
  const packets: Packet[] = [];
  const reading = parser();
  reading.on("packet", (packet: Packet) => packets.push(packet));
  socket.on("data", (bytes) => reading.parse(Buffer.from(bytes)));
  socket.on("error", () => {});
  let isClosed = false;
  socket.on("close", () => {
    isClosed = true;
  });
  await once(socket, "connect");
  return {
    socket,
    packets,
    send: (...sent) => void socket.write(Buffer.concat(sent.map((packet) => generate(packet)))),
    write: (bytes) => void socket.write(bytes),
    async next(command) {
      await until(() => packets.some((packet) => packet.cmd === command), `a ${command}`);
      return packets.splice(
        packets.findIndex((packet) => packet.cmd === command),
        1,
      )[0]!;
    },
    closed: () => until(() => isClosed, "the connection to close"),
  };
}

export const connectPacket = (options: Partial<Extract<Packet, { cmd: "connect" }>> = {}): Packet => ({
  cmd: "connect",
  protocolId: "MQTT",
  protocolVersion: 4,
  clean: true,
  clientId: "raw",
  keepalive: 60,
  ...options,
});

export const publishPacket = (
  topic: string,
  payload: string | Buffer,
  options: Partial<Extract<Packet, { cmd: "publish" }>> = {},
): Packet => ({ cmd: "publish", topic, payload, qos: 0, retain: false, dup: false, ...options });

/** Waits for an observable fact. */
export async function until(fact: () => boolean, what: string, boundMs = 5_000): Promise<void> {
  const endMs = performance.now() + boundMs;
  while (!fact()) {
    if (performance.now() > endMs) throw new Error(`waited ${boundMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
