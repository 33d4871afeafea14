import { z } from "zod";
import { instantText } from "./http-values.ts";

/** What was done with this program, by whom, and what is in force: shapes of `/api/v1/trail` and `/api/v1/config`. */

/** Kinds of ledger entries that are about the program's own use. */
export const trailKinds = [
  "log-in",
  "operator-command",
  "configuration-change",
  "security-event",
  "history-read",
  "review",
  "erasure",
  "tombstone",
  "key-change",
  "credential",
  "door-maintenance",
] as const;
export type TrailKind = (typeof trailKinds)[number];

export const trailEntry = z
  .object({
    /** Its place in the ledger. */
    index: z.int(),
    at: instantText,
    kind: z.enum(trailKinds),
    body: z.record(z.string(), z.unknown()),
    people: z
      .record(z.string(), z.string().nullable())
      .meta({ description: "By field, whom it names; null once that person was erased" }),
  })
  .meta({ id: "TrailEntry" });
export type TrailEntry = z.infer<typeof trailEntry>;

export const trailQuery = z.object({
  kind: z.enum(trailKinds).optional(),
  person: z.string().max(64).optional().meta({ description: "Only what names this person" }),
  refused: z
    .literal("true")
    .optional()
    .meta({ description: "Only refused log-ins and security events, of whatever kind they are asked for" }),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.coerce.number().int().min(0).optional(),
  by: z.string().max(64).optional().meta({ description: "Who reads; needed with the operator token" }),
});
export const trailResponse = z.object({ entries: z.array(trailEntry), next: z.int().nullable() });
export type TrailResponse = z.infer<typeof trailResponse>;

export const configurationResponse = z.object({
  configuration: z.looseObject({}).meta({ description: "As it is in force; secrets are in files, which it names" }),
});
