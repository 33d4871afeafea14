import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { messageOf, SentryError } from "../../core/index.ts";
import type { TokenPlace } from "./setup-v2.ts";

/** A file for one token, readable by its owner alone. */
export function tokenPlace(description: string, path: string): TokenPlace {
  return {
    description,
    there: () => existsSync(path) && readFileSync(path, "utf8").trim() !== "",
    write(token) {
      try {
        writeFileSync(path, `${token}\n`, { mode: 0o600 });
        // One that was there and empty keeps the mode it had.
        chmodSync(path, 0o600);
      } catch (error) {
        throw new SentryError(
          "data-unwritable",
          `a token "${description}" was made, but ${path} cannot be written (${messageOf(error)}): delete it in InfluxDB and try again`,
        );
      }
    },
  };
}
