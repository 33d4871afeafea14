import { createHmac } from "node:crypto";
import type { AlertStore, JournalRow } from "../../alerts/index.ts";
import type { InfluxWriterOptions } from "../../collector/index.ts";
import type { Site } from "../../site/index.ts";

export type StoreFeeds = Pick<InfluxWriterOptions, "alarmsAfter" | "newestAlarm" | "figuresAfter" | "newestFigures">;

/** What the journal and the rooms' figures give to a history store. */
export function createStoreFeeds(options: {
  store: AlertStore;
  site: () => Site;
  /** The data folder's own: charts tell persons apart without naming them. */
  pseudonymKey: string;
}): StoreFeeds {
  const { store } = options;
  const pseudonym = (person: string) =>
    createHmac("sha256", options.pseudonymKey).update(person).digest("hex").slice(0, 12);
  const lineOf = (row: JournalRow) => ({
    n: row.n,
    sameBefore: store.sameBefore(row),
    atMs: row.at_ms,
    id: row.alarm,
    room: row.room,
    condition: row.condition,
    priority: row.priority,
    transition: row.transition,
    state: row.state,
    value: row.value,
    limit: row.limit,
    message: options.site().config.site.language === "en" ? row.message_en : row.message_zh,
    by: row.by === null ? null : pseudonym(row.by),
    sinceRaisedS: Math.round((row.at_ms - row.raised_at_ms) / 1_000),
  });
  return {
    // Exercises are no figure of the archive.
    alarmsAfter: (afterN, limit) => store.journal({ afterN, limit, drills: false }).map(lineOf),
    newestAlarm: store.newestJournal,
    figuresAfter: (afterN, limit) =>
      store.figuresAfter(afterN, limit).map(({ n, room, at_ms: atMs, figures }) => ({ n, room, atMs, ...figures })),
    newestFigures: store.newestFigures,
  };
}
