import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { openSqliteHistory, type Sample } from "../../collector/index.ts";
import { type Clock, isoTime, SentryError } from "../../core/index.ts";
import { createCalendar, type Site } from "../../site/index.ts";
import type { DataFolder } from "../data-folder.ts";
import { openLedgerIn } from "../ledger/open-ledger.ts";
import { type CsvOptions, readCsvHistory } from "./csv-history.ts";
import { importedSample } from "./imported-sample.ts";

const batch = 1_000;

export interface ImportOptions {
  site: Site;
  /** Locked: nobody else stores samples meanwhile. */
  data: DataFolder;
  files: readonly string[];
  device: string;
  /** Staff number of the person whose word it is. */
  by: string;
  comment: string;
  columns: CsvOptions["columns"];
  encoding?: string;
  /** Of times that state no offset. */
  timeZone?: string;
  clock: Clock;
  onBadRow(fault: { file: string; line: number; reason: string }): void;
  onProgress(at: { phase: "reading" | "storing"; rows: number }): void;
}

export interface ImportResult {
  rows: number;
  bad: number;
  added: number;
  /** In the history already. */
  known: number;
}

/**
 * Enters past readings of one device on a person's word: first all files are read and what is entered, and on whose
 * word, goes into the ledger; then the readings are stored, marked as imported. They raise no alarm and page nobody.
 * Done again, nothing is stored twice.
 * @throws SentryError `usage`, `comment-required`, `csv-invalid`, `not-found` without a ledger.
 */
export async function importHistory(options: ImportOptions): Promise<ImportResult> {
  const { site, data, files, device, by, comment, clock } = options;
  if (!site.devices.has(device)) throw new SentryError("usage", `--device: the site file has no device ${device}`);
  if (!site.people.has(by)) throw new SentryError("usage", `--by: the site file has no person ${by}`);
  if (comment.trim() === "") throw new SentryError("comment-required", "--comment: say where these readings come from");
  const nowMs = clock.nowMs();
  const result: ImportResult = { rows: 0, bad: 0, added: 0, known: 0 };
  const found: { file: string; rows: number; fromMs: number; toMs: number; sha256: string }[] = [];
  for (const file of files) {
    let rows = 0;
    let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const bad = (line: number, reason: string) => {
      result.bad += 1;
      options.onBadRow({ file, line, reason });
    };
    for await (const { atMs } of usableRows(file, options, nowMs, bad)) {
      rows += 1;
      fromMs = Math.min(fromMs, atMs);
      toMs = Math.max(toMs, atMs);
      if (rows % batch === 0) options.onProgress({ phase: "reading", rows: result.rows + rows });
    }
    result.rows += rows;
    if (rows > 0) found.push({ file, rows, fromMs, toMs, sha256: await digestOf(file) });
  }
  if (found.length === 0) return result;

  const ledger = openLedgerIn(data.path, clock);
  try {
    ledger.append(
      found.map(({ rows, fromMs, toMs, sha256 }) => ({
        kind: "operator-command" as const,
        atMs: nowMs,
        body: {
          do: "history-import",
          via: "command-line",
          device,
          rows,
          from: isoTime(fromMs),
          to: isoTime(toMs),
          sha256,
        },
        personal: { by: { person: by, value: by }, comment: { person: by, value: comment } },
      })),
    );
  } finally {
    ledger.close();
  }

  const history = openSqliteHistory(data.file("history.db"), () => site);
  try {
    let samples: Sample[] = [];
    let stored = 0;
    const store = () => {
      const added = history.importSamples(samples);
      result.added += added;
      result.known += samples.length - added;
      stored += samples.length;
      samples = [];
      options.onProgress({ phase: "storing", rows: stored });
    };
    for (const { file } of found) {
      for await (const { atMs, values } of usableRows(file, options, nowMs, () => {})) {
        samples.push(importedSample({ device, atMs, values }, nowMs));
        if (samples.length === batch) store();
      }
    }
    store();
    // There is no log to make it again from.
    history.makeDurable();
    return result;
  } finally {
    history.close();
  }
}

/** Rows with a value and of the past. */
async function* usableRows(
  file: string,
  { site, columns, encoding, timeZone }: ImportOptions,
  nowMs: number,
  onBadRow: (line: number, reason: string) => void,
) {
  const localInstant = timeZone === undefined ? undefined : localInstants(site, timeZone);
  const csv = readCsvHistory(file, {
    onBadRow,
    ...(columns === undefined ? {} : { columns }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(localInstant === undefined ? {} : { localInstant }),
  });
  for await (const row of csv.rows) {
    if (row.atMs > nowMs) onBadRow(row.line, `time: expected one of the past, found ${isoTime(row.atMs)}`);
    else if (Object.keys(row.values).length > 0) yield row;
  }
}

/** `2024-01-31 08:00[:00]`, also with slashes: as loggers and spreadsheets write it. */
const wallTime = /^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?\s*$/;

function localInstants(site: Site, timeZone: string): (text: string) => number | undefined {
  const calendar = createCalendar(site.config.calendar, [], timeZone);
  return (text) => {
    const match = wallTime.exec(text);
    if (match === null) return undefined;
    const [, year = "", month = "", day = "", hour = "", minute = "", second = "0", fraction = "0"] = match;
    const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    // Neither 31 February nor 25 o'clock.
    const wallMs = Date.parse(`${date}T${hour.padStart(2, "0")}:${minute}:${second.padStart(2, "0")}Z`);
    if (Number.isNaN(wallMs) || isoTime(wallMs).slice(0, 10) !== date) return undefined;
    const atMs = calendar.instantOf(date, Number(hour) * 60 + Number(minute));
    return atMs + Number(second) * 1_000 + Math.round(Number(fraction) * 1_000);
  };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
