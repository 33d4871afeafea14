import type { Entry, IntakeLog, NewEntry } from "../collector/index.ts";
import { type Clock, type Logger, SentryError } from "../core/index.ts";
import type { LoggedEvent } from "./log-events.ts";

/** Steps of the wall clock below this are drift, not steps. */
const smallestStepMs = 2_000;
/** The same security event of the same subject enters the log at most this often. */
const repeatEventMs = 10_000;
const mostRemembered = 5_000;

/**
 * The way into the intake log for every part: notices when our own clock was stepped, keeps repeated events from
 * filling the log, and hands messages to the engine in memory while the disk is full.
 */
export interface IntakeGate {
  append(entry: NewEntry, done: (error: Error | null, position: number) => void): void;
  appendEvent(event: LoggedEvent, origin: string): void;
  /** True while the log takes nothing. */
  full(): boolean;
}

export function createIntakeGate(options: {
  log: IntakeLog;
  clock: Clock;
  logger: Logger;
  observe: (entry: Entry) => void;
  onFull: () => void;
}): IntakeGate {
  const { log, clock, logger } = options;
  let baseMs = clock.nowMs() - clock.monotonicMs();
  let full = false;
  const lastEvent = new Map<string, number>();

  const write = (event: LoggedEvent, origin: string) => {
    const payload = Buffer.from(JSON.stringify(event));
    append({ kind: "event", receivedAtMs: clock.nowMs(), origin, topic: event.event, payload }, (error) => {
      if (error) logger.error("app.event.unsaved", { event: event.event, error: error.message });
    });
  };

  const noticeStep = () => {
    const nowBaseMs = clock.nowMs() - clock.monotonicMs();
    const byMs = Math.round(nowBaseMs - baseMs);
    if (Math.abs(byMs) < smallestStepMs) return;
    baseMs = nowBaseMs;
    logger.warn("app.clock.stepped", { byMs });
    write({ event: "clock-stepped", byMs }, "clock");
  };

  const append: IntakeGate["append"] = (entry, done) => {
    log.append(entry, (error, position) => {
      const nowFull = error instanceof SentryError && error.code === "disk-full";
      if (nowFull) {
        if (!full) {
          logger.error("collector.intake.full", { error: error.message });
          options.onFull();
        }
        if (entry.kind === "message") options.observe({ ...entry, position: log.head() });
      } else if (full && !error) logger.info("collector.intake.writable-again");
      if (nowFull || !error) full = nowFull;
      done(error, position);
    });
  };

  return {
    full: () => full,
    append(entry, done) {
      noticeStep();
      append(entry, done);
    },
    appendEvent(event, origin) {
      if (event.event === "security") {
        const key = `${event.what}|${event.subject}`;
        const nowMs = clock.monotonicMs();
        if (nowMs - (lastEvent.get(key) ?? Number.NEGATIVE_INFINITY) < repeatEventMs) return;
        if (lastEvent.size >= mostRemembered) lastEvent.clear();
        lastEvent.set(key, nowMs);
      }
      noticeStep();
      write(event, origin);
    },
  };
}
