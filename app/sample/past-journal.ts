import { existsSync } from "node:fs";
import { join } from "node:path";
import { createAlertStore, presentJournal } from "../../alerts/index.ts";
import type { JournalEntry } from "../../contract/index.ts";
import { openDatabase, SentryError } from "../../core/index.ts";
import { stateMigrations } from "../state-migrations.ts";

const page = 10_000;

/**
 * The journal of a data folder, oldest first, without a running instance; only read, so that one may run beside it.
 * @throws SentryError `config-unreadable` where there is none
 */
export function* readPastJournal(
  folder: string,
  filter: { room?: string | undefined; fromMs?: number | undefined; toMs?: number | undefined },
): Generator<JournalEntry> {
  const path = join(folder, "state.db");
  if (!existsSync(path)) {
    throw new SentryError("config-unreadable", `${folder} is no data folder: expected state.db in it, found none`);
  }
  const { room, fromMs, toMs } = filter;
  const given = {
    ...(room === undefined ? {} : { room }),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
  };
  const db = openDatabase(path, { migrations: stateMigrations, readOnly: true });
  try {
    const store = createAlertStore(db);
    let afterN = 0;
    for (;;) {
      const rows = store.journal({ ...given, afterN, limit: page });
      yield* rows.map(presentJournal);
      if (rows.length < page) return;
      afterN = rows.at(-1)!.n;
    }
  } finally {
    db.close();
  }
}
