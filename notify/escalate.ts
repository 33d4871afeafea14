import { type Clock, type Database, type Logger, messageOf, type Timer, transaction } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import { advance, onNotice, type Plan, withdrawalOf } from "./escalation.ts";
import type { AlarmNotice } from "./notice.ts";
import { queueTellings, toldBefore, withdraw } from "./outbox.ts";
import { duePlans, judgePlans, nextPlanMs, readPlan, savePlan, unreachedAlarms } from "./plans.ts";

/**
 * Takes up what happened to an alarm: whom it tells now, what it takes back, and what it plans. Call it inside the
 * transaction that commits the transition. @returns how many messages it has queued
 */
export function enqueue(
  db: Database,
  notice: AlarmNotice,
  site: Site,
  options: { nowMs?: number; isFlood?: boolean } = {},
): number {
  const nowMs = options.nowMs ?? notice.recordedAtMs;
  const withdrawal = withdrawalOf(notice);
  if (withdrawal) withdraw(db, notice.alarmId, { ...withdrawal, nowMs, told: toldBefore(db, notice.alarmId) });
  const before = toldBefore(db, notice.alarmId);
  const known = readPlan(db, notice.alarmId);
  const { plan, tellings } = onNotice(known, notice, { site, nowMs, before, isFlood: options.isFlood ?? false });
  if (plan !== null && plan !== known) savePlan(db, plan, nowMs);
  return queueTellings(db, tellings, { notice, site, round: 0, nowMs, gather: false });
}

/** Plans taken in one transaction: more would hold up the engine's. */
const plansATurn = 200;
/** Time is looked at this often at least, for the wall clock may be moved. */
const lookEveryMs = 15_000;
/** A step this late was due while nothing ran: what it tells goes out together with the rest. */
const lateMs = 60_000;
const databasePauseMs = 1_000;

export interface Escalation {
  start(): void;
  /** Call after each commit that may have planned something, and after each that settled a message. */
  wake(): void;
  /** Takes what is due now, at once. */
  take(): void;
  /** The alarms of which nobody was reached. */
  unreached(): string[];
  stop(): void;
}

/** Takes the steps of escalation when their time has come; after a restart, those that came meanwhile. */
export function createEscalation(options: {
  db: Database;
  site: () => Site;
  clock: Clock;
  log: Logger;
  /** Messages have been queued. */
  onQueued: () => void;
}): Escalation {
  const { db, clock, log } = options;
  let timer: Timer | null = null;
  let awake = false;
  let running = false;

  const take = () => {
    const nowMs = clock.nowMs();
    const plans = transaction(db, () => {
      const due = duePlans(db, nowMs, plansATurn);
      const isLate = due.filter(({ dueAtMs }) => nowMs - dueAtMs! > lateMs).length > 1;
      for (const plan of due) step(plan, nowMs, isLate);
      judgePlans(db, nowMs);
      return due;
    });
    for (const { alarmId, phase, step } of plans) log.info("notify.plan.advanced", { alarm: alarmId, phase, step });
    if (plans.length > 0) options.onQueued();
    return plans.length === plansATurn;
  };

  const step = (plan: Plan, nowMs: number, isLate: boolean) => {
    const site = options.site();
    const before = toldBefore(db, plan.alarmId);
    const next = advance(plan, { site, nowMs, before, isFlood: false });
    savePlan(db, next.plan!, nowMs);
    const { notice } = plan;
    // What was held back goes out together.
    const gather = isLate || (plan.step === 0 && plan.cycle === 0);
    queueTellings(db, next.tellings, { notice, site, round: next.plan!.round, nowMs, gather });
  };

  const look = () => {
    awake = false;
    if (!running) return;
    timer?.cancel();
    try {
      const isMore = take();
      const nextMs = nextPlanMs(db);
      const waitMs = nextMs === null ? lookEveryMs : Math.min(lookEveryMs, Math.max(0, nextMs - clock.nowMs()));
      timer = clock.after(isMore ? 0 : waitMs, look);
    } catch (error) {
      log.error("notify.plans.failed", { reason: messageOf(error) });
      timer = clock.after(databasePauseMs, look);
    }
  };

  return {
    start() {
      running = true;
      look();
    },
    wake() {
      if (awake || !running) return;
      awake = true;
      // Not at once: the caller may still be inside the turn that commits for others.
      queueMicrotask(look);
    },
    take: () => void take(),
    unreached: () => unreachedAlarms(db),
    stop() {
      running = false;
      timer?.cancel();
    },
  };
}
