import type { ConditionName, Priority } from "../../contract/index.ts";
import type { Context, WatchedDevice } from "./context.ts";
import { onGrid } from "./deadlines.ts";
import { alarmKeyOf, forget, heldByAnother, isAtRest, runOf } from "./device-runs.ts";
import type { EngineSample, TimelySample } from "./events.ts";
import { freshMemory, type Memory, remember, rememberAtOnce } from "./memory.ts";
import { type Plan, planFor, type Watch } from "./plan.ts";
import type { Raise } from "./raise.ts";
import type { Settled } from "./reordering.ts";
import { extendRun, freshRun, reorderBoundMs } from "./run.ts";
import type { DeviceState, Evidence, Run } from "./state.ts";

/** Lateness from this on is stated in messages. */
const statedLatenessMs = 60_000;

interface Stay {
  sinceMs: number;
  atMs: number;
  value: number;
  limit?: number | undefined;
  priority?: Priority | undefined;
  detail?: string | undefined;
}

/** Knows why a limit may have been crossed in a room; `undefined` where it has nothing to say. */
export interface Causes {
  causeOf(condition: ConditionName, room: string | null, atMs: number): Evidence[] | undefined;
}

/** Judges samples against the limits of the room their device is in. */
export class SampleWatch {
  readonly #context: Context;
  readonly #causes: Causes;
  readonly #touched = new Set<Watch>();

  readonly #pageWithinMs: number;

  constructor(context: Context, causes: Causes) {
    this.#context = context;
    this.#causes = causes;
    this.#pageWithinMs = context.site.config.limits.page_within;
  }

  /** Samples of one message, oldest first, on arrival: for conditions that nothing may delay. */
  judge(device: WatchedDevice, samples: readonly EngineSample[]): void {
    const { state } = device;
    const newestMs = samples.at(-1)!.atMs;
    for (const sample of samples) {
      if (this.#isPast(sample, state.newestAtMs)) continue;
      const plan = this.#planOf(device, sample.atMs);
      const memory = memoryOf(state, device.room);
      rememberAtOnce(memory, sample);
      this.#extendAll(device, plan.atOnce, sample, memory);
      state.newestAtMs = Math.max(state.newestAtMs, sample.atMs);
      // Earlier samples of one message are overtaken by its newest: only what stands at its end is announced.
      if (sample.atMs >= newestMs - reorderBoundMs) this.#announce(device, sample);
    }
    this.#touched.clear();
  }

  /** Whether samples taken at that time must be put into the order of time. */
  orders(device: WatchedDevice, atMs: number): boolean {
    return this.#planOf(device, atMs).orders;
  }

  /** Samples in the order of their own time: for conditions with a delay. */
  judgeSettled({ device, samples, newestMs }: Settled): void {
    const { state } = device;
    for (const sample of samples) {
      const settledMs = state.settledMs ?? sample.atMs;
      if (this.#isPast(sample, settledMs)) continue;
      const plan = this.#planOf(device, sample.atMs);
      // Its device has been carried into another room while it waited.
      if (sample.atMs < state.newestAtMs && state.memory !== undefined && state.memory.room !== device.room) continue;
      const memory = memoryOf(state, device.room);
      remember(memory, sample, this.#context.site);
      this.#extendAll(device, plan.inOrder, sample, memory);
      state.settledMs = Math.max(settledMs, sample.atMs);
      if (sample.atMs >= newestMs - reorderBoundMs) {
        if (device.unannounced) this.#touchAll(device, plan);
        device.unannounced = false;
        this.#announce(device, sample);
      } else if (this.#touched.size > 0) device.unannounced = true;
    }
    this.#touched.clear();
  }

  /** Older than what may page, or overtaken by a newer sample: it completes the record and pages nobody. */
  #isPast({ imported, receivedAtMs, atMs }: TimelySample, newestMs: number): boolean {
    if (imported || receivedAtMs - atMs > this.#pageWithinMs) return true;
    return atMs < newestMs - reorderBoundMs;
  }

  #extendAll(device: WatchedDevice, by: Plan["inOrder"], sample: TimelySample, memory: Memory): void {
    for (const quantity in sample.values) {
      const watches = by.get(quantity);
      if (watches === undefined) continue;
      const value = sample.values[watches[0]!.quantity]!;
      for (const watch of watches) {
        if (value > watch.quietAbove && value < watch.quietBelow && device.runs[watch.index] === null) continue;
        // Where nothing stood and nothing stands, there is nothing to announce: nearly every sample.
        if (this.#extend(device, watch, sample, memory)) this.#touched.add(watch);
      }
    }
  }

  /** Whatever of the device stands or has stood is looked at. */
  #touchAll(device: WatchedDevice, plan: Plan): void {
    for (const watch of plan.watches) if (watch.inOrder && runOf(device, watch)) this.#touched.add(watch);
  }

  /** The delay of a run has ended without a further sample. */
  due(id: string, runKey: string, dueMs: number): void {
    const { state, deadlines, devices } = this.#context;
    const device = devices.get(id);
    const run = device?.state.runs[runKey];
    const watch = device && this.#watchOf(device, runKey);
    if (!device || !run || !watch || run.sinceMs === null || run.activeAtMs !== null) return;
    const endMs = onGrid(run.sinceMs + watch.rule.delayMs);
    if (endMs > dueMs) {
      deadlines.add({ dueMs: endMs, key: `run|${id}|${runKey}` });
      return;
    }
    run.activeAtMs = endMs;
    devices.touch(device);
    const stay = stayOf(run, endMs);
    this.#planOf(device, run.lastAtMs);
    this.#raise(device, watch, stay, state.nowMs - endMs);
  }

  /** Puts the deadlines of delays that are running back: after a start. */
  awaitAll(): void {
    for (const device of this.#context.devices) {
      for (const runKey of Object.keys(device.state.runs)) {
        const watch = this.#watchOf(device, runKey);
        if (watch) this.#await(device, watch);
      }
    }
  }

  #await(device: WatchedDevice, watch: Watch): void {
    const run = device.state.runs[watch.runKey]!;
    if (run.sinceMs === null || run.activeAtMs !== null || watch.rule.delayEndsBySample) return;
    this.#context.deadlines.add({
      dueMs: onGrid(run.sinceMs + watch.rule.delayMs),
      key: `run|${device.id}|${watch.runKey}`,
    });
  }

  /** Lets the sample into its run; answers whether the alarm may have to be raised or returned. */
  #extend(device: WatchedDevice, watch: Watch, sample: TimelySample, memory: Memory): boolean {
    const { quantity, rule, judge } = watch;
    const finding = judge === null ? undefined : judge(sample, memory, watch, this.#context);
    if (finding === null) return false;
    const value = finding === undefined ? sample.values[quantity]! : finding.value;
    const place =
      finding === undefined ? watch.classify(value, watch.limit, watch.hysteresis, quantity) : finding.place;
    let run = runOf(device, watch);
    if (!run) {
      // Most conditions are not met most of the time: they cost no state until they are.
      if (place !== "beyond" && (finding !== undefined || watch.inOrder)) return false;
      const { settledMs } = device.state;
      if (watch.inOrder && settledMs !== undefined && sample.atMs < settledMs) return false;
      run = freshRun();
      if (watch.inOrder && settledMs !== undefined) run.lastWithinMs = settledMs;
      device.state.runs[watch.runKey] = run;
      device.runs[watch.index] = run;
    }
    const overtaken = sample.atMs < run.lastAtMs;
    const stood = run.activeAtMs !== null;
    extendRun(run, { atMs: sample.atMs, value, place }, rule);
    if (finding && !overtaken) {
      run.limit = finding.limit;
      run.priority = finding.priority;
      run.detail = finding.detail;
    }
    if (!overtaken) {
      if (!rule.delayEndsBySample) this.#await(device, watch);
    } else if (place === "beyond" && rule.delayMs === 0 && watch.condition.defaults.latching) {
      // What nothing may delay is raised even when a newer sample has come first; the newer one then returns it.
      const stay = { sinceMs: sample.atMs, atMs: sample.atMs, ...(finding ?? { value }) };
      this.#raise(device, watch, stay, sample.receivedAtMs - sample.atMs);
      return true;
    }
    if (!stood && isAtRest(run)) forget(device, watch);
    return stood || run.activeAtMs !== null;
  }

  #announce(device: WatchedDevice, sample: TimelySample): void {
    if (this.#touched.size === 0) return;
    const { book } = this.#context;
    for (const watch of this.#touched) {
      const run = runOf(device, watch)!;
      const key = alarmKeyOf(device, watch);
      if (run.activeAtMs !== null) {
        const standing = book.standing(key);
        if (standing) {
          book.measured(standing, run.value, run.lastAtMs);
          if (run.priority !== undefined) this.#worsen(key, watch, run, run.priority);
          continue;
        }
        const stay = stayOf(run, run.activeAtMs);
        this.#raise(device, watch, stay, sample.receivedAtMs - sample.atMs);
      } else if (run.lastWithinMs === run.lastAtMs) {
        if (book.isActive(key) && !heldByAnother(device.state, watch)) {
          book.return(key, run.lastAtMs, run.value, "back-within");
        }
        if (isAtRest(run)) forget(device, watch);
      }
    }
    this.#touched.clear();
  }

  #worsen(key: string, watch: Watch, run: Run, priority: Priority): void {
    const { value, limit = watch.limit, lastAtMs: atMs } = run;
    this.#context.book.raisePriority(key, { priority, value, limit, atMs });
  }

  #raise(device: WatchedDevice, watch: Watch, stay: Stay, lateMs: number): void {
    const numeric = watch.condition.unit !== null && watch.quantity !== "smoke_alarm";
    const { memory } = device.state;
    const { name, explain } = watch.condition;
    const evidence = explain
      ? memory && explain(memory, stay.value, stay.atMs)
      : this.#causes.causeOf(name, device.room, stay.atMs);
    const raise: Raise = {
      key: alarmKeyOf(device, watch),
      condition: watch.condition.name,
      device: device.id,
      subject: null,
      room: device.room,
      sinceMs: stay.sinceMs,
      atMs: stay.atMs,
      value: numeric ? stay.value : null,
      limit: numeric ? (stay.limit ?? watch.limit) : null,
      unit: numeric ? watch.condition.unit : null,
      detail: stay.detail ?? null,
      priority: stay.priority,
      lateMs: lateMs >= statedLatenessMs ? lateMs : null,
      ...(evidence === undefined ? {} : { evidence }),
    };
    this.#context.book.raise(raise);
  }

  /** The plan of a device where it is at that moment: devices move between rooms. */
  #planOf(device: WatchedDevice, atMs: number): Plan {
    const { site } = this.#context;
    const { plan } = device;
    if (plan !== null && device.fixed) return plan;
    const room = site.roomOf(device.id, atMs);
    if (plan !== null && device.room === room) return plan;
    device.room = room;
    device.plan = planFor(site, room);
    device.runs = [];
    device.alarmKeys = [];
    return device.plan;
  }

  #watchOf(device: WatchedDevice, runKey: string): Watch | undefined {
    return this.#planOf(device, this.#context.state.nowMs).watches.find((watch) => watch.runKey === runKey);
  }
}

function stayOf({ sinceMs, value, limit, priority, detail }: Run, atMs: number): Stay {
  return { sinceMs: sinceMs!, atMs, value, limit, priority, detail };
}

/** What is remembered of a device in the room where it is: what it learned elsewhere says nothing of here, but of itself. */
function memoryOf(state: DeviceState, room: string | null): Memory {
  let { memory } = state;
  if (!memory || memory.room !== room) {
    memory = { ...freshMemory(room), faults: memory?.faults };
    state.memory = memory;
  }
  return memory;
}
