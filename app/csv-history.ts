import { createReadStream } from "node:fs";
import { parse } from "csv-parse";
import { readInstant } from "../collector/index.ts";
import { isQuantity, judgeValue, type Quantity, type Values } from "../contract/index.ts";
import { messageOf, SentryError } from "../core/index.ts";

/** One row of a CSV file of history: its time and what it holds; a row of empty cells has no values. */
export interface CsvRow {
  atMs: number;
  values: Values;
  bytesRead: number;
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
export function readCsvHistory(path: string): CsvHistory {
  let unknown: string[] = [];
  async function* rows(): AsyncGenerator<CsvRow> {
    const file = createReadStream(path);
    const parser = file.pipe(parse({ bom: true, skip_empty_lines: true, relax_column_count: false }));
    file.on("error", (error) => parser.destroy(error));
    let columns: (Quantity | "time" | null)[] | null = null;
    let line = 0;
    const wrong = (what: string) => new SentryError("csv-invalid", `${path} line ${line}: ${what}`);
    try {
      for await (const record of parser as AsyncIterable<string[]>) {
        line += 1;
        if (!columns) {
          columns = record.map((name) => (name === "time" ? "time" : isQuantity(name) ? name : null));
          unknown = record.filter((_, at) => columns![at] === null);
          if (!columns.includes("time")) throw wrong(`expected a column time, found ${record.join(",")}`);
          if (!columns.some((name) => name !== null && name !== "time")) {
            throw wrong(`expected a column of a quantity such as temperature_c, found ${record.join(",")}`);
          }
          continue;
        }
        let atMs: number | undefined;
        const values: Values = {};
        for (let at = 0; at < columns.length; at++) {
          const column = columns[at]!;
          const cell = record[at] ?? "";
          if (column === "time") {
            atMs = readInstant(cell);
            if (atMs === undefined) throw wrong(`time: expected RFC 3339, found ${JSON.stringify(cell)}`);
          } else if (column !== null && cell !== "") {
            const judged = judgeValue(column, cellValue(cell));
            if (!judged.ok) throw wrong(judged.reason);
            values[column] = judged.value;
          }
        }
        yield { atMs: atMs!, values, bytesRead: file.bytesRead };
      }
    } catch (error) {
      if (error instanceof SentryError) throw error;
      throw new SentryError("csv-invalid", `cannot read ${path}: ${messageOf(error)}`, { cause: error });
    }
    if (!columns) throw new SentryError("csv-invalid", `${path} is empty: expected a header time,<quantity>,…`);
  }
  return { rows: rows(), unknownColumns: () => unknown };
}

/** A cell as the wire would have carried it. */
function cellValue(cell: string): unknown {
  if (cell === "true" || cell === "false") return cell === "true";
  if (cell === "open" || cell === "closed") return cell;
  const value = Number(cell);
  return Number.isNaN(value) ? cell : value;
}
