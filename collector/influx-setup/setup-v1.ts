import { coarseMeasurements, coarseSeries, retentionPolicies } from "../../contract/index.ts";
import { continuousQuery, continuousQueryName } from "./coarse-queries.ts";
import { ask, quoted, type Series } from "./influx-request.ts";
import { type Keep, markerStep, type SetupBase, type SetupStep } from "./setup.ts";
import { shardMs } from "./shards.ts";

interface Policy {
  name: string;
  durationMs: number;
  isDefault: boolean;
}

/** Database, retention policies and continuous queries of InfluxDB 1.x. What is there and right stays as it is. */
export async function* setUpV1(options: SetupBase & { database: string; raw?: string }): AsyncGenerator<SetupStep> {
  const { access, database, keep, dryRun } = options;
  const run = async (query: string) => {
    if (!dryRun) await ask(access, query);
  };
  const [databases] = await ask(access, "SHOW DATABASES");
  const there = column(databases, "name").includes(database);
  const hadData = there && (await hasData(options));
  const raw = options.raw ?? (await rawPolicy(options, there, hadData));

  if (there) yield { kind: "database", name: database, outcome: "there" };
  else {
    const { duration, shard } = lengthsOf(keep.raw, "raw");
    await run(`CREATE DATABASE ${quoted(database)} WITH ${duration} ${shard} NAME ${quoted(raw)}`);
    yield { kind: "database", name: database, outcome: "created" };
  }
  const policies = there ? await policiesOf(options) : [];
  if (!there) yield { kind: "retention-policy", name: raw, outcome: "created" };
  else yield await policyStep(raw, "raw", options.raw === undefined);
  for (const { name } of coarseSeries) yield await policyStep(name, name, false);

  const known = there ? await continuousQueries(options) : new Map<string, string>();
  for (const series of coarseSeries) {
    for (const measurement of coarseMeasurements) {
      const name = continuousQueryName(series, measurement);
      const text = continuousQuery({ database, raw }, series, measurement);
      const before = known.get(name);
      if (before !== undefined && before !== text) {
        await run(`DROP CONTINUOUS QUERY ${quoted(name)} ON ${quoted(database)}`);
      }
      if (before !== text) await run(text);
      const outcome = before === undefined ? "created" : before === text ? "there" : "changed";
      yield { kind: "continuous-query", name, outcome };
    }
  }
  yield* markerStep({ ...options, hadData });

  async function policyStep(name: string, series: keyof Keep, asDefault: boolean): Promise<SetupStep> {
    const found = policies.find((policy) => policy.name === name);
    const on = `RETENTION POLICY ${quoted(name)} ON ${quoted(database)}`;
    const suffix = asDefault ? " DEFAULT" : "";
    const step = { kind: "retention-policy", name } as const;
    if (found === undefined) {
      // The length has to come first, and one copy is all that the free 1.x makes.
      const { duration, shard } = lengthsOf(keep[series], series);
      await run(`CREATE ${on} ${duration} REPLICATION 1 ${shard}${suffix}`);
      return { ...step, outcome: "created" };
    }
    const wrongLength = keep[series] !== undefined && keep[series] !== found.durationMs;
    if (!wrongLength && (!asDefault || found.isDefault)) {
      return series === "raw" && name !== retentionPolicies.raw
        ? { ...step, outcome: "kept", because: "holds-data" }
        : { ...step, outcome: "there" };
    }
    // None is kept shorter than a shard of it is long.
    const { duration, shard } = lengthsOf(keep[series], series);
    await run(`ALTER ${on}${wrongLength ? ` ${duration} ${shard}` : ""}${suffix}`);
    return { ...step, outcome: "changed" };
  }
}

/** A policy that holds readings already goes on holding them: 1.x cannot rename one. */
async function rawPolicy(options: SetupBase & { database: string }, there: boolean, hadData: boolean): Promise<string> {
  if (!there || !hadData) return retentionPolicies.raw;
  return (await policiesOf(options)).find(({ isDefault }) => isDefault)?.name ?? retentionPolicies.raw;
}

async function hasData({ access, database }: SetupBase & { database: string }): Promise<boolean> {
  const [found] = await ask(access, `SHOW SERIES ON ${quoted(database)} LIMIT 1`);
  return column(found, "key").length > 0;
}

export async function policiesOf({
  access,
  database,
}: Pick<SetupBase, "access"> & { database: string }): Promise<Policy[]> {
  const [found] = await ask(access, `SHOW RETENTION POLICIES ON ${quoted(database)}`);
  const names = column(found, "name");
  const durations = column(found, "duration");
  const defaults = column(found, "default");
  return names.map((name, at) => ({
    name: String(name),
    durationMs: goDurationMs(String(durations[at])),
    isDefault: defaults[at] === true,
  }));
}

async function continuousQueries({ access, database }: SetupBase & { database: string }): Promise<Map<string, string>> {
  const [found] = await ask(access, "SHOW CONTINUOUS QUERIES");
  const own = (found ?? []).filter(({ name }) => name === database);
  return new Map(
    own.flatMap(({ columns, values }) =>
      values.map((row) => [String(row[columns.indexOf("name")]), String(row[columns.indexOf("query")])] as const),
    ),
  );
}

function column(series: Series[] | undefined, name: string): unknown[] {
  return (series ?? []).flatMap(({ columns, values }) => values.map((row) => row[columns.indexOf(name)]));
}

const lengthsOf = (keepMs: number | undefined, series: keyof Keep) => ({
  duration: `DURATION ${keepMs === undefined ? "INF" : `${Math.round(keepMs / 1_000)}s`}`,
  shard: `SHARD DURATION ${shardMs(series, keepMs) / 1_000}s`,
});

/** `168h0m0s` as Go writes a length of time; `0s` is for ever. */
function goDurationMs(text: string): number {
  const part = (unit: string) => Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0);
  return part("h") * 3_600_000 + part("m") * 60_000 + part("s") * 1_000;
}
