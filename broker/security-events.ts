import type { Clock, Logger } from "../core/index.ts";
import { createTokenBucket } from "./limits.ts";

export type SecurityEventKind = "login-failed" | "topic-violation" | "unknown-device" | "message-flood";

export interface SecurityEvent {
  kind: SecurityEventKind;
  atMs: number;
  identity: string | null;
  device: string | null;
  address: string;
  detail: string;
}

export interface SecurityReporter {
  report(event: Omit<SecurityEvent, "atMs">): void;
  /** Events not passed on, because there were too many at once. */
  suppressed(): number;
}

/** Passes events on at a bounded rate: whoever tries passwords in a loop must not be able to fill log and disk too. */
export function createSecurityReporter(options: {
  clock: Clock;
  log: Logger;
  perS: number;
  onEvent(event: SecurityEvent): void;
}): SecurityReporter {
  const { clock, log } = options;
  const bucket = createTokenBucket({ perS: options.perS, burst: options.perS * 5 }, clock.monotonicMs());
  let suppressed = 0;
  return {
    report(event) {
      if (bucket.available(clock.monotonicMs()) < 1) {
        suppressed++;
        return;
      }
      bucket.take(1);
      const { kind, ...facts } = event;
      log.warn(`broker.security.${kind}`, facts);
      options.onEvent({ ...event, atMs: clock.nowMs() });
    },
    suppressed: () => suppressed,
  };
}
