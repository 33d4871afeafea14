import { type CsvRow, readCsvHistory } from "../../app/index.ts";
import { type Quantity, quantityNames } from "../../contract/index.ts";
import { isoTime, SentryError } from "../../core/index.ts";

export interface RecordingReader {
  onRow(row: CsvRow): void | Promise<void>;
  /** Things a person should know that do not end the reading; one line each. */
  onRemark(line: string): void;
  /** Bytes read of all files so far. */
  onProgress(bytes: number): void;
}

const rowsBetweenProgress = 2_000;

/**
 * Reads several files of one room, one after the other.
 * @throws SentryError `csv-invalid`; also where a file begins before the one before it ends: that is a wrong order or
 * a double recording, and either would count time twice.
 */
export async function readRecording(paths: readonly string[], reader: RecordingReader): Promise<void> {
  let bytesBefore = 0;
  let last: { path: string; atMs: number } | null = null;
  let backwardTold = false;
  for (const path of paths) {
    const csv = readCsvHistory(path);
    let newestMs = Number.NEGATIVE_INFINITY;
    let rows = 0;
    let bytes = 0;
    for await (const row of csv.rows) {
      if (rows === 0) remarkColumns(path, csv.unknownColumns(), reader);
      rows += 1;
      bytes = row.bytesRead;
      if (last !== null && row.atMs <= last.atMs) {
        throw new SentryError(
          "csv-invalid",
          `${path} line ${rows + 1}: expected a time after ${isoTime(last.atMs)}, where ${last.path} ends, found ${isoTime(row.atMs)}`,
        );
      }
      if (row.atMs < newestMs && !backwardTold) {
        backwardTold = true;
        reader.onRemark(
          `${path} line ${rows + 1}: time runs backwards here; such rows are taken as samples that came late`,
        );
      }
      newestMs = Math.max(newestMs, row.atMs);
      const waiting = reader.onRow(row);
      if (waiting) await waiting;
      if (rows % rowsBetweenProgress === 0) reader.onProgress(bytesBefore + bytes);
    }
    if (rows > 0) last = { path, atMs: newestMs };
    bytesBefore += bytes;
    reader.onProgress(bytesBefore);
  }
}

function remarkColumns(path: string, unknown: readonly string[], reader: RecordingReader): void {
  if (unknown.length > 0) reader.onRemark(`${path}: columns that are no quantity are ignored: ${unknown.join(", ")}`);
}

/** Which quantities some rows hold, and their median distance in time. */
export function shapeOf(rows: readonly CsvRow[]): { quantities: Quantity[]; intervalMs: number } {
  const quantities = quantityNames.filter((name) => rows.some((row) => row.values[name] !== undefined));
  const steps = rows
    .slice(1)
    .map((row, at) => row.atMs - rows[at]!.atMs)
    .filter((step) => step > 0)
    .sort((a, b) => a - b);
  return { quantities, intervalMs: steps[Math.floor(steps.length / 2)] ?? 60_000 };
}

/** Rows of another recording, asked for by time. */
export interface AlongsideRows {
  readonly intervalMs: number;
  readonly quantities: readonly Quantity[];
  /** Those up to this time that have not been given yet. */
  until(atMs: number): Promise<readonly CsvRow[]>;
  close(): Promise<void>;
}

const rowsToJudgeStep = 1_000;

export async function openAlongside(path: string, onRemark: (line: string) => void): Promise<AlongsideRows> {
  const csv = readCsvHistory(path);
  const rows = csv.rows[Symbol.asyncIterator]();
  const waiting: CsvRow[] = [];
  let ended = false;
  const readOne = async () => {
    const next = await rows.next();
    if (next.done) ended = true;
    else waiting.push(next.value);
  };
  while (!ended && waiting.length < rowsToJudgeStep) await readOne();
  if (csv.unknownColumns().length > 0) {
    onRemark(`${path}: columns that are no quantity are ignored: ${csv.unknownColumns().join(", ")}`);
  }
  const shape = shapeOf(waiting);
  return {
    ...shape,
    async until(atMs) {
      while (!ended && (waiting.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) <= atMs) await readOne();
      const later = waiting.findIndex((row) => row.atMs > atMs);
      return waiting.splice(0, later === -1 ? waiting.length : later);
    },
    async close() {
      await rows.return?.();
    },
  };
}

/** Quantities that the beginning of a file holds. */
export async function quantitiesOf(path: string): Promise<Quantity[]> {
  const rows: CsvRow[] = [];
  for await (const row of readCsvHistory(path).rows) {
    rows.push(row);
    if (rows.length === rowsToJudgeStep) break;
  }
  return shapeOf(rows).quantities;
}
