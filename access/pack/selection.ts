import { createHmac } from "node:crypto";
import type { Entry } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type PackRequest, selectionOf } from "../ledger/pack.ts";

/** What is about a record: the book's entries, and requests that name it; nothing else. */
export function recordSelection(reference: string, key: Buffer): Pick<PackRequest, "shows" | "opens"> {
  const tidy = reference.trim().normalize("NFC");
  const names = [tidy, `hmac-sha256:${createHmac("sha256", key).update(tidy).digest("hex")}`];
  const named = (value: unknown) => typeof value === "string" && names.includes(value);
  return {
    shows: ({ body }) => named(body.reference) || (Array.isArray(body.records) && body.records.some(named)),
    opens: () => true,
  };
}

/** About a person: of a record that the person had in hand, its reference is shown as well. */
export function personSelection(ledger: Ledger, person: string): Pick<PackRequest, "shows" | "opens"> {
  const base = selectionOf(ledger, { person });
  return { shows: base.shows, opens: (entry, field) => base.opens(entry, field) || field === "reference" };
}

const pageRows = 1_000;

/** The entries that a pack shows, as the pack's own file has them, oldest first. */
export function* entriesShown(ledger: Ledger, request: PackRequest, size: number): Generator<Entry> {
  const first = request.fromMs === undefined ? 0 : ledger.store.firstRecordedFrom(request.fromMs);
  const end = Math.min(size, request.toMs === undefined ? size : ledger.store.firstRecordedFrom(request.toMs));
  for (let next = first; next < end; ) {
    const rows = ledger.read({ from: next, limit: pageRows });
    for (const { index, entry } of rows) if (index < end && entry && request.shows(entry)) yield entry;
    if (rows.length < pageRows) return;
    next = rows.at(-1)!.index + 1;
  }
}
