import { z } from "zod";
import type { Database } from "../../core/index.ts";
import { answerStatements } from "./answers-sql.ts";

/** Longer ago nobody means by "the newest". */
const withinMs = 7 * 86_400_000;
const told = z.object({ alarm_id: z.string(), digest: z.string().nullable() });

/** The newest alarm that this person was told of; several where they were told in one summary. */
export function newestTold(db: Database, { person, nowMs }: { person: string; nowMs: number }): string[] {
  const sql = answerStatements(db);
  const since = nowMs - withinMs;
  const row = sql.newestTold.get({ person, since });
  if (row === undefined) return [];
  const { alarm_id, digest } = told.parse(row);
  if (digest === null) return [alarm_id];
  return sql.digestOf
    .all({ person, since, digest })
    .map((each) => z.object({ alarm_id: z.string() }).parse(each).alarm_id);
}
