import { Worker } from "node:worker_threads";
import { z } from "zod";
import type { RegisterSource } from "../../console/index.ts";
import { isErrorCode, SentryError } from "../../core/index.ts";

const answer = z.union([
  z.object({ name: z.string(), content: z.instanceof(Uint8Array) }),
  z.object({ code: z.string(), message: z.string() }),
]);

/** Temperature and humidity registers for whoever asks over HTTP, one after the other, each in a thread of its own. */
export function createRegisters(where: { config: string; data: string }): RegisterSource {
  let last: Promise<unknown> = Promise.resolve();
  return (request) => {
    const made = last.catch(() => undefined).then(() => make({ ...where, ...request }));
    last = made;
    return made;
  };
}

function make(request: object): Promise<{ name: string; content: Uint8Array }> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL("./register-worker.ts", import.meta.url), { workerData: request });
    thread.once("message", (message) => {
      const given = answer.parse(message);
      if ("content" in given) resolve(given);
      else reject(new SentryError(isErrorCode(given.code) ? given.code : "internal", given.message));
    });
    thread.once("error", reject);
    thread.once("exit", () => reject(new SentryError("internal", "the register was not made")));
  });
}
