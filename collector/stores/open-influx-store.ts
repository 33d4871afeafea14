import type { Clock } from "../../core/index.ts";
import { readSecret, type Site, type StoreConfig } from "../../site/index.ts";
import type { InfluxStore } from "./influx-store.ts";
import { createInfluxV1 } from "./influx-v1.ts";
import { createInfluxV2 } from "./influx-v2.ts";

/**
 * The adapter for a store of the site file.
 * @throws SentryError `secret-unreadable`
 */
export function openInfluxStore(config: StoreConfig, site: Pick<Site, "directory">, clock: Clock): InfluxStore {
  const secret = (file: string | undefined) => (file === undefined ? undefined : readSecret(site, file));
  switch (config.kind) {
    case "influx-v1":
      return createInfluxV1({
        url: config.url,
        database: config.database,
        retentionPolicy: config.retention_policy,
        username: config.username,
        password: secret(config.password_file),
        timeoutMs: config.timeout,
        clock,
      });
    case "influx-v2":
      return createInfluxV2({
        url: config.url,
        org: config.org,
        bucket: config.bucket,
        token: secret(config.token_file),
        timeoutMs: config.timeout,
        clock,
      });
  }
}
