import { existsSync } from "node:fs";
import { join } from "node:path";
import { createLedger, type Ledger } from "../../access/index.ts";
import { type Clock, SentryError } from "../../core/index.ts";
import { readSecret, type Site } from "../../site/index.ts";
import { type DataFolder, derivedKey } from "../data-folder.ts";

/** `null` where it is broken: everything else goes on. */
export function openOrNull(
  data: DataFolder,
  site: Site,
  clock: Clock,
  onFault: (reason: string) => void,
): Ledger | null {
  try {
    return beginLedger(data, site, clock);
  } catch (error) {
    if (!(error instanceof SentryError) || error.code !== "ledger-broken") throw error;
    onFault(error.message);
    return null;
  }
}

/** The ledger of a data folder, a new one where there is none. */
export function beginLedger(data: Pick<DataFolder, "file" | "secret">, site: Site, clock: Clock): Ledger {
  const { sm2_key_file } = site.config.ledger;
  return createLedger({
    file: data.file,
    site: site.id,
    personal: personalSecrets(data.secret("personal.key")),
    ...(sm2_key_file === undefined ? {} : { sm2Key: readSecret(site, sm2_key_file) }),
    clock,
  });
}

/** Opens the ledger of a data folder from a command, also while the program that keeps it is running. */
export function openLedgerIn(folder: string, clock: Clock): Ledger {
  const file = (name: string) => join(folder, name);
  if (!existsSync(file("ledger.db")))
    throw new SentryError("not-found", `${folder} has no ledger: name it with --data`);
  const secret = readSecret({ directory: folder }, "personal.key");
  return createLedger({ file, site: "", personal: personalSecrets(secret), clock });
}

function personalSecrets(secret: string) {
  return { lookup: derivedKey(secret, "persons"), wrapping: derivedKey(secret, "person keys") };
}
