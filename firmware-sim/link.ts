import mqtt, { type MqttClient } from "mqtt";
import { type DeviceChannel, deviceTopic } from "../contract/index.ts";
import { type Clock, type Logger, messageOf } from "../core/index.ts";
import type { Memory } from "./memory.ts";

/**
 * A device's way to the broker: it connects with the device's name and last will, sends what the memory holds,
 * lets go of it only when the broker has confirmed, and comes back after any failure.
 */
export interface Link {
  readonly connected: boolean;
  /** Connects when it is time to. */
  tick(): void;
  /** Sends what the memory holds, as far as the window allows. */
  flush(): void;
  send(channel: DeviceChannel, payload: unknown): void;
  /** The connection is gone without a word, as when a plug is pulled. */
  cut(): void;
  /** Whatever kept it away is over. */
  comeBackSoon(): void;
  /** Says offline and takes leave. */
  close(): Promise<void>;
  abort(): void;
}

export interface LinkLimits {
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

/** The broker and how to get at it. */
export interface Access {
  url: string;
  credentials: { username: string; password: string } | undefined;
  /** PEM of the authority that signed the broker's certificate, where it is no public one. */
  ca: string | undefined;
}

export interface LinkOptions {
  device: string;
  /** The site's id, the second level of every topic. */
  site: string;
  access: Access;
  clock: Clock;
  log: Logger;
  limits: LinkLimits;
  memory: Memory;
  /** When it first tries to connect, counted from now: a thousand devices do not boot in one instant. */
  connectAfterMs: number;
  random(): number;
  /** The boot id that status messages and the last will carry. */
  session(): string;
  onCommand(payload: Buffer): void;
  onRefused(error: string): void;
  onConnected(): void;
}

export function createLink(options: LinkOptions): Link {
  const { device, access, clock, log, limits, memory } = options;
  const topic = (channel: DeviceChannel) => deviceTopic({ site: options.site, device, channel });
  const status = (state: "online" | "offline") => JSON.stringify({ state, session: options.session() });
  let client: MqttClient | undefined;
  let online = false;
  let unconfirmed = 0;
  let failures = 0;
  let connectDueMs = clock.monotonicMs() + options.connectAfterMs;

  function connect(): void {
    const opened = mqtt.connect(access.url, {
      clientId: device,
      username: access.credentials?.username,
      password: access.credentials?.password,
      ...(access.ca === undefined ? {} : { ca: access.ca }),
      protocolVersion: 4,
      clean: true,
      keepalive: limits.keepAliveS,
      connectTimeout: limits.connectTimeoutMs,
      // Coming back is this firmware's business, with a backoff and a memory of its own.
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      will: { topic: topic("status"), payload: Buffer.from(status("offline")), qos: 1, retain: true },
    });
    client = opened;
    opened.on("connect", () => {
      failures = 0;
      online = true;
      log.debug("sim.device.connected", { device });
      options.onConnected();
      opened.publish(topic("status"), status("online"), { qos: 1, retain: true });
      opened.subscribe(topic("command"), { qos: 1 });
      flush();
    });
    opened.on("message", (_, payload) => options.onCommand(payload));
    opened.on("error", (error) => options.onRefused(messageOf(error)));
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
    connectDueMs = clock.monotonicMs() + ceilingMs * (0.5 + 0.5 * options.random());
    failures++;
    log.debug("sim.device.disconnected", { device });
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

  return {
    get connected() {
      return online;
    },
    tick() {
      if (client === undefined && clock.monotonicMs() >= connectDueMs) connect();
    },
    flush,
    send(channel, payload) {
      client?.publish(topic(channel), JSON.stringify(payload), { qos: 1 });
    },
    cut() {
      client?.stream.destroy();
    },
    comeBackSoon() {
      failures = 0;
      connectDueMs = clock.monotonicMs() + options.random() * limits.retryFirstMs;
    },
    async close() {
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
      client?.end(true);
      client?.stream.destroy();
    },
  };
}
