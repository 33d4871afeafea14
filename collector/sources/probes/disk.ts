import { statfs } from "node:fs/promises";
import { resolve } from "node:path";
import type { ProbeCheck } from "../../../site/index.ts";
import { failed, type Look, type LookOptions } from "./look.ts";

/** How much of a disk is free to an ordinary user, as `df` counts it: what is reserved belongs to nobody. */
export function lookAtDisk(check: ProbeCheck & { kind: "disk" }, { directory }: LookOptions): Look {
  const path = resolve(directory, check.path);
  return async () => {
    const { blocks, bfree, bavail } = await statfs(path);
    const usable = blocks - bfree + bavail;
    if (usable <= 0) return failed(`${check.path} is on a file system without a size`);
    return { ok: true, values: { disk_free_pct: Math.round((bavail / usable) * 10_000) / 100 } };
  };
}
