import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { openDatabase } from "../../core/index.ts";
import { historyMigrations } from "./history-schema.ts";
import { rollUpMigrations } from "./roll-up-schema.ts";
import { createRollUpTurn } from "./roll-up-turn.ts";

/**
 * The roll-up thread: it owns `rollups.db`, so that folding a backlog of a million samples never holds up the thread
 * that acknowledges messages. It has no clock: it works when it is told to, and is told the time.
 */

export const workerOptions = z.object({
  historyPath: z.string(),
  path: z.string(),
  timeZone: z.string(),
  retention: z.object({ "1m": z.number(), "15m": z.number(), "1h": z.number(), "1d": z.number() }),
  batch: z.number(),
});
export type WorkerOptions = z.infer<typeof workerOptions>;

export type WorkerRequest = { kind: "turn"; nowMs: number; prune: boolean } | { kind: "stop" };
export interface WorkerAnswer {
  /** Samples rolled up in this turn. */
  samples: number;
  /** Every sample up to this id is rolled up. */
  position: number;
}

if (parentPort !== null) serve(parentPort, workerOptions.parse(workerData));

function serve(port: NonNullable<typeof parentPort>, options: WorkerOptions): void {
  const rollUps = openDatabase(options.path, { migrations: rollUpMigrations, durability: "normal" });
  // Each series is a place of its own in the file: without room for them, every bucket is a read from the disk.
  rollUps.exec("PRAGMA cache_size = -65536");
  const history = openDatabase(options.historyPath, { migrations: historyMigrations, readOnly: true });
  const turn = createRollUpTurn({ history, rollUps, timeZone: options.timeZone, retention: options.retention });
  let stopping = false;

  const runTurn = async (nowMs: number, prune: boolean): Promise<void> => {
    let samples = 0;
    for (;;) {
      const done = turn.next(options.batch);
      samples += done.samples;
      if (done.samples < options.batch || stopping) {
        if (prune && !stopping) turn.prune(nowMs);
        port.postMessage({ samples, position: done.position } satisfies WorkerAnswer);
        return;
      }
      // Lets a request to stop come through in the middle of a long backlog.
      await setImmediate();
    }
  };

  let last = Promise.resolve();
  port.on("message", (request: WorkerRequest) => {
    if (request.kind === "turn") {
      last = last.then(() => (stopping ? undefined : runTurn(request.nowMs, request.prune)));
      return;
    }
    stopping = true;
    void last.finally(() => {
      rollUps.close();
      history.close();
      port.close();
    });
  });
}
