import type { Clock } from "../core/index.ts";
import type { BrokerConfig } from "../site/index.ts";
import type { Session } from "./session.ts";

// [MQTT-3.1.2-24] One and a half times the keep-alive.
const keepAliveGrace = 1.5;
export const watchPeriodMs = 1_000;

/**
 * Ends the connections that only stay: no CONNECT in time, or silent for longer than their keep-alive.
 * One look a second at all of them, instead of two timers each.
 */
export function watchSessions(options: {
  clock: Clock;
  limits(): BrokerConfig["limits"];
  sessions: Iterable<Session>;
  onExpired(session: Session, reason: "connect-timeout" | "keep-alive"): void;
}): { cancel(): void } {
  const { clock } = options;
  return clock.every(watchPeriodMs, () => {
    const nowMs = clock.monotonicMs();
    const { connect_timeout: connectMs } = options.limits();
    for (const session of options.sessions) {
      if (!session.loggedIn) {
        if (nowMs - session.openedMs > connectMs) options.onExpired(session, "connect-timeout");
      } else if (!session.paused && session.inFlight === 0) {
        // While we read nothing ourselves, its silence is ours.
        const silentMs = nowMs - session.heardMs;
        if (silentMs > session.keepAliveMs * keepAliveGrace) options.onExpired(session, "keep-alive");
      }
    }
  });
}
