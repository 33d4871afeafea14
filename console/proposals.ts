import type { SettingsChange } from "../contract/index.ts";
import { type Clock, isoTime, openDatabase, randomId, SentryError } from "../core/index.ts";

/** Changes of settings that wait for a second person. */
export interface Proposals {
  waiting(): SettingsChange[];
  add(proposal: Omit<SettingsChange, "id" | "at">): SettingsChange;
  /** Each is answered once. @throws SentryError `not-found` */
  take(id: string): SettingsChange;
  close(): void;
}

const migrations = [
  "CREATE TABLE proposals (id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, proposal TEXT NOT NULL) STRICT;",
] as const;
const waitingAtMost = 100;

export function openProposals(path: string, clock: Clock): Proposals {
  const db = openDatabase(path, { migrations, durability: "full" });
  const all = db.prepare("SELECT proposal FROM proposals ORDER BY at_ms");
  const one = db.prepare("SELECT proposal FROM proposals WHERE id = ?");
  const insert = db.prepare("INSERT INTO proposals VALUES (?, ?, ?)");
  const drop = db.prepare("DELETE FROM proposals WHERE id = ?");
  // Written by this program alone, in the shape it answers with.
  const read = (row: Record<string, unknown>): SettingsChange => JSON.parse(String(row.proposal));
  return {
    waiting: () => all.all().map(read),
    add(proposal) {
      if (all.all().length >= waitingAtMost) {
        throw new SentryError("limit-reached", `${waitingAtMost} changes wait already: consent to them or refuse them`);
      }
      const atMs = clock.nowMs();
      const made = { ...proposal, id: randomId(), at: isoTime(atMs) };
      insert.run(made.id, atMs, JSON.stringify(made));
      return made;
    },
    take(id) {
      const row = one.get(id);
      if (!row) throw new SentryError("not-found", "no such change waits");
      drop.run(id);
      return read(row);
    },
    close: () => db.close(),
  };
}
