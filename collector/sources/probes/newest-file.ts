import { glob, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ProbeCheck } from "../../../site/index.ts";
import { failed, type Look, type LookOptions } from "./look.ts";

const hourMs = 3_600_000;

/** How old the newest file of a folder or pattern is: a backup that has stopped is noticed by what is missing. */
export function lookAtNewestFile(check: ProbeCheck & { kind: "newest-file" }, { clock, directory }: LookOptions): Look {
  const path = resolve(directory, check.path);
  return async (signal) => {
    const pattern = (await isFolder(path)) ? join(path, "*") : path;
    let newestMs = Number.NEGATIVE_INFINITY;
    let files = 0;
    for await (const name of glob(pattern)) {
      if (signal.aborted) break;
      files += 1;
      if (files > check.files) return failed(`more than ${check.files} files in ${check.path}`);
      // A file may go while we look: rotation removes the oldest.
      const file = await stat(name).catch(() => null);
      if (file?.isFile() && file.size >= check.smallest) newestMs = Math.max(newestMs, file.mtimeMs);
    }
    if (newestMs === Number.NEGATIVE_INFINITY)
      return failed(`no file of at least ${check.smallest} bytes in ${check.path}`);
    const ageH = Math.max(0, clock.nowMs() - newestMs) / hourMs;
    return { ok: true, values: { backup_age_h: Math.round(ageH * 1_000) / 1_000 } };
  };
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
