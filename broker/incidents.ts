import type { Clock, Logger } from "../core/index.ts";
import type { SiteConfig } from "../site/index.ts";
import type { Counts, DropReason } from "./counts.ts";
import type { SecurityReporter } from "./security-events.ts";
import type { Session } from "./session.ts";

const floodReportedAgainAfterMs = 60_000;

/** What becomes of clients that do what they may not: each is counted, told, or shown the door. */
export interface Incidents {
  count(reason: DropReason): void;
  /** Ends the connection. */
  end(session: Session, reason: DropReason): void;
  onBacklog(session: Session): void;
  onViolation(session: Session, detail: string): void;
  onFlood(session: Session): void;
}

export function createIncidents(options: {
  clock: Clock;
  log: Logger;
  counts: Counts;
  security: SecurityReporter;
  limits: () => SiteConfig["broker"]["limits"];
}): Incidents {
  const { clock, log, counts, security, limits } = options;
  const count = (reason: DropReason) => {
    counts.dropped[reason]++;
  };
  const end = (session: Session, reason: DropReason) => {
    if (session.conn.destroyed) return;
    count(reason);
    const { identity, address } = session;
    if (identity) log.info("broker.client.dropped", { reason, identity: identity.name, address });
    // Whoever knocks all day must not fill the disk with lines about it; it is counted.
    else log.debug("broker.connection.dropped", { reason, address });
    session.conn.destroy();
  };
  return {
    count,
    end,
    onBacklog: (session) => end(session, "slow-subscriber"),
    onViolation(session, detail) {
      counts.refused["topic-violation"]++;
      security.report({ kind: "topic-violation", ...whoIs(session), detail });
    },
    onFlood(session) {
      const nowMs = clock.monotonicMs();
      if (session.floodReportedMs !== null && nowMs - session.floodReportedMs < floodReportedAgainAfterMs) return;
      session.floodReportedMs = nowMs;
      counts.refused["message-flood"]++;
      const detail = `more than ${limits().rate_per_s} messages a second; reading pauses`;
      security.report({ kind: "message-flood", ...whoIs(session), detail });
    },
  };
}

function whoIs(session: Session) {
  return {
    identity: session.identity?.name ?? null,
    device: session.identity?.device ?? null,
    address: session.address,
  };
}
