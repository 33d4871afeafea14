import { z } from "zod";

import type { Entry } from "../ledger/entry.ts";
import type { NewEntry } from "../ledger/kinds.ts";

import type { Change } from "./history.ts";
import type { Report } from "./report.ts";

/** A report in the ledger: what was said of it, and read back after a restart. */

const lateFromMs = 60_000;

export function entryOf({ report, judgement, amends }: Change): NewEntry {
  const { id, atMs, receivedAtMs, position, door, room, device, seq } = report;
  const { who, judged, grant, visit } = judgement;
  const late = receivedAtMs - atMs > lateFromMs ? { late_ms: receivedAtMs - atMs } : {};
  const event =
    report.kind === "badge"
      ? ("badge" as const)
      : report.kind === "exit-request"
        ? ("exit-request" as const)
        : report.open
          ? ("door-opened" as const)
          : ("door-closed" as const);
  const badge =
    report.kind === "badge"
      ? { direction: report.direction, decision: report.decision, category: who?.category ?? "unknown" }
      : {};
  return {
    kind: "access-event",
    atMs,
    body: {
      event,
      door,
      room,
      device,
      ...badge,
      judged,
      ...(grant === undefined ? {} : { grant }),
      ...(visit === undefined ? {} : { visit }),
      ...late,
      position,
      id,
      seq,
      ...(amends === undefined ? {} : { amends }),
    },
    ...(report.kind === "badge" ? { personal: personalOf(report.credential, who) } : {}),
  };
}

/** A badge that is nobody's is kept with a key of its own: should it turn out whose it was, it can be erased too. */
function personalOf(credential: string, who: Change["judgement"]["who"]) {
  if (who === null) return { credential: { person: `badge ${credential}`, value: credential } };
  const value = { id: who.id, name: who.name, category: who.category };
  return { person: { person: who.id, value }, credential: { person: who.id, value: credential } };
}

const text = z.string();
const shared = {
  id: text,
  door: text.nullable(),
  room: text,
  device: text,
  judged: text,
  position: z.number().default(0),
  seq: z.number().nullable().default(null),
  late_ms: z.number().default(0),
};
const direction = z.enum(["in", "out"]);
const decision = z.enum(["granted", "denied"]);
export const accessBody = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("badge"),
    ...shared,
    direction,
    decision,
    category: text.default("unknown"),
    grant: text.optional(),
    visit: text.optional(),
  }),
  z.object({ event: z.literal("door-opened"), ...shared }),
  z.object({ event: z.literal("door-closed"), ...shared }),
  z.object({ event: z.literal("exit-request"), ...shared }),
]);

/** The report that an entry is about; `null` for one of before reports had ids, or of a refusal that was erased. */
export function reportOf(entry: Entry, reveal: () => Record<string, { value: unknown } | null>): Known | null {
  const read = accessBody.safeParse(entry.body);
  if (!read.success) return null;
  const { id, door, room, device, position, seq, late_ms, judged } = read.data;
  const atMs = Date.parse(entry.at);
  const seen = { id, atMs, receivedAtMs: atMs + late_ms, position, device, door, room, seq };
  const known = (report: Report): Known => ({ report, judged, entry: entry.index });
  switch (read.data.event) {
    case "door-opened":
      return known({ ...seen, kind: "door", open: true });
    case "door-closed":
      return known({ ...seen, kind: "door", open: false });
    case "exit-request":
      return known({ ...seen, kind: "exit-request" });
    case "badge": {
      const credential = reveal().credential?.value;
      // Of a badge that was erased only that somebody passed is known: the door that opened was not forced.
      if (typeof credential !== "string") {
        if (read.data.decision === "denied") return null;
        return { report: { ...seen, kind: "exit-request", erased: true }, judged: "exit-request", entry: entry.index };
      }
      return known({
        ...seen,
        kind: "badge",
        credential,
        direction: read.data.direction,
        decision: read.data.decision,
      });
    }
  }
}

export interface Known {
  report: Report;
  judged: string;
  entry: number;
}
