import { Worker } from "node:worker_threads";
import type { ConditionName } from "../contract/index.ts";
import { scenarios, type Target } from "../firmware-sim/index.ts";
import { median, row, say } from "./report.ts";
import { lengthOf, type Raised, sampleSite, type Trial } from "./scenario-trial.ts";

/**
 * The simulated sample hospital against the engine, offline: what each scenario is detected by and after how long,
 * what else is raised, and how many alarms an ordinary month brings that need nobody.
 */

const dayMs = 86_400_000;
const shortWarmUpMs = 26 * 3_600_000;
/** What is usual for a room or between two sensors is learned over three days. */
const learntMs = 4 * dayMs;
const normalDays = 30;
const normalRuns = 5;

const climate: readonly ConditionName[] = [
  "climate-control-failure",
  "temperature-high",
  "temperature-low",
  "humidity-high",
  "humidity-low",
  "temperature-swing",
  "humidity-swing",
  "temperature-near-limit",
  "humidity-near-limit",
  "temperature-forecast",
  "humidity-forecast",
];
const fire: readonly ConditionName[] = ["smoke-prealarm", "smoke-alarm", "heat-rise", "fire-suspected"];
const silence: readonly ConditionName[] = ["sensor-silent", "room-blind"];

/** A scenario at one place or another: what tells of it; everything else that is raised is listed as such. */
interface Variant {
  scenario: string;
  where?: { words: string; wish: (seed: number) => Target };
  tells: readonly ConditionName[];
  warmUpMs?: number;
}

const alone = { words: "alone in its room", wish: () => ({ device: "climate-b-301" }) };
const roomsOf = (fits: (room: string) => boolean) => {
  const rooms = [...sampleSite().rooms.values()].filter(({ id }) => id !== "outdoor" && fits(id)).map(({ id }) => id);
  return (seed: number): Target => ({ room: rooms[seed % rooms.length]! });
};
const variants = (): readonly Variant[] => [
  { scenario: "hvac-failure", tells: climate, warmUpMs: learntMs },
  {
    scenario: "hvac-failure",
    where: { words: "any room", wish: roomsOf(() => true) },
    tells: climate,
    warmUpMs: learntMs,
  },
  { scenario: "plant-failure", tells: climate, warmUpMs: learntMs },
  { scenario: "smouldering-fire", tells: fire },
  { scenario: "smouldering-fire", where: { words: "any room", wish: roomsOf(() => true) }, tells: fire },
  { scenario: "flaming-fire", tells: fire },
  { scenario: "flaming-fire", where: { words: "any room", wish: roomsOf(() => true) }, tells: fire },
  { scenario: "water-leak", tells: ["water-leak"] },
  {
    scenario: "water-leak",
    where: {
      words: "no leak sensor",
      wish: roomsOf(
        (room) => ![...sampleSite().devices.values()].some((d) => d.room === room && d.quantities.includes("leak")),
      ),
    },
    tells: ["water-leak"],
  },
  { scenario: "door-propped", tells: ["door-held-open"] },
  { scenario: "sensor-silent", tells: silence },
  { scenario: "sensor-stuck", tells: ["sensor-stuck"] },
  { scenario: "sensor-stuck", where: alone, tells: ["sensor-stuck"] },
  { scenario: "sensor-drift", tells: ["sensor-disagreement"], warmUpMs: learntMs },
  { scenario: "sensor-drift", where: alone, tells: ["sensor-disagreement"], warmUpMs: learntMs },
  { scenario: "battery-dying", tells: ["battery-low", ...silence] },
  { scenario: "network-outage-with-backfill", tells: silence },
  { scenario: "gateway-down", tells: silence },
  { scenario: "clock-jump", tells: ["sensor-clock-fault"] },
];

export interface ScenarioOptions {
  seeds: number;
  /** Seeds begin here: others than those that a change was tried on. */
  from: number;
  workers: number;
  /** Scenarios to run; all, and the ordinary days, where none is named. */
  only: readonly string[];
}

export async function scenarioFigures({ seeds, from, workers, only }: ScenarioOptions): Promise<void> {
  const run = createPool(workers);
  const wanted = (name: string) => only.length === 0 || only.includes(name);
  const list = Array.from({ length: seeds }, (_, n) => from + n);
  say(
    `\nScenarios: seeds ${from} to ${from + seeds - 1}, each another day and hour of the year; steps of 10 s (60 s beyond 3 h)`,
  );
  const missing = scenarios.filter(({ name }) => name !== "normal-day" && !variants().some((v) => v.scenario === name));
  for (const { name } of missing) say(`  ${name}: nobody has said what tells of it`);
  for (const variant of variants()) {
    if (!wanted(variant.scenario)) continue;
    const trials = list.map(
      (seed): Trial => ({
        seed,
        warmUpMs: variant.warmUpMs ?? shortWarmUpMs,
        scenario: { name: variant.scenario, ...variant.where?.wish(seed) },
        lengthMs: lengthOf(variant.scenario),
      }),
    );
    sayVariant(variant, list, await Promise.all(trials.map(run)));
  }
  if (wanted("normal-day")) {
    const trials = list.slice(0, normalRuns).map((seed): Trial => {
      return { seed, warmUpMs: 0, scenario: null, lengthMs: normalDays * dayMs };
    });
    sayNormal(await Promise.all(trials.map(run)));
  }
  await run.stop();
}

function sayVariant({ scenario, where, tells }: Variant, seeds: readonly number[], results: readonly Raised[][]): void {
  const delays = new Map<ConditionName, number[]>();
  const firsts: number[] = [];
  const missed: number[] = [];
  const others = new Map<string, number>();
  results.forEach((raised, at) => {
    const first = new Map<ConditionName, number>();
    for (const { condition, afterMs } of raised) {
      if (afterMs < 0) count(others, `${condition} beforehand`);
      else if (!tells.includes(condition)) count(others, condition);
      else if (!first.has(condition)) first.set(condition, afterMs / 1_000);
    }
    for (const [condition, seconds] of first) delays.set(condition, [...(delays.get(condition) ?? []), seconds]);
    if (first.size > 0) firsts.push(Math.min(...first.values()));
    else missed.push(seeds[at]!);
  });
  const ofAll = (times: readonly number[]) => `${times.length}/${seeds.length}`;
  const title = where === undefined ? scenario : `${scenario}, ${where.words}`;
  const not: Record<string, string> = missed.length === 0 ? {} : { "not with": missed.join(" ") };
  row(title, { detected: ofAll(firsts), ...timesOf(firsts), ...not });
  for (const [condition, times] of delays) row(`  ${condition}`, { in: ofAll(times), ...timesOf(times) });
  for (const [what, times] of others) row(`  else: ${what}`, { times });
}

/** Nothing is wrong on these days: whatever is told needs nobody. */
function sayNormal(results: readonly Raised[][]): void {
  const weeks = (results.length * normalDays) / 7;
  const byCondition = new Map<string, number>();
  for (const { condition, room } of results.flat()) count(byCondition, `${condition} (${room ?? "–"})`);
  const total = results.flat().length;
  say(
    `\nNormal days: ${results.length} × ${normalDays} days of ${sampleSite().rooms.size - 1} rooms, from a cold start`,
  );
  row("alarms that need nobody", { "a week": (total / weeks).toFixed(2), total, "to hold": "≤ 1 a week" });
  for (const [what, times] of [...byCondition].sort((a, b) => b[1] - a[1])) row(`  ${what}`, { times });
}

/** Hands trials to threads, one at a time to each. */
function createPool(size: number): ((trial: Trial) => Promise<Raised[]>) & { stop(): Promise<void> } {
  const workers = Array.from({ length: size }, () => new Worker(new URL("./scenario-worker.ts", import.meta.url)));
  const idle = [...workers];
  const waiting: ((worker: Worker) => void)[] = [];
  const taken = () =>
    new Promise<Worker>((resolve) => {
      const worker = idle.pop();
      if (worker) resolve(worker);
      else waiting.push(resolve);
    });
  const run = async (trial: Trial): Promise<Raised[]> => {
    const worker = await taken();
    try {
      return await new Promise<Raised[]>((resolve, reject) => {
        worker.once("error", reject);
        worker.once("message", (raised: Raised[]) => {
          worker.off("error", reject);
          resolve(raised);
        });
        worker.postMessage(trial);
      });
    } finally {
      const next = waiting.shift();
      if (next) next(worker);
      else idle.push(worker);
    }
  };
  return Object.assign(run, {
    async stop() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  });
}

const count = (by: Map<string, number>, what: string) => by.set(what, (by.get(what) ?? 0) + 1);

function timesOf(seconds: number[]): Record<string, string> {
  if (seconds.length === 0) return {};
  return { median: spanText(median(seconds)), longest: spanText(Math.max(...seconds)) };
}

function spanText(seconds: number): string {
  if (seconds < 600) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3_600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`;
}
