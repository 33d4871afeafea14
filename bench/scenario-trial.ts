import { Engine, emptyState } from "../alerts/index.ts";
import type { ConditionName } from "../contract/index.ts";
import { offlineHospital, type Scenario, scenarios, type Target } from "../firmware-sim/index.ts";
import { loadSite, type Site } from "../site/index.ts";

/** One run of the simulated sample hospital against the engine, offline. */

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
const fineStepMs = 10_000;
const coarseStepMs = 60_000;
/** What is watched after the cause has gone: a return, and what a return may bring. */
const afterMs = 2 * hourMs;
const beginMs = Date.parse("2026-01-07T02:00:00+08:00");

export interface Trial {
  seed: number;
  /** Before it nothing happens: a day is what swings and clean-air baselines look back. */
  warmUpMs: number;
  /** `null`: ordinary days, for so long. */
  scenario: ({ name: string } & Target) | null;
  lengthMs: number;
}

export interface Raised {
  condition: ConditionName;
  room: string | null;
  device: string | null;
  /** After the scenario began, in the time when somebody could have been told; negative before it. */
  afterMs: number;
}

let known: Site | undefined;
export function sampleSite(): Site {
  known ??= loadSite("config/sample-hospital.yaml", { nowMs: beginMs }).site;
  return known;
}

/** Another season, weekday and hour for each seed; all within the calendar of the sample. */
const startOf = (seed: number) => beginMs + ((seed * 37) % 300) * dayMs + ((seed * 5) % 24) * hourMs;

/** Alarms that came into people's sight. */
export function runTrial({ seed, warmUpMs, scenario, lengthMs }: Trial): Raised[] {
  const site = sampleSite();
  const fromMs = startOf(seed);
  const atMs = fromMs + warmUpMs;
  const engine = new Engine(site, emptyState());
  const raised: Raised[] = [];
  const { trusted_future: trustedFutureMs } = site.config.limits;
  const step = (event: Parameters<Engine["step"]>[0]) => {
    for (const { alarm, transition } of engine.step(event).transitions) {
      if (transition !== "raised" || alarm.state !== "unacknowledged") continue;
      const { condition, room, device } = alarm;
      raised.push({ condition, room, device, afterMs: event.receivedAtMs - atMs });
    }
  };
  step({ kind: "started", receivedAtMs: fromMs });
  const fine = scenario !== null && lengthMs <= 3 * hourMs;
  const hospital = offlineHospital({
    site,
    seed,
    fromMs,
    toMs: atMs + lengthMs + (scenario === null ? 0 : afterMs),
    stepMs: (nowMs) => (fine && nowMs >= atMs - 10 * minuteMs ? fineStepMs : coarseStepMs),
    ...(scenario === null ? {} : { scenario: { ...scenario, atMs } }),
  });
  for (const { nowMs, messages } of hospital) {
    for (const { receivedAtMs, device, samples } of messages) {
      step({
        kind: "samples",
        receivedAtMs,
        device,
        samples: samples.map(({ atMs: statedMs, values }) => {
          const clockUntrusted = statedMs > receivedAtMs + trustedFutureMs;
          return {
            atMs: clockUntrusted ? receivedAtMs : statedMs,
            receivedAtMs,
            values,
            clockUntrusted,
            offsetMs: receivedAtMs - statedMs,
            imported: false,
          };
        }),
      });
    }
    step({ kind: "tick", receivedAtMs: nowMs });
  }
  return raised;
}

/** How long a scenario lasts, from its parameters alone: causes on nothing show it. */
export function lengthOf(name: string): number {
  const scenario: Scenario | undefined = scenarios.find((one) => one.name === name);
  const value = (parameter: string) => scenario?.parameters[parameter]?.default;
  const seconds = value("duration_s") ?? 0;
  const minutes = value("minutes") ?? 0;
  const hours = value("hours") ?? value("changed_h") ?? 0;
  const days = value("days") ?? 0;
  return seconds * 1_000 + minutes * minuteMs + hours * hourMs + days * dayMs;
}
