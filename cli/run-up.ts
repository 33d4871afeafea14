import { userInfo } from "node:os";
import { resolve } from "node:path";
import type { JournalRow } from "../alerts/index.ts";
import {
  createSentry,
  openDataFolder,
  prepareSampleHospital,
  type SampleHospital,
  type Sentry,
  type SetUpLink,
  version,
} from "../app/index.ts";
import { jsonLogger, type Logger, messageOf, systemClock } from "../core/index.ts";
import { loadSite, type Site } from "../site/index.ts";
import type { UpOptions } from "./commands/up.ts";
import { createTerminal, peopleLogger, type Terminal } from "./terminal.ts";

const incidentAfterMs = 20_000;
const stopWithinMs = 4_500;
/** npm and npx pass on the signal that the terminal has already sent: that is one Ctrl-C, not two. */
const sameSignalWithinMs = 500;

/** Runs the program until a signal ends it. */
export async function runUp(options: UpOptions): Promise<void> {
  const clock = systemClock;
  const terminal = createTerminal(process.stdout);
  const machine = options.logFormat === "json" ? heldOutput() : null;
  const log: Logger = machine ? jsonLogger({ destination: machine }) : peopleLogger(terminal);
  const say = machine ? () => {} : terminal.line;
  const loaded = options.config === undefined ? null : loadSite(options.config, { nowMs: clock.nowMs() });
  const data = openDataFolder(options.data);
  const sample = loaded ? null : await prepareSampleHospital({ data, clock, log, ...portsOf(options) });
  const site = sample ? sample.site : loaded!.site;
  const sentry = createSentry({
    site,
    data,
    clock,
    log,
    ...(options.config === undefined
      ? {}
      : { configPath: resolve(options.config), adjust: (read: Site) => withPorts(read, options) }),
    ...(sample ? { credentials: sample.credentials } : {}),
  });

  const ended = Promise.withResolvers<void>();
  let past: Promise<number> | null = null;
  const interrupted = new AbortController();
  let stoppingSinceMs: number | null = null;
  const stop = async (signal: string) => {
    if (stoppingSinceMs !== null) {
      if (clock.monotonicMs() - stoppingSinceMs > sameSignalWithinMs) process.exit(130);
      return;
    }
    stoppingSinceMs = clock.monotonicMs();
    say("dim", terminal.words.stopping(signal));
    clock.after(stopWithinMs, () => process.exit(1));
    interrupted.abort();
    await past?.catch(() => undefined);
    await sample?.stop();
    await sentry.stop();
    say("dim", terminal.words.stopped);
    log.info("app.stopped");
    ended.resolve();
  };
  const stopOn = (signal: "SIGINT" | "SIGTERM") => {
    process.on(signal, () => void stop(signal).catch(ended.reject));
  };
  stopOn("SIGINT");
  stopOn("SIGTERM");
  process.on("SIGHUP", () => void reload(sentry, log, () => say("green", terminal.words.reloaded)));

  let samples = 0;
  try {
    if (sample && options.sim) {
      past = sample.live({
        onProgress: (share) => {
          if (!machine) terminal.progress(terminal.words.simulatingPast, share);
        },
        signal: interrupted.signal,
      });
      samples = await past;
    }
    if (stoppingSinceMs === null) await sentry.start();
    if (stoppingSinceMs === null) {
      const { mqtt, http } = sentry.addresses();
      const urls = mqtt.map(({ kind, host, port }) => `${schemes[kind] ?? kind}://${hostText(host)}:${port}`);
      if (machine) {
        machine.release(JSON.stringify({ event: "ready", mqtt: urls[0] ?? null, http, data: data.path }));
        logEvents(log, sentry);
      } else {
        const warnings = loaded?.warnings ?? [];
        terminal.banner({ version, site, urls, http, data: data.path, sample: sample !== null, warnings });
        showEvents(terminal, sentry);
        if (sample) inviteArchivist(terminal, sentry, http);
      }
      for (const { wanted, used } of sample?.movedPorts ?? []) say("yellow", terminal.words.portMoved(wanted, used));
      if (samples > 0) say("dim", terminal.words.pastStored(samples.toLocaleString("en")));
      if (sample && options.sim) {
        simulate(sample, sentry, terminal, { say, isStopping: () => stoppingSinceMs !== null });
      }
    }
    await ended.promise;
  } catch (error) {
    machine?.release();
    throw error;
  }
  process.exit(0);
}

/** The devices, then the announced incident. */
function simulate(
  sample: SampleHospital,
  sentry: Sentry,
  { words }: Terminal,
  { say, isStopping }: { say: Terminal["line"]; isStopping: () => boolean },
): void {
  sample.begin(sentry);
  say("cyan", words.announced);
  systemClock.after(incidentAfterMs, () => {
    if (isStopping()) return;
    const { room, summary } = sample.startIncident();
    say("cyan", words.incidentBegins(room, summary));
  });
}

function showEvents(terminal: Terminal, sentry: Sentry): void {
  sentry.on({
    alarm: (row) => terminal.alarm(row),
    told: (told) => terminal.told(told, sentry.site()),
    stored: ({ samples }) => terminal.readings(samples, sentry.site()),
    setUpLink: ({ role, url, file }) => terminal.line("green", terminal.words.setUp(role, url, file)),
  });
}

/** Whoever tries the sample hospital answers its alarm as somebody. */
function inviteArchivist(terminal: Terminal, sentry: Sentry, http: string): void {
  const archivist = sentry.site().config.people.find(({ category }) => category === "archivist");
  const path = archivist && sentry.invite(archivist.id);
  if (archivist && path) terminal.line("green", terminal.words.tryAs(archivist.name, `${http}${path}`));
}

/** Machines get a line for each step in the life of an alarm; the journal has all of it. */
function logEvents(log: Logger, sentry: Sentry): void {
  const alarm = ({ transition, alarm: id, room, device, condition, priority, value, limit }: JournalRow) =>
    log.info(`alerts.alarm.${transition}`, { id, room, device, condition, priority, value, limit });
  // The link itself is a secret: a log says where it is.
  const setUpLink = ({ role, file }: SetUpLink) => log.info("console.account.waits", { role, file });
  sentry.on({ alarm, setUpLink });
}

async function reload(sentry: Sentry, log: Logger, onTaken: () => void): Promise<void> {
  try {
    const { warnings } = await sentry.reload({ by: null, via: "signal", user: userInfo().username });
    onTaken();
    for (const warning of warnings) log.warn("app.config.warned", { warning });
  } catch (error) {
    // Refused as a whole: one line a fault, the old file stays in force.
    for (const fault of messageOf(error).split("\n")) log.error("app.config.refused", { fault });
  }
}

/** Standard output for machines: nothing comes before the line that says it is ready. */
function heldOutput(): { write(line: string): void; release(first?: string): void } {
  let held: string[] | null = [];
  return {
    write(line) {
      if (held) held.push(line);
      else process.stdout.write(line);
    },
    release(first) {
      if (first !== undefined) process.stdout.write(`${first}\n`);
      for (const line of held ?? []) process.stdout.write(line);
      held = null;
    },
  };
}

const schemes: Record<string, string> = { tcp: "mqtt", tls: "mqtts" };
const hostText = (host: string) => (host.includes(":") ? `[${host}]` : host);

function portsOf({ mqttPort, httpPort }: UpOptions): { mqttPort?: number; httpPort?: number } {
  return { ...(mqttPort === undefined ? {} : { mqttPort }), ...(httpPort === undefined ? {} : { httpPort }) };
}

function withPorts(site: Site, { mqttPort, httpPort }: UpOptions): Site {
  const [listener] = site.config.broker.listeners;
  if (mqttPort !== undefined && listener) listener.port = mqttPort;
  if (httpPort !== undefined) site.config.console.port = httpPort;
  return site;
}
