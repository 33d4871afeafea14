import { z } from "zod";
import { coarseSeries, retentionPolicies } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import { fluxTask } from "./coarse-queries.ts";
import { ask, type InfluxAccess, request } from "./influx-request.ts";
import { type Keep, markerStep, type SetupBase, type SetupStep } from "./setup.ts";
import { shardMs } from "./shards.ts";

const named = z.object({ id: z.string(), name: z.string() });
const orgs = z.object({ orgs: z.array(named).default([]) });
const rules = z.array(z.object({ everySeconds: z.number().default(0) })).default([]);
const buckets = z.object({ buckets: z.array(named.extend({ retentionRules: rules })).default([]) });
const mappings = z.object({
  content: z
    .array(
      z.object({
        bucketID: z.string(),
        database: z.string(),
        retention_policy: z.string(),
        /** Made up by the server from a bucket's name: one of our own takes its place. */
        virtual: z.boolean().default(false),
      }),
    )
    .default([]),
});
const tasks = z.object({ tasks: z.array(named.extend({ flux: z.string().default("") })).default([]) });
const made = z.object({ id: z.string() });
const authorization = z.object({ token: z.string().min(1) });

/** Where a token is to be kept: a file for its owner alone. */
export interface TokenPlace {
  /** What the token is for, as InfluxDB lists it. */
  description: string;
  there(): boolean;
  write(token: string): void;
}

export interface SetupV2 extends SetupBase {
  org: string;
  /** Holds the readings; also the database of InfluxQL. */
  bucket: string;
  writeToken: TokenPlace;
  readToken: TokenPlace;
}

/** The bucket of a coarse series. A slash in a name is how 2.x itself writes database and policy. */
export const coarseBucket = (bucket: string, series: string) => `${bucket}/${series}`;

/** Buckets, their mapping for InfluxQL, tasks, and tokens of least right of InfluxDB 2.x. */
export async function* setUpV2(options: SetupV2): AsyncGenerator<SetupStep> {
  const { access, bucket, keep, dryRun } = options;
  const org = await organisation(access, options.org);
  const write = async <T>(method: "POST" | "PATCH", path: string, json: object, schema: z.ZodType<T>) =>
    dryRun ? null : parse(schema, await request(access, method, path, { json }), access);
  const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> =>
    parse(schema, await request(access, "GET", path, { expected: [404] }), access);

  const places = [
    { name: bucket, policy: retentionPolicies.raw, series: "raw" as const },
    ...coarseSeries.map(({ name }) => ({ name: coarseBucket(bucket, name), policy: name, series: name })),
  ];
  const ids = new Map<string, string | null>();
  let hadData = false;
  for (const { name, series } of places) {
    const step = { kind: "bucket", name } as const;
    const query = new URLSearchParams({ orgID: org.id, name });
    const rule = {
      type: "expire",
      everySeconds: seconds(keep[series]),
      shardGroupDurationSeconds: shardMs(series, keep[series]) / 1_000,
    };
    const [found] = (await get(`/api/v2/buckets?${query}`, buckets)).buckets;
    if (found !== undefined) {
      if (series === "raw") hadData = await holdsData(access, bucket);
      ids.set(name, found.id);
      const wrong = isWrong(found, keep[series]);
      if (wrong) {
        await write("PATCH", `/api/v2/buckets/${found.id}`, { retentionRules: [rule] }, made);
      }
      yield { ...step, outcome: wrong ? "changed" : "there" };
      continue;
    }
    const created = await write("POST", "/api/v2/buckets", { orgID: org.id, name, retentionRules: [rule] }, made);
    ids.set(name, created?.id ?? null);
    yield { ...step, outcome: "created" };
  }

  const query = new URLSearchParams({ orgID: org.id, db: bucket });
  const known = (await get(`/api/v2/dbrps?${query}`, mappings)).content.filter(({ virtual }) => !virtual);
  for (const { name, policy } of places) {
    const step = { kind: "mapping", name: `${bucket}.${policy}` } as const;
    const found = known.find((mapping) => mapping.database === bucket && mapping.retention_policy === policy);
    if (found?.bucketID === ids.get(name)) yield { ...step, outcome: "there" };
    else if (found !== undefined) yield { ...step, outcome: "kept" };
    else {
      const body = {
        bucketID: ids.get(name),
        database: bucket,
        default: policy === retentionPolicies.raw,
        orgID: org.id,
        retention_policy: policy,
      };
      await write("POST", "/api/v2/dbrps", body, made);
      yield { ...step, outcome: "created" };
    }
  }

  for (const series of coarseSeries) {
    const name = `archive-sentry ${bucket} ${series.name}`;
    const flux = fluxTask({ bucket, coarseBucket: coarseBucket(bucket, series.name), org: org.name }, series, name);
    const step = { kind: "task", name } as const;
    const asked = new URLSearchParams({ orgID: org.id, name });
    const found = (await get(`/api/v2/tasks?${asked}`, tasks)).tasks.find((task) => task.name === name);
    if (found === undefined) {
      await write("POST", "/api/v2/tasks", { orgID: org.id, flux, status: "active" }, made);
      yield { ...step, outcome: "created" };
    } else if (found.flux.trim() === flux.trim()) yield { ...step, outcome: "there" };
    else {
      await write("PATCH", `/api/v2/tasks/${found.id}`, { flux }, made);
      yield { ...step, outcome: "changed" };
    }
  }

  for (const { place, action, of } of [
    { place: options.writeToken, action: "write", of: places.slice(0, 1) },
    { place: options.readToken, action: "read", of: places },
  ]) {
    const step = { kind: "token", name: place.description } as const;
    if (place.there()) {
      yield { ...step, outcome: "there" };
      continue;
    }
    const permissions = of.map(({ name }) => ({
      action,
      resource: { type: "buckets", id: ids.get(name), orgID: org.id },
    }));
    const body = { orgID: org.id, description: place.description, permissions };
    const created = await write("POST", "/api/v2/authorizations", body, authorization);
    if (created !== null) place.write(created.token);
    yield { ...step, outcome: "created" };
  }
  yield* markerStep({ ...options, hadData });
}

/** A bucket that holds readings has some which no coarse series has. */
async function holdsData(access: InfluxAccess, bucket: string): Promise<boolean> {
  return (await ask(access, "SHOW MEASUREMENTS LIMIT 1", bucket)).flat().length > 0;
}

async function organisation(access: InfluxAccess, name: string): Promise<{ id: string; name: string }> {
  const query = name === "" ? "" : `?${new URLSearchParams({ org: name })}`;
  const answer = await request(access, "GET", `/api/v2/orgs${query}`, { expected: [404] });
  const found = answer.status === 404 ? [] : parse(orgs, answer, access).orgs;
  const one = found.find((org) => name === "" || org.name === name);
  if (one !== undefined && (name !== "" || found.length === 1)) return one;
  throw new SentryError("not-found", `InfluxDB has no organisation ${JSON.stringify(name)} that this token may see`);
}

/** 0 is for ever. */
const seconds = (keepMs: Keep[keyof Keep]) => Math.round((keepMs ?? 0) / 1_000);
const isWrong = (found: { retentionRules: { everySeconds: number }[] }, keepMs: Keep[keyof Keep]) =>
  keepMs !== undefined && (found.retentionRules[0]?.everySeconds ?? 0) !== seconds(keepMs);

function parse<T>(schema: z.ZodType<T>, answer: { status: number; body: unknown }, access: InfluxAccess): T {
  // A list of what is not there is answered with 404 by some of them.
  const parsed = schema.safeParse(answer.status === 404 ? {} : answer.body);
  if (parsed.success) return parsed.data;
  throw new SentryError("store-refused", `${new URL(access.url).origin} answers, but not as InfluxDB 2.x does`);
}
