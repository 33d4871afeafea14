export interface BackoffLimits {
  firstMs: number;
  longestMs: number;
}

/**
 * How long to wait after the `attempts`-th failure: doubling from the first to the longest, then spread over the upper
 * half, so that many messages held up by one outage do not all come back in the same instant.
 * `random` is in [0, 1).
 */
export function backoffMs(attempts: number, limits: BackoffLimits, random: number): number {
  const full = Math.min(limits.longestMs, limits.firstMs * 2 ** Math.min(attempts - 1, 30));
  return full / 2 + (full / 2) * random;
}
