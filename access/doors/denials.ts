import type { BadgeReport } from "./report.ts";

/** Of refused badges, in order, those that are one too many: by the same badge anywhere, or at the same door. */
export function deniedAgain(
  denials: readonly BadgeReport[],
  { limit, withinMs }: { limit: number; withinMs: number },
): Set<string> {
  const again = new Set<string>();
  const recent = new Map<string, number[]>();
  const oneMore = (key: string, atMs: number): number => {
    const times = (recent.get(key) ?? []).filter((time) => time > atMs - withinMs);
    times.push(atMs);
    recent.set(key, times);
    return times.length;
  };
  for (const { id, atMs, credential, door, device } of denials) {
    const counts = [oneMore(`badge ${credential}`, atMs), oneMore(`door ${door ?? device}`, atMs)];
    if (counts.some((count) => count >= limit)) again.add(id);
  }
  return again;
}
