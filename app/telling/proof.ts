import type { CommandOutcome } from "../../alerts/index.ts";
import type { HistoryQueries } from "../../collector/index.ts";
import type { Clock, Logger } from "../../core/index.ts";
import { createHeartbeat } from "../../notify/index.ts";
import { readSecret, type Site } from "../../site/index.ts";
import type { DataFolder } from "../data-folder.ts";
import type { LoggedEvent } from "../engine/log-events.ts";
import type { Parts } from "../parts.ts";
import { createPeriodReports } from "../reports/period-reports.ts";
import type { Watched } from "../watched/system-watch.ts";
import { createDrills } from "./drills.ts";
import { createWeeklyCheck } from "./weekly-check.ts";

/** What shows that telling works while nothing is wrong: exercises, the weekly check, the heartbeat, reports. */
export function createProof(options: {
  parts: Parts;
  queries: HistoryQueries;
  data: DataFolder;
  /** Of the ledger: printed in reports. */
  checkpoint: () => string | null;
  site: () => Site;
  clock: Clock;
  log: Logger;
}) {
  const { parts, site, clock, log } = options;
  const { db } = parts.telling;

  const enter = (event: LoggedEvent): Promise<CommandOutcome> =>
    new Promise((resolve, reject) => {
      const payload = Buffer.from(JSON.stringify(event));
      const entry = {
        kind: "event" as const,
        receivedAtMs: clock.nowMs(),
        origin: "proof",
        topic: event.event,
        payload,
      };
      parts.gate.append(entry, (error, position) => {
        if (error) reject(error);
        else parts.engineConsumer.outcomeAt(position).then(resolve, reject);
      });
    });
  const drills = createDrills({ site, store: parts.store, db, enter, clock });
  const check = createWeeklyCheck({ site, drills, db, clock, log });
  const reports = createPeriodReports({ ...options, drills });
  const heartbeat = createHeartbeat({
    config: () => site().config.proof.heartbeat,
    url: ({ url_file }) => readSecret(site(), url_file),
    site: () => site().id,
    unwell,
    clock,
    log,
  });

  /** Of what telling depends on, and no more: a chart database that is away is no reason for silence. */
  function unwell(): string | null {
    const { ready, parts: each } = parts.health();
    if (!ready) return Object.entries(each).find(([, part]) => !part.ready)?.[1].reason ?? "not ready";
    const { intake_backlog: most } = site().config.limits;
    const behind = parts.followers.find((follower) => follower.lag() > most);
    if (behind) return `${behind.lag()} entries wait to be evaluated or stored`;
    const channels = parts.telling.delivery.health();
    if (channels.length > 0 && channels.every(({ failing }) => failing)) return "no channel works";
    if (parts.stands("nobody-reached", "telling")) return "nobody was reached";
    if (parts.stands("notification-failing", "weekly-check")) return "the weekly check did not arrive";
    return null;
  }

  const watched = (): Watched[] => [
    check.watched(),
    {
      condition: "notification-failing",
      subject: "heartbeat",
      unit: null,
      measure() {
        const fault = heartbeat.fault();
        const detail = fault === null ? {} : { detail: `the heartbeat does not arrive: ${fault}` };
        return { wrong: fault !== null, value: null, limit: null, ...detail };
      },
    },
  ];

  return {
    drills,
    reports: reports.source,
    watched,
    start(): void {
      check.start();
      heartbeat.start();
      reports.start();
    },
    async stop(): Promise<void> {
      check.stop();
      heartbeat.stop();
      await reports.stop();
    },
  };
}
