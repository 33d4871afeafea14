import type { Database } from "../core/index.ts";

/**
 * Rows that a channel is at work on. What is on its way cannot be called back: it is withdrawn only once the channel
 * has said what became of it. Kept beside the database that has the rows, as prepared statements are.
 */
const sets = new WeakMap<Database, Set<number>>();

export function inFlightOf(db: Database): Set<number> {
  let set = sets.get(db);
  if (set === undefined) {
    set = new Set();
    sets.set(db, set);
  }
  return set;
}
