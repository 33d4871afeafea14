import type { SecurityEventKind } from "./security-events.ts";

/** Why a connection was ended, or a message or filter not taken. */
export const dropReasons = [
  "too-many-connections",
  "connect-timeout",
  "keep-alive",
  "pre-login-bytes",
  "packet-over-limit",
  "malformed",
  "slow-subscriber",
  "too-many-subscriptions",
  "queue-full",
  "retained-full",
  "sessions-full",
  "not-committed",
  "stale-will",
  "replaced-rights",
] as const;
export type DropReason = (typeof dropReasons)[number];

/** Counted since the start. */
export interface Counts {
  /** Messages that clients were allowed to publish. */
  received: number;
  /** Those of them that the intake has committed. */
  committed: number;
  refused: Record<SecurityEventKind, number>;
  dropped: Record<DropReason, number>;
}

export function createCounts(): Counts {
  return {
    received: 0,
    committed: 0,
    refused: { "login-failed": 0, "topic-violation": 0, "unknown-device": 0, "message-flood": 0 },
    dropped: {
      "too-many-connections": 0,
      "connect-timeout": 0,
      "keep-alive": 0,
      "pre-login-bytes": 0,
      "packet-over-limit": 0,
      malformed: 0,
      "slow-subscriber": 0,
      "too-many-subscriptions": 0,
      "queue-full": 0,
      "retained-full": 0,
      "sessions-full": 0,
      "not-committed": 0,
      "stale-will": 0,
      "replaced-rights": 0,
    },
  };
}
