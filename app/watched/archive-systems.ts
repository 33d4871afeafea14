import { createProbes, type Probes } from "../../collector/index.ts";
import type { Clock, Logger } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import type { IntakeGate } from "../intake-gate.ts";

const condition = "archive-system-unreachable";

/** Probes of the archive's own systems, with their way into the log: figures as telemetry, failures as events. */
export function openProbes(options: {
  site: Site;
  gate: IntakeGate;
  stands: (condition: string, subject: string) => boolean;
  clock: Clock;
  log: Logger;
}): Probes {
  const { site, gate, clock, log } = options;
  return createProbes({
    site,
    clock,
    log,
    append: gate.append,
    failedBefore: (probe) => options.stands(condition, probe),
    report({ probe, failing, reason }) {
      const figures = { value: null, limit: null, unit: null };
      const detail = reason === null ? {} : { detail: reason };
      gate.appendEvent({ event: "system", condition, subject: probe, wrong: failing, ...figures, ...detail }, probe);
    },
  });
}
