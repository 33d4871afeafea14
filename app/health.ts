import { readFileSync } from "node:fs";
import { z } from "zod";
import type { HealthResponse } from "../contract/index.ts";

const manifest = z.object({ version: z.string() });
export const version = manifest.parse(
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")),
).version;

/** Ready means: messages are taken, evaluated and stored. A chart database that is away is told, and changes nothing. */
export function createHealth(read: {
  intakeFull: () => boolean;
  consumers: () => Record<string, string | null>;
  stores: () => Record<string, string | null>;
  sources: () => Record<string, string | null>;
}): () => HealthResponse {
  return () => {
    const parts: HealthResponse["parts"] = {};
    const note = (name: string, reason: string | null) => {
      parts[name] = reason === null ? { ready: true } : { ready: false, reason };
    };
    note("intake", read.intakeFull() ? "the disk is full: messages are not acknowledged" : null);
    for (const [name, fault] of Object.entries(read.consumers())) note(name, fault);
    const ready = Object.values(parts).every((part) => part.ready);
    for (const [name, fault] of Object.entries({ ...read.stores(), ...read.sources() })) note(name, fault);
    return { ready, version, parts };
  };
}
