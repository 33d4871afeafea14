import { createHash } from "node:crypto";
import { conditionFamilies } from "../../contract/index.ts";
import { type Clock, isoTime, SentryError } from "../../core/index.ts";
import { parseCheckpoint } from "../ledger/checkpoint.ts";
import type { Entry } from "../ledger/entry.ts";
import type { EntryKind, Personal } from "../ledger/kinds.ts";
import type { Ledger } from "../ledger/ledger.ts";

/** Why an entry is looked at whatever the lot says. */
export type ExceptionReason =
  | "denied"
  | "not-entitled"
  | "break-glass"
  | "alarm"
  | "forced"
  | "refused-record"
  | "first-visit";

export interface Review {
  /** `2026-10` */
  id: string;
  /** Entries drawn by lot. */
  sample: number[];
  exceptions: { index: number; reason: ExceptionReason }[];
  findings: { index: number | null; finding: string }[];
  signedOffAt: string | null;
}

/** The auditors' periodic look: a sample and all exceptions, what was found, and a signature, each an entry. */
export interface Reviews {
  /** Draws once; asked again it shows what was drawn. */
  draw(request: { id: string; fromMs: number; toMs: number; sample: number; by: string }): Review;
  finding(request: { id: string; index: number | null; finding: string; by: string }): void;
  signOff(request: { id: string; comment: string; by: string }): void;
  /** `null` when nothing was drawn. */
  show(id: string): Review | null;
}

const pageRows = 2_000;
const entitled = new Set(["standing-right", "grant"]);
const guests = new Set(["visitor", "contractor", "health-authority"]);
const looked: readonly EntryKind[] = [
  "access-event",
  "grant",
  "grant-decision",
  "record",
  "alarm-journal",
  "security-event",
];

export function createReviews({ ledger, clock }: { ledger: Ledger; clock: Clock }): Reviews {
  const about = (person: string): Personal => ({ person, value: person });
  const show = (id: string): Review | null => {
    let review: Review | null = null;
    for (const { body, index } of entriesOf(ledger, { from: 0, to: ledger.size(), kinds: ["review"] })) {
      if (body.review !== id) continue;
      const listed = Array.isArray(body.entries) ? body.entries.map(Number) : [];
      if (body.step === "drawn") {
        const within = { fromMs: Date.parse(String(body.from)), toMs: Date.parse(String(body.to)), before: index };
        const exceptions = exceptionsOf(ledger, within);
        const known = new Set(exceptions.map((one) => one.index));
        const sample = listed.filter((one) => !known.has(one));
        review = { id, sample, exceptions, findings: [], signedOffAt: null };
      } else if (review && body.step === "finding") {
        review.findings.push({ index: listed[0] ?? null, finding: String(body.finding) });
      } else if (review && body.step === "signed-off") review.signedOffAt = String(body.to);
    }
    return review;
  };
  const open = (id: string): Review => {
    const review = show(id);
    if (!review) throw new SentryError("not-found", `nothing was drawn for ${id} yet`);
    if (review.signedOffAt !== null)
      throw new SentryError("state-conflict", `${id} was signed off ${review.signedOffAt}`);
    return review;
  };

  return {
    show,
    draw({ id, fromMs, toMs, sample, by }) {
      const before = show(id);
      if (before) return before;
      if (toMs > clock.nowMs())
        throw new SentryError("request-invalid", `period: expected one that is over, found ${id}`);
      // The lot is cast by the tree itself: nobody can choose what is drawn, and anybody can draw it again.
      const { root } = parseCheckpoint(ledger.checkpoint())!;
      const size = ledger.size();
      const exceptions = exceptionsOf(ledger, { fromMs, toMs, before: size });
      const known = new Set(exceptions.map(({ index }) => index));
      const lots = [...entriesOf(ledger, { ...bounds(ledger, { fromMs, toMs, before: size }), kinds: looked })]
        .filter(({ index }) => !known.has(index))
        .map(({ index }) => ({
          index,
          lot: createHash("sha256").update(root).update(`\n${id}\n${index}`).digest("hex"),
        }));
      lots.sort((a, b) => (a.lot < b.lot ? -1 : 1));
      const drawn = lots.slice(0, sample).map(({ index }) => index);
      const entries = [...drawn, ...known].sort((a, b) => a - b);
      const body = { step: "drawn" as const, review: id, from: isoTime(fromMs), to: isoTime(toMs), entries };
      ledger.append([{ kind: "review", atMs: clock.nowMs(), body, personal: { by: about(by) } }]);
      return show(id)!;
    },
    finding({ id, index, finding, by }) {
      open(id);
      if (index !== null && index >= ledger.size()) throw new SentryError("not-found", `there is no entry ${index}`);
      const body = { step: "finding" as const, review: id, finding, ...(index === null ? {} : { entries: [index] }) };
      ledger.append([{ kind: "review", atMs: clock.nowMs(), body, personal: { by: about(by) } }]);
    },
    signOff({ id, comment, by }) {
      open(id);
      if (comment === "") throw new SentryError("comment-required", "comment: expected what the review came to");
      const body = { step: "signed-off" as const, review: id, to: isoTime(clock.nowMs()) };
      const personal = { by: about(by), comment: { person: by, value: comment } };
      ledger.append([{ kind: "review", atMs: clock.nowMs(), body, personal }]);
    },
  };
}

interface Within {
  fromMs: number;
  toMs: number;
  /** Entries before this one. */
  before: number;
}

function bounds(ledger: Ledger, { fromMs, toMs, before }: Within): { from: number; to: number } {
  return { from: ledger.store.firstRecordedFrom(fromMs), to: Math.min(before, ledger.store.firstRecordedFrom(toMs)) };
}

function exceptionsOf(ledger: Ledger, within: Within): Review["exceptions"] {
  const { from, to } = bounds(ledger, within);
  const seen = new Set<string>();
  const found: Review["exceptions"] = [];
  const replaced = new Set<number>();
  for (const { body } of entriesOf(ledger, { from, to, kinds: ["access-event"] })) {
    if (typeof body.amends === "number") replaced.add(body.amends);
  }
  for (const entry of entriesOf(ledger, { from: 0, to, kinds: ["access-event", "alarm-journal", "security-event"] })) {
    // What was said before something arrived late is not what is held against anybody.
    if (replaced.has(entry.index)) continue;
    const person = entry.kind === "access-event" ? entry.personal?.person?.subject : undefined;
    const isNew = person !== undefined && !seen.has(person);
    if (person !== undefined) seen.add(person);
    if (entry.index < from) continue;
    const reason = reasonOf(entry, isNew);
    if (reason !== null) found.push({ index: entry.index, reason });
  }
  return found;
}

const accessConditions: readonly string[] = conditionFamilies.access;

function reasonOf({ kind, body }: Entry, isNew: boolean): ExceptionReason | null {
  if (kind === "alarm-journal") {
    return body.transition === "raised" && accessConditions.includes(String(body.condition)) ? "alarm" : null;
  }
  if (kind === "security-event") return body.what === "record-refused" ? "refused-record" : null;
  if (body.event !== "badge") return body.judged === "forced" ? "forced" : null;
  if (body.decision === "denied") return "denied";
  if (body.judged === "break-glass") return "break-glass";
  if (body.direction === "in" && body.judged !== undefined && !entitled.has(String(body.judged))) return "not-entitled";
  return isNew && guests.has(String(body.category)) ? "first-visit" : null;
}

function* entriesOf(
  ledger: Ledger,
  { from, to, kinds }: { from: number; to: number; kinds: readonly EntryKind[] },
): Generator<Entry> {
  for (let next = from; next < to; ) {
    const rows = ledger.read({ from: next, limit: pageRows, kinds });
    for (const { index, entry } of rows) if (entry && index < to) yield entry;
    if (rows.length < pageRows) return;
    next = rows.at(-1)!.index + 1;
  }
}
