import { readFileSync, statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { messageOf, SentryError, systemCodeOf } from "../core/index.ts";

/** Files that the site file names. */

export function readConfigFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new SentryError("config-unreadable", `cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Reads a secret from the file a `*_file` key names.
 * @throws SentryError `secret-unreadable` when it is missing, empty, or readable by everybody.
 */
export function readSecret(site: { directory: string }, file: string): string {
  const path = isAbsolute(file) ? file : resolve(site.directory, file);
  try {
    const text = readFileSync(path, "utf8").trim();
    if (text === "") throw new SentryError("secret-unreadable", `${path} is empty: expected one secret on one line`);
    if ((statSync(path).mode & 0o004) !== 0) {
      throw new SentryError("secret-unreadable", `${path} can be read by everybody: run chmod 600 on it`);
    }
    return text;
  } catch (error) {
    if (error instanceof SentryError) throw error;
    const why = systemCodeOf(error) === "ENOENT" ? "it does not exist" : messageOf(error);
    throw new SentryError("secret-unreadable", `cannot read the secret in ${path}: ${why}`, { cause: error });
  }
}
