import { z } from "zod";
import { messageOf, SentryError } from "../core/index.ts";
import type { Ask } from "./check.ts";

const answer = z.object({
  error: z.string().optional(),
  results: z
    .array(
      z.object({
        error: z.string().optional(),
        series: z.array(z.object({ columns: z.array(z.string()), values: z.array(z.array(z.unknown())) })).optional(),
      }),
    )
    .optional(),
});

export interface InfluxReaderOptions {
  url: string;
  database: string;
  /** Of 1.x, or any name with a token of 2.x as its password. */
  username?: string;
  password?: string;
  timeoutMs: number;
}

/** Asks the InfluxQL interface that InfluxDB 1.x, 2.x and 3.x share. */
export function influxReader(options: InfluxReaderOptions): Ask {
  const { url, database, username, password, timeoutMs } = options;
  const headers: Record<string, string> = {};
  if (password !== undefined) {
    headers.authorization = `Basic ${Buffer.from(`${username ?? "sentry"}:${password}`).toString("base64")}`;
  }
  return async (query) => {
    const parameters = new URLSearchParams({ db: database, epoch: "ms", q: query });
    const response = await fetch(`${url.replace(/\/$/, "")}/query?${parameters}`, {
      headers,
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw new SentryError("url-unreachable", `no answer from ${new URL(url).origin}: ${messageOf(error)}`);
    });
    const text = await response.text();
    const parsed = answer.safeParse(jsonOf(text));
    if (!parsed.success) throw new SentryError("url-unreachable", `${response.status}: not an answer to InfluxQL`);
    const [result] = parsed.data.results ?? [];
    const refusal = parsed.data.error ?? result?.error;
    if (refusal !== undefined) throw new SentryError("request-invalid", refusal);
    return result?.series ?? [];
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
