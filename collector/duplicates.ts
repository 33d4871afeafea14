/**
 * Which sequence numbers of a device's sessions have been seen, as closed ranges: a session without loss is one range.
 * A late sample fills its hole; a repeated one is recognised however old it is, as long as its session is remembered.
 */
export interface SeenSequences {
  /** Newest session last. */
  sessions: { session: string; forgottenUpTo: number; ranges: [first: number, last: number][] }[];
}

const maxSessions = 16;
const maxRanges = 64;

/**
 * Marks (session, seq) as seen. `uncertain`: so old that it is no longer remembered whether it came; the history knows.
 */
export function markSeen(seen: SeenSequences, session: string, seq: number): "new" | "seen" | "uncertain" {
  let entry = seen.sessions.at(-1);
  if (entry?.session !== session) {
    entry = seen.sessions.find((known) => known.session === session);
    if (!entry) {
      entry = { session, forgottenUpTo: -1, ranges: [] };
      seen.sessions.push(entry);
      if (seen.sessions.length > maxSessions) seen.sessions.shift();
    }
  }
  if (seq <= entry.forgottenUpTo) return "uncertain";
  const ranges = entry.ranges;
  const last = ranges.at(-1);
  if (last && seq === last[1] + 1) {
    last[1] = seq;
    return "new";
  }
  let at = ranges.length;
  while (at > 0 && ranges[at - 1]![0] > seq) at--;
  const before = ranges[at - 1];
  const after = ranges[at];
  if (before && seq <= before[1]) return "seen";
  const joinsBefore = before !== undefined && before[1] + 1 === seq;
  const joinsAfter = after !== undefined && seq + 1 === after[0];
  if (joinsBefore && joinsAfter) {
    before[1] = after[1];
    ranges.splice(at, 1);
  } else if (joinsBefore) before[1] = seq;
  else if (joinsAfter) after[0] = seq;
  else ranges.splice(at, 0, [seq, seq]);
  if (ranges.length > maxRanges) entry.forgottenUpTo = ranges.shift()![1];
  return "new";
}

/** Samples missing between the first and the newest sequence number of the newest session. */
export function missingIn(seen: SeenSequences): number {
  const ranges = seen.sessions.at(-1)?.ranges ?? [];
  let missing = 0;
  for (let at = 1; at < ranges.length; at++) missing += ranges[at]![0] - ranges[at - 1]![1] - 1;
  return missing;
}
