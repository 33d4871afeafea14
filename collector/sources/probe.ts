import { deviceTopic, type Values } from "../../contract/index.ts";
import { type Clock, type Logger, messageOf, randomFraction, randomId, type Timer } from "../../core/index.ts";
import type { ProbeCheck, ProbeConfig } from "../../site/index.ts";
import type { NewEntry } from "../entry.ts";
import { lookAtDisk } from "./probes/disk.ts";
import { lookAtHttp } from "./probes/http.ts";
import { type Finding, failed, type Look, type LookOptions } from "./probes/look.ts";
import { lookAtNewestFile } from "./probes/newest-file.ts";
import { lookAtTcp } from "./probes/tcp.ts";
import { lookAtTls } from "./probes/tls.ts";
import type { Slots } from "./slots.ts";

/**
 * Looks at one of the archive's own systems regularly and enters what it finds into the intake log as the telemetry of
 * a device. A look that failed has no figures, and none are invented: that a system cannot be reached is reported as
 * an event instead, once when so many looks in a row have failed and once when one succeeds again. A quantity for it
 * would have to be stored with every sample to say next to nothing; to leave it to the device's silence would give
 * neither a reason nor a choice of how many failures count.
 */
export interface Probe {
  start(): void;
  stop(): Promise<void>;
}

/** What becomes of a probe: it has begun to fail, or succeeds again. */
export interface ProbeReport {
  probe: string;
  failing: boolean;
  /** Why its last look failed. */
  reason: string | null;
}

export interface ProbeOptions {
  config: ProbeConfig;
  site: { id: string; directory: string };
  clock: Clock;
  log: Logger;
  /** Bounds how many look at one time. */
  slots: Slots;
  /** Bounds how many look at disks, also when their time is up: what hangs there holds a thread of the runtime. */
  diskSlots: Slots;
  append: (entry: NewEntry, done: (error: Error | null) => void) => void;
  report: (report: ProbeReport) => void;
  /** Whether a failure reported before this start stands still, so that its end is reported too. */
  failedBefore: (probe: string) => boolean;
}

/** The first looks are spread over at most this long: probes that start together must not knock together for ever. */
const longestFirstWaitMs = 10_000;
const stopWithinMs = 1_500;

export function createProbe(options: ProbeOptions): Probe {
  const { config, site, clock, log, slots } = options;
  const topic = deviceTopic({ site: site.id, device: config.name, channel: "telemetry" });
  const look = lookAt(config.check, { clock, directory: site.directory }, options.diskSlots);
  const session = randomId();
  const stopping = new AbortController();
  let timer: Timer | null = null;
  let pending: Promise<void> | null = null;
  let seq = 0;
  let failures = 0;
  let reported: boolean | null = null;

  /** No `at`: it would be our own clock bearing witness for itself when devices contradict it. */
  const publish = (values: Values) => {
    const payload = Buffer.from(JSON.stringify({ seq: seq++, session, ...values }));
    options.append({ kind: "message", receivedAtMs: clock.nowMs(), origin: config.name, topic, payload }, (error) => {
      if (error) log.warn("collector.probe.unsaved", { probe: config.name, error: messageOf(error) });
    });
  };

  const judge = (finding: Finding) => {
    failures = finding.ok ? 0 : failures + 1;
    const failing = failures >= config.failures;
    if (failures > 0 && !failing) return;
    reported ??= options.failedBefore(config.name);
    if (failing === reported) return;
    reported = failing;
    const reason = finding.ok ? null : finding.reason;
    log.info(failing ? "collector.probe.failed" : "collector.probe.recovered", { probe: config.name, reason });
    options.report({ probe: config.name, failing, reason });
  };

  const lookOnce = async () => {
    const release = await slots.take(stopping.signal);
    if (release === null) return;
    const timeUp = new AbortController();
    const timeout = clock.after(config.timeout, () => timeUp.abort());
    const signal = AbortSignal.any([timeUp.signal, stopping.signal]);
    try {
      const finding = await within(look, signal, `no answer within ${config.timeout / 1_000} s`);
      if (stopping.signal.aborted) return;
      if (finding.ok) publish(finding.values);
      judge(finding);
    } finally {
      timeout.cancel();
      release();
    }
  };

  const turn = () => {
    pending ??= lookOnce()
      .catch((error) => log.error("collector.probe.broken", { probe: config.name, error: messageOf(error) }))
      .finally(() => {
        pending = null;
      });
  };

  return {
    start() {
      timer = clock.after(randomFraction() * Math.min(config.every, longestFirstWaitMs), () => {
        turn();
        timer = clock.every(config.every, turn);
      });
    },
    async stop() {
      timer?.cancel();
      stopping.abort();
      if (pending) await Promise.race([pending, clock.sleep(stopWithinMs)]);
    },
  };
}

function lookAt(check: ProbeCheck, options: LookOptions, diskSlots: Slots): Look {
  switch (check.kind) {
    case "tcp":
      return lookAtTcp(check, options);
    case "http":
      return lookAtHttp(check, options);
    case "tls":
      return lookAtTls(check, options);
    case "newest-file":
      return oneByOne(lookAtNewestFile(check, options), diskSlots);
    case "disk":
      return oneByOne(lookAtDisk(check, options), diskSlots);
  }
}

/**
 * A dead network disk answers never, and a call to it cannot be taken back: the next look is not begun before the last
 * has really ended, and gives back its slot only then.
 */
function oneByOne(look: Look, slots: Slots): Look {
  let hanging: Promise<unknown> | null = null;
  return async (signal) => {
    if (hanging) return failed("the look before still waits for the disk");
    const release = await slots.take(signal);
    if (release === null) return failed("other looks still wait for their disks");
    const looking = look(signal);
    hanging = looking
      .catch(() => {})
      .finally(() => {
        hanging = null;
        release();
      });
    return looking;
  };
}

/** The finding, or that there was none in time: also where what hangs cannot be ended, such as a dead network disk. */
function within(look: Look, signal: AbortSignal, timeUp: string): Promise<Finding> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(failed(timeUp)), { once: true });
    look(signal).then(resolve, (error) => resolve(failed(signal.aborted ? timeUp : reasonOf(error))));
  });
}

/** Where several addresses of a host were tried, Node's own sentence is empty. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  return messageOf(error);
}
