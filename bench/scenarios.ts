import { Engine, emptyState } from "../alerts/index.ts";
import type { ConditionName } from "../contract/index.ts";
import { type OfflineOptions, offlineHospital, type Scenario, scenarios } from "../firmware-sim/index.ts";
import { loadSite, type Site } from "../site/index.ts";
import { median, row, say } from "./report.ts";

/**
 * The simulated sample hospital against the engine, offline: what each scenario is detected by and after how long,
 * what else is raised, and how many alarms an ordinary month brings that need nobody.
 */

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** A day is what swings and clean-air baselines look back. */
const warmUpMs = 26 * hourMs;
const fineStepMs = 10_000;
const coarseStepMs = 60_000;
const normalDays = 30;
/** What is watched after the cause has gone: a return, and what a return may bring. */
const afterMs = 2 * hourMs;

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

/** What tells of each scenario; everything else that is raised is listed as such. */
const tellsOf: Record<string, readonly ConditionName[]> = {
  "hvac-failure": climate,
  "smouldering-fire": fire,
  "flaming-fire": fire,
  "water-leak": ["water-leak"],
  "door-propped": ["door-held-open"],
  "sensor-silent": silence,
  "sensor-stuck": ["sensor-stuck"],
  "sensor-drift": ["sensor-disagreement"],
  "battery-dying": ["battery-low", ...silence],
  "network-outage-with-backfill": silence,
  "gateway-down": silence,
  "clock-jump": ["sensor-clock-fault"],
};

interface Raised {
  condition: ConditionName;
  room: string | null;
  device: string | null;
  /** When somebody could have been told, not when it began. */
  toldAtMs: number;
}

export function scenarioFigures(seeds: number): void {
  const beginMs = Date.parse("2026-01-07T02:00:00+08:00");
  const { site } = loadSite("config/sample-hospital.yaml", { nowMs: beginMs });
  // Another season, weekday and hour for each seed; all within the calendar of the sample.
  const startOf = (seed: number) => beginMs + ((seed * 37) % 300) * dayMs + ((seed * 5) % 24) * hourMs;
  say(`\nScenarios: ${seeds} seeds each, from another day and hour of the year; steps of 10 s (60 s beyond 3 h)`);
  for (const scenario of scenarios) {
    if (scenario.name !== "normal-day") sayScenario(site, scenario, seeds, startOf);
  }
  sayNormal(site, Math.min(seeds, 5), startOf);
}

function sayScenario(site: Site, scenario: Scenario, seeds: number, startOf: (seed: number) => number): void {
  const expected = tellsOf[scenario.name] ?? [];
  const delays = new Map<ConditionName, number[]>();
  const firsts: number[] = [];
  const others = new Map<string, number>();
  const durationMs = lengthOf(scenario);
  for (let seed = 1; seed <= seeds; seed++) {
    const fromMs = startOf(seed);
    const atMs = fromMs + warmUpMs;
    const fine = durationMs <= 3 * hourMs;
    const raised = raisedIn({
      site,
      seed,
      fromMs,
      toMs: atMs + durationMs + afterMs,
      stepMs: (nowMs) => (fine && nowMs >= atMs - 10 * minuteMs ? fineStepMs : coarseStepMs),
      scenario: { name: scenario.name, atMs },
    }).filter((one) => one.toldAtMs >= atMs);
    const first = new Map<ConditionName, number>();
    for (const { condition, room, toldAtMs } of raised) {
      if (expected.includes(condition)) {
        if (!first.has(condition)) first.set(condition, (toldAtMs - atMs) / 1_000);
      } else {
        const name = `${condition}${room === null ? "" : ` (${room})`}`;
        others.set(name, (others.get(name) ?? 0) + 1);
      }
    }
    for (const [condition, seconds] of first) delays.set(condition, [...(delays.get(condition) ?? []), seconds]);
    if (first.size > 0) firsts.push(Math.min(...first.values()));
  }
  const ofAll = (times: readonly number[]) => `${times.length}/${seeds}`;
  row(scenario.name, { detected: ofAll(firsts), ...timesOf(firsts) });
  for (const [condition, times] of delays) row(`  ${condition}`, { in: ofAll(times), ...timesOf(times) });
  for (const [what, count] of others) row(`  else: ${what}`, { times: count });
}

/** Nothing is wrong on these days: whatever is told needs nobody. */
function sayNormal(site: Site, seeds: number, startOf: (seed: number) => number): void {
  const weeks = (seeds * normalDays) / 7;
  const byCondition = new Map<string, number>();
  let total = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const fromMs = startOf(seed);
    const toMs = fromMs + normalDays * dayMs;
    for (const { condition, room } of raisedIn({ site, seed, fromMs, toMs, stepMs: () => coarseStepMs })) {
      total += 1;
      const name = `${condition} (${room ?? "–"})`;
      byCondition.set(name, (byCondition.get(name) ?? 0) + 1);
    }
  }
  say(`\nNormal days: ${seeds} × ${normalDays} days of ${site.rooms.size - 1} rooms, from a cold start`);
  row("alarms that need nobody", { "a week": (total / weeks).toFixed(2), total, "to hold": "≤ 1 a week" });
  for (const [what, count] of [...byCondition].sort((a, b) => b[1] - a[1])) row(`  ${what}`, { times: count });
}

/** Alarms that came into people's sight. */
function raisedIn(options: OfflineOptions): Raised[] {
  const { site } = options;
  const engine = new Engine(site, emptyState());
  const raised: Raised[] = [];
  const { trusted_future: trustedFutureMs } = site.config.limits;
  const step = (event: Parameters<Engine["step"]>[0]) => {
    for (const { alarm, transition } of engine.step(event).transitions) {
      if (transition !== "raised" || alarm.state !== "unacknowledged") continue;
      const { condition, room, device } = alarm;
      raised.push({ condition, room, device, toldAtMs: event.receivedAtMs });
    }
  };
  step({ kind: "started", receivedAtMs: options.fromMs });
  for (const { nowMs, messages } of offlineHospital(options)) {
    for (const { receivedAtMs, device, samples } of messages) {
      step({
        kind: "samples",
        receivedAtMs,
        device,
        samples: samples.map(({ atMs, values }) => {
          const clockUntrusted = atMs > receivedAtMs + trustedFutureMs;
          return {
            atMs: clockUntrusted ? receivedAtMs : atMs,
            receivedAtMs,
            values,
            clockUntrusted,
            offsetMs: receivedAtMs - atMs,
            imported: false,
          };
        }),
      });
    }
    step({ kind: "tick", receivedAtMs: nowMs });
  }
  return raised;
}

/** From the parameters alone: causes on nothing show how long it lasts. */
function lengthOf(scenario: Scenario): number {
  const value = (name: string) => scenario.parameters[name]?.default;
  const seconds = value("duration_s") ?? 0;
  const minutes = value("minutes") ?? 0;
  const hours = value("hours") ?? value("changed_h") ?? 0;
  const days = value("days") ?? 0;
  return seconds * 1_000 + minutes * minuteMs + hours * hourMs + days * dayMs;
}

function timesOf(seconds: number[]): Record<string, string> {
  if (seconds.length === 0) return {};
  return { median: spanText(median(seconds)), longest: spanText(Math.max(...seconds)) };
}

function spanText(seconds: number): string {
  if (seconds < 600) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3_600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`;
}
