import { type Clock, isDiskFault, type Logger, messageOf } from "../core/index.ts";
import type { Entry } from "./entry.ts";
import type { IntakeLog } from "./intake-log.ts";

/** A consumer of the intake log: cursor → batch → effect and cursor in one commit. */
export interface Consumer {
  name: string;
  cursor(): number;
  /** Applies a batch whole or throws and leaves the cursor where it was. */
  apply(entries: readonly Entry[]): void;
  /** Least time between two batches; 0 for a consumer that must act at once. */
  gatherMs: number;
}

export interface Follower {
  start(): void;
  /** Applies what is committed by now, then stops. */
  stop(): Promise<void>;
  /** Entries between the cursor and the head of the log. */
  lag(): number;
  /** Why the consumer is not moving, while it is not. */
  fault(): string | null;
}

const batchEntries = 2_000;
const retryFromMs = 200;
const retryToMs = 10_000;

export function follow(log: IntakeLog, consumer: Consumer, options: { clock: Clock; logger: Logger }): Follower {
  const { clock, logger } = options;
  let running: Promise<void> | null = null;
  let stopping = false;
  let fault: string | null = null;
  let wake: (() => void) | null = null;
  let stopListening: (() => void) | null = null;

  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const changed = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      if (stopping || log.head() > consumer.cursor()) resolve();
    });

  const loop = async () => {
    let retryMs = retryFromMs;
    for (;;) {
      await changed();
      wake = null;
      if (consumer.gatherMs > 0 && !stopping) await clock.sleep(consumer.gatherMs);
      try {
        for (;;) {
          const entries = log.readAfter(consumer.cursor(), batchEntries);
          if (entries.length === 0) break;
          consumer.apply(entries);
          if (fault !== null) logger.info("collector.consumer.recovered", { consumer: consumer.name });
          fault = null;
          retryMs = retryFromMs;
          // Lets sockets and other consumers have their turn while a long way is caught up.
          if (entries.length === batchEntries) await turn();
        }
        if (stopping) return;
      } catch (error) {
        if (fault === null) {
          logger.error("collector.consumer.failed", {
            consumer: consumer.name,
            error: messageOf(error),
            disk: isDiskFault(error),
          });
        }
        fault = messageOf(error);
        if (stopping) return;
        await clock.sleep(retryMs);
        retryMs = Math.min(retryMs * 2, retryToMs);
      }
    }
  };

  return {
    start() {
      if (running) return;
      stopListening = log.onCommit(() => wake?.());
      running = loop();
    },
    async stop() {
      stopping = true;
      wake?.();
      await running;
      stopListening?.();
    },
    lag: () => log.head() - consumer.cursor(),
    fault: () => fault,
  };
}
