import { z } from "zod";
import { messageOf, SentryError } from "../../core/index.ts";

/** One InfluxDB, and as whom it is asked. */
export interface InfluxAccess {
  url: string;
  /** Of 1.x. */
  username?: string;
  password?: string;
  /** Of 2.x and 3.x. */
  token?: string;
  timeoutMs: number;
}

export interface Series {
  name: string;
  tags: Record<string, string>;
  columns: string[];
  values: unknown[][];
}

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

const refusal = z.object({ error: z.string().optional(), message: z.string().optional() });
const answered = z.object({
  error: z.string().optional(),
  results: z
    .array(
      z.object({
        error: z.string().optional(),
        series: z
          .array(
            z.object({
              name: z.string().default(""),
              tags: z.record(z.string(), z.string()).default({}),
              columns: z.array(z.string()),
              values: z.array(z.array(z.unknown())).default([]),
            }),
          )
          .default([]),
      }),
    )
    .optional(),
});

/**
 * Asks one InfluxDB. A status that `expected` names is handed back; any other failure is thrown in words without secrets.
 * @throws SentryError `store-unreachable`, `not-authenticated`, `not-authorised`, `store-refused`.
 */
export async function request(
  access: InfluxAccess,
  method: "GET" | "POST" | "PATCH",
  path: string,
  options: { json?: object; text?: string; type?: string; expected?: readonly number[] } = {},
): Promise<Answer> {
  const base = access.url.replace(/\/$/, "");
  const { origin } = new URL(base);
  const body = options.json === undefined ? options.text : JSON.stringify(options.json);
  const response = await fetch(base + path, {
    method,
    headers: {
      accept: "application/json",
      ...authorization(access),
      ...(body === undefined ? {} : { "content-type": options.type ?? "application/json" }),
    },
    ...(body === undefined ? {} : { body }),
    // A token goes to the address that was named, and to no other.
    redirect: "error",
    signal: AbortSignal.timeout(access.timeoutMs),
  }).catch((error: unknown) => {
    throw new SentryError("store-unreachable", `no answer from ${origin}: ${messageOf(error)}`);
  });
  const { status, headers } = response;
  const text = await response.text();
  const parsed = jsonOf(text);
  if (response.ok || options.expected?.includes(status)) return { status, headers, body: parsed };
  const said = refusal.safeParse(parsed).data;
  const words = said?.message ?? said?.error ?? text.slice(0, 200);
  const where = `${origin} refuses ${method} ${path.split("?")[0]}: ${words || `status ${status}`}`;
  if (status === 401) throw new SentryError("not-authenticated", where);
  if (status === 403) throw new SentryError("not-authorised", where);
  throw new SentryError(status >= 500 ? "store-unreachable" : "store-refused", where);
}

/**
 * The answer to each statement of InfluxQL, which 1.x, 2.x and 3.x answer at the same address.
 * @throws SentryError as `request`, and `store-refused` with the server's words about a statement.
 */
export async function ask(access: InfluxAccess, query: string, database?: string): Promise<Series[][]> {
  const parameters = new URLSearchParams({ epoch: "ms", ...(database === undefined ? {} : { db: database }) });
  const form = new URLSearchParams({ q: query }).toString();
  const { body } = await request(access, "POST", `/query?${parameters}`, {
    text: form,
    type: "application/x-www-form-urlencoded",
  });
  const parsed = answered.safeParse(body);
  const { origin } = new URL(access.url);
  if (!parsed.success || (parsed.data.results === undefined && parsed.data.error === undefined)) {
    throw new SentryError("store-refused", `${origin} does not answer InfluxQL`);
  }
  const { results = [], error } = parsed.data;
  const fault = error ?? results.find((result) => result.error !== undefined)?.error;
  if (fault !== undefined) throw new SentryError("store-refused", `${origin}: ${fault}`);
  return results.map(({ series }) => series);
}

/** A name in a statement of InfluxQL. */
export const quoted = (name: string) => `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

function authorization({ username, password, token }: InfluxAccess): Record<string, string> {
  // 3.x takes the same word.
  if (token !== undefined) return { authorization: `Token ${token}` };
  if (username === undefined && password === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username ?? ""}:${password ?? ""}`).toString("base64")}` };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
