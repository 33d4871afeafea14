import { type Clock, isoTime, type Logger, SentryError, systemCodeOf, type Timer } from "../core/index.ts";
import type { HeartbeatConfig } from "../site/index.ts";

/**
 * Tells a dead-man's switch elsewhere, again and again, that all is well. When this program, its machine or its network
 * dies there is nobody left here to say so: the silence is what is noticed there. So nothing is sent while a part that
 * telling depends on is unwell.
 */
export interface Heartbeat {
  start(): void;
  stop(): void;
  /** What is wrong with the heartbeat itself; `null` when it arrives, or is meant to be silent. */
  fault(): string | null;
}

/** One lost packet is nothing; this many misses in a row are a heartbeat that does not arrive. */
const missesBeforeFault = 3;
/** How often it is looked whether a changed site file wants a heartbeat. */
const idleMs = 60_000;

export function createHeartbeat(options: {
  /** Read before each beat, so that a reload and a changed secret count at once. */
  config: () => HeartbeatConfig | undefined;
  /** The address; throws when it cannot be read. */
  url: (config: HeartbeatConfig) => string;
  site: () => string;
  /** Why no heartbeat may be sent now; `null` while all is well. */
  unwell: () => string | null;
  clock: Clock;
  log: Logger;
}): Heartbeat {
  const { clock, log } = options;
  let timer: Timer | null = null;
  let running = false;
  let sending: AbortController | null = null;
  let misses = 0;
  let reason: string | null = null;
  let silentBecause: string | null = null;

  const beat = async () => {
    const config = options.config();
    if (config === undefined) {
      reason = null;
      misses = 0;
      return idleMs;
    }
    const unwell = options.unwell();
    if (unwell !== silentBecause) {
      if (unwell === null) log.info("notify.heartbeat.resumed");
      else log.warn("notify.heartbeat.withheld", { reason: unwell });
    }
    silentBecause = unwell;
    if (unwell !== null) return config.every;
    const failure = await send(config);
    const before = reason;
    misses = failure === null ? 0 : misses + 1;
    reason = misses >= missesBeforeFault ? failure : null;
    if (failure !== null && running) log.warn("notify.heartbeat.missed", { reason: failure, misses });
    if (failure === null && before !== null) log.info("notify.heartbeat.arrived-again");
    return config.every;
  };

  /** Why it did not arrive, without the address; `null` when it did. */
  const send = async (config: HeartbeatConfig): Promise<string | null> => {
    const abort = new AbortController();
    sending = abort;
    const limit = clock.after(config.timeout, () => abort.abort());
    try {
      const body = JSON.stringify({ site: options.site(), at: isoTime(clock.nowMs()) });
      const response = await fetch(options.url(config), {
        method: config.method,
        redirect: "manual",
        signal: abort.signal,
        ...(config.method === "POST" ? { body, headers: { "content-type": "application/json" } } : {}),
      });
      await response.body?.cancel();
      return response.ok ? null : `answered ${response.status}`;
    } catch (error) {
      if (abort.signal.aborted) return `no answer within ${config.timeout / 1_000} s`;
      if (error instanceof SentryError) return error.message;
      const cause = error instanceof Error ? error.cause : undefined;
      // Never the message of `fetch`: it may repeat the address.
      return systemCodeOf(cause) ?? "the request failed";
    } finally {
      limit.cancel();
      sending = null;
    }
  };

  const round = async () => {
    const waitMs = await beat();
    if (running) timer = clock.after(waitMs, () => void round());
  };

  return {
    start() {
      running = true;
      void round();
    },
    stop() {
      running = false;
      timer?.cancel();
      sending?.abort();
    },
    fault: () => reason,
  };
}
