import type { HidingStart, Quiet } from "./alarm-book.ts";
import { sensorSilent, silentAfterMs } from "./conditions/sensors.ts";
import type { Context } from "./context.ts";
import { onGrid } from "./deadlines.ts";
import { windowOver } from "./service.ts";
import type { Alarm } from "./state.ts";
import { hiddenBehindGateway, hiddenInRoom } from "./suppression.ts";

/** Keeps alarms from people's sight and brings them back: by design, by the site file, by the clock. */
export class QuietWatch implements Quiet {
  readonly #context: Context;
  /** Standing alarms that explain others of their room: few, whatever else stands. */
  readonly #causes = new Set<string>();
  readonly #behind = new Map<string, string[]>();

  constructor(context: Context) {
    this.#context = context;
    for (const { id, gateway } of context.site.devices.values()) {
      if (gateway !== undefined) this.#behind.set(gateway, [...(this.#behind.get(gateway) ?? []), id]);
    }
    context.book.askFor(this);
  }

  hides(alarm: Alarm): HidingStart[] {
    const starts: HidingStart[] = [];
    const service = this.#outOfService(alarm);
    if (service !== null && alarm.hidden?.outOfService === undefined) starts.push(service);
    const cause = this.#causeOf(alarm);
    if (cause && alarm.hidden?.suppressedBy === undefined) starts.push(suppression(cause));
    return starts;
  }

  moved(alarm: Alarm): void {
    const { state } = this.#context;
    this.#note(alarm);
    this.#await(alarm);
    if (alarm.hidden?.suppressedBy !== undefined) this.#judge(alarm);
    if (hiddenInRoom.causes.has(alarm.condition)) {
      for (const other of inOrder(state.alarms.values())) {
        if (other.room === alarm.room && hiddenInRoom.hides(alarm.condition, other.condition)) this.#judge(other);
      }
    }
    if (hiddenBehindGateway.causes.has(alarm.condition) && alarm.device !== null) {
      for (const device of this.#behind.get(alarm.device) ?? []) {
        const other = state.alarms.get(`${sensorSilent.name}|${device}`);
        if (other) this.#judge(other);
      }
    }
  }

  /** The limit of a hiding, or of a held return, has come. */
  due(key: string): void {
    const alarm = this.#context.state.alarms.get(key);
    if (alarm) this.#judge(alarm);
  }

  /** Everything anew: after a start, another site file, a step of our clock, or where a window begins or ends. */
  judgeAll(): void {
    for (const alarm of inOrder(this.#context.state.alarms.values())) this.#judge(alarm);
  }

  awaitAll(): void {
    const { site, state, deadlines } = this.#context;
    this.#causes.clear();
    for (const alarm of state.alarms.values()) {
      this.#note(alarm);
      this.#await(alarm);
    }
    for (const atMs of site.serviceWindows.flatMap(({ fromMs, toMs }) => [fromMs, toMs])) {
      if (atMs > state.nowMs) deadlines.add({ dueMs: onGrid(atMs), key: `service|${atMs}` });
    }
  }

  #await({ key, hidden, held, remedial }: Alarm): void {
    const remedyMs = remedial?.over === undefined ? remedial?.dueMs : undefined;
    for (const dueMs of [hidden?.shelvedUntilMs, hidden?.suppressedUntilMs, held?.untilMs, remedyMs]) {
      if (dueMs !== undefined) this.#context.deadlines.add({ dueMs: onGrid(dueMs), key: `until|${dueMs}|${key}` });
    }
  }

  #note(alarm: Alarm): void {
    if (alarm.active && hiddenInRoom.causes.has(alarm.condition)) this.#causes.add(alarm.key);
    else this.#causes.delete(alarm.key);
  }

  #judge(alarm: Alarm): void {
    const { book, state } = this.#context;
    const atMs = state.nowMs;
    if (alarm.held && alarm.held.untilMs <= atMs) book.close(alarm.key, atMs, alarm.held.value, alarm.held.reason);
    const service = this.#outOfService(alarm);
    if (service !== null && alarm.hidden?.outOfService === undefined) book.hide(alarm, { ...service, atMs });
    if (service === null && alarm.hidden?.outOfService !== undefined) {
      book.show(alarm, { hiding: "out-of-service", reason: "window-over", atMs });
    }
    if (alarm.remedial && alarm.remedial.dueMs <= atMs) book.tellAgain(alarm, "overdue", atMs);
    this.#judgeSuppression(alarm, atMs);
    if (alarm.hidden?.shelvedUntilMs !== undefined && alarm.hidden.shelvedUntilMs <= atMs) {
      book.show(alarm, { hiding: "shelved", reason: "time-over", atMs });
    }
  }

  #judgeSuppression(alarm: Alarm, atMs: number): void {
    const { book } = this.#context;
    const cause = this.#causeOf(alarm);
    const by = alarm.hidden?.suppressedBy;
    if (cause) {
      if (by === undefined) book.hide(alarm, { ...suppression(cause), atMs });
      else if (by !== cause.key || alarm.hidden?.suppressedUntilMs !== undefined) {
        alarm.hidden = { ...alarm.hidden!, suppressedBy: cause.key, suppressedUntilMs: undefined };
        book.changed.add(alarm.key);
      }
      return;
    }
    if (by === undefined) return;
    const untilMs = alarm.hidden?.suppressedUntilMs ?? atMs + this.#lingerMs(alarm);
    if (!alarm.active || untilMs <= atMs) {
      book.show(alarm, { hiding: "suppressed", reason: alarm.active ? "cause-over" : "back-within", atMs });
    } else if (alarm.hidden?.suppressedUntilMs === undefined) {
      alarm.hidden = { ...alarm.hidden!, suppressedUntilMs: untilMs };
      book.changed.add(alarm.key);
      this.#await(alarm);
    }
  }

  /** Sensors behind a gateway that is heard again are given the time in which they would have been missed. */
  #lingerMs({ condition, device }: Alarm): number {
    const config = device === null ? undefined : this.#context.site.devices.get(device);
    return condition === sensorSilent.name && config?.gateway !== undefined ? silentAfterMs(config.interval) : 0;
  }

  #outOfService(alarm: Alarm): HidingStart | null {
    const { site, state } = this.#context;
    const { reason } = windowOver(site.serviceWindows, alarm, state.nowMs) ?? {};
    return reason === undefined ? null : { hiding: "out-of-service", facts: { outOfService: reason }, reason };
  }

  /** The standing alarm that explains this one, while this one stands. */
  #causeOf(alarm: Alarm): Alarm | null {
    if (!alarm.active) return null;
    const { site, state } = this.#context;
    if (hiddenBehindGateway.causes.has(alarm.condition) && alarm.device !== null) {
      const gateway = site.devices.get(alarm.device)?.gateway;
      const cause = state.alarms.get(`${sensorSilent.name}|${gateway}`);
      // Also while the gateway's own alarm is hidden: whoever put that off knows why its sensors are silent.
      if (cause?.active) return cause;
    }
    if (alarm.room === null) return null;
    for (const cause of inOrder([...this.#causes].flatMap((key) => state.alarms.get(key) ?? []))) {
      // A detector out of service, under test perhaps, explains nothing: nobody was told of it.
      if (cause.hidden || cause.room !== alarm.room) continue;
      // What stood when the fire was noticed was not brought about by it, and has been told.
      if (alarm.raisedAtMs <= cause.raisedAtMs) continue;
      if (hiddenInRoom.hides(cause.condition, alarm.condition)) return cause;
    }
    return null;
  }
}

/** Oldest first, whatever order they were stored in: every run has the same. */
function inOrder(alarms: Iterable<Alarm>): Alarm[] {
  return [...alarms].sort((a, b) => Number(a.id) - Number(b.id));
}

function suppression(cause: Alarm): HidingStart {
  return {
    hiding: "suppressed",
    facts: { suppressedBy: cause.key, suppressedUntilMs: undefined },
    reason: `by ${cause.condition} ${cause.id}`,
  };
}
