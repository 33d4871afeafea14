import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { messageOf, randomId, SentryError } from "../core/index.ts";

/** Puts a text in a file's place: a crash leaves the old or the new one, with the rights it had. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.${randomId(5)}`;
  try {
    writeFileSync(draft, text, { mode: statSync(path).mode & 0o777, flag: "wx", flush: true });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new SentryError("data-unwritable", `cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
}
