import type { RoomLimits, Site } from "../../site/index.ts";
import { AlarmBook } from "./alarm-book.ts";
import { CalibrationWatch } from "./calibration-watch.ts";
import { forgetFuture, movedBy } from "./clock-step.ts";
import { settingsOf } from "./condition.ts";
import { conditionNamed } from "./conditions/registry.ts";
import { unknownDevice } from "./conditions/security.ts";
import { type Context, type WatchedDevice, WatchedDevices } from "./context.ts";
import { Deadlines } from "./deadlines.ts";
import { DeviceWatch } from "./device-watch.ts";
import { DrillWatch } from "./drills.ts";
import type { EngineEvent, EngineSample } from "./events.ts";
import { FaultWatch } from "./fault-watch.ts";
import { FiguresWatch, type RoomFigures } from "./figures-watch.ts";
import type { PresentForecast } from "./forecast/present.ts";
import { ForecastWatch } from "./forecast-watch.ts";
import { InferenceWatch } from "./inference-watch.ts";
import { OwnClimateWatch, siteInForce } from "./own-climate.ts";
import { QuietWatch } from "./quiet-watch.ts";
import { Reordering, type Settled } from "./reordering.ts";
import { ReportWatch } from "./report-watch.ts";
import { SampleWatch } from "./sample-watch.ts";
import type { EngineState } from "./state.ts";
import type { CommandOutcome, EngineTransition, StepResult } from "./transition.ts";

/** A step of our clock from this on is worth an alarm; smaller ones are ordinary corrections. */
const notableStepMs = 60_000;

/** Keys of what has changed since the state was last saved. */
export interface Changed {
  devices: string[];
  alarms: string[];
  /** Rooms. */
  forecasts: string[];
  /** Rooms. */
  ownClimate: string[];
}

/**
 * The alert engine: `step` takes the next event, changes the state it is given, and returns what happened to alarms.
 * No clock, timer, log, random number or I/O: the same events give the same alarms, live, in `replay` and in tests.
 */
export class Engine {
  readonly #context: Context;
  readonly #samples: SampleWatch;
  readonly #reordering: Reordering;
  readonly #devices: DeviceWatch;
  readonly #reports: ReportWatch;
  readonly #faults: FaultWatch;
  readonly #calibrations: CalibrationWatch;
  readonly #quiet: QuietWatch;
  readonly #drills: DrillWatch;
  readonly #forecasts: ForecastWatch;
  readonly #inference: InferenceWatch;
  readonly #ownClimate: OwnClimateWatch;
  /** `null` where nobody asks for figures. */
  readonly #figures: FiguresWatch | null;

  /**
   * @param options.forecasts `false` where only what has happened is asked for: they cost more than all else.
   * @param options.figures `true` for whoever takes the rooms' figures from time to time.
   */
  constructor(from: Site, state: EngineState, options: { forecasts?: boolean; figures?: boolean } = {}) {
    const site = siteInForce(from, state);
    const book = new AlarmBook(site, state);
    this.#context = { site, state, book, deadlines: new Deadlines(), devices: new WatchedDevices(site, state) };
    this.#inference = new InferenceWatch(this.#context);
    this.#samples = new SampleWatch(this.#context, this.#inference);
    this.#reordering = new Reordering(this.#context);
    this.#devices = new DeviceWatch(this.#context);
    this.#reports = new ReportWatch(this.#context);
    this.#faults = new FaultWatch(this.#context);
    this.#calibrations = new CalibrationWatch(this.#context);
    this.#quiet = new QuietWatch(this.#context);
    this.#drills = new DrillWatch(this.#context);
    this.#forecasts = new ForecastWatch(this.#context, options.forecasts ?? true);
    const forecastsOf = (room: string) => this.#forecasts.present(room);
    this.#figures = options.figures ? new FiguresWatch(this.#context, forecastsOf) : null;
    this.#ownClimate = new OwnClimateWatch(from, this.#context, (room) => {
      this.#forecasts.forgetLimits();
      this.#figures?.forgetLimits(room);
    });
    this.#awaitAll();
  }

  get state(): EngineState {
    return this.#context.state;
  }

  /** When the engine next has something to do by itself; `null` while it waits for events only. */
  nextDeadlineMs(): number | null {
    const nextMs = Math.min(this.#context.deadlines.nextMs(), this.#reordering.wakeMs());
    return nextMs === Number.POSITIVE_INFINITY ? null : nextMs;
  }

  /** Keys of what has changed since the last call, for whoever keeps the state. */
  takeChanged(): Changed {
    const { devices, book } = this.#context;
    const changed = {
      devices: devices.takeChanged(),
      alarms: [...book.changed, ...this.#drills.changed],
      forecasts: [...this.#forecasts.changed],
      ownClimate: [...this.#ownClimate.changed],
    };
    for (const saved of [book.changed, this.#drills.changed, this.#forecasts.changed, this.#ownClimate.changed])
      saved.clear();
    return changed;
  }

  /** Figures of rooms since the last call. */
  takeFigures = (): RoomFigures[] => this.#figures?.take() ?? [];

  /** What a room's air means for its holdings now; null where nobody asks for figures, or nothing is known yet. */
  figuresOf = (room: string): RoomFigures["values"] | null => this.#figures?.present(room) ?? null;

  /** What a room is held to now. */
  limitsOf(room: string): RoomLimits {
    return this.#context.site.limitsOf(room);
  }

  /** What is expected of a room's air by now. */
  forecastsOf(room: string): PresentForecast[] {
    return this.#forecasts.present(room);
  }

  /** Takes back what `takeChanged` gave out: after a save that failed. */
  putBack(changed: Changed): void {
    this.#context.devices.putBack(changed.devices);
    for (const key of changed.alarms) this.#context.book.changed.add(key);
    for (const room of changed.forecasts) this.#forecasts.changed.add(room);
    for (const room of changed.ownClimate) this.#ownClimate.changed.add(room);
  }

  step(event: EngineEvent): StepResult {
    const { book } = this.#context;
    let outcome: CommandOutcome | undefined;
    if (event.kind === "started") this.#started(event.receivedAtMs);
    else if (event.kind === "clock-stepped") this.#clockStepped(event.byMs);
    else this.#advance(event.receivedAtMs);
    if (event.kind === "samples") this.#sampled(event);
    else if (event.kind === "badge") this.#badged(event);
    else if (event.kind === "command") outcome = this.#drills.command(event.command) ?? book.command(event.command);
    else if (event.kind === "system") this.#reports.system(event.report);
    else if (event.kind === "drill") outcome = this.#drills.start(event.drill);
    else if (event.kind === "drill-end") outcome = this.#drills.end(event.id, event);
    else if (event.kind === "outdoor-expected") this.#forecasts.expect(event.points);
    else if (event.kind === "own-climate") this.#ownClimate.take(event);
    else if (event.kind === "login-failed") this.#reports.loginFailed(event);
    else if (event.kind === "security") this.#reports.occurrence(event.condition, event.subject, event.detail);
    else if (event.kind === "unknown-device") {
      this.#reports.occurrence(unknownDevice.name, event.device, event.detail);
    }
    // What the event itself has made due already, such as a delay that late samples have filled.
    this.#advance(this.state.nowMs);
    const real = book.takeTransitions();
    const drilled = this.#drills.takeTransitions();
    const transitions = drilled.length === 0 ? real : [...real, ...drilled];
    return outcome === undefined ? { transitions } : { transitions, outcome };
  }

  #sampled({ device: id, samples, faults = [] }: EngineEvent & { kind: "samples" }): void {
    const { site, devices } = this.#context;
    const device = devices.get(id) ?? (site.devices.has(id) ? devices.known(id) : undefined);
    if (!device || (samples.length === 0 && faults.length === 0)) return;
    devices.touch(device);
    if (samples.length > 0) {
      this.#devices.heard(device);
      for (const sample of samples) this.#devices.judgeClock(device, sample);
      const inOrder = samples.length === 1 ? samples : [...samples].sort((a, b) => a.atMs - b.atMs);
      this.#samples.judge(device, inOrder);
      this.#inference.judge(device);
      this.#order(device, inOrder);
    }
    this.#faults.heard(device, faults);
  }

  /** Whoever it was, somebody is inside now, or has left. */
  #badged({ device: id, atMs, direction }: EngineEvent & { kind: "badge" }): void {
    const { site, devices } = this.#context;
    if (!site.devices.has(id)) return;
    const device = devices.known(id);
    devices.touch(device);
    this.#inference.badge(device, atMs, direction);
  }

  #order(device: WatchedDevice, heard: readonly EngineSample[]): void {
    const heardMs = heard.at(-1)!.atMs;
    const samples = this.#samples.orders(device, heardMs) ? this.#reordering.take(device, heard) : heard;
    // What waited for these may be newer than they are.
    if (samples.length > 0) this.#settled({ device, samples, newestMs: Math.max(heardMs, samples.at(-1)!.atMs) });
  }

  #settled(settled: Settled): void {
    this.#context.devices.touch(settled.device);
    this.#samples.judgeSettled(settled);
    this.#forecasts.judge(settled);
    this.#figures?.judge(settled);
  }

  /** Judges what still waits for samples before it, where no more will come: at the end of a recording. */
  settle(): readonly EngineTransition[] {
    for (const settled of this.#reordering.releaseAll()) this.#settled(settled);
    return this.#context.book.takeTransitions();
  }

  /** Moves the clock from deadline to deadline up to that time; it never runs back. */
  #advance(toMs: number): void {
    const { state, deadlines } = this.#context;
    const target = Math.max(state.nowMs, toMs);
    for (;;) {
      const settledMs = this.#reordering.nextMs();
      const dueMs = deadlines.nextMs();
      if (settledMs > target && dueMs > target) break;
      if (settledMs <= dueMs) {
        state.nowMs = Math.max(state.nowMs, settledMs);
        const settled = this.#reordering.takeDue(settledMs);
        if (settled) this.#settled(settled);
        continue;
      }
      const due = deadlines.takeDue(target);
      if (!due) break;
      state.nowMs = Math.max(state.nowMs, due.dueMs);
      if (due.silenceOf !== undefined) {
        this.#devices.silenceDue(due.silenceOf, due.dueMs);
        continue;
      }
      const [kind, name, runKey] = due.key.split("|") as [string, string, string | undefined];
      if (kind === "run") this.#samples.due(name, runKey ?? "", due.dueMs);
      else if (kind === "calibration") this.#calibrations.due(name);
      else if (kind === "until") this.#quiet.due(due.key.slice(`until|${name}|`.length));
      else if (kind === "service") this.#quiet.judgeAll();
      else if (kind === "drill") this.#drills.due(name);
      else this.#reports.quietDue(due.key.slice("quiet|".length), due.dueMs);
    }
    state.nowMs = target;
  }

  /** While the program was down nobody could be heard: silence counts from now, for the devices there are now. */
  #started(atMs: number): void {
    const { site, state, book, devices } = this.#context;
    // Before the start our clock was ahead: to wait until it is there again would be to watch nothing until then.
    if (state.nowMs - atMs >= notableStepMs) this.#clockStepped(atMs - state.nowMs);
    state.nowMs = Math.max(state.nowMs, atMs);
    this.#devices.countFromNow();
    for (const { id } of [...devices]) if (!site.devices.has(id)) devices.forget(id);
    for (const alarm of [...state.alarms.values()]) {
      const condition = conditionNamed(alarm.condition);
      const gone = alarm.device !== null && !site.devices.has(alarm.device);
      const off = !condition || !settingsOf(site, condition, alarm.room).enabled;
      if (gone || off) book.close(alarm.key, state.nowMs, null, gone ? "removed-from-site" : "switched-off");
    }
    this.#awaitAll();
    this.#devices.judgeRoomsAgain();
    this.#calibrations.judgeAll();
    this.#quiet.judgeAll();
  }

  /** Our own clock was set: what counts on it is moved along, so that nobody seems silent for the length of the step. */
  #clockStepped(byMs: number): void {
    const { state, book, devices } = this.#context;
    // By the clock as it was: what was held back cannot be told from what comes now.
    for (const settled of this.#reordering.releaseAll()) this.#settled(settled);
    state.nowMs += byMs;
    for (const device of devices) {
      device.state.silenceFromMs += byMs;
      delete device.state.patientUntilMs;
      // What was received under a clock ahead of the time must not make everything after it look overtaken.
      forgetFuture(device.state, state.nowMs);
      devices.touch(device);
    }
    for (const recent of [...state.recentRaises, ...state.failedLogins]) recent.atMs += byMs;
    this.#forecasts.forgetFuture();
    this.#drills.clockStepped(byMs);
    for (const alarm of state.alarms.values()) {
      if (alarm.quietAtMs === null && !alarm.hidden && !alarm.held) continue;
      if (alarm.held) alarm.held = { ...alarm.held, untilMs: alarm.held.untilMs + byMs };
      if (alarm.quietAtMs !== null) alarm.quietAtMs += byMs;
      if (alarm.hidden) alarm.hidden = movedBy(alarm.hidden, byMs);
      book.changed.add(alarm.key);
    }
    this.#awaitAll();
    this.#quiet.judgeAll();
    if (Math.abs(byMs) >= notableStepMs) {
      this.#reports.occurrence("server-clock-fault", "step", `${byMs > 0 ? "+" : ""}${Math.round(byMs / 1_000)} s`);
    }
  }

  #awaitAll(): void {
    this.#context.deadlines.clear();
    this.#devices.awaitAll();
    this.#samples.awaitAll();
    this.#reordering.awaitAll();
    this.#reports.awaitAll();
    this.#calibrations.awaitAll();
    this.#quiet.awaitAll();
    this.#drills.awaitAll();
  }
}
