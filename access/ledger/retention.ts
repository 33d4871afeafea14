import type { EntryKind } from "./kinds.ts";

/**
 * How long what is recorded is kept, by what it is about. The program's own bookkeeping (changes of keys, erasures,
 * tombstones, checkpoints given out) is small and kept for ever.
 */
export const retentionClasses = {
  log_ins: ["log-in"],
  security: ["security-event"],
  access: [
    "access-event",
    "grant",
    "grant-decision",
    "credential",
    "door-maintenance",
    "record",
    "review",
    "history-read",
  ],
  alarms: ["alarm-journal", "operator-command", "configuration-change"],
} as const satisfies Record<string, readonly EntryKind[]>;

export type RetentionClass = keyof typeof retentionClasses;
/** In milliseconds. */
export type Retention = Readonly<Record<RetentionClass, number>>;

/** Logs of networks are kept six months at least (Cybersecurity Law of the PRC, article 21). */
export const leastRetentionMs = 180 * 86_400_000;

/** Whether what is of these kinds may be gone when it is as old as this. */
export function mayBeGone(kinds: readonly string[], ageMs: number): boolean {
  const removable = Object.values(retentionClasses).flat() as readonly string[];
  return ageMs >= leastRetentionMs && kinds.every((kind) => removable.includes(kind));
}

/** Indexes as runs of first and last. */
export function runsOf(indexes: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const index of indexes) {
    const run = runs.at(-1);
    if (run && run[1] === index - 1) run[1] = index;
    else runs.push([index, index]);
  }
  return runs;
}
