import type { Database, Statement } from "../core/index.ts";

/** Prepares some queries once for each database. */
export function preparing<Name extends string>(
  queries: Readonly<Record<Name, string>>,
): (db: Database) => Record<Name, Statement> {
  const prepared = new WeakMap<Database, Record<Name, Statement>>();
  return (db) => {
    const known = prepared.get(db);
    if (known) return known;
    const statements: Partial<Record<Name, Statement>> = {};
    for (const name in queries) statements[name] = db.prepare(queries[name]);
    const all = statements as Record<Name, Statement>;
    prepared.set(db, all);
    return all;
  };
}
