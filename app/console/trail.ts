import type { Ledger } from "../../access/index.ts";
import type { TrailSource } from "../../console/index.ts";
import { type TrailEntry, trailKinds } from "../../contract/index.ts";
import type { Clock } from "../../core/index.ts";

/** Entries looked through at once, from the newest on. */
const window = 5_000;
const windowsAtMost = 40;
const refusals = ["log-in", "security-event"] as const;

/** A person of an entry is kept by number, or with what was known of them then. */
const nameOf = (value: unknown): string =>
  typeof value === "object" && value !== null && "id" in value ? String(value.id) : String(value);

/** What was done with this program, newest first, out of the ledger; that somebody reads it is an entry too. */
export function createTrail(ledger: Ledger, clock: Clock): TrailSource {
  const show = (index: number, entry: NonNullable<ReturnType<Ledger["read"]>[number]["entry"]>): TrailEntry | null => {
    const kind = trailKinds.find((known) => known === entry.kind);
    if (!kind) return null;
    const people = Object.entries(ledger.reveal(entry)).flatMap(([field, opened]) => {
      // A badge's hash names nobody, and is for the doors alone.
      if (field === "credential") return [];
      return [[field, opened === null ? null : nameOf(opened.value)] as const];
    });
    return { index, at: entry.at, kind, body: entry.body, people: Object.fromEntries(people) };
  };
  return ({ kind, person, refused, limit, before, by, via }) => {
    const kinds = kind !== undefined ? [kind] : refused ? refusals : trailKinds;
    const isAsked = ({ kind: found, body, people }: TrailEntry) =>
      (person === undefined || Object.values(people).includes(person)) &&
      (!refused || found === "security-event" || body.result === "refused");
    const filter = { ...(kind === undefined ? {} : { kind }), ...(refused ? { refused } : {}) };
    const found: TrailEntry[] = [];
    let to = Math.min(before ?? Number.MAX_SAFE_INTEGER, ledger.size());
    for (let n = 0; n < windowsAtMost && to > 0 && found.length < limit; n++) {
      const from = Math.max(0, to - window);
      const rows = ledger.read({ from, limit: to - from, kinds }).filter(({ index }) => index < to);
      for (const { index, entry } of rows.reverse()) {
        const shown = entry && found.length < limit ? show(index, entry) : null;
        if (shown && isAsked(shown)) found.push(shown);
      }
      to = from;
    }
    const last = found.length === limit ? found.at(-1)!.index : to;
    ledger.append([
      {
        kind: "history-read",
        atMs: clock.nowMs(),
        body: { what: "trail", filter, via, results: found.length },
        personal: {
          ...(by === null ? {} : { by: { person: by, value: by } }),
          ...(person === undefined ? {} : { about: { person, value: person } }),
        },
      },
    ]);
    return { entries: found, next: last > 0 ? last : null };
  };
}
