import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Aedes } from "aedes";
import { onTestFinished } from "vitest";
import { silentLogger, systemClock } from "../../core/index.ts";
import { createHospital, type HospitalOptions } from "../../firmware-sim/index.ts";
import { parseSite, type Site } from "../../site/index.ts";

/** A plain Aedes that remembers what devices published. */
export interface TestBroker {
  url: string;
  messages: { topic: string; payload: string; retain: boolean }[];
  /** Samples of a device in order of arrival, arrays taken apart. */
  samples(device: string): Record<string, unknown>[];
  statuses(device: string): { state: string; session: string }[];
  publish(topic: string, payload: string): void;
  stop(): Promise<void>;
}

export interface BrokerOptions {
  port?: number;
  authenticate?(username: string, password: string): boolean;
}

export async function startBroker(options: BrokerOptions = {}): Promise<TestBroker> {
  const aedes = await Aedes.createBroker({ concurrency: 10_000 });
  const messages: TestBroker["messages"] = [];
  if (options.authenticate) {
    aedes.authenticate = (_, username, password, done) =>
      done(null, options.authenticate!(username ?? "", password?.toString() ?? ""));
  }
  aedes.on("publish", (packet, client) => {
    // Wills come without a client; the broker's own announcements live under $SYS.
    if (packet.topic.startsWith("$SYS") || (!client && !packet.topic.endsWith("/status"))) return;
    messages.push({ topic: packet.topic, payload: packet.payload.toString(), retain: packet.retain });
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
  };
  onTestFinished(stop);
  const { port } = server.address() as AddressInfo;
  const of = (device: string, channel: string) =>
    messages
      .filter((m) => m.topic.endsWith(`/${device}/${channel}`))
      .flatMap((m): Record<string, unknown>[] => [JSON.parse(m.payload)].flat());
  return {
    url: `mqtt://127.0.0.1:${port}`,
    messages,
    samples: (device) => of(device, "telemetry"),
    statuses: (device) => of(device, "status").map((s) => ({ state: String(s.state), session: String(s.session) })),
    publish: (topic, payload) =>
      aedes.publish(
        { cmd: "publish", qos: 1, dup: false, retain: false, topic, payload: Buffer.from(payload) },
        () => {},
      ),
    stop,
  };
}

export function startHospital(options: Partial<HospitalOptions> & { url: string; site: Site }) {
  const hospital = createHospital({
    clock: systemClock,
    log: silentLogger,
    seed: 1,
    limits: { retryFirstMs: 50, retryLongestMs: 300 },
    connect: { url: options.url, credentialsOf: () => undefined },
    ...options,
  });
  onTestFinished(() => hospital.stop());
  hospital.start();
  return hospital;
}

/** Two rooms in two buildings, each with climate, smoke and a door. */
export function smallSite(options: { interval?: string } = {}): Site {
  const interval = options.interval ?? "60s";
  const room = (id: string, building: string) => `
  - { id: ${id}, building: ${building}, profile: cn-paper, suppression: gas }`;
  const devices = (id: string) => `
  - { id: climate-${id}, room: ${id}, quantities: [temperature_c, relative_humidity_pct], interval: ${interval} }
  - { id: smoke-${id}, room: ${id}, quantities: [smoke_obscuration_pct_per_m, co_ppm], interval: ${interval} }
  - { id: door-${id}, room: ${id}, quantities: [door], interval: ${interval} }
  - { id: reader-${id}, room: ${id}, quantities: [tamper], interval: ${interval} }`;
  return siteOf(`
site: { id: t, name: { zh: 试, en: Test } }
buildings: [{ id: a, name: { zh: 甲, en: A } }, { id: b, name: { zh: 乙, en: B } }]
rooms: ${room("r1", "a")}${room("r2", "b")}
doors:
  - { id: d1, room: r1, contact: door-r1, reader: reader-r1 }
  - { id: d2, room: r2, contact: door-r2, reader: reader-r2 }
devices: ${devices("r1")}${devices("r2")}
people: [{ id: "1", name: 甲, category: archivist }]
`);
}

export function siteOf(text: string): Site {
  return parseSite(text, { directory: ".", name: "test", nowMs: Date.now() }).site;
}

/** Waits for an observable fact; fails with its name when it does not come. */
export async function until(fact: () => boolean, what: string, withinMs = 8_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!fact()) {
    if (performance.now() > endMs) throw new Error(`did not happen within ${withinMs} ms: ${what}`);
    await systemClock.sleep(10);
  }
}
