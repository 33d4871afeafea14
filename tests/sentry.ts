import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import type { IClientOptions } from "mqtt";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { createSentry, openDataFolder, type Sentry } from "../app/index.ts";
import { newDeviceCredential, writeCredentials } from "../broker/index.ts";
import { conditionNames, priorities, transitions } from "../contract/index.ts";
import { type Clock, type Logger, silentLogger, systemClock } from "../core/index.ts";
import { loadSite, type SiteFile } from "../site/index.ts";
import { connectMqtt, type TestClient } from "./broker/harness.ts";

/** The whole product for a test: a site file and a data folder, run in this process or as the real command line. */

export interface House {
  folder: string;
  config: string;
  data: string;
  /** Log-in of a device, as its firmware would hold it. */
  login(device: string): { username: string; password: string };
  /** Puts another site file in place of the one there. */
  rewrite(file: SiteFile | string): void;
  /** A file beside the site file, readable by its owner alone. */
  secret(name: string, text: string): string;
}

/** A site with one room `a-101`, one archivist and these devices, on free ports. */
export function siteFile(devices: readonly string[], changes: Partial<SiteFile> = {}): SiteFile {
  return {
    site: { id: "north", name: { zh: "北院", en: "North" } },
    broker: { listeners: [{ kind: "tcp", port: 0 }], credentials_file: "credentials.csv", ...changes.broker },
    console: { port: 0 },
    // How full the machine of the tests is concerns no test but one.
    limits: { disk_free: "1B", ...changes.limits },
    rooms: changes.rooms ?? [{ id: "a-101", limits: { temperature_c: "14..24", relative_humidity_pct: "45..60" } }],
    devices: changes.devices ?? devices.map((id) => aDevice(id)),
    people: changes.people ?? [{ id: "10231", name: "王芳", category: "archivist", email: "wang@example.org" }],
    ...pick(changes, ["sources", "stores", "conditions", "channels", "telling", "doors", "proof", "reports"]),
  };
}

type DeviceFile = NonNullable<SiteFile["devices"]>[number];

export function aDevice(id: string, changes: Partial<DeviceFile> = {}): DeviceFile {
  const quantities: DeviceFile["quantities"] = [
    "temperature_c",
    "relative_humidity_pct",
    "smoke_obscuration_pct_per_m",
    "battery_pct",
  ];
  return { id, room: "a-101", quantities, ...changes };
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<Pick<T, K>> {
  const picked: Partial<Pick<T, K>> = {};
  for (const key of keys) if (from[key] !== undefined) picked[key] = from[key];
  return picked;
}

export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sentry-house-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes the site file and credentials of its devices and of `strangers`, which the site file does not know. */
export function aHouse(file: SiteFile, options: { strangers?: string[]; data?: string } = {}): House {
  const folder = aFolder();
  const config = join(folder, "site.yaml");
  const data = options.data ?? join(folder, "data");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const names = [...(file.devices ?? []).map((device) => device.id), ...(options.strangers ?? [])];
  const made = new Map(names.map((name) => [name, newDeviceCredential(name)]));
  const rows = [...made.values()].map(({ username, record }) => [username, record] as const);
  writeCredentials(join(folder, "credentials.csv"), new Map(rows));
  const house: House = {
    folder,
    config,
    data,
    login(device) {
      const found = made.get(device);
      if (!found) throw new Error(`no credentials were made for ${device}`);
      return { username: found.username, password: found.password };
    },
    // JSON is YAML.
    rewrite: (next) => writeFileSync(config, typeof next === "string" ? next : JSON.stringify(next, null, 2)),
    secret(name, text) {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return name;
    },
  };
  house.rewrite(file);
  return house;
}

export interface Running {
  mqttUrl: string;
  httpUrl: string;
  /** A device's client; it does not reconnect by itself. */
  connect(device: string, options?: IClientOptions): Promise<TestClient>;
  /** Asks the HTTP interface as the operator. */
  ask<T>(shape: z.ZodType<T>, path: string): Promise<T>;
  post(path: string, body: object): Promise<Response>;
}

function running(house: House, mqttUrl: string, httpUrl: string): Running {
  const headers = () => ({
    authorization: `Bearer ${readFileSync(join(house.data, "operator.token"), "utf8").trim()}`,
    "content-type": "application/json",
  });
  return {
    mqttUrl,
    httpUrl,
    async connect(device, options = {}) {
      const client = await connectMqtt(mqttUrl, { clientId: device, ...house.login(device), ...options });
      // Each publish in flight listens for the end of the connection.
      return client.setMaxListeners(0);
    },
    async ask(shape, path) {
      const response = await fetch(httpUrl + path, { headers: headers() });
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
      return shape.parse(body);
    },
    post: (path, body) => fetch(httpUrl + path, { method: "POST", headers: headers(), body: JSON.stringify(body) }),
  };
}

/** Starts the product in this process. */
export async function startSentry(
  house: House,
  options: { clock?: Clock; log?: Logger } = {},
): Promise<Running & { sentry: Sentry; stop(): Promise<void> }> {
  const clock = options.clock ?? systemClock;
  const { site } = loadSite(house.config, { nowMs: clock.nowMs() });
  const data = openDataFolder(house.data);
  const log = options.log ?? silentLogger;
  const sentry = createSentry({ site, configPath: house.config, data, clock, log });
  onTestFinished(() => sentry.stop());
  await sentry.start();
  const { mqtt, http } = sentry.addresses();
  const address = `mqtt://127.0.0.1:${mqtt[0]!.port}`;
  return { ...running(house, address, http), sentry, stop: () => sentry.stop() };
}

const readyLine = z.object({ event: z.literal("ready"), mqtt: z.string(), http: z.string(), data: z.string() });

export interface Spawned extends Running {
  pid: number;
  kill(): Promise<void>;
  /** Ends it with SIGTERM; resolves with its exit code. */
  end(): Promise<number | null>;
  /** What it printed, for a failure's message. */
  output(): string;
}

/** Spawns the real command line. */
export async function spawnSentry(house: House, ports: { mqtt?: number; http?: number } = {}): Promise<Spawned> {
  const main = join(import.meta.dirname, "../cli/main.ts");
  const args = ["up", "--config", house.config, "--data", house.data, "--log-format", "json"];
  args.push("--mqtt-port", String(ports.mqtt ?? 0), "--http-port", String(ports.http ?? 0));
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const gone = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const onExit = () => void child.kill("SIGKILL");
  process.once("exit", onExit);
  void gone.then(() => process.off("exit", onExit));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  let printed = "";
  const keep = (text: string) => {
    printed = `${printed}${text}\n`.slice(-20_000);
  };
  const ready = await firstReadyLine(child, gone, keep, () => printed);
  return {
    ...running(house, ready.mqtt, ready.http),
    pid: child.pid!,
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    end() {
      child.kill("SIGTERM");
      return gone;
    },
    output: () => printed,
  };
}

function firstReadyLine(
  child: ChildProcess,
  gone: Promise<number | null>,
  keep: (text: string) => void,
  printed: () => string,
): Promise<z.infer<typeof readyLine>> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).on("line", (line) => {
      keep(line);
      if (line.includes('"event":"ready"')) resolve(readyLine.parse(JSON.parse(line)));
    });
    createInterface({ input: child.stderr! }).on("line", keep);
    void gone.then((code) => reject(new Error(`it ended with ${code} before it was ready:\n${printed()}`)));
  });
}

// --- what is on disk

export interface StoredRow {
  device: string;
  session: string | null;
  seq: number | null;
  atMs: number;
  receivedAtMs: number;
  flags: number;
  temperatureC: number | null;
  humidityPct: number | null;
  smoke: number | null;
}

const storedRow = z.object({
  device: z.string(),
  session: z.string().nullable(),
  seq: z.number().nullable(),
  atMs: z.number(),
  receivedAtMs: z.number(),
  flags: z.number(),
  temperatureC: z.number().nullable(),
  humidityPct: z.number().nullable(),
  smoke: z.number().nullable(),
});

/** Every sample of the embedded history, in the order of receipt. */
export function storedSamples(house: House): StoredRow[] {
  return reading(house, "history.db", (db) =>
    db
      .prepare(
        `SELECT d.device, n.session, seq, at_ms AS atMs, received_at_ms AS receivedAtMs, flags,
           temperature_c AS temperatureC, relative_humidity_pct AS humidityPct, smoke_obscuration_pct_per_m AS smoke
         FROM samples s JOIN device_names d ON d.n = s.device LEFT JOIN session_names n ON n.n = s.session
         ORDER BY s.id`,
      )
      .all()
      .map((row) => storedRow.parse(row)),
  );
}

const journalRow = z.object({
  n: z.number(),
  alarm: z.string(),
  room: z.string().nullable(),
  device: z.string().nullable(),
  subject: z.string().nullable(),
  condition: z.enum(conditionNames),
  transition: z.enum(transitions),
  state: z.string(),
  priority: z.enum(priorities),
  reason: z.string(),
  atMs: z.number(),
  value: z.number().nullable(),
});
export type StoredTransition = z.infer<typeof journalRow>;

export function storedJournal(house: Pick<House, "data">): StoredTransition[] {
  return reading(house, "state.db", (db) =>
    db
      .prepare(
        "SELECT n, alarm, room, device, subject, condition, transition, state, priority, reason, at_ms AS atMs, value FROM journal ORDER BY n",
      )
      .all()
      .map((row) => journalRow.parse(row)),
  );
}

const outboxRow = z.object({
  alarm: z.string(),
  n: z.number(),
  person: z.string(),
  transition: z.enum(transitions),
  condition: z.string(),
  state: z.string(),
});

export function storedOutbox(house: House): z.infer<typeof outboxRow>[] {
  return reading(house, "state.db", (db) =>
    db
      .prepare(
        `SELECT o.alarm_id AS alarm, o.n, person, transition, notice ->> 'condition' AS condition, state
         FROM outbox o JOIN outbox_notices USING (n) ORDER BY id`,
      )
      .all()
      .map((row) => outboxRow.parse(row)),
  );
}

const quarantineRow = z.object({ device: z.string().nullable(), topic: z.string(), reason: z.string() });

export function storedQuarantine(house: House): z.infer<typeof quarantineRow>[] {
  return reading(house, "history.db", (db) =>
    db
      .prepare("SELECT device, topic, reason FROM quarantine ORDER BY id")
      .all()
      .map((row) => quarantineRow.parse(row)),
  );
}

function reading<T>(house: Pick<House, "data">, file: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(house.data, file), { readOnly: true, timeout: 5_000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Waits for a fact that can be observed from outside. */
export async function eventually<T>(
  what: string,
  observe: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  withinMs = 20_000,
): Promise<T> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const found = await observe();
    if (found !== undefined && found !== false && found !== null) return found;
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Publishes at QoS 1 and resolves when it is acknowledged; rejects when the connection ends before. */
export function publish(client: TestClient, topic: string, payload: unknown): Promise<void> {
  const body = typeof payload === "string" || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error("closed before the acknowledgement"));
    client.once("close", onClose);
    client.publish(topic, body, { qos: 1 }, (error) => {
      client.off("close", onClose);
      if (error) reject(error);
      else resolve();
    });
  });
}

export const telemetry = (device: string) => `sentry/north/${device}/telemetry`;
