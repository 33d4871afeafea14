import { type CommandPayload, commandPayload, presentValue, type Values } from "../contract/index.ts";
import { type Clock, type Logger, randomId } from "../core/index.ts";
import type { DeviceConfig } from "../site/index.ts";
import { type Access, createLink, type LinkLimits } from "./link.ts";
import { createMemory } from "./memory.ts";
import { keyOf, uniform } from "./random.ts";
import { isUrgent, watchesClosely } from "./sensors.ts";

/**
 * The firmware of one device: it samples, remembers until the broker has confirmed, and obeys commands. It has no
 * timer of its own, so that thousands share one: `tick` drives it.
 */
export interface Device {
  readonly id: string;
  readonly connected: boolean;
  /** Samples and badges the broker has not confirmed yet. */
  readonly waiting: number;
  /** Lost because the memory was full. */
  readonly dropped: number;
  /** Some time has passed; `sensed` says that the world has moved on and the sensors should look again. */
  tick(sensed: boolean): void;
  badge(event: { credential: string; direction: "in" | "out" }): void;
  /** Without power it says nothing and forgets what it had not sent; with power again it boots anew. */
  setPower(on: boolean): void;
  /** Without network it goes on measuring into its memory. */
  setNetwork(up: boolean): void;
  /** Steps its clock, as a failing battery or a bad time server would. */
  stepClock(byMs: number): void;
  /** Says offline and takes leave of the broker. */
  close(): Promise<void>;
  /** Drops the connection without a word. */
  abort(): void;
}

export interface DeviceLimits extends LinkLimits {
  /** Samples kept while the broker cannot be reached: a week at a sample a minute. */
  memory: number;
}

export const deviceLimits: DeviceLimits = {
  memory: 10_000,
  batch: 100,
  window: 8,
  keepAliveS: 60,
  connectTimeoutMs: 10_000,
  retryFirstMs: 1_000,
  retryLongestMs: 60_000,
};

/** Real devices do not keep step: each report comes up to so much of the interval early or late. */
const jitterPart = 0.02;
const shortestIntervalMs = 1_000;
const longestIntervalMs = 86_400_000;

export interface DeviceOptions {
  config: DeviceConfig;
  site: string;
  access: Access;
  clock: Clock;
  log: Logger;
  seed: number;
  limits: DeviceLimits;
  connectAfterMs: number;
  measure(): Values;
  onRefused(error: string): void;
  onConnected(): void;
}

export function createDevice(options: DeviceOptions): Device {
  const { config, clock, log, limits, measure } = options;
  const memory = createMemory(limits.memory);
  const watching = watchesClosely(config);
  const key = keyOf(options.seed, "device", config.id);
  let draws = 0;
  const random = () => uniform(key, draws++);

  let powered = true;
  let networked = true;
  let closing = false;
  // A quartz set by hand or by a time server is off by a fraction of a second.
  let clockOffsetMs = Math.round((random() - 0.5) * 400);
  let intervalMs = config.interval;
  let session = "";
  let seq = 0;
  let reportDueMs = 0;
  let reported: Values = {};
  const link = createLink({
    device: config.id,
    site: options.site,
    access: options.access,
    clock,
    log,
    limits,
    memory,
    connectAfterMs: options.connectAfterMs,
    random,
    session: () => session,
    onCommand: obey,
    onRefused: options.onRefused,
    onConnected: options.onConnected,
  });
  boot();

  function boot(): void {
    session = randomId(5);
    seq = 0;
    reported = {};
    memory.clear();
    report();
    // A random phase: devices of one site must not all report in the same second.
    reportDueMs = clock.monotonicMs() + random() * intervalMs;
  }

  function report(values = measure()): void {
    const wire = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, presentValue(name, value)] as const),
    );
    // A device whose sensors have nothing to say sends nothing: an empty sample would be refused.
    if (Object.keys(wire).length === 0) return;
    memory.push({ channel: "telemetry", payload: { seq: seq++, session, at: ownTime(), ...wire } });
    reported = values;
    link.flush();
  }

  function ownTime(): string {
    return new Date(clock.nowMs() + clockOffsetMs).toISOString();
  }

  function obey(payload: Buffer): void {
    const command = parseCommand(payload);
    if (!command) {
      log.debug("sim.command.refused", { device: config.id });
      return;
    }
    const error = carryOut(command);
    link.send("result", { id: command.id, ok: error === undefined, ...(error === undefined ? {} : { error }) });
  }

  /** The sentence of what is wrong with the command, if anything is. */
  function carryOut(command: CommandPayload): string | undefined {
    switch (command.do) {
      case "report-now":
        report();
        return undefined;
      case "set-interval": {
        const wantedMs = command.interval_s * 1000;
        if (wantedMs < shortestIntervalMs || wantedMs > longestIntervalMs) {
          return `interval_s: expected 1…86400, found ${command.interval_s}`;
        }
        intervalMs = wantedMs;
        reportDueMs = Math.min(reportDueMs, clock.monotonicMs() + intervalMs);
        return undefined;
      }
    }
  }

  return {
    id: config.id,
    get connected() {
      return link.connected;
    },
    get waiting() {
      return memory.size;
    },
    get dropped() {
      return memory.dropped;
    },
    tick(sensed) {
      if (!powered || closing) return;
      if (networked) link.tick();
      const nowMs = clock.monotonicMs();
      if (nowMs >= reportDueMs) {
        reportDueMs = nowMs + intervalMs * (1 + jitterPart * (2 * random() - 1));
        report();
      } else if (sensed && watching) {
        const values = measure();
        if (isUrgent(reported, values)) report(values);
      }
    },
    badge({ credential, direction }) {
      if (!powered) return;
      // No `seq`: a badge is no sample, and would leave a gap in the numbers of those.
      memory.push({ channel: "badge", payload: { at: ownTime(), credential, direction, decision: "granted" } });
      link.flush();
    },
    setPower(on) {
      if (on === powered) return;
      powered = on;
      if (on) {
        boot();
        link.comeBackSoon();
      } else link.cut();
    },
    setNetwork(up) {
      if (up === networked) return;
      networked = up;
      if (up) link.comeBackSoon();
      // The broker sees this at once; of a cut cable it would hear by keep-alive, 1.5 × 60 s later.
      else link.cut();
    },
    stepClock(byMs) {
      clockOffsetMs += byMs;
    },
    close() {
      closing = true;
      return link.close();
    },
    abort() {
      closing = true;
      link.abort();
    },
  };
}

function parseCommand(payload: Buffer): CommandPayload | undefined {
  try {
    return commandPayload.parse(JSON.parse(payload.toString("utf8")));
  } catch {
    // Whoever may publish commands may also publish nonsense; a device does not fall over it.
    return undefined;
  }
}
