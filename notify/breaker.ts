import { backoffMs } from "./backoff.ts";
import type { ChannelName } from "./channel.ts";

/** After so many failures in a row a channel is said to be failing; one success ends that. */
const failuresBeforeFailing = 3;

export interface ChannelHealth {
  channel: ChannelName;
  failing: boolean;
  /** Of the newest failure; empty when the channel works again. */
  reason: string;
}

/**
 * Circuit breakers, one a channel. A server that is away is asked about with one message at a time and after growing
 * waits, instead of with everything that waits for it.
 */
export function createBreakers(random: () => number) {
  const states = new Map<ChannelName, { failures: number; openUntilMs: number; reason: string }>();
  const isFailing = (channel: ChannelName) => (states.get(channel)?.failures ?? 0) >= failuresBeforeFailing;
  return {
    isFailing,
    /** How long nothing may be sent through a channel, by the monotonic clock. */
    closedForMs(channel: ChannelName, monotonicMs: number): number {
      return isFailing(channel) ? Math.max(0, states.get(channel)!.openUntilMs - monotonicMs) : 0;
    },
    /** Takes note of how a message fared; says when the channel begins or ceases to fail. A refusal of one message says that the other side is there. */
    note(
      channel: ChannelName,
      failure: string | null,
      at: { monotonicMs: number; firstMs: number; longestMs: number },
    ): ChannelHealth | null {
      const wasFailing = isFailing(channel);
      const failures = failure === null ? 0 : (states.get(channel)?.failures ?? 0) + 1;
      const over = failures - failuresBeforeFailing;
      const waitMs = over < 0 ? 0 : backoffMs(over + 1, at, random());
      states.set(channel, { failures, openUntilMs: at.monotonicMs + waitMs, reason: failure ?? "" });
      if (isFailing(channel) === wasFailing) return null;
      return { channel, failing: !wasFailing, reason: failure ?? "" };
    },
    /** What is known since the start: nothing of a channel that has not been used. */
    health(): ChannelHealth[] {
      return [...states].map(([channel, { reason }]) => ({ channel, failing: isFailing(channel), reason }));
    },
  };
}
