import type { Confidential, Entry, IntakeLog, NewEntry } from "../collector/index.ts";
import { type Clock, type Logger, SentryError, type Timer } from "../core/index.ts";
import type { LoggedEvent } from "./engine/log-events.ts";

/** Steps of the wall clock below this are drift, not steps. */
const smallestStepMs = 2_000;
/** The same security event of the same subject enters the log at most this often. */
const repeatEventMs = 10_000;
const mostRemembered = 5_000;
/** How often it is tried whether the disk has room again. */
const probeEveryMs = 1_000;

/**
 * The way into the intake log for every part: notices when our own clock was stepped, keeps repeated events from
 * filling the log, and lets the engine go on in memory while the disk is full.
 */
export interface IntakeGate {
  append(entry: NewEntry, done: (error: Error | null, position: number) => void): void;
  appendEvent(event: LoggedEvent, origin: string): void;
  /** Looks at our own clock now, although nothing has come. */
  noticeStep(): void;
  /** True while the log takes nothing. */
  full(): boolean;
  stop(): void;
}

export function createIntakeGate(options: {
  log: IntakeLog;
  confidential: Confidential;
  clock: Clock;
  logger: Logger;
  /** Evaluates in memory what the log could not take. */
  observe: (entry: Entry) => void;
  /** @param disk whether it is the disk that is full, or the log that has reached its bound */
  onFull: (disk: boolean) => void;
  /** False while the little room there is must be left to the alarms. */
  mayWrite: () => boolean;
  onWritable: () => void;
}): IntakeGate {
  const { log, clock, logger } = options;
  let baseMs = clock.nowMs() - clock.monotonicMs();
  let full = false;
  let probe: Timer | null = null;
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
    const finish = (error: Error | null, position: number) => {
      if (error instanceof SentryError && error.code === "disk-full") {
        if (!full) becomeFull(error);
        // A command is on disk before it is answered, or it is refused.
        if (entry.kind !== "command") options.observe({ ...entry, position: log.head() });
      } else if (full && !error) becomeWritable();
      done(error, position);
    };
    if (full && !options.mayWrite()) setImmediate(finish, new SentryError("disk-full", "the disk is full"), 0);
    else log.append(entry, finish);
  };

  const becomeFull = (error: SentryError) => {
    full = true;
    logger.error("collector.intake.full", { error: error.message });
    options.onFull(error.cause !== undefined);
    probe = clock.every(probeEveryMs, () => {
      const tick = { kind: "tick", receivedAtMs: clock.nowMs(), origin: "clock", topic: "tick" } as const;
      append({ ...tick, payload: Buffer.alloc(0) }, () => {});
    });
  };

  const becomeWritable = () => {
    full = false;
    probe?.cancel();
    logger.info("collector.intake.writable-again");
    options.onWritable();
  };

  return {
    full: () => full,
    noticeStep,
    stop: () => probe?.cancel(),
    append(entry, done) {
      noticeStep();
      if (entry.kind === "message") entry.payload = options.confidential.protect(entry.topic, entry.payload);
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
