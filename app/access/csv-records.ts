import { createReadStream, type ReadStream } from "node:fs";
import { Readable } from "node:stream";
import { parse } from "csv-parse";

/** What is read of a file at a time. */
const chunkBytes = 256 * 1_024;
const parsedAtOnce = 256;

/**
 * The records of a CSV file, many at a time. Recordings are millions of lines without a quote, and such a line is split
 * where its commas are; from the first line on that is not so plain, csv-parse reads the rest.
 */
export async function* csvRecords(file: ReadStream): AsyncGenerator<readonly string[][]> {
  file.setEncoding("utf8");
  let rest = "";
  let first = true;
  const chunks: AsyncIterator<string> = file[Symbol.asyncIterator]();
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    let text = rest + next.value;
    if (first && text.startsWith("\uFEFF")) text = text.slice(1);
    first = false;
    const plainTo = text.includes('"') ? text.lastIndexOf("\n", text.indexOf('"')) + 1 : text.lastIndexOf("\n") + 1;
    const records = plainRecords(text.slice(0, plainTo));
    rest = text.slice(plainTo);
    if (records === null || rest.includes('"')) {
      if (records !== null && records.length > 0) yield records;
      yield* parsedRecords(records === null ? text : rest, chunks);
      return;
    }
    if (records.length > 0) yield records;
  }
  const last = plainRecords(rest);
  if (last === null) yield* parsedRecords(rest, chunks);
  else if (last.length > 0) yield last;
}

export function openCsv(path: string): ReadStream {
  return createReadStream(path, { highWaterMark: chunkBytes });
}

/** `null` where a line ends otherwise than lines do on Unix and Windows. */
function plainRecords(text: string): string[][] | null {
  const records: string[][] = [];
  for (const line of text.split("\n")) {
    const record = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (record.includes("\r")) return null;
    if (record !== "") records.push(record.split(","));
  }
  return records;
}

async function* parsedRecords(begun: string, chunks: AsyncIterator<string>): AsyncGenerator<string[][]> {
  async function* text() {
    yield begun;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  const parser = parse({ skip_empty_lines: true, relax_column_count: true });
  const source = Readable.from(text());
  source.on("error", (error) => parser.destroy(error));
  let records: string[][] = [];
  for await (const record of source.pipe(parser) as AsyncIterable<string[]>) {
    records.push(record);
    if (records.length < parsedAtOnce) continue;
    yield records;
    records = [];
  }
  if (records.length > 0) yield records;
}
