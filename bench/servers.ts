import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { newDeviceCredential, writeCredentials } from "../broker/index.ts";

/** The programs under measurement, each a process of its own. */
export interface Server {
  name: string;
  port: number;
  http: string | null;
  pid: number;
  passwords: Map<string, string>;
  stop(): Promise<void>;
}

export const main = fileURLToPath(new URL("../cli/main.ts", import.meta.url));

/** CPU time of a process with all its threads, in microseconds. */
export function cpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) / 100) * 1e6;
}

export function scratch(): string {
  return mkdtempSync(join(tmpdir(), "sentry-bench-"));
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).on("line", (line) => {
      if (line.startsWith('{"port"') || line.startsWith('{"event":"ready"')) resolve(line);
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code} before it was ready`)));
  });
}

const stopper = (child: ChildProcess, folder: string | null) => async () => {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await gone;
  }
  if (folder) rmSync(folder, { recursive: true, force: true });
};

/** `null` where Mosquitto is not installed. */
export async function startMosquitto(): Promise<Server | null> {
  const binary = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"].find(existsSync);
  if (!binary) return null;
  const port = await freePort();
  const folder = scratch();
  const config = join(folder, "mosquitto.conf");
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type none\nmax_inflight_messages 0\n`,
  );
  const child = spawn(binary, ["-c", config], { stdio: "ignore" });
  for (let tries = 0; tries < 100; tries++) {
    if (await reachable(port)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { name: "Mosquitto", port, http: null, pid: child.pid!, passwords: new Map(), stop: stopper(child, folder) };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function reachable(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

export async function startPlainAedes(): Promise<Server> {
  const script = fileURLToPath(new URL("./peers/plain-aedes.ts", import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const { port } = JSON.parse(await firstLine(child)) as { port: number };
  return { name: "plain Aedes", port, http: null, pid: child.pid!, passwords: new Map(), stop: stopper(child, null) };
}

export async function startSentry(options: { devices: string[]; quantities: string; more?: string }): Promise<Server> {
  const folder = scratch();
  const passwords = new Map<string, string>();
  const credentials = new Map();
  for (const device of options.devices) {
    const made = newDeviceCredential(device);
    passwords.set(device, made.password);
    credentials.set(made.username, made.record);
  }
  writeCredentials(join(folder, "credentials.csv"), credentials);
  const devices = options.devices.map(
    (id, n) => `  - { id: ${id}, room: room-${n % 12}, quantities: [${options.quantities}] }`,
  );
  const rooms = Array.from({ length: 12 }, (_, n) => `  - { id: room-${n} }`);
  writeFileSync(
    join(folder, "site.yaml"),
    `site: { id: bench, name: { zh: 基准, en: Bench } }
broker:
  credentials_file: credentials.csv
  limits: { rate_per_s: 1000000, burst: 1000000 }
rooms:
${rooms.join("\n")}
devices:
${devices.join("\n")}
${options.more ?? ""}`,
  );
  const child = spawn(
    process.execPath,
    [
      main,
      "up",
      "--config",
      join(folder, "site.yaml"),
      "--data",
      join(folder, "data"),
      "--mqtt-port",
      "0",
      "--http-port",
      "0",
      "--log-format",
      "json",
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ready = JSON.parse(await firstLine(child)) as { mqtt: string; http: string };
  const port = Number(new URL(ready.mqtt).port);
  return { name: "archive-sentry", port, http: ready.http, pid: child.pid!, passwords, stop: stopper(child, folder) };
}
