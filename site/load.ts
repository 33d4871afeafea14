import { readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { messageOf, SentryError, systemCodeOf } from "../core/index.ts";
import { readCalendarDays } from "./calendar.ts";
import { siteSchema } from "./schema.ts";
import { createSite, type Site } from "./site.ts";

/** One thing wrong with a site file: `path: what was expected, what was found`. */
export interface ConfigFault {
  path: string;
  message: string;
  line?: number;
}

/**
 * Reads and judges a site file.
 * @throws SentryError `config-unreadable`; `config-invalid` with every fault at once in `details.faults`.
 */
export function loadSite(path: string, options: { nowMs: number }): { site: Site; warnings: string[] } {
  return parseSite(readConfigFile(path), { directory: dirname(resolve(path)), name: path, nowMs: options.nowMs });
}

export function parseSite(
  text: string,
  options: { directory: string; name: string; nowMs: number },
): { site: Site; warnings: string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw invalid(
      options.name,
      document.errors.map((error) => ({
        path: "(yaml)",
        message: `readable YAML, found ${error.message.split("\n")[0]}`,
        line: lines.linePos(error.pos[0]).line,
      })),
    );
  }
  const raw: unknown = document.toJS() ?? {};
  const parsed = siteSchema.safeParse(raw);
  if (!parsed.success) {
    const lineOf = (at: readonly PropertyKey[]) => {
      for (let depth = at.length; depth > 0; depth--) {
        const node = document.getIn(at.slice(0, depth), true);
        if ((isScalar(node) || isMap(node) || isSeq(node)) && node.range) return lines.linePos(node.range[0]).line;
      }
      return undefined;
    };
    throw invalid(
      options.name,
      parsed.error.issues.map((issue) => ({ ...faultOf(issue, raw), line: lineOf(issue.path) })),
    );
  }
  const warnings: string[] = [];
  const daysFile = parsed.data.calendar.days_file;
  const days = daysFile ? readCalendarDays(resolve(options.directory, daysFile)) : [];
  const site = createSite(parsed.data, { directory: options.directory, days });
  const year = Number(
    new Intl.DateTimeFormat("en", { timeZone: site.timeZone, year: "numeric" }).format(options.nowMs),
  );
  if (daysFile && !days.some((day) => day.date.startsWith(`${year + 1}-`))) {
    warnings.push(`calendar.days_file: days of ${year + 1}, found none yet; add them when they are published`);
  }
  return { site, warnings };
}

function invalid(name: string, faults: ConfigFault[]): SentryError {
  const lines = faults.map((fault) => `${fault.path}: expected ${fault.message}`);
  return new SentryError("config-invalid", `${name} is not usable:\n${lines.join("\n")}`, { details: { faults } });
}

/** Turns a schema issue into a fault that names the place, what was expected and what was found. */
export function faultOf(issue: z.core.$ZodIssue, raw: unknown): ConfigFault {
  const path = pathText(issue.path);
  const found = foundText(valueAt(raw, issue.path));
  switch (issue.code) {
    case "unrecognized_keys":
      return { path, message: `only known keys, found ${issue.keys.join(", ")}` };
    case "invalid_type":
      return {
        path,
        message: `${issue.message.startsWith("Invalid") ? article(issue.expected) : issue.message}, found ${found}`,
      };
    case "invalid_value":
      return { path, message: `one of ${issue.values.join(", ")}, found ${found}` };
    case "too_small":
      return { path, message: `at least ${issue.minimum}, found ${found}` };
    case "too_big":
      return { path, message: `at most ${issue.maximum}, found ${found}` };
    case "custom":
      return { path, message: issue.message.includes(", found ") ? issue.message : `${issue.message}, found ${found}` };
    case "invalid_format":
    case "invalid_union":
    case "invalid_key":
    case "invalid_element":
    case "not_multiple_of":
      return {
        path,
        message: `${issue.message.replace(/^Invalid (input|string)(: )?/, "") || "another form"}, found ${found}`,
      };
  }
}

const article = (expected: string) =>
  expected === "object" ? "keys and values" : expected === "array" ? "a list" : `a ${expected}`;

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "(file)";
  return path
    .map((key, at) => (typeof key === "number" ? `[${key}]` : `${at === 0 ? "" : "."}${String(key)}`))
    .join("");
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function foundText(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

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
export function readSecret(site: Pick<Site, "directory">, file: string): string {
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
