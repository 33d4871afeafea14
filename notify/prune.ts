import { type Database, transaction } from "../core/index.ts";
import { statementsOf } from "./outbox-sql.ts";
import { prunePlans } from "./plans.ts";

/** Rows removed in one turn: more would hold up the engine's commits. */
export const pruneTellingTurnRows = 1_000;

/** Removes the oldest of the telling log that were settled before a time. @returns how many rows it has removed */
export function pruneTelling(db: Database, beforeMs: number): number {
  const sql = statementsOf(db);
  const how = { limit: pruneTellingTurnRows };
  return transaction(db, () => {
    const { changes } = sql.prune.run({ ...how, before: Math.round(beforeMs) });
    sql.pruneNotices.run(how);
    prunePlans(db, { beforeMs, ...how });
    return Number(changes);
  });
}
