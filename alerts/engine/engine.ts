import type { ConditionName } from "../../contract/index.ts";
import type { Site } from "../../site/index.ts";
import { settingsOf } from "./condition.ts";
import { conditionNamed } from "./conditions/registry.ts";
import { mostSubjects, quietMs, unknownDevice } from "./conditions/security.ts";
import { sensorClockFault, sensorSilent, silentAfterMs } from "./conditions/sensors.ts";
import { Deadlines, onGrid } from "./deadlines.ts";
import type { EngineEvent, OperatorCommand, SystemReport } from "./events.ts";
import { type Happening, pass } from "./life-cycle.ts";
import { type Plan, planFor, type Watch } from "./plan.ts";
import { extendRun, freshRun, reorderBoundMs } from "./run.ts";
import type { Alarm, DeviceState, EngineState } from "./state.ts";
import type { CommandOutcome, EngineTransition, StepResult } from "./transition.ts";

/** A step of our clock from this on is worth an alarm; smaller ones are ordinary corrections. */
const notableStepMs = 60_000;
/** Lateness from this on is stated in messages. */
const statedLatenessMs = 60_000;

interface Raise {
  key: string;
  condition: ConditionName;
  device: string | null;
  subject: string | null;
  room: string | null;
  sinceMs: number;
  atMs: number;
  value: number | null;
  limit: number | null;
  unit: string | null;
  detail: string | null;
  lateMs: number | null;
}

/**
 * The alert engine: `step` takes the next event, changes the state it is given, and returns what happened to alarms.
 * No clock, timer, log, random number or I/O: the same events give the same alarms, live, in `replay` and in tests.
 */
export class Engine {
  readonly #site: Site;
  readonly #state: EngineState;
  readonly #deadlines = new Deadlines();
  readonly #plans = new Map<string, Plan>();
  readonly #changedDevices = new Set<string>();
  readonly #changedAlarms = new Set<string>();
  #transitions: EngineTransition[] = [];

  constructor(site: Site, state: EngineState) {
    this.#site = site;
    this.#state = state;
    this.#rebuildDeadlines();
  }

  get state(): EngineState {
    return this.#state;
  }

  /** When the engine next has something to do by itself; `null` while it waits for events only. */
  nextDeadlineMs(): number | null {
    return this.#deadlines.nextMs();
  }

  /** Keys of devices and alarms changed since the last call, for whoever keeps the state. */
  takeChanged(): { devices: string[]; alarms: string[] } {
    const changed = { devices: [...this.#changedDevices], alarms: [...this.#changedAlarms] };
    this.#changedDevices.clear();
    this.#changedAlarms.clear();
    return changed;
  }

  /** Takes back what `takeChanged` gave out: after a save that failed. */
  putBack(changed: { devices: string[]; alarms: string[] }): void {
    for (const id of changed.devices) this.#changedDevices.add(id);
    for (const key of changed.alarms) this.#changedAlarms.add(key);
  }

  step(event: EngineEvent): StepResult {
    this.#transitions = [];
    let outcome: CommandOutcome | undefined;
    if (event.kind === "started") this.#started(event.receivedAtMs);
    else if (event.kind === "clock-stepped") this.#clockStepped(event.byMs);
    else this.#advance(event.receivedAtMs);
    if (event.kind === "samples") this.#samples(event);
    else if (event.kind === "command") outcome = this.#command(event.command);
    else if (event.kind === "system") this.#system(event.report);
    else if (event.kind === "security") this.#occurrence(event.condition, event.subject, event.detail);
    else if (event.kind === "unknown-device") this.#occurrence(unknownDevice.name, event.device, event.detail);
    this.#advance(this.#state.nowMs);
    const transitions = this.#transitions;
    this.#transitions = [];
    return outcome === undefined ? { transitions } : { transitions, outcome };
  }

  // --- time

  #advance(toMs: number): void {
    const target = Math.max(this.#state.nowMs, toMs);
    for (;;) {
      const due = this.#deadlines.takeDue(target);
      if (!due) break;
      this.#state.nowMs = Math.max(this.#state.nowMs, due.dueMs);
      const [kind, name, runKey] = due.key.split("|") as [string, string, string | undefined];
      if (kind === "silent") this.#silenceDue(name, due.dueMs);
      else if (kind === "run") this.#runDue(name, runKey ?? "", due.dueMs);
      else this.#quietDue(due.key.slice("quiet|".length), due.dueMs);
    }
    this.#state.nowMs = target;
  }

  /** While the program was down nobody could be heard: silence counts from now. */
  #started(atMs: number): void {
    this.#state.nowMs = Math.max(this.#state.nowMs, atMs);
    for (const id of this.#site.devices.keys()) this.#device(id).silenceFromMs = this.#state.nowMs;
    for (const id of this.#state.devices.keys()) {
      if (!this.#site.devices.has(id)) {
        this.#state.devices.delete(id);
        this.#changedDevices.add(id);
      }
    }
    for (const alarm of [...this.#state.alarms.values()]) {
      const condition = conditionNamed(alarm.condition);
      const gone = alarm.device !== null && condition?.kind === "value" && !this.#site.devices.has(alarm.device);
      const off = !condition || !settingsOf(this.#site, condition, alarm.room).enabled;
      if (alarm.active && (gone || off)) {
        this.#return(alarm.key, this.#state.nowMs, alarm.value, gone ? "removed-from-site" : "switched-off");
      }
    }
    this.#rebuildDeadlines();
  }

  #clockStepped(byMs: number): void {
    this.#state.nowMs += byMs;
    for (const [id, device] of this.#state.devices) {
      device.silenceFromMs += byMs;
      this.#changedDevices.add(id);
    }
    for (const alarm of this.#state.alarms.values()) {
      if (alarm.quietAtMs !== null) alarm.quietAtMs += byMs;
      this.#changedAlarms.add(alarm.key);
    }
    this.#rebuildDeadlines();
    if (Math.abs(byMs) >= notableStepMs) {
      this.#occurrence("server-clock-fault", "step", `${byMs > 0 ? "+" : ""}${Math.round(byMs / 1_000)} s`);
    }
  }

  #rebuildDeadlines(): void {
    this.#deadlines.clear();
    this.#plans.clear();
    for (const [id, device] of this.#state.devices) {
      this.#awaitSilence(id, device);
      for (const [runKey, run] of Object.entries(device.runs)) {
        const watch = this.#watchOf(id, runKey);
        if (run.sinceMs !== null && run.activeAtMs === null && watch && !watch.rule.delayEndsBySample) {
          this.#deadlines.add({ dueMs: onGrid(run.sinceMs + watch.rule.delayMs), key: `run|${id}|${runKey}` });
        }
      }
    }
    for (const alarm of this.#state.alarms.values()) {
      if (alarm.active && alarm.quietAtMs !== null) {
        this.#deadlines.add({ dueMs: onGrid(alarm.quietAtMs), key: `quiet|${alarm.key}` });
      }
    }
  }

  // --- samples

  #samples(event: EngineEvent & { kind: "samples" }): void {
    const { device: id, samples } = event;
    if (samples.length === 0 || !this.#site.devices.has(id)) return;
    const device = this.#device(id);
    device.silenceFromMs = this.#state.nowMs;
    this.#awaitSilence(id, device);
    if (this.#state.alarms.get(`sensor-silent|${id}`)?.active) {
      this.#return(`sensor-silent|${id}`, this.#state.nowMs, null, "heard-again");
    }
    const inOrder = samples.length === 1 ? samples : [...samples].sort((a, b) => a.atMs - b.atMs);
    const newestMs = inOrder.at(-1)!.atMs;
    const pageWithinMs = this.#site.config.limits.page_within;
    const touched = new Set<Watch>();
    for (const sample of inOrder) {
      this.#judgeClock(id, sample);
      // Older than what may page, or overtaken by a newer sample: it completes the record and pages nobody.
      if (sample.imported || sample.receivedAtMs - sample.atMs > pageWithinMs) continue;
      if (sample.atMs < device.newestAtMs - reorderBoundMs) continue;
      const plan = this.#planOf(id, sample.atMs);
      for (const quantity in sample.values) {
        for (const watch of plan.byQuantity.get(quantity) ?? []) {
          this.#extend(id, device, plan, watch, sample, sample.values[watch.quantity]!);
          touched.add(watch);
        }
      }
      device.newestAtMs = Math.max(device.newestAtMs, sample.atMs);
      // Earlier samples of one message are overtaken by its newest: only what stands at its end is announced.
      if (sample.atMs >= newestMs - reorderBoundMs) this.#announce(id, device, plan, touched, sample);
    }
  }

  #extend(
    id: string,
    device: DeviceState,
    plan: Plan,
    watch: Watch,
    sample: { atMs: number; receivedAtMs: number },
    value: number,
  ): void {
    let run = device.runs[watch.runKey];
    if (!run) {
      run = freshRun();
      device.runs[watch.runKey] = run;
    }
    const place = watch.condition.classify(value, watch.limit, watch.settings.hysteresis, watch.quantity);
    const overtaken = sample.atMs < run.lastAtMs;
    extendRun(run, { atMs: sample.atMs, value, place }, watch.rule);
    if (overtaken) {
      // What nothing may delay is raised even when a newer sample has come first; the newer one then returns it.
      if (place === "beyond" && watch.rule.delayMs === 0 && watch.condition.defaults.latching) {
        this.#raise(this.#raiseOf(id, plan, watch, { sinceMs: sample.atMs, atMs: sample.atMs, value }, sample));
      }
    } else if (run.sinceMs !== null && run.activeAtMs === null && !watch.rule.delayEndsBySample) {
      this.#deadlines.add({ dueMs: onGrid(run.sinceMs + watch.rule.delayMs), key: `run|${id}|${watch.runKey}` });
    }
  }

  #announce(
    id: string,
    device: DeviceState,
    plan: Plan,
    touched: Set<Watch>,
    sample: { atMs: number; receivedAtMs: number },
  ): void {
    for (const watch of touched) {
      const run = device.runs[watch.runKey]!;
      const alarm = this.#state.alarms.get(watch.alarmKey);
      if (run.activeAtMs !== null) {
        if (!alarm?.active) {
          const stay = { sinceMs: run.sinceMs!, atMs: run.activeAtMs, value: run.value };
          this.#raise(this.#raiseOf(id, plan, watch, stay, sample));
        }
      } else if (alarm?.active && !this.#heldByAnother(device, watch)) {
        // Between the limit and its hysteresis an alarm stands.
        if (run.lastWithinMs === run.lastAtMs) this.#return(watch.alarmKey, run.lastAtMs, run.value, "back-within");
      }
    }
    touched.clear();
  }

  /** A condition of several quantities stands while any of them does. */
  #heldByAnother(device: DeviceState, watch: Watch): boolean {
    const { condition } = watch;
    if (condition.quantities.length === 1) return false;
    return condition.quantities.some((quantity) => device.runs[`${condition.name}/${quantity}`]?.activeAtMs != null);
  }

  #raiseOf(
    id: string,
    plan: Plan,
    watch: Watch,
    stay: { sinceMs: number; atMs: number; value: number },
    sample: { atMs: number; receivedAtMs: number },
  ): Raise {
    const numeric = watch.condition.unit !== null && watch.quantity !== "smoke_alarm";
    const lateMs = sample.receivedAtMs - sample.atMs;
    return {
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
  }

  #runDue(id: string, runKey: string, dueMs: number): void {
    const device = this.#state.devices.get(id);
    const run = device?.runs[runKey];
    const watch = this.#watchOf(id, runKey);
    if (!device || !run || !watch || run.sinceMs === null || run.activeAtMs !== null) return;
    const endMs = onGrid(run.sinceMs + watch.rule.delayMs);
    if (endMs > dueMs) {
      this.#deadlines.add({ dueMs: endMs, key: `run|${id}|${runKey}` });
      return;
    }
    run.activeAtMs = endMs;
    this.#changedDevices.add(id);
    const plan = this.#planOf(id, run.lastAtMs);
    const at = { atMs: endMs, receivedAtMs: this.#state.nowMs };
    this.#raise(this.#raiseOf(id, plan, watch, { sinceMs: run.sinceMs, atMs: endMs, value: run.value }, at));
  }

  // --- silence and clocks

  #awaitSilence(id: string, device: DeviceState): void {
    const config = this.#site.devices.get(id);
    if (!config) return;
    this.#deadlines.add({ dueMs: onGrid(device.silenceFromMs + silentAfterMs(config.interval)), key: `silent|${id}` });
  }

  #silenceDue(id: string, dueMs: number): void {
    const device = this.#state.devices.get(id);
    const config = this.#site.devices.get(id);
    if (!device || !config) return;
    const afterMs = silentAfterMs(config.interval);
    if (onGrid(device.silenceFromMs + afterMs) > dueMs) {
      this.#awaitSilence(id, device);
      return;
    }
    const room = this.#site.roomOf(id, dueMs);
    if (!settingsOf(this.#site, sensorSilent, room).enabled) return;
    this.#raise({
      key: `sensor-silent|${id}`,
      condition: sensorSilent.name,
      device: id,
      subject: null,
      room,
      sinceMs: device.silenceFromMs,
      atMs: dueMs,
      value: (dueMs - device.silenceFromMs) / 60_000,
      limit: afterMs / 60_000,
      unit: sensorSilent.unit,
      detail: null,
      lateMs: null,
    });
  }

  #judgeClock(id: string, sample: { clockUntrusted: boolean; offsetMs: number | null; imported: boolean }): void {
    if (sample.offsetMs === null || sample.imported) return;
    const key = `sensor-clock-fault|${id}`;
    const standing = this.#state.alarms.get(key)?.active ?? false;
    if (standing === sample.clockUntrusted) return;
    const nowMs = this.#state.nowMs;
    const offsetS = Math.round(-sample.offsetMs / 1_000);
    if (!sample.clockUntrusted) {
      this.#return(key, nowMs, offsetS, "clock-right-again");
      return;
    }
    const room = this.#site.roomOf(id, nowMs);
    if (!settingsOf(this.#site, sensorClockFault, room).enabled) return;
    const { trusted_future: future, trusted_past: past } = this.#site.config.limits;
    this.#raise({
      key,
      condition: sensorClockFault.name,
      device: id,
      subject: null,
      room,
      sinceMs: nowMs,
      atMs: nowMs,
      value: offsetS,
      limit: (offsetS > 0 ? future : -past) / 1_000,
      unit: sensorClockFault.unit,
      detail: null,
      lateMs: null,
    });
  }

  // --- what parts report

  #system(report: SystemReport): void {
    const key = `${report.condition}|${report.subject}`;
    const nowMs = this.#state.nowMs;
    if (!report.wrong) {
      this.#return(key, nowMs, report.value, "right-again");
      return;
    }
    const condition = conditionNamed(report.condition);
    if (!condition || !settingsOf(this.#site, condition, null).enabled) return;
    this.#raise({
      key,
      condition: report.condition,
      device: null,
      subject: report.subject,
      room: null,
      sinceMs: nowMs,
      atMs: nowMs,
      value: report.value,
      limit: report.limit,
      unit: report.unit,
      detail: null,
      lateMs: null,
    });
  }

  /** Something that happens rather than lasts: it stands until it has not happened again for a while. */
  #occurrence(name: ConditionName, about: string, detail: string): void {
    const condition = conditionNamed(name);
    const nowMs = this.#state.nowMs;
    const device = this.#site.devices.has(about) ? about : null;
    const room = device === null ? null : this.#site.roomOf(device, nowMs);
    if (!condition || !settingsOf(this.#site, condition, room).enabled) return;
    const subject = this.#subjectFor(name, about);
    const key = `${name}|${subject}`;
    this.#raise({
      key,
      condition: name,
      device,
      subject,
      room,
      sinceMs: nowMs,
      atMs: nowMs,
      value: null,
      limit: null,
      unit: null,
      detail,
      lateMs: null,
    });
    const alarm = this.#state.alarms.get(key);
    if (!alarm) return;
    alarm.quietAtMs = nowMs + quietMs;
    alarm.detail = detail;
    this.#changedAlarms.add(key);
    this.#deadlines.add({ dueMs: onGrid(alarm.quietAtMs), key: `quiet|${key}` });
  }

  #subjectFor(name: ConditionName, about: string): string {
    if (this.#state.alarms.has(`${name}|${about}`)) return about;
    let subjects = 0;
    for (const alarm of this.#state.alarms.values()) if (alarm.condition === name) subjects += 1;
    return subjects >= mostSubjects ? "(others)" : about;
  }

  #quietDue(key: string, dueMs: number): void {
    const alarm = this.#state.alarms.get(key);
    if (!alarm?.active || alarm.quietAtMs === null) return;
    if (onGrid(alarm.quietAtMs) > dueMs) {
      this.#deadlines.add({ dueMs: onGrid(alarm.quietAtMs), key: `quiet|${key}` });
      return;
    }
    this.#return(key, dueMs, null, "not-repeated");
  }

  // --- the life of an alarm

  #raise(raise: Raise): void {
    const { lateMs, ...facts } = raise;
    const condition = conditionNamed(raise.condition)!;
    let alarm = this.#state.alarms.get(raise.key);
    const passage = pass(alarm?.state ?? "normal", "raise", { latching: false, active: true });
    if (!passage.ok) {
      if (alarm) alarm.active = true;
      return;
    }
    alarm = {
      ...facts,
      id: alarm?.id ?? String(this.#state.nextAlarm++),
      priority: settingsOf(this.#site, condition, raise.room).priority,
      state: passage.state,
      latching: condition.defaults.latching ?? false,
      active: true,
      raisedAtMs: raise.atMs,
      acknowledgedBy: null,
      quietAtMs: null,
    };
    this.#state.alarms.set(raise.key, alarm);
    this.#record(alarm, passage, raise.atMs, { lateMs });
  }

  #return(key: string, atMs: number, value: number | null, reason: string): void {
    const alarm = this.#state.alarms.get(key);
    if (!alarm?.active) return;
    alarm.active = false;
    alarm.quietAtMs = null;
    this.#changedAlarms.add(key);
    this.#apply(alarm, "return", Math.max(atMs, alarm.raisedAtMs), { value, reason });
  }

  #command(command: OperatorCommand): CommandOutcome {
    const alarm = [...this.#state.alarms.values()].find((open) => open.id === command.alarm);
    if (!alarm) return { ok: false, code: "not-found", reason: `no open alarm ${command.alarm}` };
    const nowMs = this.#state.nowMs;
    const { by, comment, via } = command;
    if (command.do === "comment") {
      this.#record(alarm, { state: alarm.state, transition: "commented", reason: "by-person" }, nowMs, {
        by,
        comment,
        via,
      });
      return { ok: true, alarm: { ...alarm } };
    }
    const passage = pass(alarm.state, command.do, alarm);
    if (!passage.ok) return { ok: false, code: "state-conflict", reason: `alarm ${alarm.id} ${passage.reason}` };
    if (command.do === "acknowledge") alarm.acknowledgedBy = by;
    this.#apply(alarm, command.do, nowMs, { by, comment, via });
    return { ok: true, alarm: { ...alarm } };
  }

  #apply(
    alarm: Alarm,
    happening: Happening,
    atMs: number,
    more: { value?: number | null; reason?: string; by?: string; comment?: string; via?: string },
  ): void {
    const passage = pass(alarm.state, happening, alarm);
    if (!passage.ok) return;
    alarm.state = passage.state;
    if (more.value != null && alarm.unit !== null) alarm.value = more.value;
    this.#record(alarm, { ...passage, reason: more.reason ?? passage.reason }, atMs, more);
    if (alarm.state === "normal") this.#state.alarms.delete(alarm.key);
  }

  #record(
    alarm: Alarm,
    passage: Pick<EngineTransition, "transition" | "reason"> & { state: Alarm["state"] },
    atMs: number,
    more: { lateMs?: number | null; by?: string; comment?: string; via?: string },
  ): void {
    alarm.state = passage.state;
    this.#changedAlarms.add(alarm.key);
    this.#transitions.push({
      alarm: { ...alarm },
      transition: passage.transition,
      reason: passage.reason,
      atMs,
      lateMs: more.lateMs ?? null,
      by: more.by ?? null,
      comment: more.comment ?? null,
      via: more.via ?? null,
    });
  }

  // --- look-ups

  #device(id: string): DeviceState {
    let device = this.#state.devices.get(id);
    if (!device) {
      device = { silenceFromMs: this.#state.nowMs, newestAtMs: Number.MIN_SAFE_INTEGER, runs: {} };
      this.#state.devices.set(id, device);
    }
    this.#changedDevices.add(id);
    return device;
  }

  /** The plan of a device where it is at that moment: devices move between rooms. */
  #planOf(id: string, atMs: number): Plan {
    const known = this.#plans.get(id);
    const moves = (this.#site.devices.get(id)?.assignments.length ?? 0) > 0;
    if (known && !moves) return known;
    const room = this.#site.roomOf(id, atMs);
    if (known && known.room === room) return known;
    const plan = planFor(this.#site, id, room);
    this.#plans.set(id, plan);
    return plan;
  }

  #watchOf(id: string, runKey: string): Watch | undefined {
    for (const watches of this.#planOf(id, this.#state.nowMs).byQuantity.values()) {
      const watch = watches.find((w) => w.runKey === runKey);
      if (watch) return watch;
    }
    return undefined;
  }
}
