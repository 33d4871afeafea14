import { atLeast, type Priority } from "../../contract/index.ts";
import type { Site } from "../../site/index.ts";
import { settingsOf } from "./condition.ts";
import { conditionNamed } from "./conditions/registry.ts";
import type { OperatorCommand } from "./events.ts";
import { type Hiding, type HidingFacts, lifeOf, passages, seenState, shelvingRefused, without } from "./hiding.ts";
import { type Happening, type LifeState, pass } from "./life-cycle.ts";
import type { More, Raise } from "./raise.ts";
import { isClearlyWorse, remedyRefused } from "./remedial.ts";
import { countRaise, isChattering } from "./rhythm.ts";
import type { Alarm, EngineState, Evidence } from "./state.ts";
import type { CommandOutcome, EngineTransition, Refusal } from "./transition.ts";

/** What hides an alarm, and why; `reason` goes to the journal. */
export interface HidingStart {
  hiding: Hiding;
  facts: HidingFacts;
  reason: string;
}

/** Decides which alarms are kept from people's sight. */
export interface Quiet {
  /** What hides an alarm that is about to be recorded as raised, beyond what hides it already. */
  hides(alarm: Alarm): HidingStart[];
  /** An alarm has been raised, has returned, or has been hidden or shown. */
  moved(alarm: Alarm): void;
}

/** What of the engine's state a book of alarms works on. */
export type BookState = Pick<EngineState, "alarms" | "nowMs" | "nextAlarm" | "recentRaises">;

/** The alarms and what happens to them: raised, returned, acknowledged, reset; each passage is recorded once. */
export class AlarmBook {
  readonly changed = new Set<string>();
  /** How many passages of alarms there were: while it is the same, the same alarms stand. */
  passages = 0;
  readonly #site: Site;
  readonly #state: BookState;
  #transitions: EngineTransition[] = [];
  #quiet: Quiet | null = null;

  constructor(site: Site, state: BookState) {
    this.#site = site;
    this.#state = state;
  }

  askFor(quiet: Quiet): void {
    this.#quiet = quiet;
  }

  takeTransitions(): EngineTransition[] {
    const taken = this.#transitions;
    if (taken.length > 0) this.#transitions = [];
    return taken;
  }

  /** Whether the condition holds now; while a return is held it does not, and may be raised again. */
  isActive(key: string): boolean {
    return this.standing(key) !== undefined;
  }

  /** The alarm, while the condition holds, as `isActive`. */
  standing(key: string): Alarm | undefined {
    const alarm = this.#state.alarms.get(key);
    return alarm?.active === true && alarm.held === undefined ? alarm : undefined;
  }

  raise(raise: Raise): void {
    const { lateMs, priority, author, ...facts } = raise;
    const condition = conditionNamed(raise.condition)!;
    const known = this.#state.alarms.get(raise.key);
    if (known?.held) {
      known.held = undefined;
      countRaise(this.#state, known.key);
      this.changed.add(known.key);
    }
    const passage = pass(known ? lifeOf(known) : "normal", "raise", { latching: false, active: true });
    if (!passage.ok) return;
    const alarm: Alarm = {
      ...facts,
      id: known?.id ?? String(this.#state.nextAlarm++),
      priority: priority ?? settingsOf(this.#site, condition, raise.room).priority,
      state: passage.state,
      latching: condition.defaults.latching ?? false,
      active: true,
      raisedAtMs: raise.atMs,
      acknowledgedBy: null,
      quietAtMs: null,
      hidden: known?.hidden,
    };
    this.#state.alarms.set(raise.key, alarm);
    const starts = this.#quiet?.hides(alarm) ?? [];
    // Hidden before it is recorded: what nobody is to be told of is not first told.
    for (const { facts } of starts) alarm.hidden = { ...alarm.hidden, ...facts, life: passage.state };
    const rhythm = alarm.hidden ? null : countRaise(this.#state, alarm.key);
    this.#record(alarm, { ...passage, reason: rhythm ?? passage.reason }, raise.atMs, { ...author, lateMs });
    for (const start of starts) this.#recordHiding(alarm, start.hiding, "begins", { ...start, atMs: raise.atMs });
    this.#quiet?.moved(alarm);
  }

  /** It has become worse than it was: told anew, and to be acknowledged anew. Never the other way while it stands. */
  raisePriority(
    key: string,
    worse: { priority: Priority; value: number | null; limit: number | null; atMs: number; evidence?: Evidence[] },
  ): void {
    const alarm = this.#state.alarms.get(key);
    if (!alarm?.active || atLeast(alarm.priority, worse.priority)) return;
    alarm.priority = worse.priority;
    alarm.value = worse.value;
    alarm.limit = worse.limit;
    if (worse.evidence) alarm.evidence = worse.evidence;
    alarm.acknowledgedBy = null;
    if (alarm.remedial) alarm.remedial = { ...alarm.remedial, over: "worse" };
    this.#apply(alarm, "worsen", Math.max(worse.atMs, alarm.raisedAtMs), {});
  }

  /** What is measured while it stands: a remedial item that has clearly become worse is told again. */
  measured(alarm: Alarm, value: number, atMs: number): void {
    if (!alarm.active || alarm.value === null || alarm.limit === null) return;
    const worst = alarm.worst ?? alarm.value;
    if ((value - worst) * (alarm.value < alarm.limit ? -1 : 1) <= 0) return;
    alarm.worst = value;
    this.changed.add(alarm.key);
    if (!alarm.remedial) return;
    const { hysteresis } = settingsOf(this.#site, conditionNamed(alarm.condition)!, alarm.room);
    if (!isClearlyWorse(alarm, value, hysteresis)) return;
    alarm.value = value;
    this.tellAgain(alarm, "worse", atMs);
  }

  /** A remedial item is over without the alarm being so: a full alarm again. */
  tellAgain(alarm: Alarm, over: "worse" | "overdue", atMs: number): void {
    if (!alarm.remedial || alarm.remedial.over !== undefined) return;
    alarm.remedial = { ...alarm.remedial, over };
    alarm.acknowledgedBy = null;
    countRaise(this.#state, alarm.key);
    this.#apply(alarm, "tell-again", Math.max(atMs, alarm.raisedAtMs), { reason: `remedial-${over}` });
  }

  /** The cause has gone. Does nothing when it was not there. A chattering alarm must stay within before it is believed. */
  return(key: string, atMs: number, value: number | null, reason: string): void {
    const alarm = this.#state.alarms.get(key);
    if (!alarm?.active || alarm.held) return;
    const holdMs = this.#site.config.limits.chattering_hold;
    if (alarm.latching || holdMs === 0 || !isChattering(this.#state, key)) {
      this.close(key, atMs, value, reason);
      return;
    }
    alarm.held = { untilMs: this.#state.nowMs + holdMs, value, reason };
    this.changed.add(key);
    this.#quiet?.moved(alarm);
  }

  /** The cause has gone, and nothing is waited for. */
  close(key: string, atMs: number, value: number | null, reason: string): void {
    const alarm = this.#state.alarms.get(key);
    if (!alarm?.active) return;
    alarm.active = false;
    alarm.held = undefined;
    alarm.quietAtMs = null;
    alarm.remedial = undefined;
    this.changed.add(key);
    if (value !== null && alarm.unit !== null) alarm.value = value;
    this.#apply(alarm, "return", Math.max(atMs, alarm.raisedAtMs), { reason });
    this.#quiet?.moved(alarm);
  }

  /** Ends it whatever its state: for exercises, which leave nothing behind. */
  dismiss(alarm: Alarm, reason: string, author: More): void {
    const { nowMs } = this.#state;
    this.close(alarm.key, nowMs, null, reason);
    if (!this.#state.alarms.has(alarm.key)) return;
    this.#record(alarm, { state: "normal", transition: "reset", reason }, nowMs, author);
    this.#state.alarms.delete(alarm.key);
  }

  command(command: OperatorCommand): CommandOutcome {
    const alarm = [...this.#state.alarms.values()].find((open) => open.id === command.alarm);
    if (!alarm) return { ok: false, code: "not-found", reason: `no open alarm ${command.alarm}` };
    const nowMs = this.#state.nowMs;
    const { by, comment, via } = command;
    if (command.do === "comment") {
      const passage = { state: lifeOf(alarm), transition: "commented", reason: "by-person" } as const;
      this.#record(alarm, passage, nowMs, { by, comment, via });
      return { ok: true, alarm: { ...alarm } };
    }
    if (command.do === "shelve" || command.do === "unshelve") return this.#shelving(alarm, command);
    if (command.do === "remedy") return this.#remedy(alarm, command);
    const passage = pass(lifeOf(alarm), command.do, alarm);
    if (!passage.ok) return { ok: false, code: "state-conflict", reason: `alarm ${alarm.id} ${passage.reason}` };
    if (command.do === "acknowledge") alarm.acknowledgedBy = by;
    this.#apply(alarm, command.do, nowMs, { by, comment, via });
    return { ok: true, alarm: { ...alarm } };
  }

  hide(alarm: Alarm, { hiding, facts, reason, ...more }: HidingStart & More & { atMs: number }): void {
    alarm.hidden = { ...alarm.hidden, ...facts, life: lifeOf(alarm) };
    this.#recordHiding(alarm, hiding, "begins", { reason, ...more });
    this.#quiet?.moved(alarm);
  }

  /** One of its hidings is over: it is again what its cause makes of it, and gone if that is nothing. */
  show(alarm: Alarm, { hiding, reason, ...more }: { hiding: Hiding; reason: string; atMs: number } & More): void {
    if (!alarm.hidden) return;
    const life = lifeOf(alarm);
    alarm.hidden = without(alarm.hidden, hiding);
    alarm.state = life;
    this.#recordHiding(alarm, hiding, "ends", { reason, ...more });
    if (alarm.state === "normal") this.#state.alarms.delete(alarm.key);
    this.#quiet?.moved(alarm);
  }

  #remedy(alarm: Alarm, { remedy, by, comment, via }: OperatorCommand): CommandOutcome {
    const { nowMs } = this.#state;
    const { remedial_after: afterMs, remedial_longest: longestMs } = this.#site.config.limits;
    if (!remedy) return refused(alarm, { ok: false, code: "request-invalid", reason: "needs owner, measure and date" });
    const no = remedyRefused(alarm, remedy, { nowMs, afterMs, longestMs });
    if (no) return refused(alarm, no);
    alarm.remedial = { ...remedy, sinceMs: nowMs, by, value: alarm.worst ?? alarm.value };
    const passage = { state: lifeOf(alarm), transition: "commented", reason: "made-remedial" } as const;
    this.#record(alarm, passage, nowMs, { by, comment, via });
    this.#quiet?.moved(alarm);
    return { ok: true, alarm: { ...alarm } };
  }

  #shelving(alarm: Alarm, { do: act, forMs, by, comment, via }: OperatorCommand): CommandOutcome {
    const atMs = this.#state.nowMs;
    const person = { hiding: "shelved", reason: "by-person", atMs, by, comment, via } as const;
    if (act === "unshelve") {
      if (alarm.hidden?.shelvedUntilMs === undefined) {
        return refused(alarm, { ok: false, code: "state-conflict", reason: "is not shelved" });
      }
      this.show(alarm, person);
    } else {
      const no = shelvingRefused(alarm, forMs, this.#site.config.limits.shelve_longest);
      if (no !== null) return refused(alarm, no);
      this.hide(alarm, { ...person, facts: { shelvedUntilMs: atMs + forMs! } });
    }
    return { ok: true, alarm: { ...alarm } };
  }

  #recordHiding(
    alarm: Alarm,
    hiding: Hiding,
    step: "begins" | "ends",
    facts: { reason: string; atMs: number } & More,
  ): void {
    const { reason, atMs, ...more } = facts;
    this.#record(alarm, { state: lifeOf(alarm), transition: passages[hiding][step], reason }, atMs, more);
  }

  #apply(alarm: Alarm, happening: Happening, atMs: number, more: More & { reason?: string }): void {
    const passage = pass(lifeOf(alarm), happening, alarm);
    if (!passage.ok) return;
    this.#record(alarm, { ...passage, reason: more.reason ?? passage.reason }, atMs, more);
    if (alarm.state === "normal") this.#state.alarms.delete(alarm.key);
  }

  #record(
    alarm: Alarm,
    passage: Pick<EngineTransition, "transition" | "reason"> & { state: LifeState },
    atMs: number,
    more: More,
  ): void {
    if (alarm.hidden) alarm.hidden = { ...alarm.hidden, life: passage.state };
    alarm.state = seenState(passage.state, alarm.hidden);
    this.changed.add(alarm.key);
    this.passages += 1;
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

function refused(alarm: Alarm, { code, reason }: Refusal): CommandOutcome {
  return { ok: false, code, reason: `alarm ${alarm.id} ${reason}` };
}
