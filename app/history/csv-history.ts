import type { ReadStream } from "node:fs";
import { Transform } from "node:stream";
import { parse } from "csv-parse";
import { readInstant } from "../../collector/index.ts";
import { isQuantity, judgeValue, type Quantity, type Values } from "../../contract/index.ts";
import { messageOf, SentryError } from "../../core/index.ts";
import { csvRecords, openCsv } from "../access/csv-records.ts";

/** One row of a CSV file of history: its time and what it holds; a row of empty cells has no values. */
export interface CsvRow {
  atMs: number;
  values: Values;
  /** Line of the file. */
  line: number;
  bytesRead: number;
}

export interface CsvOptions {
  /** Quantity, or `time`, of a column whose name is another. */
  columns?: ReadonlyMap<string, Quantity | "time">;
  /** UTF-8 unless given; as the Encoding Standard names it, for example `gbk`. */
  encoding?: string;
  /** The moment that a time without an offset means; without this it is a fault. */
  localInstant?: (text: string) => number | undefined;
  /** Told of a row that cannot be read, which is then left out; without this the first one ends the reading. */
  onBadRow?: (line: number, reason: string) => void;
}

export interface CsvHistory {
  rows: AsyncIterable<CsvRow>;
  /** Columns that are no quantity; known after the first row. */
  unknownColumns(): string[];
}

/**
 * Reads `time,<quantity>,…` with RFC 3339 times; an empty cell is a missing value.
 * @throws SentryError `csv-invalid` naming the file and line.
 */
export function readCsvHistory(path: string, options: CsvOptions = {}): CsvHistory {
  let unknown: string[] = [];
  const nameOf = (column: string): Quantity | "time" | null => {
    const given = options.columns?.get(column.trim());
    if (given !== undefined) return given;
    return column === "time" || isQuantity(column) ? column : null;
  };
  async function* rows(): AsyncGenerator<CsvRow> {
    const file = openCsv(path);
    const asItIs = options.onBadRow === undefined && options.encoding === undefined;
    let columns: (Quantity | "time" | null)[] | null = null;
    let line = 0;
    const wrong = (what: string) => new SentryError("csv-invalid", `${path} line ${line}: ${what}`);
    try {
      for await (const records of asItIs ? csvRecords(file) : parsedRecords(file, options)) {
        for (const next of records) {
          // Asking for the line costs time, which a replay of years would rather not spend.
          const record = Array.isArray(next) ? next : next.record;
          line = Array.isArray(next) ? line + 1 : next.info.lines;
          if (!columns) {
            columns = record.map(nameOf);
            unknown = record.filter((_, at) => columns![at] === null);
            if (!columns.includes("time")) throw wrong(`expected a column time, found ${record.join(",")}`);
            if (!columns.some((name) => name !== null && name !== "time")) {
              throw wrong(`expected a column of a quantity such as temperature_c, found ${record.join(",")}`);
            }
            continue;
          }
          const read = readRow(record, columns, options);
          if ("fault" in read) {
            if (options.onBadRow === undefined) throw wrong(read.fault);
            options.onBadRow(line, read.fault);
          } else yield { ...read, line, bytesRead: file.bytesRead };
        }
      }
    } catch (error) {
      if (error instanceof SentryError) throw error;
      throw new SentryError("csv-invalid", `cannot read ${path}: ${messageOf(error)}`, { cause: error });
    } finally {
      file.destroy();
    }
    if (!columns) throw new SentryError("csv-invalid", `${path} is empty: expected a header time,<quantity>,…`);
  }
  return { rows: rows(), unknownColumns: () => unknown };
}

function readRow(
  record: readonly string[],
  columns: readonly (Quantity | "time" | null)[],
  { localInstant }: CsvOptions,
): { atMs: number; values: Values } | { fault: string } {
  if (record.length !== columns.length) return { fault: `expected ${columns.length} cells, found ${record.length}` };
  let atMs: number | undefined;
  const values: Values = {};
  for (const [at, column] of columns.entries()) {
    const cell = record[at] ?? "";
    if (column === "time") {
      atMs = readInstant(cell) ?? localInstant?.(cell);
      if (atMs === undefined) return { fault: `time: expected RFC 3339, found ${JSON.stringify(cell)}` };
    } else if (column !== null && cell !== "") {
      const judged = judgeValue(column, cellValue(cell));
      if (!judged.ok) return { fault: judged.reason };
      values[column] = judged.value;
    }
  }
  return atMs === undefined ? { fault: "time: found none" } : { atMs, values };
}

/** Of a file that may be in another encoding, or have rows that cannot be read: with the line of each. */
async function* parsedRecords(file: ReadStream, { encoding, onBadRow }: CsvOptions): AsyncGenerator<ParsedRecord[]> {
  const tolerant = onBadRow !== undefined;
  const parser = decoded(file, encoding).pipe(
    parse({
      bom: true,
      skip_empty_lines: true,
      relax_column_count: tolerant,
      relax_quotes: tolerant,
      info: tolerant,
    }),
  );
  file.on("error", (error) => parser.destroy(error));
  for await (const record of parser as AsyncIterable<ParsedRecord>) yield [record];
}

type ParsedRecord = string[] | { record: string[]; info: { lines: number } };

function decoded(file: ReadStream, encoding: string | undefined): NodeJS.ReadableStream {
  if (encoding === undefined) return file;
  const decoder = new TextDecoder(encoding, { fatal: true });
  return file.pipe(
    new Transform({
      transform(chunk: Buffer, _, done) {
        try {
          done(null, decoder.decode(chunk, { stream: true }));
        } catch (error) {
          done(new Error(`not ${encoding}: ${messageOf(error)}`));
        }
      },
      flush: (done) => done(null, decoder.decode()),
    }),
  );
}

/** A cell as the wire would have carried it. */
function cellValue(cell: string): unknown {
  if (cell === "true" || cell === "false") return cell === "true";
  if (cell === "open" || cell === "closed") return cell;
  const value = Number(cell);
  return Number.isNaN(value) ? cell : value;
}
