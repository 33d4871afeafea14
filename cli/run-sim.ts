import { samplePath } from "../app/index.ts";
import { type Logger, SentryError, systemClock, type Timer } from "../core/index.ts";
import { createHospital, type HospitalState, scenarios } from "../firmware-sim/index.ts";
import { loadSite, readConfigFile, type Site } from "../site/index.ts";
import type { SimOptions } from "./commands/sim.ts";
import { readDevicePasswords } from "./device-passwords.ts";
import { type Column, colours, note, printable, say, sayJson, sayTable, terminalLanguage } from "./output.ts";

/** Nobody through by then: it is not a broker that is just starting. */
const firstConnectionWithinMs = 6_000;
const statusEveryMs = { watched: 500, written: 10_000 };

export function listScenarios(json: boolean): void {
  if (json) {
    sayJson(scenarios.map(({ name, summary, parameters }) => ({ name, summary, parameters })));
    return;
  }
  const columns: Column<(typeof scenarios)[number]>[] = [
    { title: { zh: "情景", en: "scenario" }, text: ({ name }) => name },
    { title: { zh: "说明", en: "what happens" }, text: ({ summary }) => summary },
  ];
  sayTable(scenarios, columns, terminalLanguage());
}

/** Runs simulated devices until a signal ends it. */
export async function runSim(options: SimOptions): Promise<void> {
  const clock = systemClock;
  const config = options.config ?? samplePath;
  const { site } = loadSite(config, { nowMs: clock.nowMs() });
  const url = options.mqtt ?? addressOf(site);
  const { path, passwords } = readDevicePasswords({
    file: options.credentials,
    config: options.config,
    data: options.data,
  });
  const status = createStatus(options.json ?? false);
  let refusal = "";
  const log: Logger = {
    debug() {},
    info(event, fields) {
      if (event.startsWith("sim.scenario.")) status.event(event, fields ?? {});
    },
    warn(event, fields) {
      if (event === "sim.broker.refused") refusal = String(fields?.error ?? "");
      status.event(event, fields ?? {});
    },
    error: (event, fields) => status.event(event, fields ?? {}),
  };
  const { scenario, room, device, demo, speed, seed } = options;
  const hospital = createHospital({
    site,
    clock,
    log,
    seed,
    speed,
    connect: {
      url,
      credentialsOf: ({ id }) => passwords.get(id),
      ...(options.caFile === undefined ? {} : { ca: readConfigFile(options.caFile) }),
    },
  });
  const timers: Timer[] = [];
  const ended = Promise.withResolvers<void>();
  const onSignal = () => ended.resolve();
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    hospital.start();
    if (scenario !== undefined) {
      hospital.startScenario(scenario, {
        ...(room === undefined ? {} : { room }),
        ...(device === undefined ? {} : { device }),
        demo: demo ?? false,
      });
    }
    if (!options.json) {
      say(
        `${site.devices.size} simulated devices of ${site.id} → ${url}  (passwords: ${path ?? "none found"}; Ctrl-C stops)`,
      );
    }
    let through = false;
    timers.push(
      clock.after(firstConnectionWithinMs, () => {
        through ||= hospital.state().devices.connected > 0;
        if (!through) ended.reject(nobodyThrough({ url, refusal, passwords: path }));
      }),
      clock.every(status.everyMs, () => {
        const state = hospital.state();
        through ||= state.devices.connected > 0;
        status.show(state);
      }),
    );
    await ended.promise;
  } finally {
    for (const timer of timers) timer.cancel();
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    status.end();
    await hospital.stop();
  }
  if (!options.json) say("every simulated device has taken its leave");
}

function nobodyThrough(facts: { url: string; refusal: string; passwords: string | null }): SentryError {
  const { url, refusal, passwords } = facts;
  if (/not authori[sz]ed|bad user ?name/i.test(refusal)) {
    const hint =
      passwords === null
        ? "no devices.csv with passwords was found: name it with --credentials, or its data folder with --data"
        : `are the passwords in ${passwords} those of this instance?`;
    return new SentryError("not-authenticated", `${url} refuses every device (${refusal}): ${hint}`);
  }
  return new SentryError(
    "url-unreachable",
    `no device could connect to ${url} (${refusal || "no answer"}): is a broker running there?`,
  );
}

/** Where devices on this machine find the site's own broker. */
function addressOf(site: Site): string {
  const schemes = { tcp: "mqtt", tls: "mqtts", ws: "ws", wss: "wss" } as const;
  const [listener] = site.config.broker.listeners;
  if (!listener)
    throw new SentryError("usage", "--mqtt: expected the broker's address, because the site has no listener");
  const host = ["0.0.0.0", "::", ""].includes(listener.host) ? "127.0.0.1" : listener.host;
  return `${schemes[listener.kind]}://${host}:${listener.port}`;
}

/** One line kept up to date where somebody watches, now and then a line where it is written to a file. */
function createStatus(json: boolean) {
  const watched = !json && Boolean(process.stdout.isTTY);
  const clear = () => {
    if (watched) process.stdout.write("\r\u001b[K");
  };
  return {
    everyMs: watched ? statusEveryMs.watched : statusEveryMs.written,
    show(state: HospitalState) {
      const { devices, simulatedMs, scenarios: running } = state;
      if (json) {
        sayJson([{ at: new Date(simulatedMs).toISOString(), devices, scenarios: running.map(({ name }) => name) }]);
        return;
      }
      const words = [
        `${devices.connected}/${devices.total} connected`,
        `${devices.waiting} samples waiting`,
        `${devices.dropped} dropped`,
        ...running.map(({ name, room, device }) => `${name} in ${room ?? device ?? "the hospital"}`),
      ];
      clear();
      process.stdout.write(`${colours.dim(words.join(" · "))}${watched ? "" : "\n"}`);
    },
    event(event: string, fields: Record<string, unknown>) {
      clear();
      const facts = Object.entries(fields).map(
        ([key, value]) => `${key}=${printable(typeof value === "string" ? value : JSON.stringify(value))}`,
      );
      note(colours.yellow([event, ...facts].join(" ")));
    },
    end: clear,
  };
}
