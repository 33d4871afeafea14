import { InfluxDB, type IPoint } from "influx";
import { type Clock, messageOf } from "../../core/index.ts";
import { type InfluxPoint, isIntegerField } from "./influx-lines.ts";
import { createAgent, type InfluxStore, judgeAnswer, timedOut, type WriteOutcome, withinTime } from "./influx-store.ts";

export interface InfluxV1Options {
  url: string;
  database: string;
  retentionPolicy?: string;
  username?: string;
  password?: string;
  /** Hard limit of one request. */
  timeoutMs: number;
  clock: Clock;
}

/** The client takes a host out of use for a while after a failure; here the writer alone decides when to try again. */
const noBackoff = { getDelay: () => 0, next: () => noBackoff, reset: () => noBackoff };

/** InfluxDB 1.x, and what speaks its `/write`. Creates the database if it is missing and this user may. */
export function createInfluxV1(options: InfluxV1Options): InfluxStore {
  const url = new URL(options.url);
  const agent = createAgent(options.url);
  const client = new InfluxDB({
    host: url.hostname,
    port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
    path: url.pathname.replace(/\/$/, ""),
    protocol: url.protocol === "https:" ? "https" : "http",
    options: { agent },
    username: options.username ?? "",
    password: options.password ?? "",
    database: options.database,
    pool: { maxRetries: 0, requestTimeout: options.timeoutMs, backoff: noBackoff },
  });
  const limit = { clock: options.clock, timeoutMs: options.timeoutMs, agent };
  const noAnswer: WriteOutcome = {
    kind: "unavailable",
    reason: `no answer from ${url.origin} within ${options.timeoutMs} ms`,
    timedOut: true,
  };

  const attempt = async (points: IPoint[]): Promise<WriteOutcome> => {
    try {
      const work = client.writePoints(points, { precision: "ms", retentionPolicy: options.retentionPolicy });
      return (await withinTime(work, limit)) === timedOut ? noAnswer : { kind: "written" };
    } catch (error) {
      // Only words are taken from the client's error: it carries the request, and with it the password.
      const answer = statusOf(error);
      if (answer !== undefined) return judgeAnswer(answer.status, answer.text);
      return { kind: "unavailable", reason: messageOf(error) || `no answer from ${url.origin}`, timedOut: false };
    }
  };
  const createDatabase = async (): Promise<boolean> => {
    try {
      return (await withinTime(client.createDatabase(options.database), limit)) !== timedOut;
    } catch {
      // Not permitted, or gone again: the write's own answer says what is wrong.
      return false;
    }
  };

  return {
    async write(points) {
      const lines = points.map(toClientPoint);
      const outcome = await attempt(lines);
      const missing = outcome.kind === "unavailable" && outcome.reason.includes("database not found");
      return missing && (await createDatabase()) ? attempt(lines) : outcome;
    },
    async ping() {
      const hosts = await withinTime(client.ping(options.timeoutMs), limit).catch(() => timedOut);
      const online = typeof hosts !== "symbol" && hosts.some((host) => host.online);
      return online ? { ok: true } : { ok: false, reason: `no answer from ${url.origin}` };
    },
    close: () => agent.destroy(),
  };
}

function toClientPoint(point: InfluxPoint): IPoint {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(point.fields)) {
    fields[name] = typeof value === "number" && isIntegerField(point.measurement, name) ? new Integer(value) : value;
  }
  // As text, because the client leaves a time of 0 out.
  return { measurement: point.measurement, tags: point.tags, fields, timestamp: String(point.atMs) };
}

/** The client writes a field as its text, so that a number is always a float: an integer is text that ends in i. */
class Integer {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  toString(): string {
    return `${Math.round(this.#value)}i`;
  }
}

/** The client says the status of an answer only in the words of its error. */
function statusOf(error: unknown): { status: number; text: string } | undefined {
  const match = /^A (\d{3}) .*? error occurred: ([\s\S]*)$/.exec(messageOf(error));
  return match ? { status: Number(match[1]), text: match[2]! } : undefined;
}
