import { SentryError } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import type { Model } from "./model.ts";
import { scenarios } from "./scenarios/registry.ts";
import type { ParameterChoice, ScenarioRun, Target } from "./scenarios/scenario.ts";
import type { Sensors } from "./sensors.ts";

/** A scenario that happened in the past. */
export interface PastIncident extends ParameterChoice, Target {
  name: string;
  atMs: number;
}

/** Smoke, heat and water go on telling after their cause has ended. */
const afterwardsMs = 3 * 3_600_000;

/**
 * Lets scenarios happen in a past; afterwards the causes are as they were.
 * @throws SentryError `usage` for an unknown scenario, and for one that needs a network, of which the past has none
 */
export function createPastIncidents(options: {
  site: Site;
  model: Model;
  sensors: Sensors;
  incidents: readonly PastIncident[];
}) {
  const { site, model, sensors } = options;
  const waiting = [...options.incidents].sort((a, b) => a.atMs - b.atMs);
  let running: { room: string | undefined; run: ScenarioRun; begunMs: number; endMs: number; over: boolean }[] = [];
  const mute = new Set<string>();

  const begin = ({ name, atMs: _, ...choice }: PastIncident, atMs: number) => {
    const scenario = scenarios.find((one) => one.name === name);
    if (!scenario) throw new SentryError("usage", `expected a scenario, found ${name}`);
    const wireless = (): never => {
      throw new SentryError("usage", `${name}: expected a scenario without a network or a clock, which a past has not`);
    };
    const target = scenario.target(site, choice);
    const causes = {
      site,
      nowMs: () => atMs,
      room: (id: string) => model.causes(id),
      device: (id: string) => ({
        setPower: (on: boolean) => void (on ? mute.delete(id) : mute.add(id)),
        setNetwork: wireless,
        stepClock: wireless,
        sensors: sensors.fault(id),
      }),
    };
    const run = scenario.begin(causes, target, choice);
    running.push({ room: target.room, run, begunMs: atMs, endMs: atMs + run.durationMs, over: false });
  };

  return {
    step(atMs: number): void {
      while (waiting[0] && waiting[0].atMs <= atMs) begin(waiting.shift()!, atMs);
      for (const one of running) {
        if (one.over) continue;
        if (atMs < one.endMs) one.run.step?.(atMs - one.begunMs);
        else {
          one.run.end();
          one.over = true;
        }
      }
      if (running.length > 0) running = running.filter(({ endMs, over }) => !over || atMs < endMs + afterwardsMs);
    },
    /** Something happens now, or has just. */
    happens: () => running.length > 0,
    /** The device is where something happens. */
    touches: (device: string, atMs: number) =>
      running.length > 0 && running.some(({ room }) => room !== undefined && room === site.roomOf(device, atMs)),
    /** It has no power. */
    isMute: (device: string) => mute.has(device),
  };
}
