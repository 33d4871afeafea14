import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Clock } from "../../core/index.ts";
import type { InfluxPoint } from "./influx-lines.ts";

/** How a server took a batch. Reasons are sentences without any secret. */
export type WriteOutcome =
  | { kind: "written" }
  /** At least one of the points will never be taken; others of the batch may have been. */
  | { kind: "refused"; reason: string }
  /** No answer, or one that says nothing about these points: the same write is worth another attempt. */
  | { kind: "unavailable"; reason: string; timedOut: boolean };

/** The port: one server of the InfluxDB family. Writing a point again changes nothing. */
export interface InfluxStore {
  write(points: readonly InfluxPoint[]): Promise<WriteOutcome>;
  /** Whether the server answers now, and with what complaint if not. */
  ping(): Promise<{ ok: true } | { ok: false; reason: string }>;
  /** Ends requests under way; they come back as `unavailable`. */
  close(): void;
}

/**
 * What an answer other than 2xx means. 401 and 403 (a token), 404 (a missing bucket), 408, 429 and 5xx are not the
 * points' fault: setting points aside for them would throw history away for a wrong password.
 */
export function judgeAnswer(status: number, text: string): WriteOutcome {
  const reason = `the server answered ${status}: ${text.replace(/\s+/g, " ").trim().slice(0, 300)}`;
  return status === 400 || status === 413 || status === 422
    ? { kind: "refused", reason }
    : { kind: "unavailable", reason, timedOut: false };
}

/** The sockets of one adapter, so that a request without an answer can be ended for good. */
export function createAgent(url: string): HttpAgent | HttpsAgent {
  const options = { keepAlive: true, maxSockets: 2 };
  return new URL(url).protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
}

export const timedOut = Symbol("timed out");

/**
 * The clients' own limits count silence on the socket, so a server that drips bytes holds them for ever: this one is
 * hard. On expiry the agent's sockets are destroyed.
 */
export async function withinTime<T>(
  work: Promise<T>,
  limit: { clock: Clock; timeoutMs: number; agent: HttpAgent },
): Promise<T | typeof timedOut> {
  let expire = () => {};
  const expired = new Promise<typeof timedOut>((resolve) => {
    expire = () => resolve(timedOut);
  });
  const timer = limit.clock.after(limit.timeoutMs, expire);
  try {
    const first = await Promise.race([work, expired]);
    if (first === timedOut) {
      work.catch(() => undefined);
      limit.agent.destroy();
    }
    return first;
  } finally {
    timer.cancel();
  }
}
