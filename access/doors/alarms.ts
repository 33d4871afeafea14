import type { Site } from "../../site/index.ts";
import type { AccessHistory } from "./history.ts";
import type { doorConditions, Report, Suspicion } from "./report.ts";

/** A condition to be raised, or over. Names of persons are in none of it. */
export interface ConditionReport {
  condition: (typeof doorConditions)[number];
  subject: string;
  active: boolean;
  room?: string;
  device?: string;
  detail?: string;
  priority?: "critical" | "low";
}

/** When a difference between reports and rights becomes an alarm, and when that is over. */
export interface DoorAlarms {
  /** Raises what is due; returns when to look again, `null` when nothing waits. */
  look(nowMs: number): number | null;
  /** What has been raised, to be kept: nothing is raised twice. */
  raised(): string[];
}

export function createDoorAlarms(options: {
  history: AccessHistory;
  site: () => Site;
  raise: (report: ConditionReport) => void;
  /** From before a restart. */
  raised: readonly string[];
  forcedDoors: readonly string[];
}): DoorAlarms {
  const { history, site } = options;
  let raised = new Set(options.raised);
  const forced = new Set(options.forcedDoors);

  const dueMs = ({ atMs, receivedAtMs }: Report, { waits }: Suspicion): number => {
    const { settle, together_within } = site().config.access;
    if (waits === "not") return receivedAtMs;
    if (waits === "for-reports") return Math.max(atMs, receivedAtMs) + settle;
    return Math.max(atMs + together_within, receivedAtMs) + settle;
  };
  const raise = (report: Report, { condition, detail, priority }: Suspicion) => {
    const lateMin = Math.round((report.receivedAtMs - report.atMs) / 60_000);
    const said = [detail, lateMin > 0 ? `late ${lateMin} min` : ""].filter((text) => text !== "").join("; ");
    const subject = report.door ?? report.device;
    if (condition === "door-forced") forced.add(subject);
    options.raise({
      condition,
      subject,
      active: true,
      room: report.room,
      device: report.device,
      ...(said === "" ? {} : { detail: said }),
      ...(priority === undefined ? {} : { priority }),
    });
  };

  return {
    look(nowMs) {
      const { page_within } = site().config.limits;
      const still = new Set<string>();
      let nextMs: number | null = null;
      const forcedNow = new Set<string>();
      for (const { report, suspicion } of history.suspicions()) {
        const key = `${report.id} ${suspicion.condition}`;
        if (suspicion.condition === "door-forced") forcedNow.add(report.door ?? report.device);
        if (raised.has(key)) still.add(key);
        else {
          const atMs = dueMs(report, suspicion);
          if (atMs > nowMs) nextMs = Math.min(nextMs ?? atMs, atMs);
          else {
            still.add(key);
            if (nowMs - report.atMs <= page_within) raise(report, suspicion);
          }
        }
      }
      raised = still;
      for (const [id, { doors }] of history.rooms()) {
        for (const [door, { open }] of doors) {
          if (!forced.has(door) || (open && forcedNow.has(door))) continue;
          forced.delete(door);
          options.raise({ condition: "door-forced", subject: door, active: false, room: id });
        }
      }
      return nextMs;
    },
    raised: () => [...raised],
  };
}
