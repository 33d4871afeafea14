import type { ConditionName } from "../../contract/index.ts";
import type { Site } from "../../site/index.ts";
import { settingsOf } from "./condition.ts";
import { conditionNamed } from "./conditions/registry.ts";
import type { OperatorCommand } from "./events.ts";
import { type Happening, pass } from "./life-cycle.ts";
import type { Alarm, EngineState } from "./state.ts";
import type { CommandOutcome, EngineTransition } from "./transition.ts";

/** What makes an alarm: the facts that its condition found. */
export interface Raise {
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

/** The alarms and what happens to them: raised, returned, acknowledged, reset; each passage is recorded once. */
export class AlarmBook {
  readonly changed = new Set<string>();
  readonly #site: Site;
  readonly #state: EngineState;
  #transitions: EngineTransition[] = [];

  constructor(site: Site, state: EngineState) {
    this.#site = site;
    this.#state = state;
  }

  takeTransitions(): EngineTransition[] {
    const taken = this.#transitions;
    if (taken.length > 0) this.#transitions = [];
    return taken;
  }

  isActive(key: string): boolean {
    return this.#state.alarms.get(key)?.active ?? false;
  }

  raise(raise: Raise): void {
    const { lateMs, ...facts } = raise;
    const condition = conditionNamed(raise.condition)!;
    const known = this.#state.alarms.get(raise.key);
    const passage = pass(known?.state ?? "normal", "raise", { latching: false, active: true });
    if (!passage.ok) return;
    const alarm: Alarm = {
      ...facts,
      id: known?.id ?? String(this.#state.nextAlarm++),
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

  /** The cause has gone. Does nothing when it was not there. */
  return(key: string, atMs: number, value: number | null, reason: string): void {
    const alarm = this.#state.alarms.get(key);
    if (!alarm?.active) return;
    alarm.active = false;
    alarm.quietAtMs = null;
    this.changed.add(key);
    if (value !== null && alarm.unit !== null) alarm.value = value;
    this.#apply(alarm, "return", Math.max(atMs, alarm.raisedAtMs), { reason });
  }

  command(command: OperatorCommand): CommandOutcome {
    const alarm = [...this.#state.alarms.values()].find((open) => open.id === command.alarm);
    if (!alarm) return { ok: false, code: "not-found", reason: `no open alarm ${command.alarm}` };
    const nowMs = this.#state.nowMs;
    const { by, comment, via } = command;
    if (command.do === "comment") {
      const passage = { state: alarm.state, transition: "commented", reason: "by-person" } as const;
      this.#record(alarm, passage, nowMs, { by, comment, via });
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
    more: { reason?: string; by?: string; comment?: string; via?: string },
  ): void {
    const passage = pass(alarm.state, happening, alarm);
    if (!passage.ok) return;
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
    this.changed.add(alarm.key);
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
}
