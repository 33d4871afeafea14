import { type Clock, type Logger, SentryError, type Timer } from "../core/index.ts";
import type { DeviceConfig, Site } from "../site/index.ts";
import { createDevice, type Device, type DeviceLimits, deviceLimits } from "./device.ts";
import { createModel, type Model, type RoomConditions } from "./model.ts";
import type { Span } from "./people.ts";
import { scenarios } from "./scenarios/registry.ts";
import type { Causes, ParameterChoice, Scenario, ScenarioRun, Target } from "./scenarios/scenario.ts";
import { createSensors, type Sensors } from "./sensors.ts";

/**
 * A site's rooms and devices, alive: one shared timer steps the physics once a second and drives every device.
 *
 * With `speed` X the world — weather, people, fires, scenarios — runs X times faster, while the devices keep real
 * time: their intervals and the `at` of their samples stay on the wall clock. A server judges time against its own
 * clock (silence, delays of alarms, samples from the future), so stamps that ran ahead would only ever show a
 * clock fault. The price: what is counted in real seconds, such as a door held open, is not faster.
 */
export interface Hospital {
  start(): void;
  /** Devices take leave of the broker; whatever has not managed to within its bound is cut off. */
  stop(): Promise<void>;
  state(): HospitalState;
  /** @throws SentryError `usage` for an unknown name or parameter, `not-found` for an unknown room or device. */
  startScenario(name: string, choice?: ScenarioChoice): RunningScenario;
}

export interface ScenarioChoice extends ParameterChoice, Target {}

export interface RunningScenario extends Target {
  name: string;
  summary: string;
  /** Simulated time. */
  startedAtMs: number;
  endsAtMs: number;
}

export interface HospitalState {
  simulatedMs: number;
  speed: number;
  rooms: ({ id: string } & RoomConditions)[];
  devices: { total: number; connected: number; waiting: number; dropped: number };
  scenarios: RunningScenario[];
}

export interface HospitalOptions {
  site: Site;
  clock: Clock;
  log: Logger;
  seed: number;
  speed?: number;
  /** Begins by itself, at its own offset after the start unless `afterMs` says otherwise. */
  scenario?: { name: string; afterMs?: number } & ScenarioChoice;
  connect: {
    url: string;
    /** `undefined`: the device connects without a name and password. */
    credentialsOf(device: DeviceConfig): { username: string; password: string } | undefined;
    /** PEM of the authority that signed the broker's certificate, where it is no public one. */
    ca?: string;
  };
  /** The world to go on with, as `pastSamples` has left it; otherwise one that begins now. */
  model?: Model;
  limits?: Partial<DeviceLimits>;
}

const tickMs = 250;
/** The world and the sensors move on once a second, the devices' own affairs with every tick. */
const ticksAStep = 4;
/** Boots a second: quick for a house, gentle for a broker that meets thousands. */
const connectsPerS = 500;
const stopWithinMs = 800;

/** @throws SentryError `usage` when the address is none of MQTT. */
export function createHospital(options: HospitalOptions): Hospital {
  const { site, clock, log, seed } = options;
  if (!/^(mqtts?|wss?):\/\//.test(options.connect.url)) {
    throw new SentryError("usage", `expected mqtt://, mqtts://, ws:// or wss://, found ${options.connect.url}`);
  }
  const speed = options.speed ?? 1;
  const limits = { ...deviceLimits, ...options.limits };
  const running: { view: RunningScenario; run: ScenarioRun }[] = [];
  const devices = new Map<string, Device>();
  let model = options.model;
  let sensors: Sensors | undefined;
  let timer: Timer | undefined;
  let waitingScenario: { atMs: number; name: string; choice: ScenarioChoice } | undefined;
  let startedAtMs = 0;
  let startedMonotonicMs = 0;
  let ticks = 0;
  let refusalTold = false;
  let step: Span = { fromMs: 0, toMs: 0 };

  const world = (): Model => {
    model ??= createModel({ site, seed, startMs: clock.nowMs() });
    return model;
  };
  const causes: Causes = {
    site,
    nowMs: () => world().nowMs(),
    room: (id) => world().causes(id),
    device(id) {
      const device = devices.get(id);
      if (!device || !sensors) {
        throw new SentryError("state-conflict", `device ${id} does not run: start the hospital first`);
      }
      return {
        setPower: device.setPower,
        setNetwork: device.setNetwork,
        stepClock: device.stepClock,
        sensors: sensors.fault(id),
      };
    },
  };

  function start(): void {
    if (timer) return;
    const now = world();
    // A handed-in world ends where the past was written; what passed since then is caught up at once.
    now.advance(Math.max(now.nowMs(), clock.nowMs()));
    startedAtMs = now.nowMs();
    startedMonotonicMs = clock.monotonicMs();
    step = { fromMs: startedAtMs - 1, toMs: startedAtMs };
    const measuring = createSensors({ site, seed, model: now });
    sensors = measuring;
    for (const config of site.config.devices) {
      devices.set(
        config.id,
        createDevice({
          config,
          site: site.id,
          access: {
            url: options.connect.url,
            credentials: options.connect.credentialsOf(config),
            ca: options.connect.ca,
          },
          clock,
          log,
          seed,
          limits,
          connectAfterMs: (devices.size / connectsPerS) * 1000,
          measure: () => measuring.measure(config, { realMs: clock.nowMs(), step }),
          onRefused: (error) => refused(config.id, error),
          onConnected() {
            refusalTold = false;
          },
        }),
      );
    }
    if (options.scenario) {
      const scenario = scenarioNamed(options.scenario.name);
      const atMs = startedAtMs + (options.scenario.afterMs ?? scenario.startAfterMs);
      waitingScenario = { atMs, name: scenario.name, choice: options.scenario };
    }
    timer = clock.every(tickMs, tick);
    log.info("sim.hospital.started", { devices: devices.size, rooms: site.rooms.size, seed, speed });
    tick();
  }

  /** Told once until somebody gets through: a broker that is away refuses every device, again and again. */
  function refused(device: string, error: string): void {
    if (!refusalTold) log.warn("sim.broker.refused", { device, error });
    refusalTold = true;
  }

  function tick(): void {
    const sensed = ++ticks % ticksAStep === 0;
    if (sensed) moveWorld(startedAtMs + (clock.monotonicMs() - startedMonotonicMs) * speed);
    for (const device of devices.values()) device.tick(sensed);
  }

  function moveWorld(toMs: number): void {
    const now = world();
    if (waitingScenario && now.nowMs() >= waitingScenario.atMs) {
      const { name, choice } = waitingScenario;
      waitingScenario = undefined;
      startScenario(name, choice);
    }
    for (const one of [...running]) {
      if (now.nowMs() < one.view.endsAtMs) one.run.step?.(now.nowMs() - one.view.startedAtMs);
      else end(one);
    }
    step = { fromMs: now.nowMs(), toMs: Math.floor(toMs) };
    now.advance(step.toMs);
    for (const badge of now.badges(step)) devices.get(badge.reader)?.badge(badge);
  }

  function startScenario(name: string, choice: ScenarioChoice = {}): RunningScenario {
    const scenario = scenarioNamed(name);
    const target = scenario.target(site, choice);
    const run = scenario.begin(causes, target, choice);
    const atMs = world().nowMs();
    const view = { name, summary: scenario.summary, ...target, startedAtMs: atMs, endsAtMs: atMs + run.durationMs };
    if (run.durationMs > 0) running.push({ view, run });
    log.info("sim.scenario.started", {
      name,
      ...target,
      duration_s: run.durationMs / 1000,
      demo: choice.demo ?? false,
    });
    return view;
  }

  function end(one: (typeof running)[number]): void {
    one.run.end();
    running.splice(running.indexOf(one), 1);
    log.info("sim.scenario.ended", { name: one.view.name });
  }

  return {
    start,
    startScenario,
    async stop() {
      timer?.cancel();
      timer = undefined;
      const leaving = [...devices.values()];
      const patience = new AbortController();
      await Promise.race([
        Promise.all(leaving.map((device) => device.close())),
        clock.sleep(stopWithinMs, patience.signal),
      ]);
      patience.abort();
      for (const device of leaving) device.abort();
      // A second start begins in a world without fires and wedged doors.
      for (const one of [...running]) end(one);
      devices.clear();
      waitingScenario = undefined;
    },
    state() {
      const now = world();
      const list = [...devices.values()];
      const sum = (of: (device: Device) => number) => list.reduce((total, device) => total + of(device), 0);
      return {
        simulatedMs: now.nowMs(),
        speed,
        rooms: [...site.rooms.keys()].flatMap((id) => {
          const conditions = now.conditions(id);
          return conditions ? [{ id, ...conditions }] : [];
        }),
        devices: {
          total: site.devices.size,
          connected: sum((device) => Number(device.connected)),
          waiting: sum((device) => device.waiting),
          dropped: sum((device) => device.dropped),
        },
        scenarios: running.map((one) => one.view),
      };
    },
  };
}

function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario) return scenario;
  const known = scenarios.map((one) => one.name).join(", ");
  throw new SentryError("usage", `expected a scenario of ${known}, found ${name}`);
}
