import { expect, test } from "vitest";
import { nuisancesOf } from "../../cli/rationalise.ts";
import type { JournalEntry } from "../../contract/index.ts";

type Step = [minute: number, transition: "raised" | "returned" | "acknowledged"];

function journal(condition: JournalEntry["condition"], steps: readonly Step[]): JournalEntry[] {
  return steps.map(([minute, transition], at) => {
    const time = new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString();
    return {
      ...{ n: at + 1, id: "1001", at: time, recordedAt: time, room: "r1", device: "d1", condition, transition },
      ...{ state: "unacknowledged", priority: "medium", value: 61, limit: 60, unit: "%", reason: "test" },
      ...{ by: null, comment: null, messages: { "zh-CN": "", en: "" } },
    } as const;
  });
}

const times = (starts: readonly number[], length: number): Step[] =>
  starts.flatMap((start): Step[] => [
    [start, "raised"],
    [start + length, "returned"],
  ]);

test("short stays would have been spared by a longer delay", () => {
  const [found] = nuisancesOf(journal("humidity-high", times([0, 60, 120], 1.5)));
  expect(found).toMatchObject({ raised: 3, shortLived: 3, unanswered: 3, setting: { key: "delay", delay_s: 720 } });
});

test("what comes again soon after its return would have been spared by a larger hysteresis", () => {
  const [found] = nuisancesOf(journal("humidity-high", times([0, 20, 40, 60], 15)));
  expect(found).toMatchObject({ again: 3, shortLived: 0, setting: { key: "hysteresis", hysteresis: 4 } });
});

test("long ones that nobody answers ask for another limit; those that are answered are none", () => {
  expect(nuisancesOf(journal("humidity-high", times([0, 100, 200], 30)))).toMatchObject([
    { setting: { key: "limit" } },
  ]);
  const answered = [0, 100, 200].flatMap((start): Step[] => [
    [start, "raised"],
    [start + 5, "acknowledged"],
    [start + 30, "returned"],
  ]);
  expect(nuisancesOf(journal("humidity-high", answered))).toEqual([]);
});

test("smoke is never put off, however short it was", () => {
  expect(nuisancesOf(journal("smoke-alarm", times([0, 60, 120], 1)))).toMatchObject([{ setting: null }]);
});
