import { conditionNamed } from "../alerts/index.ts";
import type { JournalEntry } from "../contract/index.ts";

/** Alarms that cost attention and brought nothing, found in the journal, with the setting that would have spared them. */

export interface Nuisance {
  condition: JournalEntry["condition"];
  room: string | null;
  device: string | null;
  raised: number;
  /** Over within two minutes of being raised. */
  shortLived: number;
  /** Raised again within ten minutes of its return. */
  again: number;
  /** Returned without anybody having acknowledged it. */
  unanswered: number;
  /** What to change; `null` where nothing but the cause should be changed. */
  setting: { key: "delay" | "hysteresis" | "limit"; delay_s?: number; hysteresis?: number } | null;
}

const shortMs = 120_000;
const againMs = 600_000;
const fewest = 3;
const most = 10;

interface Group extends Omit<Nuisance, "setting"> {
  longestShortMs: number;
  raisedMs: number | null;
  returnedMs: number | null;
  answered: boolean;
}

/** `entries` oldest first. The ten that were raised most, of those where at least half served nobody. */
export function nuisancesOf(entries: Iterable<JournalEntry>): Nuisance[] {
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const { condition, room, device, transition } = entry;
    const key = JSON.stringify([condition, room, device]);
    const counts = { raised: 0, shortLived: 0, again: 0, unanswered: 0, longestShortMs: 0 };
    const group = groups.get(key) ?? {
      ...{ condition, room, device, ...counts },
      ...{ raisedMs: null, returnedMs: null, answered: false },
    };
    groups.set(key, group);
    const atMs = Date.parse(entry.at);
    // What was hidden when it was raised cost nobody attention.
    if (transition === "raised" && entry.state !== "unacknowledged") continue;
    if (transition === "raised") {
      group.raised += 1;
      if (group.returnedMs !== null && atMs - group.returnedMs <= againMs) group.again += 1;
      group.raisedMs = atMs;
      group.answered = false;
    } else if (transition === "acknowledged") group.answered = true;
    else if (transition === "returned" && group.raisedMs !== null) {
      const lengthMs = atMs - group.raisedMs;
      if (lengthMs < shortMs) {
        group.shortLived += 1;
        group.longestShortMs = Math.max(group.longestShortMs, lengthMs);
      }
      if (!group.answered) group.unanswered += 1;
      group.raisedMs = null;
      group.returnedMs = atMs;
    }
  }
  return [...groups.values()]
    .filter(({ raised, shortLived, again, unanswered }) => {
      return raised >= fewest && 2 * Math.max(shortLived, again, unanswered) >= raised;
    })
    .sort((a, b) => b.raised - a.raised)
    .slice(0, most)
    .map((group) => {
      const { condition, room, device, raised, shortLived, again, unanswered } = group;
      return { condition, room, device, raised, shortLived, again, unanswered, setting: settingFor(group) };
    });
}

function settingFor({ condition: name, raised, shortLived, again, longestShortMs }: Group): Nuisance["setting"] {
  const condition = conditionNamed(name);
  // Fire and water are never put off, and what the program reports of itself has no limit: there the cause counts.
  if (condition?.kind !== "value" || condition.defaults.latching || condition.defaults.delayMs === undefined)
    return null;
  const { delayMs, hysteresis } = condition.defaults;
  if (2 * shortLived >= raised) {
    return { key: "delay", delay_s: Math.ceil((delayMs + longestShortMs + 1) / 60_000) * 60 };
  }
  if (2 * again >= raised && hysteresis !== undefined) return { key: "hysteresis", hysteresis: 2 * hysteresis };
  return { key: "limit" };
}
