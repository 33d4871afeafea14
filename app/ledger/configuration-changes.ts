import type { Json } from "../../access/index.ts";
import type { Site } from "../../site/index.ts";

/** One key of the site file that is not what it was; `null` where it was not there, or is no more. */
export type ConfigurationChange = { path: string; before: Json; after: Json };

/**
 * The configuration in force as the ledger may keep it: nobody's name, address or number. Persons stand under their
 * name of chance, which says nothing once they are erased.
 */
export function configurationOf(site: Site, subjectOf: (person: string) => string): Json {
  const subjects = new Map([...site.people.keys()].map((person) => [person, subjectOf(person)]));
  const { people, ...rest } = site.config;
  const persons = people.map(({ id, category, language, rights, told, email, phone, token_file }) => [
    subjects.get(id)!,
    { category, language, rights, told, has: { email: !!email, phone: !!phone, token: !!token_file } },
  ]);
  const plain: Json = JSON.parse(JSON.stringify({ ...rest, people: Object.fromEntries(persons) }));
  return renamed(plain, subjects);
}

/** The same for people to read here: persons stand under their staff number. */
export function shownConfiguration(site: Site): Record<string, unknown> {
  const shown = configurationOf(site, (person) => person);
  return shown !== null && typeof shown === "object" && !isList(shown) ? { ...shown } : {};
}

/** Rotas and the like name persons by staff number. */
function renamed(value: Json, subjects: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") return subjects.get(value) ?? value;
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map((one) => renamed(one, subjects));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [subjects.get(key) ?? key, renamed(one ?? null, subjects)]),
  );
}

/** What differs, key by key; members of a list are told apart by their `id` or `name` where they have one. */
export function changesBetween(before: Json, after: Json, path = ""): ConfigurationChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [old, now] = [keyed(before), keyed(after)];
  if (!old || !now) return [{ path: path || ".", before, after }];
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...keys].flatMap((key) =>
    changesBetween(old[key] ?? null, now[key] ?? null, path === "" ? key : `${path}.${key}`),
  );
}

function keyed(value: Json): Readonly<Record<string, Json | undefined>> | null {
  if (value === null || typeof value !== "object") return null;
  if (!isList(value)) return value;
  const names = value.map((one) => {
    if (one === null || typeof one !== "object" || isList(one)) return null;
    const name = one.id ?? one.name;
    return typeof name === "string" ? name : null;
  });
  if (value.length === 0 || names.includes(null) || new Set(names).size !== names.length) return null;
  return Object.fromEntries(value.map((one, at) => [names[at]!, one]));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
