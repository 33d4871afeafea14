import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";

/**
 * Real servers for tests, each an instance of its own: free ports, a folder in the temporary directory. Where one is
 * not installed, its tests are skipped by name; under CI that is a failure instead.
 */

export interface TestServer {
  host: string;
  port: number;
  url: string;
  /** Stops it and keeps its data; the port stays its own. */
  stop(): Promise<void>;
  /** Starts it again where it was, also while it is still running. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

export type ServerName = "influxd" | "victoria-metrics" | "mosquitto" | "smsd" | "gammu-smsd" | "chromium";

/** For `describe.skipIf`: true when the server is not installed. Throws under CI, where nothing may be skipped. */
export function isMissing(name: ServerName): boolean {
  const missing = findBinary(name) === undefined;
  if (missing && process.env.CI === "true")
    throw new Error(`${name} is not installed, and under CI no test is skipped`);
  return missing;
}

/** Its path, where it is installed. */
export function findBinary(name: ServerName): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  const names = name === "victoria-metrics" ? ["victoria-metrics", "victoria-metrics-prod"] : [name];
  return folders
    .flatMap((folder) => names.map((file) => join(folder, file)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** InfluxDB 1.x. With `auth`, nobody may do anything before an administrator is made. */
export function startInfluxV1(options: { auth?: boolean } = {}): Promise<TestServer | null> {
  return launch("influxd", async (folder, port) => {
    const config = join(folder, "influxdb.conf");
    writeFileSync(
      config,
      `reporting-disabled = true
bind-address = "127.0.0.1:${await freePort()}"
[meta]
  dir = "${folder}/meta"
  logging-enabled = false
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = ${options.auth ?? false}
  log-enabled = false
`,
    );
    return { arguments: ["-config", config], ready: "/ping" };
  });
}

/** VictoriaMetrics, which takes what InfluxDB 2.x takes at `/api/v2/write` and is asked with PromQL. */
export function startVictoriaMetrics(): Promise<TestServer | null> {
  return launch("victoria-metrics", async (folder, port) => ({
    arguments: [
      `-storageDataPath=${folder}/data`,
      `-httpListenAddr=127.0.0.1:${port}`,
      // A sample written again is one sample.
      "-dedup.minScrapeInterval=1ms",
      "-retentionPeriod=100y",
      "-loggerLevel=ERROR",
    ],
    ready: "/health",
  }));
}

/** Mosquitto with one listener on loopback, then these lines of configuration. */
export function startMosquitto(lines: readonly string[] = ["allow_anonymous true"]): Promise<TestServer | null> {
  return launch("mosquitto", async (folder, port) => {
    const config = join(folder, "mosquitto.conf");
    const text = [
      `listener ${port} 127.0.0.1`,
      // Started by root it would become another user and could not write here.
      `user ${userInfo().username}`,
      `persistence_location ${folder}/`,
      ...lines,
    ];
    writeFileSync(config, `${text.join("\n")}\n`);
    return { arguments: ["-c", config], ready: "socket", protocol: "mqtt" };
  });
}

interface Launch {
  arguments: string[];
  /** Path that answers below 300 once it serves, or that the port takes connections at all. */
  ready: string;
  protocol?: string;
}

async function launch(
  name: ServerName,
  prepare: (folder: string, port: number) => Promise<Launch>,
): Promise<TestServer | null> {
  const binary = findBinary(name);
  if (binary === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), `sentry-${name}-`));
  const port = await freePort();
  const prepared = await prepare(folder, port);
  const url = `${prepared.protocol ?? "http"}://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  // Not even a crash of the test process may leave a server behind.
  const onExit = () => child?.kill("SIGKILL");
  process.once("exit", onExit);

  const start = async () => {
    let output = "";
    const started = spawn(binary, prepared.arguments, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.on("data", (text) => {
        output = (output + String(text)).slice(-4_000);
      });
    }
    const deadlineMs = Date.now() + 20_000;
    while (!(await isReady(url, port, prepared.ready))) {
      if (started.exitCode !== null) throw new Error(`${name} ended at once:\n${output}`);
      if (Date.now() > deadlineMs) throw new Error(`${name} is not ready after 20 s:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  const stop = async () => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGTERM");
    const limit = setTimeout(() => running.kill("SIGKILL"), 5_000);
    await gone;
    clearTimeout(limit);
  };
  await start();
  return {
    host: "127.0.0.1",
    port,
    url,
    stop,
    async restart() {
      await stop();
      await start();
    },
    async remove() {
      await stop();
      process.off("exit", onExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isReady(url: string, port: number, ready: string): Promise<boolean> {
  try {
    if (ready !== "socket") return (await fetch(url + ready)).status < 300;
    return await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
  } catch {
    return false;
  }
}

/**
 * A port nobody listens on, below those that the system gives to outgoing connections: one of these could take it
 * before the server that it is meant for is up. Each test process begins elsewhere.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    nextPort = nextPort >= 31_999 ? 20_000 : nextPort + 1;
    if (await isFree(nextPort)) return nextPort;
  }
}

let nextPort = 20_000 + ((process.pid * 137) % 12_000);

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
