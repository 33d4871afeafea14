import { coarseMeasurements, coarseSeries } from "../../contract/index.ts";
import { type Clock, isoTime } from "../../core/index.ts";
import type { Site, StoreConfig } from "../../site/index.ts";
import type { PastRange } from "../stores/past-history.ts";
import { fluxOnce, intoCoarse } from "./coarse-queries.ts";
import { ask, request } from "./influx-request.ts";
import { accessTo, type Credentials, databaseOf, writeMarkers } from "./set-up-store.ts";
import { majorVersion } from "./setup.ts";
import { policiesOf } from "./setup-v1.ts";
import { coarseBucket } from "./setup-v2.ts";

const longestMs = 600_000;

/** Makes the coarse series of the past out of the readings that an InfluxDB holds, some hours at a time. */
export interface CoarseBackfill {
  /** `false`: it has none, or this access may not make them. */
  possible: "yes" | "not-set-up" | "needs-token" | "none";
  /** Whole hours, all series; writing them again changes nothing. */
  fill(range: PastRange): Promise<void>;
  /** Charts may read them from now on. */
  tellCharts(): Promise<void>;
}

export async function createCoarseBackfill(options: {
  site: Site;
  store: StoreConfig;
  credentials: Credentials;
  clock: Clock;
}): Promise<CoarseBackfill> {
  const { site, store, credentials, clock } = options;
  // A server of a thousand rooms works on a few hours of them for minutes.
  const access = { ...accessTo(site, store, credentials), timeoutMs: longestMs };
  const tellCharts = () => writeMarkers(site, store, credentials, clock);
  if (store.kind === "influx-v1") {
    const { database } = store;
    const policies = await policiesOf({ access, database });
    const raw = store.retention_policy ?? policies.find(({ isDefault }) => isDefault)?.name;
    const there = coarseSeries.every(({ name }) => policies.some((policy) => policy.name === name));
    return {
      possible: there && raw !== undefined ? "yes" : "not-set-up",
      async fill(range) {
        for (const series of coarseSeries) {
          for (const measurement of coarseMeasurements) {
            await ask(access, intoCoarse({ database, raw: raw ?? "" }, series, measurement, range));
          }
        }
      },
      tellCharts,
    };
  }
  const version = await majorVersion(access);
  const bucket = databaseOf(store);
  return {
    possible: version !== 2 ? "none" : credentials.token === undefined ? "needs-token" : "yes",
    async fill(range) {
      for (const series of coarseSeries) {
        const places = { bucket, coarseBucket: coarseBucket(bucket, series.name), org: store.org };
        const path = `/api/v2/query?${new URLSearchParams({ org: store.org })}`;
        await request(access, "POST", path, {
          text: fluxOnce(places, series, range, isoTime),
          type: "application/vnd.flux",
        });
      }
    },
    tellCharts,
  };
}
