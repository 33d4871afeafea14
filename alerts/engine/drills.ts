import type { DrillScenario, Quantity } from "../../contract/index.ts";
import type { Site } from "../../site/index.ts";
import { AlarmBook } from "./alarm-book.ts";
import type { Context } from "./context.ts";
import { onGrid } from "./deadlines.ts";
import type { OperatorCommand } from "./events.ts";
import { planFor } from "./plan.ts";
import type { Alarm, AlarmDrill } from "./state.ts";
import type { CommandOutcome, EngineTransition } from "./transition.ts";

/** An exercise, or the weekly check, as the log has it. */
export interface DrillStart {
  id: string;
  /** `check`: asks only whether messages arrive; one person gets them. */
  purpose: AlarmDrill["purpose"];
  scenario: DrillScenario;
  room: string;
  untilMs: number;
  /** Staff number; `null` for what the program starts by itself. */
  by: string | null;
  comment: string;
  via: string;
}

/**
 * Exercises. A synthetic sample is judged by the limits that are in force in its room, and raises alarms of a book of
 * their own: they live by the same table as real ones, and neither hide one, nor are hidden, suppressed, counted or
 * weighed with one. They end by themselves and leave nothing but their journal.
 */
export class DrillWatch {
  readonly #context: Context;
  readonly #book: AlarmBook;

  constructor(context: Context) {
    this.#context = context;
    const { state, site } = context;
    this.#book = new AlarmBook(site, {
      get nowMs() {
        return state.nowMs;
      },
      get nextAlarm() {
        return state.nextAlarm;
      },
      set nextAlarm(next) {
        state.nextAlarm = next;
      },
      alarms: state.drills,
      // Not the real ones' list: an exercise makes no flood.
      recentRaises: [],
    });
  }

  get changed(): Set<string> {
    return this.#book.changed;
  }

  takeTransitions(): EngineTransition[] {
    return this.#book.takeTransitions();
  }

  start({ id, purpose, scenario, room, untilMs, by, comment, via }: DrillStart): CommandOutcome {
    const { site, state } = this.#context;
    if (!site.rooms.has(room)) return { ok: false, code: "not-found", reason: `there is no room ${room}` };
    const values = samplesOf[scenario](site, room);
    const beyond = planFor(site, room).watches.filter(({ quantity, judge, classify, limit, hysteresis }) => {
      const value = values[quantity];
      // What is judged by its past has none here.
      if (value === undefined || judge !== null) return false;
      return classify(value, limit, hysteresis, quantity) === "beyond";
    });
    const first = beyond.toSorted((a, b) => urgency(a.settings.priority) - urgency(b.settings.priority))[0];
    if (first === undefined) {
      return {
        ok: false,
        code: "state-conflict",
        reason: `${scenario} raises no alarm in ${room}: it is switched off`,
      };
    }
    const key = `drill:${id}|${first.condition.name}`;
    const numeric = first.condition.unit !== null && first.quantity !== "smoke_alarm";
    this.#book.raise({
      key,
      condition: first.condition.name,
      device: null,
      subject: `drill-${id}`,
      room,
      sinceMs: state.nowMs,
      atMs: state.nowMs,
      value: numeric ? values[first.quantity]! : null,
      limit: numeric ? first.limit : null,
      unit: numeric ? first.condition.unit : null,
      detail: null,
      lateMs: null,
      drill: { id, purpose, scenario, untilMs },
      author: { by: by ?? undefined, comment, via },
    });
    this.#await(id, untilMs);
    return { ok: true, alarm: { ...state.drills.get(key)! } };
  }

  /** A person's word about an alarm of an exercise; `null` when the alarm is none. */
  command(command: OperatorCommand): CommandOutcome | null {
    const alarm = this.#all().find(({ id }) => id === command.alarm);
    if (alarm === undefined) return null;
    if (command.do === "shelve" || command.do === "unshelve" || command.do === "remedy") {
      return { ok: false, code: "state-conflict", reason: `alarm ${alarm.id} is an exercise, which is never put off` };
    }
    return this.#book.command(command);
  }

  /** Ends an exercise before its time. */
  end(id: string, author: { by: string; via: string }): CommandOutcome {
    const alarms = this.#all().filter(({ drill }) => drill?.id === id);
    const last = alarms.at(-1);
    if (last === undefined) return { ok: false, code: "not-found", reason: `no exercise ${id} is on` };
    for (const alarm of alarms) this.#book.dismiss(alarm, "drill-ended", author);
    return { ok: true, alarm: { ...last } };
  }

  /** Its time may be over. */
  due(id: string): void {
    const { nowMs } = this.#context.state;
    for (const alarm of this.#all()) {
      if (alarm.drill?.id !== id) continue;
      if (alarm.drill.untilMs <= nowMs) this.#book.dismiss(alarm, "drill-over", {});
      else this.#await(id, alarm.drill.untilMs);
    }
  }

  /** After a start, or when the clock was set. */
  awaitAll(): void {
    for (const { drill } of this.#all()) if (drill) this.#await(drill.id, drill.untilMs);
  }

  /** Our own clock was set: it goes on for as long as was meant. */
  clockStepped(byMs: number): void {
    for (const alarm of this.#all()) {
      if (alarm.drill) alarm.drill = { ...alarm.drill, untilMs: alarm.drill.untilMs + byMs };
      this.#book.changed.add(alarm.key);
    }
  }

  #all(): Alarm[] {
    return [...this.#context.state.drills.values()];
  }

  #await(id: string, untilMs: number): void {
    this.#context.deadlines.add({ dueMs: onGrid(untilMs), key: `drill|${id}` });
  }
}

const urgency = (priority: Alarm["priority"]) => ["critical", "high", "medium", "low"].indexOf(priority);

/** What a device would say, made so that the limits of the room are exceeded whatever they are. */
const samplesOf: Record<DrillScenario, (site: Site, room: string) => Partial<Record<Quantity, number>>> = {
  smoke: () => ({ smoke_alarm: 1 }),
  leak: () => ({ leak: 1 }),
  temperature: (site, room) => ({ temperature_c: (site.limitsOf(room).temperatureC.high ?? 30) + 6 }),
  humidity: (site, room) => ({
    relative_humidity_pct: Math.min(100, (site.limitsOf(room).relativeHumidityPct.high ?? 70) + 15),
  }),
};
