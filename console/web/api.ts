import { signal } from "@preact/signals";
import { Refusal } from "./refusals.ts";

/** Asks the server; every refusal is an error with the stable code of its problem document. */

/** Set when the server no longer knows who this is. */
export const signedOut = signal(0);

type Query = Readonly<Record<string, string | number | undefined>>;

export interface Ask {
  query?: Query;
  method?: "GET" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  /** The page asks by itself: that does not keep a session alive. */
  unattended?: boolean;
  signal?: AbortSignal;
}

export async function ask<T>(path: string, { query, method, body, unattended, signal }: Ask = {}): Promise<T> {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(key, String(value));
  const url = `/api/v1${path}${search.size > 0 ? `?${search}` : ""}`;
  const response = await fetch(url, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(unattended ? { "x-unattended": "1" } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  if (response.ok) return response.json();
  const problem: { code?: string; detail?: string } = await response.json().catch(() => ({}));
  if (response.status === 401 && !path.startsWith("/session")) signedOut.value++;
  throw new Refusal(response.status, problem.code ?? "internal", problem.detail ?? response.statusText);
}

/** All pages of a list, up to a bound. */
export async function askAll<T>(
  path: string,
  key: string,
  { query, atMost = 50_000, ...rest }: Ask & { atMost?: number } = {},
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask<Record<string, unknown>>(path, { ...rest, query: { ...query, cursor } });
    all.push(...(page[key] as T[]));
    cursor = typeof page.next === "string" ? page.next : undefined;
  } while (cursor !== undefined && all.length < atMost);
  return all;
}
