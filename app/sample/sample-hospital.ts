import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { type CredentialTable, type DeviceCredential, newDeviceCredential } from "../../broker/index.ts";
import { type Clock, type Logger, SentryError } from "../../core/index.ts";
import { createHospital, createModel, credentialOf, type Hospital, type Model } from "../../firmware-sim/index.ts";
import { loadSite, type Site } from "../../site/index.ts";
import type { DataFolder } from "../data-folder.ts";
import type { Sentry } from "../sentry.ts";
import { sampleIncidents } from "./sample-incidents.ts";
import { samplePath } from "./sample-path.ts";
import { liveMonth, wantsMonth } from "./simulated-month.ts";

/** The sample hospital: a site of its own, its devices' credentials, thirty days of past, and one scripted incident. */

const pastDays = 30;
const pastStepMs = 10 * 60_000;
const seed = 20_261_122;
const portsTried = 50;

export interface SampleHospital {
  site: Site;
  credentials: CredentialTable;
  /** Ports that were wanted and taken, with what was used in their place. */
  movedPorts: { wanted: number; used: number }[];
  /** Before the program starts, in a data folder that has no past: a month of it. Answers how many samples it has. */
  live(options: { onProgress: (share: number) => void; signal: AbortSignal }): Promise<number>;
  /** The devices begin. */
  begin(sentry: Sentry): void;
  /** Announced beforehand: a cable smoulders in the archive room with gas suppression. */
  startIncident(): { room: string; summary: string };
  stop(): Promise<void>;
}

export async function prepareSampleHospital(options: {
  data: DataFolder;
  clock: Clock;
  log: Logger;
  mqttPort?: number;
  httpPort?: number;
  /** Of a site file with the same devices and other surroundings. */
  path?: string;
  /** How much of a past it gets. */
  days?: number;
}): Promise<SampleHospital> {
  const { data, clock, log } = options;
  const { site } = loadSite(options.path ?? samplePath, { nowMs: clock.nowMs() });
  const movedPorts: SampleHospital["movedPorts"] = [];
  const portFor = async (wanted: number, given: number | undefined) => {
    if (given !== undefined) return given;
    const used = await freePortFrom(wanted);
    if (used !== wanted) movedPorts.push({ wanted, used });
    return used;
  };
  const [listener] = site.config.broker.listeners;
  if (!listener) throw new SentryError("internal", "the sample hospital has no listener");
  listener.port = await portFor(listener.port, options.mqttPort);
  site.config.console.port = await portFor(site.config.console.port, options.httpPort);
  const { credentials, passwords } = credentialsOf(site, data);

  let hospital: Hospital | null = null;
  /** The world as the simulated month has left it. */
  let model: Model | undefined;
  return {
    site,
    credentials,
    movedPorts,
    async live({ onProgress, signal }) {
      if (!wantsMonth(data)) return 0;
      const toMs = clock.nowMs();
      const fromMs = toMs - (options.days ?? pastDays) * 86_400_000;
      const world = createModel({ site, seed, startMs: fromMs });
      const incidents = sampleIncidents(site, { fromMs, toMs });
      const past = { site, seed, fromMs, toMs, stepMs: pastStepMs, model: world, incidents };
      const samples = await liveMonth({ ...past, data, clock, onProgress, signal });
      if (samples > 0) model = world;
      return samples;
    },
    begin(sentry) {
      for (const { id } of site.config.people) sentry.giveBadge(id, credentialOf(id));
      const port = sentry.addresses().mqtt[0]?.port ?? listener.port;
      hospital = createHospital({
        site,
        clock,
        log,
        seed,
        ...(model === undefined ? {} : { model }),
        connect: {
          url: `mqtt://127.0.0.1:${port}`,
          credentialsOf: (device) => {
            const password = passwords.get(device.id);
            return password === undefined ? undefined : { username: device.id, password };
          },
        },
      });
      hospital.start();
    },
    startIncident() {
      const incident = hospital?.startScenario("smouldering-fire", { demo: true });
      return { room: incident?.room ?? "", summary: incident?.summary ?? "" };
    },
    async stop() {
      await hospital?.stop();
      hospital = null;
    },
  };
}

const deviceRow = z.object({ device: z.string(), username: z.string(), password: z.string() });

/** Passwords of the simulated devices: made at the first start, kept where only the owner reads them. */
function credentialsOf(site: Site, data: DataFolder): { credentials: CredentialTable; passwords: Map<string, string> } {
  const path = data.file("devices.csv");
  const passwords = new Map<string, string>();
  if (existsSync(path)) {
    const rows: unknown[] = parse(readFileSync(path, "utf8"), { columns: true, bom: true, skip_empty_lines: true });
    for (const row of rows) {
      const { device, password } = deviceRow.parse(row);
      passwords.set(device, password);
    }
  }
  const credentials = new Map<string, DeviceCredential>();
  const lines = ["device,room,site,quantities,username,password"];
  for (const device of site.config.devices) {
    const made = newDeviceCredential(device.id, passwords.get(device.id));
    passwords.set(device.id, made.password);
    credentials.set(made.username, made.record);
    lines.push(
      [device.id, device.room ?? "", site.id, device.quantities.join(" "), made.username, made.password].join(","),
    );
  }
  writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600 });
  return { credentials, passwords };
}

async function freePortFrom(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + portsTried; port++) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new SentryError(
    "port-taken",
    `no free port from ${wanted} to ${wanted + portsTried - 1}: give one with --mqtt-port or --http-port`,
  );
}
