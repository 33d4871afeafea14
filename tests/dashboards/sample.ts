import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { samplePath } from "../../app/index.ts";
import { buildDashboards, dashboardFiles, type EditionLanguage } from "../../dashboards/index.ts";
import { parseSite, type Site, type SiteFile } from "../../site/index.ts";

/** The sample hospital, as it is or changed. */
export function sampleSite(change: (file: SiteFile) => SiteFile = (file) => file): Site {
  const file: SiteFile = parse(readFileSync(samplePath, "utf8"));
  const directory = resolve(samplePath, "..");
  return parseSite(JSON.stringify(change(file)), { directory, name: samplePath, nowMs: Date.UTC(2026, 10, 22) }).site;
}

export function dashboardOf(site: Site, key: string, language: EditionLanguage = "en") {
  return buildDashboards(site).find((built) => built.key === key && built.language === language)!.dashboard;
}

export function parsedFiles(site: Site): Map<string, unknown> {
  return new Map([...dashboardFiles(site)].map(([path, text]) => [path, JSON.parse(text) as unknown]));
}
