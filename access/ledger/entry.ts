import { z } from "zod";
import { canonical, type Json, wellFormed } from "./canonical.ts";
import { bodySchema, type EntryKind, type NewEntry, personalFields } from "./kinds.ts";

/**
 * An entry as it is hashed: the canonical JSON of
 * `{"at","body","index","kind","personal"?,"recordedAt","salt"}`. The index is part of it, so that no entry can stand
 * in another's place; the salt keeps an entry that is hidden or gone from being guessed by its hash.
 */
const entry = z.strictObject({
  /** When it happened. */
  at: z.iso.datetime(),
  body: z.record(z.string(), z.json()),
  /** Its place in the ledger, from 0. */
  index: z.int().min(0),
  kind: z.string().min(1),
  personal: z
    .record(
      z.string(),
      z.strictObject({
        /** A name of chance for the person, which the destroyed key leaves without meaning. */
        subject: z.string().min(1),
        /** base64(nonce, AES-256-GCM of the value and the opening, tag) */
        sealed: z.string().min(1),
        /** base64(HMAC-SHA256(opening, canonical value)): what was said can be shown to be this, without the key. */
        digest: z.string().length(44),
      }),
    )
    .optional(),
  /** When it was written down; never earlier than the entry before. */
  recordedAt: z.iso.datetime({ precision: 3 }),
  /** 128 bits of chance. */
  salt: z.string().length(24),
});
export type Entry = z.infer<typeof entry>;
export type SealedField = NonNullable<Entry["personal"]>[string];

/** An entry as it was written by this program or an earlier one. */
export function parseEntry(text: string): Entry {
  return entry.parse(JSON.parse(text));
}

/**
 * What is asked to be recorded, found to be of its kind's shape.
 * @throws RangeError for what does not fit: a fault of the part that asks.
 */
export function checkEntry<T extends NewEntry>(asked: T): T {
  const body = bodySchema(asked.kind).safeParse(wellFormed(asked.body));
  if (!body.success) throw new RangeError(`${asked.kind}: ${z.prettifyError(body.error)}`);
  const allowed = personalFields(asked.kind);
  for (const field of Object.keys(asked.personal ?? {})) {
    if (!allowed.includes(field)) throw new RangeError(`${asked.kind} has no personal field ${field}`);
  }
  return { ...asked, body: body.data };
}

export type EntryParts = {
  at: string;
  body: Json;
  index: number;
  kind: EntryKind;
  personal?: Record<string, SealedField> | undefined;
  recordedAt: string;
  salt: string;
};

/** The bytes of which the leaf hash is taken. */
export function entryBytes(parts: EntryParts): Buffer {
  return Buffer.from(canonical(parts));
}
