import { resolve } from "node:path";
import {
  createSentry,
  openDataFolder,
  prepareSampleHospital,
  type SampleHospital,
  type Sentry,
  version,
} from "../app/index.ts";
import { jsonLogger, type Logger, systemClock } from "../core/index.ts";
import { loadSite, type Site } from "../site/index.ts";
import type { UpOptions } from "./commands/up.ts";
import { createTerminal, peopleLogger, type Terminal } from "./terminal.ts";

const incidentAfterMs = 20_000;
const secondSignalKillsAfterMs = 4_500;

/** Runs the program until a signal ends it. */
export async function runUp(options: UpOptions): Promise<void> {
  const clock = systemClock;
  const json = options.logFormat === "json";
  const terminal = createTerminal({ out: process.stdout, env: process.env });
  const log: Logger = json ? jsonLogger() : peopleLogger(terminal);
  let sample: SampleHospital | null = null;
  let site: Site;
  const warnings: string[] = [];
  if (options.config !== undefined) {
    const loaded = loadSite(options.config, { nowMs: clock.nowMs() });
    site = withPorts(loaded.site, options);
    warnings.push(...loaded.warnings);
  }
  const data = openDataFolder(options.data);
  if (options.config === undefined) {
    sample = await prepareSampleHospital({ data, clock, log, ...portsOf(options) });
    site = sample.site;
  }
  const sentry = createSentry({
    site: site!,
    data,
    clock,
    log,
    ...(options.config === undefined ? {} : { configPath: resolve(options.config) }),
    ...(sample ? { credentials: sample.credentials } : {}),
  });

  const ended = Promise.withResolvers<void>();
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) process.exit(130);
    stopping = true;
    if (!json) terminal.line("dim", `${signal}: stopping …`);
    clock.after(secondSignalKillsAfterMs, () => process.exit(1));
    await sample?.stop();
    await sentry.stop();
    if (!json) terminal.line("dim", "stopped; everything received is on disk");
    else log.info("app.stopped");
    ended.resolve();
  };
  process.on("SIGINT", () => void stop("SIGINT"));
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGHUP", () => {
    sentry.reload().then(
      ({ warnings: notes }) => notes.forEach((note) => log.warn("app.config.note", { note })),
      (error: Error) => log.error("app.config.refused", { error: error.message }),
    );
  });

  await sentry.start();
  const { mqtt, http } = sentry.addresses();
  const urls = mqtt.map(
    ({ kind, host, port }) => `${kind === "tcp" ? "mqtt" : kind === "tls" ? "mqtts" : kind}://${host}:${port}`,
  );
  if (json) {
    const ready = { event: "ready", mqtt: urls[0] ?? null, http, data: data.path };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
  } else {
    terminal.banner({ version, site: site!, urls, http, data: data.path, sample: sample !== null, warnings });
    showEvents(terminal, sentry, site!);
    for (const { wanted, used } of sample?.movedPorts ?? [])
      terminal.line("yellow", `port ${wanted} is taken, using ${used}`);
  }
  if (sample && options.sim) await runSample(sample, sentry, terminal, json, () => stopping);
  await ended.promise;
  process.exit(0);
}

async function runSample(
  sample: SampleHospital,
  sentry: Sentry,
  terminal: Terminal,
  json: boolean,
  stopping: () => boolean,
): Promise<void> {
  const began = await sample.begin(sentry, {
    onProgress: (share) => {
      if (!json) terminal.progress("simulating the last 30 days", share);
    },
  });
  if (!json) {
    if (began.pastSamples > 0)
      terminal.line("dim", `${began.pastSamples.toLocaleString("en")} samples of simulated past are stored`);
    terminal.line(
      "cyan",
      "announced: in 20 s a cable begins to smoulder in one of the rooms (simulated, nothing is wrong here)",
    );
  }
  systemClock.after(incidentAfterMs, () => {
    if (stopping()) return;
    const { room, summary } = sample.startIncident();
    if (!json) terminal.line("cyan", `simulated incident begins in ${room}: ${summary}`);
  });
}

function showEvents(terminal: Terminal, sentry: Sentry, site: Site): void {
  sentry.on({
    alarm: (row) => terminal.alarm(row),
    told: ({ line }) => terminal.line("magenta", `✉ ${line}`),
    stored: ({ samples }) => terminal.readings(samples, site),
  });
}

function portsOf({ mqttPort, httpPort }: UpOptions): { mqttPort?: number; httpPort?: number } {
  return { ...(mqttPort === undefined ? {} : { mqttPort }), ...(httpPort === undefined ? {} : { httpPort }) };
}

function withPorts(site: Site, { mqttPort, httpPort }: UpOptions): Site {
  const [listener] = site.config.broker.listeners;
  if (mqttPort !== undefined && listener) listener.port = mqttPort;
  if (httpPort !== undefined) site.config.console.port = httpPort;
  return site;
}
