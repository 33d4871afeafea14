import { samplePath } from "../../app/index.ts";
import { SentryError } from "../../core/index.ts";
import { loadSite, readSecret, type Site, type StoreConfig } from "../../site/index.ts";

export interface StoreOptions {
  config?: string;
  store?: string;
}

export interface AsWhom {
  username?: string;
  passwordFile?: string;
  tokenFile?: string;
}

export function siteOf(config: string | undefined): Site {
  return loadSite(config ?? samplePath, { nowMs: Date.now() }).site;
}

/** The one store that is meant. */
export function storeOf(site: Site, name: string | undefined): StoreConfig {
  const { stores } = site.config;
  const names = stores.map((store) => store.name).join(", ");
  if (stores.length === 0) throw new SentryError("usage", "the site file names no store: add one under `stores`");
  const found = name === undefined ? stores : stores.filter((store) => store.name === name);
  const [one] = found;
  if (one === undefined) throw new SentryError("usage", `--store: expected one of ${names}, found ${name}`);
  if (found.length > 1)
    throw new SentryError("usage", `the site file has several stores: choose with --store (${names})`);
  return one;
}

/** Files of secrets are named from where the command runs. */
export function credentialsOf({ username, passwordFile, tokenFile }: AsWhom) {
  const secret = (file: string) => readSecret({ directory: process.cwd() }, file);
  return {
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: secret(passwordFile) }),
    ...(tokenFile === undefined ? {} : { token: secret(tokenFile) }),
  };
}
