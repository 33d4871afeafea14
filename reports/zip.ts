import { createWriteStream, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

/** Packs the files of a folder, under its name, into a ZIP file; in pieces, for ledgers grow large. */
export async function zipFolder(folder: string, path: string): Promise<void> {
  const zip = new ZipFile();
  for (const name of readdirSync(folder).sort()) {
    zip.addFile(join(folder, name), `${basename(folder)}/${name}`, { mode: 0o100600 });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path, { mode: 0o600, flags: "wx" }));
}
