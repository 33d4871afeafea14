import type { HidingStart, Quiet } from "./alarm-book.ts";
import { roomBlind, sensorSilent, silentAfterMs } from "./conditions/sensors.ts";
import type { Context } from "./context.ts";
import { onGrid } from "./deadlines.ts";
import { blindFor, kindsOf } from "./room-watch.ts";
import { windowOver } from "./service.ts";
import type { Alarm } from "./state.ts";
import { hiddenBehindGateway, hiddenInRoom, hiddenWithKind } from "./suppression.ts";

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
    if (isRoomCause(alarm)) {
      for (const other of inOrder(state.alarms.values())) {
        if (other.room === alarm.room && hidesInRoom(alarm, other)) this.#judge(other);
      }
    }
    if (hiddenBehindGateway.causes.has(alarm.condition) && alarm.device !== null) {
      for (const device of this.#behind.get(alarm.device) ?? []) {
        const other = state.alarms.get(`${sensorSilent.name}|${device}`);
        if (other) this.#judge(other);
      }
      if (!this.#behind.has(alarm.device)) return;
      for (const other of inOrder(state.alarms.values())) if (other.condition === roomBlind.name) this.#judge(other);
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
    if (alarm.active && isRoomCause(alarm)) this.#causes.add(alarm.key);
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
  #lingerMs(alarm: Alarm): number {
    const { site } = this.#context;
    const waits = this.#silentOf(alarm).map((id) => {
      const config = site.devices.get(id);
      return config?.gateway === undefined ? 0 : silentAfterMs(config.interval);
    });
    return Math.max(0, ...waits);
  }

  /** The devices whose silence the alarm is about. */
  #silentOf({ condition, device, room, subject }: Alarm): string[] {
    if (condition === sensorSilent.name) return device === null ? [] : [device];
    if (condition !== roomBlind.name || room === null || subject === null) return [];
    return blindFor(this.#context, room, subject);
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
    const causes = this.#silentOf(alarm).map((id) =>
      state.alarms.get(`${sensorSilent.name}|${site.devices.get(id)?.gateway}`),
    );
    // Also while the gateway's own alarm is hidden: whoever put that off knows why its sensors are silent.
    const [first] = causes;
    if (first && causes.every((cause) => cause?.active)) return first;
    if (alarm.room === null) return null;
    for (const cause of inOrder([...this.#causes].flatMap((key) => state.alarms.get(key) ?? []))) {
      // A detector out of service, under test perhaps, explains nothing: nobody was told of it.
      if (cause.hidden || cause.room !== alarm.room) continue;
      // What stood when the fire was noticed was not brought about by it, and has been told.
      if (alarm.raisedAtMs > cause.raisedAtMs && hiddenInRoom.hides(cause.condition, alarm.condition)) return cause;
      if (this.#isSameLoss(alarm, cause)) return cause;
    }
    return null;
  }

  /** The silence that made the room blind: of that moment and kind, and raised after it. */
  #isSameLoss(alarm: Alarm, cause: Alarm): boolean {
    if (!hiddenWithKind.hides(cause.condition, alarm.condition) || alarm.device === null) return false;
    if (alarm.raisedAtMs !== cause.raisedAtMs || Number(alarm.id) < Number(cause.id)) return false;
    const config = this.#context.site.devices.get(alarm.device);
    return config !== undefined && cause.subject !== null && kindsOf(config).includes(cause.subject);
  }
}

const isRoomCause = ({ condition }: Alarm) =>
  hiddenInRoom.causes.has(condition) || hiddenWithKind.causes.has(condition);
const hidesInRoom = (cause: Alarm, alarm: Alarm) =>
  hiddenInRoom.hides(cause.condition, alarm.condition) || hiddenWithKind.hides(cause.condition, alarm.condition);

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
