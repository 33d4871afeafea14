import { existsSync } from "node:fs";
import { openDatabase, SentryError } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { Decoder, type Sample } from "../decode.ts";
import { logMigrations, toEntry } from "../intake-log.ts";
import { historyMigrations, sampleFlags } from "../stores/history-schema.ts";
import type { PastValue } from "../stores/past-history.ts";

const page = 2_000;

/** Every value of the messages that are still in the log and that the history has read; also beside a running instance. */
export function* logOf(paths: { intake: string; history: string }, site: Site): Generator<PastValue> {
  if (!existsSync(paths.intake)) throw new SentryError("not-found", `there is no log at ${paths.intake}`);
  const log = openDatabase(paths.intake, { migrations: logMigrations, readOnly: true });
  const history = openDatabase(paths.history, { migrations: historyMigrations, readOnly: true });
  try {
    const cursor = history.prepare("SELECT position FROM cursors WHERE consumer = 'history'").get();
    const upTo = Number(cursor?.position ?? 0);
    const entries = log.prepare("SELECT * FROM entries WHERE position > ? AND position <= ? ORDER BY position LIMIT ?");
    const decoder = new Decoder(() => site);
    let position = 0;
    for (;;) {
      const rows = entries.all(position, upTo, page);
      for (const row of rows) {
        const decoded = decoder.decode(toEntry(row));
        if (decoded.kind === "samples") for (const sample of decoded.samples) yield* valuesOf(sample);
      }
      if (rows.length < page) return;
      position = Number(rows.at(-1)?.position);
    }
  } finally {
    history.close();
    log.close();
  }
}

function* valuesOf({ device, atMs, session, seq, flags, values }: Sample): Generator<PastValue> {
  const numbered = session === null || seq === null ? null : { session, seq };
  // One without a time that is trusted has been given one, and another the next time.
  if ((flags & sampleFlags["clock-untrusted"]) !== 0 && numbered === null) return;
  for (const quantity of Object.keys(values)) yield { device, quantity, atMs, numbered };
}
