import type { HandoverState, HandoverView } from "../contract/index.ts";
import { type Clock, isoTime, openDatabase, randomId, SentryError } from "../core/index.ts";

/** Shifts that were handed over: by one person, and taken by another. */
export interface Handovers {
  /** When the last one was taken; null before the first. */
  lastAtMs(): number | null;
  waiting(): HandoverView | null;
  /** Newest first. */
  past(limit: number): HandoverView[];
  /** In place of one that nobody has taken yet. */
  hand(by: Who, comment: string, state: HandoverState): HandoverView;
  /** @throws SentryError `not-found`, `two-persons-required` */
  take(id: string, by: Who, comment: string): HandoverView;
  close(): void;
}

interface Who {
  id: string;
  name: string;
}

const migrations = [
  `CREATE TABLE handovers (
     id TEXT PRIMARY KEY,
     handed_at_ms INTEGER NOT NULL,
     taken_at_ms INTEGER,
     handover TEXT NOT NULL
   ) STRICT;
   CREATE INDEX handovers_taken ON handovers (taken_at_ms);`,
] as const;

export function openHandovers(path: string, clock: Clock): Handovers {
  const db = openDatabase(path, { migrations, durability: "full" });
  const last = db.prepare("SELECT max(taken_at_ms) AS at_ms FROM handovers");
  const open = db.prepare("SELECT handover FROM handovers WHERE taken_at_ms IS NULL");
  const taken = db.prepare(
    "SELECT handover FROM handovers WHERE taken_at_ms IS NOT NULL ORDER BY taken_at_ms DESC LIMIT ?",
  );
  const drop = db.prepare("DELETE FROM handovers WHERE taken_at_ms IS NULL");
  const insert = db.prepare("INSERT INTO handovers (id, handed_at_ms, handover) VALUES (?, ?, ?)");
  const settle = db.prepare("UPDATE handovers SET taken_at_ms = ?, handover = ? WHERE id = ?");
  // Written by this program alone, in the shape it answers with.
  const read = (row: Record<string, unknown>): HandoverView => JSON.parse(String(row.handover));
  const waiting = () => {
    const row = open.get();
    return row ? read(row) : null;
  };
  return {
    lastAtMs() {
      const atMs = last.get()?.at_ms;
      return typeof atMs === "number" ? atMs : null;
    },
    waiting,
    past: (limit) => taken.all(limit).map(read),
    hand(outgoing, comment, state) {
      const atMs = clock.nowMs();
      const handover: HandoverView = {
        id: randomId(),
        outgoing,
        handedAt: isoTime(atMs),
        comment,
        incoming: null,
        takenAt: null,
        takenComment: null,
        state,
      };
      drop.run();
      insert.run(handover.id, atMs, JSON.stringify(handover));
      return handover;
    },
    take(id, incoming, comment) {
      const found = waiting();
      if (found?.id !== id) throw new SentryError("not-found", "no such handover waits to be taken");
      if (found.outgoing.id === incoming.id) {
        throw new SentryError("two-persons-required", "a shift is taken by another person than hands it over");
      }
      const atMs = clock.nowMs();
      const done = { ...found, incoming, takenAt: isoTime(atMs), takenComment: comment };
      settle.run(atMs, JSON.stringify(done), id);
      return done;
    },
    close: () => db.close(),
  };
}
