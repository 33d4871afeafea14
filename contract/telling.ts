import { z } from "zod";
import { conditionNames, transitions } from "./conditions.ts";

/** Who is told, who was told, and a test of it: shapes of `/api/v1/telling`. */

const instantText = z.string().meta({ description: "RFC 3339, UTC" });
const personShown = z
  .string()
  .nullable()
  .meta({ description: "Staff number; null for callers without the right to see who it is" });

export const dutyView = z
  .object({
    rota: z.string(),
    name: z.object({ zh: z.string(), en: z.string() }),
    people: z
      .array(z.object({ id: personShown, name: z.string().nullable() }))
      .meta({ description: "Empty in a gap of the rota" }),
    standsInFor: personShown.meta({ description: "Whose turn it is, where they are on leave" }),
    by: z.string().nullable().meta({ description: "What of the rota says so: `layers[n]` or `override`" }),
    until: instantText.nullable().meta({ description: "When it next changes; null: not within eight weeks" }),
  })
  .meta({ id: "Duty" });
export type DutyView = z.infer<typeof dutyView>;
export const onDutyQuery = z.object({
  at: z.iso.datetime({ offset: true }).optional().meta({ description: "RFC 3339; now unless given" }),
});
export const onDutyResponse = z.object({ at: instantText, rotas: z.array(dutyView) });

export const tellingStates = ["pending", "delivered", "merged", "given-up", "withdrawn"] as const;
export const tellingEntry = z
  .object({
    id: z.int(),
    alarm: z.string(),
    n: z.int().meta({ description: "Number of the transition in the journal; negative for tests" }),
    transition: z.enum(transitions),
    condition: z.enum(conditionNames),
    room: z.string().nullable(),
    person: personShown,
    channel: z.string(),
    reason: z.string(),
    state: z.enum(tellingStates),
    attempts: z.int(),
    queuedAt: instantText,
    heldUntil: instantText.nullable(),
    settledAt: instantText.nullable(),
    reply: z.string().nullable().meta({ description: "The server's own words, or why it was not told" }),
  })
  .meta({ id: "Telling" });
export type TellingEntry = z.infer<typeof tellingEntry>;
export const tellingQuery = z.object({
  alarm: z.string().max(100).optional(),
  person: z.string().max(32).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.string().max(200).optional(),
});
export const tellingResponse = z.object({ log: z.array(tellingEntry), next: z.string().nullable() });

export const tellingTest = z.object({
  person: z.string().min(1).max(32).meta({ description: "Staff number" }),
  channel: z.string().max(40).optional().meta({ description: "The person's first unless given" }),
  by: z.string().min(1).max(32).optional().meta({ description: "Who asks for it; needed with the operator token" }),
});
export const tellingTestResponse = z.object({
  channel: z.string(),
  state: z.enum(tellingStates),
  attempts: z.int(),
  reply: z.string().nullable().meta({ description: "The server's own words" }),
});
export type TellingTestResponse = z.infer<typeof tellingTestResponse>;
