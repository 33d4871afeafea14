import type { Values } from "../contract/index.ts";
import { SentryError } from "../core/index.ts";
import type { DeviceConfig, Site } from "../site/index.ts";
import { createModel } from "./model.ts";
import type { Span } from "./people.ts";
import { keyOf, uniform } from "./random.ts";
import { scenarios } from "./scenarios/registry.ts";
import type { ParameterChoice, ScenarioRun, Target } from "./scenarios/scenario.ts";
import { createSensors, doorIndexesOf, isUrgent, type Sensors, watchesClosely } from "./sensors.ts";

/** The hospital without a wire: what a server would receive, and when, as fast as the physics goes. */

export interface OfflineMessage {
  receivedAtMs: number;
  device: string;
  /** In order of measuring; more than one when a network has come back. */
  samples: { atMs: number; values: Values }[];
}

export interface OfflineStep {
  nowMs: number;
  messages: readonly OfflineMessage[];
}

export interface OfflineOptions {
  site: Site;
  seed: number;
  fromMs: number;
  toMs: number;
  /** Steps before and while something happens: a day of warming up needs no fine ones. */
  stepMs: (atMs: number) => number;
  scenario?: { name: string; atMs: number } & ParameterChoice & Target;
}

/** @throws SentryError `usage` for an unknown scenario or parameter, `not-found` for an unknown room or device. */
export function* offlineHospital(options: OfflineOptions): Generator<OfflineStep, void, void> {
  const { site, seed, fromMs, toMs, stepMs } = options;
  const model = createModel({ site, seed, startMs: fromMs });
  const sensors = createSensors({ site, seed, model });
  const devices = new Map(
    site.config.devices.map((config) => [config.id, createOfflineDevice({ config, seed, fromMs, sensors })]),
  );
  const doorIndexes = doorIndexesOf(site);
  const contacts = site.config.devices.flatMap(({ id, quantities }) => {
    const room = site.roomOf(id, fromMs);
    const device = devices.get(id);
    return quantities.includes("door") && room !== null && device
      ? [{ id, room, door: doorIndexes.get(id) ?? 0, device }]
      : [];
  });
  let waiting = options.scenario;
  let running: { run: ScenarioRun; begunMs: number } | undefined;

  const begin = ({ name, ...choice }: NonNullable<OfflineOptions["scenario"]>) => {
    const scenario = scenarios.find((one) => one.name === name);
    if (!scenario) throw new SentryError("usage", `expected a scenario, found ${name}`);
    const run = scenario.begin(
      {
        site,
        nowMs: model.nowMs,
        room: (id) => model.causes(id),
        device(id) {
          const device = devices.get(id);
          if (!device) throw new SentryError("not-found", `expected a device of the site, found ${id}`);
          return { ...device.causes, sensors: sensors.fault(id) };
        },
      },
      scenario.target(site, choice),
      choice,
    );
    return { run, begunMs: model.nowMs() };
  };

  /** Doors tell at the very moment, whatever the step: openings of two steps must not look like one. */
  const doorMessages = (span: Span): OfflineMessage[] =>
    contacts
      .flatMap(({ id, room, door, device }) =>
        model
          .doorChanges(room, { fromMs: span.fromMs + 1, toMs: span.toMs })
          .filter((change) => change.door === door)
          .flatMap(({ atMs }): OfflineMessage[] => {
            // Another visitor, or a wedge, may hold it open.
            const open = model.doorOpen(room, door, { fromMs: atMs, toMs: atMs + 1 });
            const samples = device.tell(atMs, { door: Number(open) });
            return samples.length === 0 ? [] : [{ receivedAtMs: atMs, device: id, samples }];
          }),
      )
      .sort((a, b) => a.receivedAtMs - b.receivedAtMs);

  while (model.nowMs() < toMs) {
    const nowMs = model.nowMs();
    if (waiting && nowMs >= waiting.atMs) {
      running = begin(waiting);
      waiting = undefined;
    }
    if (running && nowMs >= running.begunMs + running.run.durationMs) {
      running.run.end();
      running = undefined;
    }
    running?.run.step?.(nowMs - running.begunMs);
    model.advance(Math.min(toMs, nowMs + stepMs(nowMs)));
    const messages: OfflineMessage[] = [];
    for (const device of devices.values()) {
      const message = device.pass(model.nowMs());
      if (message) messages.push(message);
    }
    yield { nowMs: model.nowMs(), messages: [...doorMessages({ fromMs: nowMs, toMs: model.nowMs() }), ...messages] };
  }
}

/** What counts of `device.ts` where there is no wire: intervals, urgent reports, memory, power, network and clock. */
function createOfflineDevice(options: { config: DeviceConfig; seed: number; fromMs: number; sensors: Sensors }) {
  const { config, sensors } = options;
  const watching = watchesClosely(config);
  let powered = true;
  let networked = true;
  let clockOffsetMs = 0;
  let memory: OfflineMessage["samples"] = [];
  let reported: Values = {};
  let dueMs = options.fromMs + uniform(keyOf(options.seed, "phase", config.id), 0) * config.interval;

  /** Everything that goes out now: with what a missing network had held back, or nothing while it is missing. */
  function tell(atMs: number, values: Values): OfflineMessage["samples"] {
    if (!powered) return [];
    memory.push({ atMs: atMs + clockOffsetMs, values });
    reported = { ...reported, ...values };
    return flush();
  }

  function flush(): OfflineMessage["samples"] {
    if (!networked || memory.length === 0) return [];
    const samples = memory;
    memory = [];
    return samples;
  }

  return {
    causes: {
      setPower(on: boolean) {
        powered = on;
        if (!on) memory = [];
      },
      setNetwork(up: boolean) {
        networked = up;
      },
      stepClock(byMs: number) {
        clockOffsetMs += byMs;
      },
    },
    tell,
    pass(nowMs: number): OfflineMessage | null {
      const due = nowMs >= dueMs;
      while (dueMs <= nowMs) dueMs += config.interval;
      if (!powered) return null;
      const look = due || watching;
      const values = look ? sensors.measure(config, { realMs: nowMs, step: { fromMs: nowMs - 1, toMs: nowMs } }) : {};
      const worthTelling = Object.keys(values).length > 0 && (due || isUrgent(reported, values));
      const samples = worthTelling ? tell(nowMs, values) : flush();
      return samples.length === 0 ? null : { receivedAtMs: nowMs, device: config.id, samples };
    },
  };
}
