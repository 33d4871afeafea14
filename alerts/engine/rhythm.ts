import type { EngineState } from "./state.ts";

/**
 * How often alarms come, after ISA-18.2 and EEMUA 191: one that keeps coming and going is chattering, many at once are
 * a flood. Both are counted in alarms that people see.
 */
const windowMs = 10 * 60_000;
/** ISA-18.2: three or more within the window. */
const chatteringFrom = 3;
/** EEMUA 191: ten or more within ten minutes are more than one person can follow. */
const floodFrom = 10;
/** Kept at most: more would change nothing in what is said. */
const mostRaises = 1_000;

type Raises = Pick<EngineState, "recentRaises" | "nowMs">;

/** Counts one more, also one that is not announced because its last return was held; answers what it means. */
export function countRaise(state: Raises, key: string): "chattering" | "flood" | null {
  const { recentRaises, nowMs } = state;
  const first = recentRaises.findIndex(({ atMs }) => atMs > nowMs - windowMs);
  recentRaises.splice(0, first === -1 ? recentRaises.length : first);
  if (recentRaises.length >= mostRaises) recentRaises.shift();
  recentRaises.push({ key, atMs: nowMs });
  if (isChattering(state, key)) return "chattering";
  return isFlood(state) ? "flood" : null;
}

/** More alarms than one person can follow. One that comes and goes is no flood, however often it does. */
export function isFlood({ recentRaises, nowMs }: Raises): boolean {
  const keys = new Set<string>();
  for (const { key, atMs } of recentRaises) if (atMs > nowMs - windowMs) keys.add(key);
  return keys.size >= floodFrom;
}

export function isChattering({ recentRaises, nowMs }: Raises, key: string): boolean {
  let raises = 0;
  for (const raise of recentRaises) if (raise.key === key && raise.atMs > nowMs - windowMs) raises += 1;
  return raises >= chatteringFrom;
}
