import type { Raise } from "./alarm-book.ts";
import { type Context, deviceIn } from "./context.ts";
import { onGrid } from "./deadlines.ts";
import type { EngineSample } from "./events.ts";
import { type Plan, planFor, type Watch } from "./plan.ts";
import { extendRun, freshRun, reorderBoundMs } from "./run.ts";
import type { DeviceState } from "./state.ts";

/** Lateness from this on is stated in messages. */
const statedLatenessMs = 60_000;

interface Stay {
  sinceMs: number;
  atMs: number;
  value: number;
}

/** Judges samples against the limits of the room their device is in. */
export class SampleWatch {
  readonly #context: Context;
  readonly #plans = new Map<string, Plan>();
  readonly #touched = new Set<Watch>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Samples of one message, oldest first. */
  judge(id: string, samples: readonly EngineSample[]): void {
    const device = deviceIn(this.#context, id);
    const newestMs = samples.at(-1)!.atMs;
    const pageWithinMs = this.#context.site.config.limits.page_within;
    for (const sample of samples) {
      // Older than what may page, or overtaken by a newer sample: it completes the record and pages nobody.
      if (sample.imported || sample.receivedAtMs - sample.atMs > pageWithinMs) continue;
      if (sample.atMs < device.newestAtMs - reorderBoundMs) continue;
      const plan = this.#planOf(id, sample.atMs);
      for (const quantity in sample.values) {
        const watches = plan.byQuantity.get(quantity);
        if (watches === undefined) continue;
        for (const watch of watches) {
          // Where nothing stood and nothing stands, there is nothing to announce: nearly every sample.
          if (this.#extend(id, device, plan, watch, sample, sample.values[watch.quantity]!)) this.#touched.add(watch);
        }
      }
      device.newestAtMs = Math.max(device.newestAtMs, sample.atMs);
      // Earlier samples of one message are overtaken by its newest: only what stands at its end is announced.
      if (sample.atMs >= newestMs - reorderBoundMs) this.#announce(id, device, plan, sample);
    }
    this.#touched.clear();
  }

  /** The delay of a run has ended without a further sample. */
  due(id: string, runKey: string, dueMs: number): void {
    const { state, deadlines, changedDevices } = this.#context;
    const run = state.devices.get(id)?.runs[runKey];
    const watch = this.#watchOf(id, runKey);
    if (!run || !watch || run.sinceMs === null || run.activeAtMs !== null) return;
    const endMs = onGrid(run.sinceMs + watch.rule.delayMs);
    if (endMs > dueMs) {
      deadlines.add({ dueMs: endMs, key: `run|${id}|${runKey}` });
      return;
    }
    run.activeAtMs = endMs;
    changedDevices.add(id);
    const stay = { sinceMs: run.sinceMs, atMs: endMs, value: run.value };
    this.#raise(id, this.#planOf(id, run.lastAtMs), watch, stay, state.nowMs - endMs);
  }

  /** Puts the deadlines of delays that are running back: after a start. */
  awaitAll(): void {
    for (const [id, device] of this.#context.state.devices) {
      for (const runKey of Object.keys(device.runs)) {
        const watch = this.#watchOf(id, runKey);
        if (watch) this.#await(id, device, watch);
      }
    }
  }

  #await(id: string, device: DeviceState, watch: Watch): void {
    const run = device.runs[watch.runKey]!;
    if (run.sinceMs === null || run.activeAtMs !== null || watch.rule.delayEndsBySample) return;
    this.#context.deadlines.add({ dueMs: onGrid(run.sinceMs + watch.rule.delayMs), key: `run|${id}|${watch.runKey}` });
  }

  /** Lets the sample into its run; answers whether the alarm may have to be raised or returned. */
  #extend(id: string, device: DeviceState, plan: Plan, watch: Watch, sample: EngineSample, value: number): boolean {
    let run = device.runs[watch.runKey];
    if (!run) {
      run = freshRun();
      device.runs[watch.runKey] = run;
    }
    const { condition, limit, settings, quantity, rule } = watch;
    const place = condition.classify(value, limit, settings.hysteresis, quantity);
    const overtaken = sample.atMs < run.lastAtMs;
    const stood = run.activeAtMs !== null;
    extendRun(run, { atMs: sample.atMs, value, place }, rule);
    if (!overtaken) {
      if (!rule.delayEndsBySample) this.#await(id, device, watch);
    } else if (place === "beyond" && rule.delayMs === 0 && condition.defaults.latching) {
      // What nothing may delay is raised even when a newer sample has come first; the newer one then returns it.
      const stay = { sinceMs: sample.atMs, atMs: sample.atMs, value };
      this.#raise(id, plan, watch, stay, sample.receivedAtMs - sample.atMs);
      return true;
    }
    return stood || run.activeAtMs !== null;
  }

  #announce(id: string, device: DeviceState, plan: Plan, sample: EngineSample): void {
    const { book } = this.#context;
    for (const watch of this.#touched) {
      const run = device.runs[watch.runKey]!;
      if (run.activeAtMs !== null) {
        if (book.isActive(watch.alarmKey)) continue;
        const stay = { sinceMs: run.sinceMs!, atMs: run.activeAtMs, value: run.value };
        this.#raise(id, plan, watch, stay, sample.receivedAtMs - sample.atMs);
      } else if (run.lastWithinMs === run.lastAtMs && book.isActive(watch.alarmKey) && !heldByAnother(device, watch)) {
        book.return(watch.alarmKey, run.lastAtMs, run.value, "back-within");
      }
    }
    this.#touched.clear();
  }

  #raise(id: string, plan: Plan, watch: Watch, stay: Stay, lateMs: number): void {
    const numeric = watch.condition.unit !== null && watch.quantity !== "smoke_alarm";
    const raise: Raise = {
      key: watch.alarmKey,
      condition: watch.condition.name,
      device: id,
      subject: null,
      room: plan.room,
      sinceMs: stay.sinceMs,
      atMs: stay.atMs,
      value: numeric ? stay.value : null,
      limit: numeric ? watch.limit : null,
      unit: numeric ? watch.condition.unit : null,
      detail: null,
      lateMs: lateMs >= statedLatenessMs ? lateMs : null,
    };
    this.#context.book.raise(raise);
  }

  /** The plan of a device where it is at that moment: devices move between rooms. */
  #planOf(id: string, atMs: number): Plan {
    const { site } = this.#context;
    const known = this.#plans.get(id);
    if (known && (site.devices.get(id)?.assignments.length ?? 0) === 0) return known;
    const room = site.roomOf(id, atMs);
    if (known && known.room === room) return known;
    const plan = planFor(site, id, room);
    this.#plans.set(id, plan);
    return plan;
  }

  #watchOf(id: string, runKey: string): Watch | undefined {
    for (const watches of this.#planOf(id, this.#context.state.nowMs).byQuantity.values()) {
      const watch = watches.find((w) => w.runKey === runKey);
      if (watch) return watch;
    }
    return undefined;
  }
}

/** A condition of several quantities stands while any of them does. */
function heldByAnother(device: DeviceState, { condition }: Watch): boolean {
  if (condition.quantities.length === 1) return false;
  return condition.quantities.some((quantity) => device.runs[`${condition.name}/${quantity}`]?.activeAtMs != null);
}
