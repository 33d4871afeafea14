import { z } from "zod";
import { recordClasses } from "./http-records.ts";
import { instantQuery, instantText } from "./http-values.ts";

/** Doors, badges and grants over HTTP. Lists show the family name and the staff number. */

export const grantPurposes = [
  "deposit",
  "storage-check",
  "consultation",
  "digitisation",
  "maintenance",
  "inspection",
] as const;
export const grantStates = ["requested", "refused", "approved", "in-force", "expired", "revoked", "withdrawn"] as const;

const staffNumber = z.string().min(1).max(32);
const comment = z.string().max(2_000);
const moment = z.iso.datetime({ offset: true });
const category = z.string();
const person = z.object({ id: z.string(), name: z.string().nullable() }).nullable();
const limit = z.coerce.number().int().min(1).max(1_000).default(100);

export const accessEvent = z
  .object({
    /** The same for each time that something is said of one report. */
    id: z.string(),
    /** Its place in the ledger. */
    index: z.int(),
    at: instantText,
    recordedAt: instantText,
    event: z.enum(["badge", "door-opened", "door-closed", "exit-request"]),
    room: z.string().nullable(),
    door: z.string().nullable(),
    device: z.string().nullable(),
    direction: z.enum(["in", "out"]).nullable(),
    /** The controller's. */
    decision: z.enum(["granted", "denied"]).nullable(),
    /** What our rights say to it. */
    judged: z.string(),
    category: category.nullable(),
    person,
    grant: z.string().nullable(),
    visit: z.string().nullable(),
    lateMs: z.int(),
  })
  .meta({ id: "AccessEvent" });
export type AccessEventView = z.infer<typeof accessEvent>;

export const accessEventsQuery = z.object({
  room: z.string().optional(),
  person: staffNumber.optional(),
  from: instantQuery.optional(),
  to: instantQuery.optional(),
  limit,
  cursor: z.string().optional(),
  by: staffNumber.optional(),
});
export const accessEventsResponse = z.object({ events: z.array(accessEvent), next: z.string().nullable() });

export const insideRoom = z
  .object({
    room: z.string(),
    count: z.int(),
    byCategory: z.record(z.string(), z.int()),
    /** `sure`, or why not. */
    sure: z.boolean(),
    doubts: z.array(z.string()),
    people: z.array(z.object({ person, category, since: instantText, visit: z.string(), entitled: z.boolean() })),
    doors: z.array(
      z.object({
        door: z.string(),
        name: z.object({ zh: z.string(), en: z.string() }).nullable(),
        /** Under repair until then. */
        maintenanceUntil: instantText.nullable(),
        open: z.boolean().nullable(),
        openings: z.int(),
        bounces: z.int(),
        forced: z.int(),
        /** Share of openings that were none, or that nothing explains; a contact out of adjustment has a high one. */
        nuisance: z.number(),
      }),
    ),
  })
  .meta({ id: "InsideRoom" });
export type InsideRoom = z.infer<typeof insideRoom>;
export const insideQuery = z.object({ room: z.string().optional(), by: staffNumber.optional() });
export const insideResponse = z.object({ at: instantText, rooms: z.array(insideRoom) });

export const grantView = z
  .object({
    id: z.string(),
    state: z.enum(grantStates),
    person,
    category: category.nullable(),
    companions: z.array(z.string()),
    rooms: z.array(z.string()),
    purpose: z.enum([...grantPurposes, "break-glass"]),
    records: z.array(z.string()),
    class: z.enum(recordClasses),
    from: instantText,
    to: instantText,
    requestedBy: person,
    requestedAt: instantText,
    comment: z.string(),
    decidedBy: person,
    decidedAt: instantText.nullable(),
    decisionComment: z.string().nullable(),
    usedAt: instantText.nullable(),
    /** Of a break-glass. */
    explanation: z.string().nullable(),
  })
  .meta({ id: "Grant" });
export type GrantView = z.infer<typeof grantView>;
export const grantsQuery = z.object({
  state: z.enum([...grantStates, "open", "all"]).default("open"),
  room: z.string().optional(),
  person: staffNumber.optional(),
  by: staffNumber.optional(),
});
export const grantsResponse = z.object({ grants: z.array(grantView) });

export const grantRequest = z.strictObject({
  person: z.strictObject({ id: staffNumber, name: z.string().max(100).optional(), category: category.optional() }),
  companions: z.array(staffNumber).max(20).default([]),
  rooms: z.array(z.string()).min(1).max(50),
  purpose: z.enum(grantPurposes),
  records: z.array(z.string().max(200)).max(200).default([]),
  class: z.enum(recordClasses).default("ordinary"),
  from: moment,
  to: moment,
  comment: comment.default(""),
  by: staffNumber.optional(),
});
export type GrantRequestBody = z.infer<typeof grantRequest>;
export const grantDecision = z.strictObject({
  decision: z.enum(["approved", "refused"]),
  from: moment.optional(),
  to: moment.optional(),
  comment: comment.default(""),
  by: staffNumber.optional(),
});
export const grantEnd = z.strictObject({ comment: comment.default(""), by: staffNumber.optional() });
export const breakGlass = z.strictObject({
  person: staffNumber,
  rooms: z.array(z.string()).min(1).max(50),
  minutes: z.number().positive(),
  comment: comment.min(1),
  by: staffNumber.optional(),
});
export const badgeAssignment = z.strictObject({
  person: z.strictObject({ id: staffNumber, name: z.string().max(100).optional(), category: category.optional() }),
  /** As the reader sends it; kept as a keyed hash alone. Without it, the person's badges are taken back. */
  credential: z.string().min(1).max(256).optional(),
  by: staffNumber.optional(),
});
export const badgesResponse = z.object({ badges: z.int() });
export const doorMaintenance = z.strictObject({
  door: z.string(),
  /** 0 ends it. */
  minutes: z.number().min(0).max(10_080),
  comment: comment.default(""),
  by: staffNumber.optional(),
});
export const done = z.object({ done: z.literal(true) });
