import { z } from "zod";
import { SentryError } from "../../core/index.ts";
import { request } from "./influx-request.ts";
import type { SetupBase, SetupStep } from "./setup.ts";

const databases = z.array(z.object({ "iox::database": z.string() }));

/** The database of InfluxDB 3.x. Its tokens are made by its own command; it has no tasks, so charts read the readings. */
export async function* setUpV3(options: SetupBase & { database: string }): AsyncGenerator<SetupStep> {
  const { access, database, keep, dryRun } = options;
  const { body } = await request(access, "GET", "/api/v3/configure/database?format=json");
  const parsed = databases.safeParse(body);
  if (!parsed.success) {
    throw new SentryError("store-refused", `${new URL(access.url).origin} answers, but not as InfluxDB 3.x does`);
  }
  const step = { kind: "database", name: database } as const;
  if (parsed.data.some((found) => found["iox::database"] === database)) return yield { ...step, outcome: "there" };
  const json = { db: database, ...(keep.raw === undefined ? {} : { retention_period: hours(keep.raw) }) };
  // 409: somebody made it between the two questions.
  if (!dryRun) await request(access, "POST", "/api/v3/configure/database", { json, expected: [409] });
  yield { ...step, outcome: "created" };
}

const hours = (ms: number) => `${Math.ceil(ms / 3_600_000)}h`;
