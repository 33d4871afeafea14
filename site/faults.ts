import type { z } from "zod";

/** One thing wrong with a file: `path: what was expected, what was found`. */
export interface ConfigFault {
  path: string;
  message: string;
  line?: number;
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
      return { path, message: `${bound("at least", issue.minimum, issue.origin)}, found ${found}` };
    case "too_big":
      return { path, message: `${bound("at most", issue.maximum, issue.origin)}, found ${found}` };
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

const article = (expected: string) => {
  if (expected === "object" || expected === "record") return "keys and values";
  if (expected === "array") return "a list";
  return `${/^[aeiou]/.test(expected) ? "an" : "a"} ${expected === "int" ? "integer" : expected}`;
};

function bound(words: string, limit: number | bigint, origin: string): string {
  if (origin === "string") return `${words} ${limit} character${limit === 1 ? "" : "s"}`;
  if (origin === "array") return `${words} ${limit} ${limit === 1 ? "entry" : "entries"}`;
  return `${words} ${limit}`;
}

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
