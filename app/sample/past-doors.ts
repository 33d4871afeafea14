import { createAccess, type Report } from "../../access/index.ts";
import { credentialHash, type Entry } from "../../collector/index.ts";
import { deviceTopic } from "../../contract/index.ts";
import { type Clock, type Database, isoTime } from "../../core/index.ts";
import { credentialOf, type PastStep } from "../../firmware-sim/index.ts";
import type { Site } from "../../site/index.ts";
import { accessReportsOf } from "../access/access-reports.ts";
import { type DataFolder, derivedKey } from "../data-folder.ts";
import { beginLedger } from "../ledger/open-ledger.ts";
import type { PastEngine } from "./past-engine.ts";

/** In working hours, when there is much to and fro: each look reads all that is remembered of a room again. */
const togetherMs = 60 * 60_000;

export interface PastDoors {
  readonly database: Database;
  take(step: PastStep): void;
  /** As of then. */
  judge(): void;
  close(): void;
}

/** Badges and doors of a simulated past: judged and kept in the ledger as live ones are, recorded at the time of then. */
export function openPastDoors(options: {
  data: Pick<DataFolder, "file" | "secret">;
  site: Site;
  engine: PastEngine;
  /** Of the past. */
  clock: Clock;
  toMs: number;
}): PastDoors {
  const { data, site, engine, clock } = options;
  const key = derivedKey(data.secret("personal.key"), "credentials");
  const hashOf = (credential: string) => credentialHash(credential, key);
  const ledger = beginLedger(data, site, clock);
  const access = createAccess({
    ledger,
    site: () => site,
    raise: ({ active: wrong, ...report }) =>
      engine.step({
        kind: "system",
        receivedAtMs: clock.nowMs(),
        report: { ...report, wrong, value: null, limit: null, unit: null },
      }),
    forcedDoors: () => [],
    hashOf,
    clock,
  });
  // Whoever reads the ledger is told so first.
  ledger.append([
    {
      kind: "operator-command",
      atMs: clock.nowMs(),
      body: { do: "simulate", via: "simulation", from: isoTime(clock.nowMs()), to: isoTime(options.toMs) },
    },
  ]);
  for (const { id } of site.config.people) {
    access.desk.assignBadge({ person: id, credential: credentialOf(id), by: id });
  }
  const reportsOf = (device: string, channel: "telemetry" | "badge", atMs: number, payload: object): Report[] => {
    const entry: Entry = {
      position: 0,
      kind: "message",
      receivedAtMs: atMs,
      origin: "simulation",
      topic: deviceTopic({ site: site.id, device, channel }),
      payload: Buffer.from(JSON.stringify({ at: atMs, ...payload })),
    };
    return accessReportsOf(entry, site);
  };
  let reports: Report[] = [];
  let dueMs: number | null = null;
  let judgedMs = Number.NEGATIVE_INFINITY;

  return {
    database: ledger.store.database,
    take({ samples, badges }) {
      for (const { reader, atMs, credential, direction } of badges) {
        const badge = { credential: hashOf(credential), direction, decision: "granted" };
        reports.push(...reportsOf(reader, "badge", atMs, badge));
      }
      for (const { device, atMs, values } of samples) {
        if (values.door === undefined) continue;
        reports.push(...reportsOf(device, "telemetry", atMs, { door: values.door === 1 ? "open" : "closed" }));
      }
    },
    judge() {
      const nowMs = clock.nowMs();
      if (nowMs - judgedMs < togetherMs && site.calendar.isWorkingTime(nowMs)) return;
      if (reports.length > 0) access.take(reports, 0);
      if (reports.length > 0 || (dueMs !== null && dueMs <= nowMs)) dueMs = access.raiseDue();
      reports = [];
      judgedMs = nowMs;
    },
    close: ledger.close,
  };
}
