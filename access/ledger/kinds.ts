import { z } from "zod";
import { alarmStates, conditionNames, priorities, transitions } from "../../contract/index.ts";
import type { Json } from "./canonical.ts";

/**
 * Every kind of entry and what it says. Who a person is, and what was written about one, never stands here but among
 * the entry's personal fields, which are encrypted. Kinds and keys are only ever added: entries live ten years.
 */

const text = z.string();
const id = z.string().min(1);
const room = id.nullable();
const index = z.int().min(0);
const instant = z.iso.datetime();
const json: z.ZodType<Json> = z.json();

/** `personal`: the fields about persons that this kind may have. */
const kinds = {
  /** A door or badge report, as its controller gave it, and what our own rights say to it. */
  "access-event": {
    body: z.strictObject({
      event: z.enum(["badge", "door-opened", "door-closed", "exit-request", "door-forced", "door-held-open"]),
      door: id.nullable(),
      room,
      device: id.nullable(),
      direction: z.enum(["in", "out"]).optional(),
      /** The controller's. */
      decision: z.enum(["granted", "denied"]).optional(),
      /** Ours, in a word. */
      judged: id.optional(),
      category: id.optional(),
      grant: id.optional(),
      visit: id.optional(),
      late_ms: z.int().optional(),
      position: z.int().optional(),
      /** The same for each entry about one report: the last one holds. */
      id: id.optional(),
      seq: z.int().min(0).nullable().optional(),
      /** Entry whose judgement this one replaces: something was reported late, or somebody came too. */
      amends: index.optional(),
    }),
    personal: ["person", "credential", "escort", "note"],
  },
  /** A request for leave, its use and its end. */
  grant: {
    body: z.strictObject({
      grant: id,
      step: z.enum(["requested", "used", "expired", "revoked", "withdrawn", "break-glass", "reminded", "explained"]),
      rooms: z.array(id).optional(),
      purpose: id.optional(),
      records: z.array(id).optional(),
      class: z.enum(["ordinary", "important", "core"]).optional(),
      from: instant.optional(),
      to: instant.optional(),
    }),
    personal: ["person", "by", "companions", "comment", "records"],
  },
  /** The decision over a request, by somebody who did not make it. */
  "grant-decision": {
    body: z.strictObject({
      grant: id,
      decision: z.enum(["approved", "refused"]),
      from: instant.optional(),
      to: instant.optional(),
    }),
    personal: ["by", "comment"],
  },
  /** A badge given to somebody, or taken back. Its keyed hash is a personal field. */
  credential: {
    body: z.strictObject({ step: z.enum(["assigned", "withdrawn"]) }),
    personal: ["person", "credential", "by"],
  },
  /** A door under repair: it may open without a badge, and every opening is still recorded. */
  "door-maintenance": {
    body: z.strictObject({ door: id, room, step: z.enum(["started", "ended"]), to: instant.optional() }),
    personal: ["by", "comment"],
  },
  /** What was done with a record. */
  record: {
    body: z.strictObject({
      action: z.enum(["deposit", "storage-check", "consultation", "digitisation", "loan", "return", "overdue"]),
      /** A keyed hash where the class keeps the reference itself encrypted. */
      reference: id,
      class: z.enum(["ordinary", "important", "core"]).optional(),
      room: room.optional(),
      visit: id.optional(),
      grant: id.optional(),
      due: instant.optional(),
    }),
    personal: ["person", "second", "by", "reference", "comment"],
  },
  /** A step in the life of an alarm; without its sentence, which may name persons and says no more. */
  "alarm-journal": {
    body: z.strictObject({
      n: z.int().min(1),
      alarm: id,
      condition: z.enum(conditionNames),
      transition: z.enum(transitions),
      state: z.enum(alarmStates),
      priority: z.enum(priorities),
      room,
      device: id.nullable(),
      subject: id.nullable(),
      value: z.number().nullable(),
      limit: z.number().nullable(),
      unit: text.nullable(),
      reason: text,
      via: text.nullable(),
    }),
    personal: ["by", "comment"],
  },
  /** What differs between the site file in force before and after; `null` where a key was not there. */
  "configuration-change": {
    body: z.strictObject({
      cause: z.enum(["first-start", "start", "reload"]),
      /** Of a reload: how it was asked for, and by which user of the operating system where no person is known. */
      via: id.optional(),
      user: text.optional(),
      changes: z.array(z.strictObject({ path: id, before: json, after: json })),
    }),
    personal: ["by"],
  },
  "log-in": {
    body: z.strictObject({
      result: z.enum(["accepted", "refused", "ended"]),
      via: id,
      from: text.optional(),
      reason: text.optional(),
    }),
    personal: ["person"],
  },
  /** What a person told the program to do. */
  "operator-command": {
    body: z.strictObject({
      do: id,
      /** Which setting or device. */
      about: id.optional(),
      alarm: id.optional(),
      via: id,
      for_ms: z.number().positive().optional(),
      position: z.int().optional(),
      /** Of past readings that were entered: whose, how many rows, of when, and the SHA-256 of their file. */
      device: id.optional(),
      rows: z.int().min(0).optional(),
      from: instant.optional(),
      to: instant.optional(),
      sha256: id.optional(),
    }),
    personal: ["by", "about", "comment"],
  },
  "security-event": {
    body: z.strictObject({
      what: id,
      subject: text,
      detail: text,
      from: text.optional(),
      position: z.int().optional(),
    }),
    personal: ["person"],
  },
  /** Somebody read what is recorded about persons. */
  "history-read": {
    body: z.strictObject({ what: id, filter: z.record(z.string(), json), via: id, results: z.int().min(0).optional() }),
    personal: ["by", "about"],
  },
  /** The auditors' periodic look: the sample drawn, what was found, who signed. */
  review: {
    body: z.strictObject({
      step: z.enum(["drawn", "finding", "signed-off"]),
      review: id,
      from: instant.optional(),
      to: instant.optional(),
      entries: z.array(index).optional(),
      finding: text.optional(),
    }),
    personal: ["by", "comment"],
  },
  /** A person's key was destroyed: what was encrypted with it can be read by nobody any more. */
  erasure: {
    body: z.strictObject({ subject: id, reason: text }),
    personal: ["by"],
  },
  /** Payloads whose time is over are gone; their leaf hashes stay, so that the tree does. */
  tombstone: {
    body: z.strictObject({
      kinds: z.array(id).min(1),
      /** What was recorded before this is gone. */
      before: instant,
      /** First and last of each run. */
      ranges: z.array(z.tuple([index, index])).min(1),
    }),
    personal: [],
  },
  /** The key that signs from here on, endorsed by the one before it and by itself. */
  "key-change": {
    body: z.strictObject({ old: id, new: id, note: id }),
    personal: [],
  },
  /** A checkpoint left the building: by mail, in a report. */
  "checkpoint-issued": {
    body: z.strictObject({ size: index, root: id, to: id }),
    personal: [],
  },
} as const satisfies Record<string, { body: z.ZodType; personal: readonly string[] }>;

export type EntryKind = keyof typeof kinds;
export const entryKinds = Object.keys(kinds) as EntryKind[];

export type Body<K extends EntryKind> = z.output<(typeof kinds)[K]["body"]>;
export type PersonalField<K extends EntryKind> = (typeof kinds)[K]["personal"][number];

/** Something about a person. */
export interface Personal {
  /** Staff number of whose key it is encrypted with, so that erasing that person erases it. */
  person: string;
  value: Json;
}

/** What a part of the program asks to be recorded. */
export type NewEntry = {
  [K in EntryKind]: {
    kind: K;
    /** When it happened; when it is recorded, the ledger says itself. */
    atMs: number;
    body: Body<K>;
    personal?: { [F in PersonalField<K>]?: Personal };
  };
}[EntryKind];

export function bodySchema(kind: EntryKind): z.ZodType {
  return kinds[kind].body;
}

export function personalFields(kind: EntryKind): readonly string[] {
  return kinds[kind].personal;
}

/** The program's own bookkeeping: without these nobody could check the rest, so they are neither hidden nor removed. */
export const structuralKinds: readonly EntryKind[] = ["erasure", "tombstone", "key-change"];
