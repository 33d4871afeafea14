import { createRecords, type LeaveFor, type Ledger, type NewEntry } from "../../access/index.ts";
import { type Entry, parsePayload, readCode } from "../../collector/index.ts";
import type { RecordsSource } from "../../console/index.ts";
import { type Clock, type Logger, messageOf, SentryError } from "../../core/index.ts";
import { readSecret, type Site } from "../../site/index.ts";
import { type DataFolder, derivedKey } from "../data-folder.ts";
import type { LoggedEvent } from "../engine/log-events.ts";

const lookEveryMs = 60_000;

/** The book of records, its warnings, and the scanners at the desks. */
export interface RecordsPart {
  source: RecordsSource;
  /** An entry of the intake log: a scanner's barcode is taken in. */
  observe(entry: Entry): void;
  start(): void;
  stop(): void;
}

export function openRecordsPart(options: {
  /** `null` when it could not be opened. */
  ledger: Ledger | null;
  data: DataFolder;
  site: () => Site;
  stands: (condition: string, subject: string) => boolean;
  report: (event: LoggedEvent) => void;
  leaveFor?: LeaveFor;
  clock: Clock;
  log: Logger;
}): RecordsPart {
  const { ledger, site, clock, log } = options;
  const key = (use: string) => derivedKey(options.data.secret("personal.key"), use);
  const codes = key("codes");
  const records =
    ledger &&
    createRecords({
      ledger,
      site,
      key: key("record references"),
      ...(options.leaveFor ? { leaveFor: options.leaveFor } : {}),
      reportOverdue({ subject, active, room, detail }) {
        if (!active && !options.stands("record-overdue", subject)) return;
        const where = room === null ? {} : { room };
        options.report({ event: "condition", condition: "record-overdue", subject, active, ...where, detail });
      },
      clock,
    });
  const book = () => {
    if (records && ledger) return { records, ledger };
    throw new SentryError("ledger-broken", "the ledger could not be opened: nothing can be entered");
  };
  const look = () => {
    try {
      records?.lookForOverdue();
    } catch (error) {
      log.error("access.records.unlooked", { error: messageOf(error) });
    }
  };
  let timer: { cancel(): void } | null = null;

  return {
    source: {
      enter: ({ due, at, ...deed }) =>
        book().records.enter({
          ...deed,
          dueMs: due === undefined ? undefined : Date.parse(due),
          atMs: at === undefined ? undefined : Date.parse(at),
        }),
      list({ by, via, ...query }) {
        const { records, ledger } = book();
        const page = records.list(query);
        ledger.append([readEntry({ by, via, query, results: page.records.length, nowMs: clock.nowMs() })]);
        return page;
      },
    },
    observe(entry) {
      if (!records || entry.kind !== "message" || !entry.topic.endsWith("/scan")) return;
      const parsed = parsePayload(entry.topic, entry.payload);
      if (parsed.kind !== "other" || parsed.channel !== "scan") return;
      const code = readCode(entry.payload, codes);
      if (code !== null) records.scanned({ device: parsed.device, atMs: entry.receivedAtMs, code });
    },
    start() {
      look();
      timer = clock.every(lookEveryMs, look);
    },
    stop: () => timer?.cancel(),
  };
}

/** Makes the names of core records in this data folder. */
export function recordKeyIn(folder: string): Buffer {
  return derivedKey(readSecret({ directory: folder }, "personal.key"), "record references");
}

/** Who read what is recorded of records; of a reference not which one, for it may be of a core record. */
function readEntry(read: {
  by: string | null;
  via: string;
  query: { reference?: string | undefined; state: string };
  results: number;
  nowMs: number;
}): NewEntry {
  const { by, via, query, results } = read;
  const filter = { state: query.state, one: query.reference !== undefined };
  return {
    kind: "history-read",
    atMs: read.nowMs,
    body: { what: "records", filter, via, results },
    ...(by === null ? {} : { personal: { by: { person: by, value: by } } }),
  };
}
