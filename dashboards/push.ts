import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { z } from "zod";
import { messageOf, SentryError } from "../core/index.ts";

/** Hands dashboards to a Grafana through its HTTP API (folder and dashboard, Grafana 8 to 13). */

export interface PushOptions {
  /** Address of the Grafana. */
  url: string;
  /** Of a service account that may write folders and dashboards. */
  token: string;
  folder: { uid: string; title: string };
  dashboards: readonly Dashboard[];
  timeoutMs: number;
}

export interface Pushed {
  uid: string;
  title: string;
  outcome: "created" | "changed" | "unchanged";
}

const refusal = z.object({ message: z.string().default(""), status: z.string().optional() });
const known = z.object({
  dashboard: z.record(z.string(), z.unknown()),
  meta: z.object({ folderUid: z.string().default(""), provisioned: z.boolean().default(false) }),
});
const saved = z.object({ uid: z.string(), status: z.string() });

/**
 * Everything goes into one folder of its own, by uid: done again, it changes nothing; what stands elsewhere in this
 * Grafana is left alone.
 * @throws SentryError `url-unreachable`, `not-authenticated`, `not-authorised`, `request-invalid`.
 */
export async function* pushDashboards(options: PushOptions): AsyncGenerator<Pushed> {
  const { folder, dashboards } = options;
  const ask = grafanaAsker(options);
  if ((await ask("GET", `/api/folders/${folder.uid}`)).status === 404) {
    await ask("POST", "/api/folders", folder);
  }
  for (const dashboard of dashboards) {
    const uid = dashboard.uid ?? "";
    const title = dashboard.title ?? "";
    const found = await ask("GET", `/api/dashboards/uid/${uid}`);
    const before = found.status === 404 ? null : readAs(known, found.body, options.url);
    if (
      before !== null &&
      before.meta.folderUid === folder.uid &&
      holds(before.dashboard, { ...asJson(dashboard), id: before.dashboard.id })
    ) {
      yield { uid, title, outcome: "unchanged" };
      continue;
    }
    const answer = await ask("POST", "/api/dashboards/db", {
      dashboard: asJson(dashboard),
      folderUid: folder.uid,
      message: "archive-sentry dashboards push",
      overwrite: true,
    });
    readAs(saved, answer.body, options.url);
    yield { uid, title, outcome: before === null ? "created" : "changed" };
  }
}

type Answer = { status: number; body: unknown };

function grafanaAsker({ url, token, timeoutMs }: PushOptions) {
  const base = url.replace(/\/$/, "");
  const { origin } = new URL(base);
  return async (method: "GET" | "POST", path: string, body?: object): Promise<Answer> => {
    const response = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${token}`, accept: "application/json", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A token goes to the address that was named, and to no other.
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw new SentryError("url-unreachable", `no answer from ${origin}: ${messageOf(error)}`);
    });
    const answer: unknown = await response.json().catch(() => null);
    const { status } = response;
    if (status < 300 || (status === 404 && method === "GET")) return { status, body: answer };
    const said = refusal.safeParse(answer).data?.message || `status ${status}`;
    if (status === 401) throw new SentryError("not-authenticated", `${origin} does not know the token: ${said}`);
    if (status === 403) {
      throw new SentryError("not-authorised", `${origin}: the token may not do this (${method} ${path}): ${said}`);
    }
    throw new SentryError("request-invalid", `${origin} refuses ${method} ${path}: ${said}`);
  };
}

function readAs<T>(schema: z.ZodType<T>, body: unknown, url: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new SentryError("url-unreachable", `${new URL(url).origin} answers, but not as a Grafana does`);
}

/** Whether all of ours is there: a Grafana adds numbers and defaults of its own to what it stores. */
function holds(theirs: unknown, ours: unknown): boolean {
  if (Array.isArray(ours)) {
    return Array.isArray(theirs) && theirs.length === ours.length && ours.every((one, at) => holds(theirs[at], one));
  }
  if (typeof ours !== "object" || ours === null) return theirs === ours;
  if (typeof theirs !== "object" || theirs === null) return false;
  const found = new Map<string, unknown>(Object.entries(theirs));
  return Object.entries(ours).every(([key, value]) => holds(found.get(key), value));
}

function asJson(dashboard: Dashboard): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(dashboard)));
}
