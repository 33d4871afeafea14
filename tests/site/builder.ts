import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { SentryError } from "../../core/index.ts";
import { type ConfigFault, parseSite } from "../../site/index.ts";

export const nowMs = Date.parse("2026-11-22T08:00:00+08:00");

/** A folder that goes when the test is over. */
export function folder(files: Record<string, string> = {}): string {
  const path = mkdtempSync(join(tmpdir(), "sentry-site-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(path, name), text);
    chmodSync(join(path, name), 0o600);
  }
  return path;
}

export const head = "site: { id: north, name: { zh: 北院, en: North } }\n";

export function read(yaml: string, directory = "/nowhere") {
  return parseSite(yaml, { directory, name: "site.yaml", nowMs });
}

/** Everything that is wrong with a site file. */
export function faultsOf(yaml: string, directory = "/nowhere"): ConfigFault[] {
  try {
    read(yaml, directory);
    return [];
  } catch (error) {
    if (error instanceof SentryError && error.code === "config-invalid") return error.details.faults as ConfigFault[];
    throw error;
  }
}
