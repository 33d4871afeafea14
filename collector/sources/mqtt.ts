import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { type Clock, type Logger, messageOf } from "../../core/index.ts";
import { type MqttSourceConfig, readSecret, type Site } from "../../site/index.ts";
import type { NewEntry } from "../entry.ts";

/**
 * Subscribes to any external MQTT broker and acknowledges a message only after it is committed to the intake log.
 * The session is kept (fixed client id, clean session off), so the broker holds what comes while we are away.
 */
export interface MqttSource {
  readonly name: string;
  start(): void;
  stop(): Promise<void>;
  connected(): boolean;
  /** Why nothing comes from it: not connected, or not subscribed to all its topics. */
  fault(): string | null;
}

const appendRetryMs = 1_000;
const stopWithinMs = 1_500;

export function createMqttSource(options: {
  config: MqttSourceConfig;
  site: Site;
  clock: Clock;
  log: Logger;
  append: (entry: NewEntry, done: (error: Error | null) => void) => void;
}): MqttSource {
  const { config, site, clock, log } = options;
  let client: MqttClient | null = null;
  let fault: string | null = "not started";
  let stopped = false;
  let told = false;

  /** Offers the message to the log until it is taken: the broker meanwhile sends no more than its window. */
  const take = (topic: string, payload: Buffer, done: () => void) => {
    const entry: NewEntry = { kind: "message", receivedAtMs: clock.nowMs(), origin: config.name, topic, payload };
    const offer = () =>
      options.append(entry, (error) => {
        if (!error) done();
        else if (!stopped) clock.after(appendRetryMs, offer);
      });
    offer();
  };

  return {
    name: config.name,
    connected: () => client?.connected ?? false,
    fault: () => fault,
    start() {
      const file = (path: string | undefined) => (path ? readFileSync(resolve(site.directory, path)) : undefined);
      const settings: IClientOptions = {
        clientId: config.client_id ?? `archive-sentry-${site.id}-${config.name}`,
        clean: false,
        protocolVersion: 4,
        reconnectPeriod: 2_000,
        connectTimeout: 10_000,
        keepalive: 30,
        resubscribe: true,
      };
      if (config.username !== undefined) settings.username = config.username;
      if (config.password_file !== undefined) settings.password = readSecret(site, config.password_file);
      const [ca, cert, key] = [file(config.ca_file), file(config.certificate_file), file(config.key_file)];
      if (ca) settings.ca = ca;
      if (cert) settings.cert = cert;
      if (key) settings.key = key;
      fault = "connecting";
      client = connect(config.url, settings);
      client.handleMessage = (packet, callback) =>
        take(packet.topic.toString(), Buffer.from(packet.payload), () => callback());
      client.on("connect", () => {
        told = false;
        fault = "subscribing";
        log.info("collector.source.connected", { source: config.name, url: redacted(config.url) });
        client?.subscribe(config.topics, { qos: 1 }, (error, granted) => {
          const refused = granted?.filter((grant) => grant.qos > 2).map((grant) => grant.topic) ?? [];
          if (error || refused.length > 0) {
            const topics = (refused.length > 0 ? refused : config.topics).join(", ");
            fault = `the broker refused ${topics}${error ? `: ${messageOf(error)}` : ""}`;
            log.error("collector.source.refused", { source: config.name, reason: fault });
          } else fault = null;
        });
      });
      client.on("error", (error) => {
        fault = messageOf(error);
      });
      client.on("close", () => {
        fault ??= "connection closed";
        if (stopped || told) return;
        // Once an absence: it tries again every few seconds.
        told = true;
        log.warn("collector.source.disconnected", { source: config.name, reason: fault });
      });
    },
    async stop() {
      stopped = true;
      if (!client) return;
      const ending = client;
      client = null;
      await Promise.race([ending.endAsync(false), clock.sleep(stopWithinMs)]);
      if (!ending.disconnected) ending.end(true);
    },
  };
}

function redacted(url: string): string {
  const parsed = new URL(url);
  parsed.username = "";
  parsed.password = "";
  return parsed.toString();
}
