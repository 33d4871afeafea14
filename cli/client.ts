import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { problem } from "../contract/index.ts";
import { isErrorCode, messageOf, SentryError, systemCodeOf } from "../core/index.ts";
import type { ClientOptions } from "./client-options.ts";

const answerWithinMs = 60_000;

/** Asks a running instance. */
export interface Client {
  get<T>(path: string, query: Record<string, string | number | undefined>, schema: z.ZodType<T>): Promise<T>;
  post<T>(path: string, body: object, schema: z.ZodType<T>): Promise<T>;
}

export function createClient(options: ClientOptions): Client {
  const base = baseOf(options.url);
  const token = tokenOf(options, base);
  const agent = { "user-agent": "archive-sentry-cli" };
  const headers: Record<string, string> = token === null ? agent : { ...agent, authorization: `Bearer ${token}` };

  const ask = async <T>(url: URL, init: RequestInit, schema: z.ZodType<T>): Promise<T> => {
    const { status, text } = await send(url, init);
    const body = jsonOf(text);
    if (status < 400) {
      const parsed = schema.safeParse(body);
      if (parsed.success) return parsed.data;
      throw new SentryError("url-unreachable", `${base} answers, but not as an archive-sentry of this version does`);
    }
    throw refusalOf(base, status, body, token !== null);
  };
  return {
    get(path, query, schema) {
      const url = new URL(path, base);
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) url.searchParams.set(name, String(value));
      }
      return ask(url, { headers }, schema);
    },
    post: (path, body, schema) =>
      ask(
        new URL(path, base),
        { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) },
        schema,
      ),
  };
}

async function send(url: URL, init: RequestInit): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(answerWithinMs) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") {
      throw new SentryError("time-limit", `${url.origin} did not answer within ${answerWithinMs / 1_000} s`);
    }
    const cause = error instanceof Error ? error.cause : undefined;
    const why = systemCodeOf(cause) ?? messageOf(cause ?? error);
    throw new SentryError(
      "url-unreachable",
      `nothing answers at ${url.origin} (${why}): start it with \`npx archive-sentry up\`, or name its address with --url`,
      { cause: error },
    );
  }
}

function refusalOf(base: URL, status: number, body: unknown, withToken: boolean): SentryError {
  const parsed = problem.safeParse(body);
  if (!parsed.success) return new SentryError("url-unreachable", `${base} answers ${status}, but is no archive-sentry`);
  const { code, detail } = parsed.data;
  const known = isErrorCode(code) ? code : "internal";
  if (known !== "not-authenticated") return new SentryError(known, detail);
  const hint = withToken
    ? "is the token file of this instance, and of today?"
    : "give --token-file (the first start wrote operator.token into the data folder), or --data";
  return new SentryError(known, `${detail}\n${hint}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function baseOf(text: string): URL {
  const url = URL.parse(text);
  if (url && ["http:", "https:"].includes(url.protocol)) return url;
  throw new SentryError("usage", `--url: expected an address such as http://127.0.0.1:8080, found ${text}`);
}

function tokenOf(options: ClientOptions, base: URL): string | null {
  if (options.tokenFile !== undefined) return readToken(options.tokenFile);
  const own = join(options.data, "operator.token");
  // This instance's master key is not shown to other machines unless somebody says so.
  return isLoopback(base) && existsSync(own) ? readToken(own) : null;
}

function isLoopback(url: URL): boolean {
  return url.hostname === "localhost" || url.hostname === "[::1]" || url.hostname.startsWith("127.");
}

function readToken(path: string): string {
  try {
    const token = readFileSync(path, "utf8").trim();
    if (/^[\x21-\x7e]+$/.test(token)) return token;
  } catch (error) {
    throw new SentryError("secret-unreadable", `--token-file: expected a readable file, found ${messageOf(error)}`);
  }
  throw new SentryError(
    "secret-unreadable",
    `--token-file: expected one token on one line in ${path}, found something else`,
  );
}
