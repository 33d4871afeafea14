import { resolve } from "node:path";
import { type Clock, SentryError } from "../../core/index.ts";
import { readSecret, type Site, type StoreConfig } from "../../site/index.ts";
import type { InfluxStore } from "../stores/influx-store.ts";
import { createInfluxV1 } from "../stores/influx-v1.ts";
import { createInfluxV2 } from "../stores/influx-v2.ts";
import { markerPoints } from "./coarse-queries.ts";
import { ask, type InfluxAccess, type Series } from "./influx-request.ts";
import { majorVersion, type SetupBase, type SetupStep } from "./setup.ts";
import { setUpV1 } from "./setup-v1.ts";
import { setUpV2 } from "./setup-v2.ts";
import { setUpV3 } from "./setup-v3.ts";
import { tokenPlace } from "./token-place.ts";

/** As whom a store is asked in place of what its own entry of the site file says: an administrator, say. */
export interface Credentials {
  username?: string;
  password?: string;
  token?: string;
}

export interface SetUpOptions {
  site: Site;
  store: StoreConfig;
  credentials: Credentials;
  /** Where 2.x's tokens are kept; that for writing where the site file says unless given. */
  readTokenFile: string;
  writeTokenFile?: string;
  dryRun: boolean;
  hasPast: boolean;
  clock: Clock;
}

/**
 * Makes what is missing, as the version of the server needs it; done again, nothing is left to do.
 * @throws SentryError `store-unreachable`, `not-authenticated`, `not-authorised`, `store-refused`, `not-found`.
 */
export async function* setUpStore(options: SetUpOptions): AsyncGenerator<SetupStep> {
  const { site, store, credentials, readTokenFile, dryRun, hasPast, clock } = options;
  const access = accessTo(site, store, credentials);
  const base: SetupBase = {
    access,
    keep: store.keep,
    dryRun,
    hasPast,
    markersThere: () => markersThere(access, store),
    writeMarkers: () => writeMarkers(site, store, credentials, clock),
  };
  if (store.kind === "influx-v1") {
    const { database, retention_policy: raw } = store;
    return yield* setUpV1({ ...base, database, ...(raw === undefined ? {} : { raw }) });
  }
  const version = await majorVersion(access);
  if (version >= 3) return yield* setUpV3({ ...base, database: store.bucket });
  if (version < 2) {
    throw new SentryError(
      "store-refused",
      `${new URL(store.url).origin} says it is version ${version}: nothing to set up`,
    );
  }
  const writeTokenFile = options.writeTokenFile ?? resolve(site.directory, store.token_file ?? "influx-write.token");
  yield* setUpV2({
    ...base,
    org: store.org,
    bucket: store.bucket,
    writeToken: tokenPlace(`archive-sentry writes ${store.bucket}`, writeTokenFile),
    readToken: tokenPlace(`archive-sentry reads ${store.bucket}`, readTokenFile),
  });
}

export function accessTo(site: Site, store: StoreConfig, credentials: Credentials): InfluxAccess {
  const given = Object.values(credentials).some((value) => value !== undefined);
  const { url, timeout } = store;
  // Setting up and counting take the server longer than a write.
  const base = { url, timeoutMs: Math.max(timeout, 60_000) };
  if (given) return { ...base, ...credentials };
  if (store.kind === "influx-v2") {
    return store.token_file === undefined ? base : { ...base, token: readSecret(site, store.token_file) };
  }
  return {
    ...base,
    ...(store.username === undefined ? {} : { username: store.username }),
    ...(store.password_file === undefined ? {} : { password: readSecret(site, store.password_file) }),
  };
}

export const databaseOf = (store: StoreConfig) => (store.kind === "influx-v1" ? store.database : store.bucket);

async function markersThere(access: InfluxAccess, store: StoreConfig): Promise<boolean> {
  const database = databaseOf(store);
  const found = await ask(access, `SELECT last("series") FROM "sentry" WHERE "part" =~ /^series-/`, database).catch(
    (error: unknown): Series[][] => {
      // A database that is not there, or is not mapped yet, has none.
      if (error instanceof SentryError && /not found/i.test(error.message)) return [];
      throw error;
    },
  );
  return found.flat().length > 0;
}

/** Says to charts that the coarse series are there. */
export async function writeMarkers(
  site: Site,
  store: StoreConfig,
  credentials: Credentials,
  clock: Clock,
): Promise<void> {
  const adapter = storeAs(accessTo(site, store, credentials), store, clock);
  try {
    const outcome = await adapter.write(markerPoints(site));
    if (outcome.kind !== "written") throw new SentryError("store-refused", outcome.reason);
  } finally {
    adapter.close();
  }
}

function storeAs(
  { url, username, password, token, timeoutMs }: InfluxAccess,
  store: StoreConfig,
  clock: Clock,
): InfluxStore {
  return store.kind === "influx-v1"
    ? createInfluxV1({
        url,
        database: store.database,
        ...(store.retention_policy === undefined ? {} : { retentionPolicy: store.retention_policy }),
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        timeoutMs,
        clock,
      })
    : createInfluxV2({
        url,
        org: store.org,
        bucket: store.bucket,
        ...(token === undefined ? {} : { token }),
        timeoutMs,
        clock,
      });
}
