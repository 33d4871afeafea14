import mqtt, { type MqttClient } from "mqtt";
import {
  type CommandPayload,
  commandPayload,
  type DeviceChannel,
  deviceTopic,
  presentValue,
  type Values,
} from "../contract/index.ts";
import { type Clock, type Logger, messageOf, randomId } from "../core/index.ts";
import type { DeviceConfig } from "../site/index.ts";
import { createMemory } from "./memory.ts";
import { keyOf, uniform } from "./random.ts";
import { isUrgent, watchesClosely } from "./sensors.ts";

/**
 * The firmware of one device: a real MQTT client that samples, remembers until the broker has confirmed, and
 * comes back after any failure. It has no timer of its own, so that thousands share one: `tick` drives it.
 */
export interface Device {
  readonly id: string;
  readonly connected: boolean;
  readonly waiting: number;
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

export interface DeviceLimits {
  /** Samples kept while the broker cannot be reached. */
  memory: number;
  /** Samples in one message when there is something to catch up. */
  batch: number;
  /** Messages sent and not yet confirmed. */
  window: number;
  keepAliveS: number;
  connectTimeoutMs: number;
  /** The first wait before connecting again; it doubles with each failure up to the longest. */
  retryFirstMs: number;
  retryLongestMs: number;
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
  /** The site's id, the second level of every topic. */
  site: string;
  url: string;
  credentials: { username: string; password: string } | undefined;
  clock: Clock;
  log: Logger;
  seed: number;
  limits: DeviceLimits;
  /** When it first tries to connect, counted from now: a thousand devices do not boot in one instant. */
  connectAfterMs: number;
  measure(): Values;
}

export function createDevice(options: DeviceOptions): Device {
  const { config, clock, log, limits, measure } = options;
  const memory = createMemory(limits.memory);
  const watching = watchesClosely(config);
  const key = keyOf(options.seed, "device", config.id);
  let draws = 0;
  const random = () => uniform(key, draws++);
  const topic = (channel: DeviceChannel) => deviceTopic({ site: options.site, device: config.id, channel });

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
  let client: MqttClient | undefined;
  let online = false;
  let unconfirmed = 0;
  let failures = 0;
  let connectDueMs = clock.monotonicMs() + options.connectAfterMs;
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
    const at = new Date(clock.nowMs() + clockOffsetMs).toISOString();
    memory.push({ channel: "telemetry", payload: { seq: seq++, session, at, ...wire } });
    reported = values;
    flush();
  }

  function flush(): void {
    while (client && online && unconfirmed < limits.window) {
      const batch = memory.take(limits.batch);
      const first = batch[0];
      if (!first) return;
      const payload = batch.length === 1 ? first.payload : batch.map((entry) => entry.payload);
      const sender = client;
      unconfirmed++;
      sender.publish(topic(first.channel), JSON.stringify(payload), { qos: 1 }, (error) => {
        // Only the broker's PUBACK on the living connection lets go of a sample.
        if (sender !== client) return;
        unconfirmed--;
        if (error) return;
        memory.confirm(batch);
        flush();
      });
    }
  }

  function connect(): void {
    const opened = mqtt.connect(options.url, {
      clientId: config.id,
      username: options.credentials?.username,
      password: options.credentials?.password,
      protocolVersion: 4,
      clean: true,
      keepalive: limits.keepAliveS,
      connectTimeout: limits.connectTimeoutMs,
      // Coming back is this firmware's business, with a backoff and a memory of its own.
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      will: { topic: topic("status"), payload: status("offline"), qos: 1, retain: true },
    });
    client = opened;
    opened.on("connect", () => {
      failures = 0;
      online = true;
      log.debug("sim.device.connected", { device: config.id, session });
      opened.publish(topic("status"), status("online"), { qos: 1, retain: true });
      opened.subscribe(topic("command"), { qos: 1 });
      flush();
    });
    opened.on("message", (_, payload) => obey(payload));
    opened.on("error", (error) => {
      // Once per spell: a broker that is down for a night would fill the log.
      if (failures === 0) log.warn("sim.device.refused", { device: config.id, error: messageOf(error) });
      else log.debug("sim.device.refused", { device: config.id, error: messageOf(error) });
    });
    opened.on("close", () => lost(opened));
  }

  function lost(closed: MqttClient): void {
    if (closed !== client) return;
    client = undefined;
    online = false;
    unconfirmed = 0;
    memory.release();
    closed.end(true);
    const ceilingMs = Math.min(limits.retryLongestMs, limits.retryFirstMs * 2 ** Math.min(failures, 20));
    // Half of the wait is chance, so that a restarted broker is not met by everybody at once.
    connectDueMs = clock.monotonicMs() + ceilingMs * (0.5 + 0.5 * random());
    failures++;
    log.debug("sim.device.disconnected", { device: config.id });
  }

  function comeBackSoon(): void {
    failures = 0;
    connectDueMs = clock.monotonicMs() + random() * limits.retryFirstMs;
  }

  function status(state: "online" | "offline"): Buffer {
    return Buffer.from(JSON.stringify({ state, session }));
  }

  function obey(payload: Buffer): void {
    const command = parseCommand(payload);
    if (!command) {
      log.debug("sim.command.refused", { device: config.id });
      return;
    }
    let error: string | undefined;
    switch (command.do) {
      case "report-now":
        report();
        break;
      case "set-interval": {
        const wantedMs = command.interval_s * 1000;
        if (wantedMs < shortestIntervalMs || wantedMs > longestIntervalMs) error = "interval_s: expected 1…86400";
        else {
          intervalMs = wantedMs;
          reportDueMs = Math.min(reportDueMs, clock.monotonicMs() + intervalMs);
        }
      }
    }
    const result = { id: command.id, ok: error === undefined, ...(error === undefined ? {} : { error }) };
    client?.publish(topic("result"), JSON.stringify(result), { qos: 1 });
  }

  return {
    id: config.id,
    get connected() {
      return online;
    },
    get waiting() {
      return memory.size;
    },
    get dropped() {
      return memory.dropped;
    },
    tick(sensed) {
      if (!powered || closing) return;
      const nowMs = clock.monotonicMs();
      if (client === undefined && networked && nowMs >= connectDueMs) connect();
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
      const at = new Date(clock.nowMs() + clockOffsetMs).toISOString();
      // No `seq`: a badge is no sample, and would leave a gap in the numbers of those.
      memory.push({ channel: "badge", payload: { at, credential, direction, decision: "granted" } });
      flush();
    },
    setPower(on) {
      if (on === powered) return;
      powered = on;
      if (!on) {
        client?.stream.destroy();
        return;
      }
      boot();
      comeBackSoon();
    },
    setNetwork(up) {
      if (up === networked) return;
      networked = up;
      if (up) comeBackSoon();
      // The broker sees this at once; of a cut cable it would hear by keep-alive, 1.5 × 60 s later.
      else client?.stream.destroy();
    },
    stepClock(byMs) {
      clockOffsetMs += byMs;
    },
    async close() {
      closing = true;
      const leaving = client;
      if (!leaving || !online) {
        leaving?.end(true);
        return;
      }
      await new Promise<void>((resolve) => {
        leaving.on("close", () => resolve());
        leaving.publish(topic("status"), status("offline"), { qos: 1, retain: true }, () => leaving.end());
      });
    },
    abort() {
      closing = true;
      client?.end(true);
      client?.stream.destroy();
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
