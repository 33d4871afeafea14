import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { PeerCertificate } from "node:tls";

const dayMs = 86_400_000;

/** Days until a certificate expires; 0 when it has. */
export function certificateDays({ valid_to: validTo }: PeerCertificate, nowMs: number): number {
  const leftMs = Date.parse(validTo) - nowMs;
  return Math.max(0, Math.floor((leftMs / dayMs) * 100) / 100);
}

/** Read at each look, so that a renewed authority needs no restart. */
export async function authorityOf(file: string | undefined, directory: string): Promise<{ ca?: Buffer }> {
  return file === undefined ? {} : { ca: await readFile(resolve(directory, file)) };
}
