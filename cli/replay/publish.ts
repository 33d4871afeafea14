import mqtt, { type MqttClient } from "mqtt";
import type { CsvRow } from "../../app/index.ts";
import { deviceTopic, presentValue, type Quantity } from "../../contract/index.ts";
import { type Clock, messageOf, randomId, SentryError } from "../../core/index.ts";
import { type RecordingReader, readRecording } from "./recording.ts";

export interface PublishOptions {
  url: string;
  site: string;
  device: string;
  credentials: { username: string; password: string } | undefined;
  ca: string | undefined;
  /** How many times faster than it was recorded; `null`: as fast as the broker takes it. */
  speed: number | null;
  paths: readonly string[];
  clock: Clock;
  signal: AbortSignal;
  onRemark: RecordingReader["onRemark"];
  onProgress: RecordingReader["onProgress"];
}

export interface Published {
  samples: number;
  acknowledged: number;
  newestMs: number | null;
  oldestMs: number | null;
}

/** Samples in one message where several are due: as a logger would empty its memory. */
const batch = 200;
/** Messages sent and not yet acknowledged. */
const inFlightMost = 200;
const stalledAfterMs = 60_000;
const connectWithinMs = 10_000;
const farewellWithinMs = 1_000;
/** Connections in a row on which nothing was acknowledged, before it is a refusal and no mishap. */
const fruitlessMost = 5;

/**
 * Publishes a recording as the device's own telemetry, at QoS 1, and returns when everything is acknowledged.
 * A connection that breaks is opened again, and what was not acknowledged is sent again.
 * @throws SentryError `url-unreachable`, `not-authenticated`, `time-limit`, `csv-invalid`.
 */
export async function publishRecording(options: PublishOptions): Promise<Published> {
  const { clock, signal, speed } = options;
  const session = randomId(5);
  const topic = deviceTopic({ site: options.site, device: options.device, channel: "telemetry" });
  const sender = await openSender(options, session);
  const result: Published = { samples: 0, acknowledged: 0, newestMs: null, oldestMs: null };
  let waiting: object[] = [];

  const flush = async () => {
    const samples = waiting;
    waiting = [];
    const [only] = samples;
    if (only === undefined) return;
    const payload = JSON.stringify(samples.length === 1 ? only : samples);
    await sender.send(topic, payload, () => {
      result.acknowledged += samples.length;
    });
  };
  const startedMs = clock.monotonicMs();
  let firstMs: number | null = null;
  const stopped = new SentryError("usage", "stopped");

  const onRow = async (row: CsvRow) => {
    if (signal.aborted) throw stopped;
    firstMs ??= row.atMs;
    if (speed !== null) {
      const waitMs = startedMs + (row.atMs - firstMs) / speed - clock.monotonicMs();
      if (waitMs > 0) {
        await flush();
        await clock.sleep(waitMs, signal);
        if (signal.aborted) throw stopped;
      }
    }
    const sample = sampleOf(row, { seq: result.samples, session });
    if (sample === null) return;
    result.samples += 1;
    result.oldestMs = Math.min(result.oldestMs ?? row.atMs, row.atMs);
    result.newestMs = Math.max(result.newestMs ?? row.atMs, row.atMs);
    waiting.push(sample);
    if (waiting.length === batch) await flush();
  };

  try {
    await readRecording(options.paths, { ...options, onRow });
    await flush();
    await sender.acknowledged(signal);
  } catch (error) {
    if (error !== stopped) throw error;
  } finally {
    await sender.close();
  }
  return result;
}

function sampleOf(row: CsvRow, { seq, session }: { seq: number; session: string }): object | null {
  const sample: Record<string, unknown> = { seq, session, at: new Date(row.atMs).toISOString() };
  let some = false;
  for (const name in row.values) {
    some = true;
    sample[name] = presentValue(name, row.values[name as Quantity]!);
  }
  return some ? sample : null;
}

interface Sender {
  /** Returns as soon as the window has room for more. */
  send(topic: string, payload: string, onAcknowledged: () => void): Promise<void>;
  /** Resolves when nothing waits for its acknowledgement any more. */
  acknowledged(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

async function openSender(options: PublishOptions, session: string): Promise<Sender> {
  const { clock } = options;
  const statusTopic = deviceTopic({ site: options.site, device: options.device, channel: "status" });
  const status = (state: "online" | "offline") => JSON.stringify({ state, session });
  const client = mqtt.connect(options.url, {
    clientId: options.device,
    protocolVersion: 4,
    clean: true,
    connectTimeout: connectWithinMs,
    reconnectPeriod: 500,
    will: { topic: statusTopic, payload: Buffer.from(status("offline")), qos: 1, retain: true },
    ...(options.credentials ?? {}),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  await firstConnection(client, options);

  let inFlight = 0;
  let fruitless = 0;
  let heardMs = clock.monotonicMs();
  let failure: SentryError | null = null;
  let wake = () => {};
  const progress = async (done: () => boolean, signal?: AbortSignal) => {
    while (!done() && !signal?.aborted) {
      if (failure) throw failure;
      const changed = Promise.withResolvers<void>();
      wake = changed.resolve;
      // Asked again each second, so that a broker that says nothing any more is noticed.
      const timer = clock.after(1_000, changed.resolve);
      await changed.promise;
      timer.cancel();
      if (inFlight > 0 && clock.monotonicMs() - heardMs > stalledAfterMs) {
        failure = new SentryError(
          "time-limit",
          `${options.url} has not acknowledged anything for ${stalledAfterMs / 1_000} s; ${inFlight} messages wait`,
        );
      }
    }
    if (failure) throw failure;
  };
  const online = () => client.publish(statusTopic, status("online"), { qos: 1, retain: true });
  client.on("connect", online);
  client.on("error", () => {});
  client.on("close", () => {
    fruitless += 1;
    if (fruitless < fruitlessMost) return;
    failure ??= new SentryError(
      "url-unreachable",
      `${options.url} closed the connection ${fruitless} times without acknowledging anything: may ${options.device} publish under sentry/${options.site}/${options.device}?`,
    );
    wake();
  });
  online();

  return {
    async send(topic, payload, onAcknowledged) {
      if (inFlight === 0) heardMs = clock.monotonicMs();
      inFlight += 1;
      client.publish(topic, payload, { qos: 1 }, (error) => {
        inFlight -= 1;
        if (!error) {
          fruitless = 0;
          heardMs = clock.monotonicMs();
          onAcknowledged();
        }
        wake();
      });
      await progress(() => inFlight < inFlightMost);
    },
    acknowledged: (signal) => progress(() => inFlight === 0, signal),
    async close() {
      if (client.connected) {
        const patience = new AbortController();
        const said = client.publishAsync(statusTopic, status("offline"), { qos: 1, retain: true });
        await Promise.race([said.catch(() => undefined), clock.sleep(farewellWithinMs, patience.signal)]);
        patience.abort();
      }
      await client.endAsync(true);
    },
  };
}

async function firstConnection(client: MqttClient, { url, device, credentials }: PublishOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let why = "it closed the connection";
  const onError = (error: Error) => {
    why = messageOf(error) || why;
  };
  client.once("connect", () => resolve());
  client.on("error", onError);
  client.once("close", () => reject(new Error(why)));
  try {
    await promise;
  } catch (error) {
    client.end(true);
    const refused = /not authori[sz]ed|bad user ?name/i.test(why);
    const who = credentials ? `as ${credentials.username}` : "without a password";
    throw refused
      ? new SentryError("not-authenticated", `${url} refuses ${device} ${who}: ${why}`, { cause: error })
      : new SentryError("url-unreachable", `cannot connect to ${url}: ${why}`, { cause: error });
  }
}
