import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { messageOf, systemCodeOf } from "../core/index.ts";
import { type Site, siteSchema } from "../site/index.ts";

/** JSON Schema of `site.yaml` as it is written: durations and sizes as text, defaults given. */
export function siteFileSchema() {
  return z.toJSONSchema(siteSchema, { io: "input" });
}

/** Every file a `*_file` key names that cannot be read from here, as `path: expected …, found …`. */
export function missingFiles(site: Site): string[] {
  const missing: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (Array.isArray(value)) value.forEach((entry, at) => look(entry, `${path}[${at}]`));
    else if (typeof value === "object" && value !== null) {
      for (const [key, entry] of Object.entries(value)) {
        const where = path === "" ? key : `${path}.${key}`;
        if (!key.endsWith("_file") || typeof entry !== "string") look(entry, where);
        else {
          const why = whyUnreadable(resolve(site.directory, entry));
          if (why !== null) missing.push(`${where}: expected a readable file, found ${why}`);
        }
      }
    }
  };
  look(site.config, "");
  return missing;
}

function whyUnreadable(path: string): string | null {
  try {
    accessSync(path, constants.R_OK);
    return null;
  } catch (error) {
    return systemCodeOf(error) === "ENOENT" ? `none at ${path}` : messageOf(error);
  }
}
