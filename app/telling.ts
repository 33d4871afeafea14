import type { JournalRow } from "../alerts/index.ts";
import type { Clock, Database, Logger } from "../core/index.ts";
import { type Channel, createDelivery, createEscalation, enqueue, type Told, takeAlarmCode } from "../notify/index.ts";
import { lastingRotas, type Site, whoIsOn } from "../site/index.ts";
import { noticeOf } from "./notices.ts";
import type { Watched } from "./system-watch.ts";

/** Telling people: who hears of a transition, the steps that follow, and what is wrong with telling itself. */
export function createTelling(options: {
  db: Database;
  site: () => Site;
  instance: string;
  channels: () => readonly Channel[];
  /** Alarms come faster than anybody can follow. */
  isFlood: () => boolean;
  /** Whether an alarm of this program stands. */
  stands: (condition: string, subject: string) => boolean;
  onDelivered: (told: Told) => void;
  clock: Clock;
  log: Logger;
}) {
  const { db, site, clock, log, stands } = options;
  const delivery = createDelivery({
    instance: options.instance,
    db,
    site,
    channels: options.channels,
    clock,
    log,
    onDelivered: options.onDelivered,
    // Whether nobody is left who could be reached is judged as soon as it is known.
    onSettled: () => escalation.wake(),
  });
  const escalation = createEscalation({ db, site, clock, log, onQueued: delivery.wake });

  /** What this program watches about its own telling. */
  function watched(): Watched[] {
    const channels = options.channels().map(({ name }) => ({
      condition: "notification-failing" as const,
      subject: name,
      unit: null,
      measure() {
        const health = delivery.health().find(({ channel }) => channel === name);
        // Nothing has been sent since the start: what was true before it still is.
        const wrong = health === undefined ? stands("notification-failing", name) : health.failing;
        return { wrong, value: null, limit: null, ...(health?.reason ? { detail: health.reason } : {}) };
      },
    }));
    const rotas = lastingRotas(site()).map(({ id }) => ({
      condition: "notification-failing" as const,
      subject: `rota-${id}`,
      unit: null,
      measure: () => {
        const wrong = whoIsOn(site(), id, clock.nowMs()).people.length === 0;
        return { wrong, value: null, limit: null, detail: `nobody is on duty by the rota ${id}` };
      },
    }));
    return [
      ...channels,
      ...rotas,
      {
        condition: "nobody-reached",
        subject: "telling",
        unit: null,
        measure() {
          const alarms = escalation.unreached();
          const named = alarms.slice(0, mostNamed).join(", ");
          return { wrong: alarms.length > 0, value: alarms.length, limit: 0, detail: `alarms ${named}` };
        },
      },
    ];
  }

  return {
    delivery,
    escalation,
    watched,
    /** Runs inside the commit of the transitions. */
    take(rows: readonly JournalRow[]): void {
      const language = site().config.site.language;
      for (const row of rows) {
        const code = takeAlarmCode(db, { id: row.alarm, state: row.state });
        const how = { nowMs: clock.nowMs(), isFlood: options.isFlood() };
        enqueue(db, noticeOf(row, language, code), site(), how);
      }
    },
    start(): void {
      delivery.start();
      escalation.start();
    },
    wake(): void {
      delivery.wake();
      escalation.wake();
    },
    stop(): Promise<void> {
      escalation.stop();
      return delivery.stop();
    },
  };
}

/** Alarms that a detail names; it must stay a sentence. */
const mostNamed = 10;
