import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { conditionNamed, settingsOf } from "../../alerts/index.ts";
import type { Clock } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import type { Watched } from "./system-watch.ts";

const dayMs = 86_400_000;
const condition = "certificate-expiring";

/**
 * How long the certificates of our own encrypted listeners are still valid. Read once, as the listeners read them: a
 * renewed file is in use only after the next start, and until then the old certificate is what clients see.
 */
export function listenerCertificates(site: () => Site, clock: Clock): Watched[] {
  return site().config.broker.listeners.flatMap(({ kind, port, certificate_file: file }) => {
    if (file === undefined) return [];
    const certificate = new X509Certificate(readFileSync(resolve(site().directory, file)));
    const expiresAtMs = Date.parse(certificate.validTo);
    return [
      {
        condition,
        subject: `${kind}:${port}`,
        unit: "d",
        measure() {
          const value = Math.max(0, Math.floor((expiresAtMs - clock.nowMs()) / dayMs));
          const { limit } = settingsOf(site(), conditionNamed(condition)!, null);
          return { wrong: limit !== null && value < limit, value, limit };
        },
      },
    ];
  });
}
