import { existsSync } from "node:fs";
import { SentryError } from "../core/index.ts";
import { loadSite, type Site } from "../site/index.ts";

/** The site whose papers are written, and their language. */
export function siteForPapers(options: { config?: string; language?: string }): {
  site: Site | null;
  language: "zh" | "en";
} {
  const path = options.config ?? (existsSync("site.yaml") ? "site.yaml" : null);
  const site = path === null ? null : loadSite(path, { nowMs: Date.now() }).site;
  const { language } = options;
  if (language !== undefined && language !== "zh" && language !== "en") {
    throw new SentryError("usage", `--language: expected zh or en, found ${language}`);
  }
  const own = site?.config.site.language === "en" ? "en" : "zh";
  return { site, language: language ?? own };
}
