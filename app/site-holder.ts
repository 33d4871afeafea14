import { resolve } from "node:path";
import { type CredentialTable, readCredentials } from "../broker/index.ts";
import { tokenHash } from "../console/index.ts";
import { readSecret, type Site } from "../site/index.ts";

/** The site in force with the secrets its file names; exchanged whole by a reload. */
export interface SiteHolder {
  current(): Site;
  credentials(): CredentialTable;
  /** Hash of each person's token → staff number. */
  tokens(): ReadonlyMap<string, string>;
  /**
   * Reads what the next site names; `apply` puts it in force.
   * @throws SentryError when a file it names cannot be used: nothing has changed then.
   */
  prepare(next: Site): { credentials: CredentialTable; apply(): void };
}

export function createSiteHolder(first: Site, fixedCredentials?: CredentialTable): SiteHolder {
  const read = (site: Site) => {
    const file = site.config.broker.credentials_file;
    const tokens = new Map<string, string>();
    for (const { id, token_file } of site.people.values()) {
      if (token_file !== undefined) tokens.set(tokenHash(readSecret(site, token_file)), id);
    }
    const credentials =
      fixedCredentials ?? (file === undefined ? new Map() : readCredentials(resolve(site.directory, file)));
    return { site, credentials, tokens };
  };
  let held = read(first);
  return {
    current: () => held.site,
    credentials: () => held.credentials,
    tokens: () => held.tokens,
    prepare(next) {
      const prepared = read(next);
      return {
        credentials: prepared.credentials,
        apply() {
          held = prepared;
        },
      };
    },
  };
}
