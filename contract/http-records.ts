import { z } from "zod";
import { instantQuery, instantText } from "./http-values.ts";

/** Records over HTTP: what was done with which, by whom. */

/** 普通, 重要, 核心 */
export const recordClasses = ["ordinary", "important", "core"] as const;
export type RecordClass = (typeof recordClasses)[number];

/** What people do with a record. */
export const recordActions = ["deposit", "storage-check", "consultation", "digitisation", "loan", "return"] as const;
export type RecordAction = (typeof recordActions)[number];

const staffNumber = z.string().min(1).max(32);
const reference = z.string().trim().min(1).max(200);

export const recordDeed = z.strictObject({
  action: z.enum(recordActions),
  /** As it stands on the record; or `scanner`. */
  reference: reference.optional(),
  /** The scanner whose latest barcode is the reference. */
  scanner: z.string().optional(),
  class: z.enum(recordClasses).optional(),
  room: z.string().optional(),
  /** Who has the record in hand. */
  person: staffNumber,
  /** The second person, whom a core record needs. */
  second: staffNumber.optional(),
  grant: z.string().min(1).max(64).optional(),
  visit: z.string().min(1).max(64).optional(),
  /** Of a loan: when the record is to be back. */
  due: z.iso.datetime({ offset: true }).optional(),
  /** When it happened; now unless given. */
  at: z.iso.datetime({ offset: true }).optional(),
  comment: z.string().max(2_000).optional(),
  by: staffNumber.optional(),
});
export type RecordDeedBody = z.infer<typeof recordDeed>;

/** A staff number and, where the site file knows the person, the family name. `null` once the person was erased. */
const somebody = z.object({ id: z.string(), name: z.string().nullable() }).nullable();
export type Somebody = z.infer<typeof somebody>;

export const recordEntry = z
  .object({
    /** Its place in the ledger. */
    index: z.int(),
    at: instantText,
    recordedAt: instantText,
    action: z.enum([...recordActions, "overdue"]),
    reference: z.string().nullable(),
    class: z.enum(recordClasses),
    room: z.string().nullable(),
    visit: z.string().nullable(),
    grant: z.string().nullable(),
    due: instantText.nullable(),
    person: somebody,
    second: somebody,
    by: somebody,
    comment: z.string().nullable(),
  })
  .meta({ id: "RecordEntry" });
export type RecordEntry = z.infer<typeof recordEntry>;

export const recordsQuery = z.object({
  /** Everything that ever happened to this record, oldest first. */
  reference: reference.optional(),
  /** Without a reference: what is out now, or overdue; or everything. */
  state: z.enum(["out", "overdue", "all"]).default("all"),
  from: instantQuery.optional(),
  to: instantQuery.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.string().max(40).optional(),
  /** Who reads; needed with the operator token. */
  by: staffNumber.optional(),
});
export const recordsResponse = z.object({ records: z.array(recordEntry), next: z.string().nullable() });
