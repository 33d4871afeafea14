import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { z } from "zod";

/**
 * Stand-ins for the management calls of InfluxDB 2.x and 3.x, which cannot be had here. They take and answer what the
 * documentation shows, shape by shape; each route names its page below docs.influxdata.com.
 */

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string;
  body: string;
}

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

async function serve(answer: (asked: Asked) => Answer): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
      const one = {
        method: request.method ?? "",
        path: pathname,
        query: searchParams,
        authorization: request.headers.authorization ?? "",
        body,
      };
      asked.push(one);
      const { status, body: said, headers = {} } = answer(one);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(said === undefined ? "" : JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

const rule = z.strictObject({
  type: z.literal("expire"),
  everySeconds: z.int().min(0),
  shardGroupDurationSeconds: z.int().optional(),
});
/** influxdb/v2/admin/buckets/create-bucket/ */
const newBucket = z.strictObject({ orgID: z.string(), name: z.string().min(1), retentionRules: z.array(rule) });
/** influxdb/v2/query-data/influxql/dbrp/ */
const newMapping = z.strictObject({
  bucketID: z.string(),
  database: z.string(),
  default: z.boolean(),
  orgID: z.string(),
  retention_policy: z.string(),
});
/** influxdb/v2/process-data/manage-tasks/create-task/ */
const newTask = z.strictObject({ orgID: z.string(), flux: z.string(), status: z.enum(["active", "inactive"]) });
/** influxdb/v2/admin/tokens/create-token/ */
const newAuthorization = z.strictObject({
  orgID: z.string(),
  description: z.string(),
  permissions: z.array(
    z.strictObject({
      action: z.enum(["read", "write"]),
      resource: z.strictObject({ type: z.literal("buckets"), id: z.string(), orgID: z.string() }),
    }),
  ),
});

const admin = "admin-token-0123456789";
const orgID = "bea7ea952287f70d";

export async function fakeInfluxV2() {
  let made = 0;
  const nextId = () => (0x7e55e118dbab0000n + BigInt(++made)).toString(16).padStart(16, "0");
  const buckets: (z.infer<typeof newBucket> & { id: string })[] = [];
  const mappings: (z.infer<typeof newMapping> & { id: string })[] = [];
  const tasks: (z.infer<typeof newTask> & { id: string; name: string })[] = [];
  const authorizations: (z.infer<typeof newAuthorization> & { id: string; token: string })[] = [];
  const lines: string[] = [];
  const fluxRun: string[] = [];
  const refused = { status: 401, body: { code: "unauthorized", message: "unauthorized access" } };
  const { url, asked } = await serve(({ method, path, query, authorization, body }): Answer => {
    // influxdb/v2/api/: "Ping", which needs no token.
    if (path === "/ping")
      return { status: 204, headers: { "x-influxdb-version": "v2.7.11", "x-influxdb-build": "OSS" } };
    if (authorization !== `Token ${admin}`) return refused;
    switch (`${method} ${path}`) {
      // influxdb/v2/admin/organizations/view-orgs/
      case "GET /api/v2/orgs":
        return query.get("org") === "hospital"
          ? { status: 200, body: { links: { self: "/api/v2/orgs" }, orgs: [{ id: orgID, name: "hospital" }] } }
          : { status: 404, body: { code: "not found", message: `organization name "${query.get("org")}" not found` } };
      // influxdb/v2/admin/buckets/view-buckets/: none of this name is an empty list.
      case "GET /api/v2/buckets":
        return { status: 200, body: { buckets: buckets.filter(({ name }) => name === query.get("name")) } };
      case "POST /api/v2/buckets": {
        const bucket = { id: nextId(), ...newBucket.parse(JSON.parse(body)) };
        buckets.push(bucket);
        return { status: 201, body: { ...bucket, type: "user", labels: [] } };
      }
      // influxdb/v2/query-data/influxql/dbrp/: what a bucket's name implies is listed as virtual.
      case "GET /api/v2/dbrps": {
        const virtual = buckets.map(({ id, name }) => ({
          id,
          database: name.split("/")[0]!,
          retention_policy: name.split("/")[1] ?? "autogen",
          default: !name.includes("/"),
          virtual: true,
          orgID,
          bucketID: id,
        }));
        const content = [...virtual, ...mappings].filter(({ database }) => database === query.get("db"));
        return { status: 200, body: { content } };
      }
      case "POST /api/v2/dbrps": {
        const mapping = { id: nextId(), ...newMapping.parse(JSON.parse(body)) };
        if (!buckets.some(({ id }) => id === mapping.bucketID)) return { status: 400, body: { message: "no bucket" } };
        mappings.push(mapping);
        return { status: 201, body: mapping };
      }
      // influxdb/v2/process-data/manage-tasks/view-tasks/
      case "GET /api/v2/tasks":
        return { status: 200, body: { tasks: tasks.filter(({ name }) => name === query.get("name")) } };
      case "POST /api/v2/tasks": {
        const task = newTask.parse(JSON.parse(body));
        const name = /option task = \{name: "([^"]+)"/.exec(task.flux)?.[1];
        if (name === undefined) return { status: 400, body: { code: "invalid", message: "missing option task" } };
        tasks.push({ id: nextId(), name, ...task });
        return { status: 201, body: tasks.at(-1) };
      }
      case "POST /api/v2/authorizations": {
        const authorization = { id: nextId(), token: `token-${made}`, ...newAuthorization.parse(JSON.parse(body)) };
        authorizations.push(authorization);
        return { status: 201, body: { ...authorization, status: "active" } };
      }
      // influxdb/v2/api-guide/influxdb-1x/query/
      case "POST /query": {
        const series = lines.some((line) => line.startsWith("sentry,"))
          ? [{ name: "sentry", columns: ["time", "last"], values: [[1, "x"]] }]
          : [];
        return { status: 200, body: { results: [{ statement_id: 0, ...(series.length > 0 ? { series } : {}) }] } };
      }
      // influxdb/v2/write-data/developer-tools/api/
      case "POST /api/v2/write":
        lines.push(...body.split("\n"));
        return { status: 204 };
      // influxdb/v2/query-data/execute-queries/influx-api/
      case "POST /api/v2/query":
        fluxRun.push(body);
        return { status: 200, body: "" };
    }
    const bucket = buckets.find(({ id }) => path === `/api/v2/buckets/${id}`);
    if (method === "PATCH" && bucket !== undefined) {
      // influxdb/v2/admin/buckets/update-bucket/
      bucket.retentionRules = z.strictObject({ retentionRules: z.array(rule) }).parse(JSON.parse(body)).retentionRules;
      return { status: 200, body: bucket };
    }
    const task = tasks.find(({ id }) => path === `/api/v2/tasks/${id}`);
    if (method === "PATCH" && task !== undefined) {
      // influxdb/v2/process-data/manage-tasks/update-task/
      task.flux = z.strictObject({ flux: z.string() }).parse(JSON.parse(body)).flux;
      return { status: 200, body: task };
    }
    return { status: 404, body: { code: "not found", message: "path not found" } };
  });
  return { url, asked, admin, buckets, mappings, tasks, authorizations, lines, fluxRun };
}

export async function fakeInfluxV3() {
  const databases = ["_internal"];
  const created: unknown[] = [];
  const { url, asked } = await serve(({ method, path, query, authorization, body }): Answer => {
    // influxdb3/core/reference/api/: "Authorization: Token" is taken as "Bearer" is.
    if (authorization !== `Token ${admin}`)
      return { status: 401, body: { error: "the request was not authenticated" } };
    if (path === "/ping") {
      const body = { version: "3.2.1", revision: "1b3ab2a", process_id: "a1" };
      return { status: 200, body, headers: { "x-influxdb-version": "3.2.1" } };
    }
    if (path !== "/api/v3/configure/database") return { status: 404 };
    // influxdb3/core/admin/databases/list/
    if (method === "GET") {
      return query.get("format") === "json"
        ? { status: 200, body: databases.map((name) => ({ "iox::database": name })) }
        : { status: 400, body: { error: "missing query parameter 'format'" } };
    }
    // influxdb3/core/admin/databases/create/
    const asked = z.strictObject({ db: z.string(), retention_period: z.string().optional() }).parse(JSON.parse(body));
    if (databases.includes(asked.db))
      return { status: 409, body: { error: "attempted to create a resource that already exists" } };
    databases.push(asked.db);
    created.push(asked);
    return { status: 200 };
  });
  return { url, asked, admin, databases, created };
}
