import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createAlertStore, describe as describeTransition } from "../../alerts/index.ts";
import { stateMigrations } from "../../app/state-migrations.ts";
import { nuisancesOf } from "../../cli/rationalise.ts";
import type { JournalEntry } from "../../contract/index.ts";
import { openDatabase } from "../../core/index.ts";
import { aRoom, hour, minute } from "../alerts/builder.ts";
import { aFolder, runCli } from "./builders.ts";

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

test("what nobody saw is no nuisance", () => {
  const hidden = journal("humidity-high", times([0, 60, 120], 1.5)).map((entry) => ({
    ...entry,
    state: "shelved" as const,
  }));
  expect(nuisancesOf(hidden)).toEqual([]);
});

describe("the journal of a data folder, without a running instance", () => {
  /** Three short stays beyond the limit, as the engine tells them and the store keeps them. */
  function aDataFolder(): string {
    const room = aRoom({ more: "conditions: { temperature-high: { delay: 0s }, sensor-silent: { enabled: false } }" });
    for (let n = 0; n < 3; n++) {
      room.sample(n * hour, { temperature_c: 30 });
      room.sample(n * hour + minute, { temperature_c: 20 });
    }
    const folder = aFolder();
    const db = openDatabase(join(folder, "state.db"), { migrations: stateMigrations });
    const state = room.state();
    createAlertStore(db).commit({
      ...{ position: 1, state, memories: [] },
      changed: { devices: [], alarms: [], forecasts: [], ownClimate: [] },
      journal: room.records.map((transition) => {
        return { transition, description: describeTransition(room.site, transition), recordedAtMs: transition.atMs };
      }),
    });
    db.close();
    return folder;
  }

  test("is read where it is", async () => {
    const folder = aDataFolder();
    const { code, out } = await runCli(["alarms", "rationalise", "--data", folder, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ...{ condition: "temperature-high", device: "climate", raised: 3, shortLived: 3 },
      setting: { key: "delay", delay_s: 720 },
    });
    const later = await runCli(["alarms", "rationalise", "--data", folder, "--json", "--from", "2026-11-22T09:30:00Z"]);
    expect(later).toMatchObject({ code: 0, out: "" });
  });

  test("is missed by name", async () => {
    const { code, err } = await runCli(["alarms", "rationalise", "--data", join(aFolder(), "none")]);
    expect([code, err]).toEqual([2, expect.stringContaining("no data folder")]);
    const when = await runCli(["alarms", "rationalise", "--data", aFolder(), "--from", "yesterday"]);
    expect([when.code, when.err]).toEqual([2, expect.stringContaining("--from: expected an RFC 3339 time")]);
  });
});
