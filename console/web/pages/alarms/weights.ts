import type { JournalEntry } from "../../../../contract/index.ts";

/**
 * The message of an inference as people read it: how likely it is, and why. What each reason weighs is for machines and
 * for the list of reasons.
 */
export function withoutWeights(message: string, { value, unit }: Pick<JournalEntry, "value" | "unit">): string {
  if (value === null || unit !== null) return message;
  const share = `${Math.min(99, Math.round(value * 100))} %`;
  for (const [mark, likely] of [
    [` (${value}): `, ` (${share} likely): `],
    [`（${value}）：`, `（可能性 ${share}）：`],
  ] as const) {
    const at = message.lastIndexOf(mark);
    if (at === -1) continue;
    const reasons = message.slice(at + mark.length).replace(/ ?[(（]-?[01](?:\.\d+)?[)）]/g, "");
    return message.slice(0, at) + likely + reasons;
  }
  return message;
}
