import { once } from "node:events";
import { connect } from "node:net";
import type { ProbeCheck } from "../../../site/index.ts";
import { type Look, type LookOptions, responseMs } from "./look.ts";

/** Whether a port takes connections, and how quickly. Nothing is sent. */
export function lookAtTcp(check: ProbeCheck & { kind: "tcp" }, { clock }: LookOptions): Look {
  return async (signal) => {
    const fromMs = clock.monotonicMs();
    const socket = connect(check.address);
    try {
      await once(socket, "connect", { signal });
      return { ok: true, values: { response_ms: responseMs(clock, fromMs) } };
    } finally {
      // What a connection says after we have turned away concerns nobody.
      socket.on("error", () => {}).destroy();
    }
  };
}
