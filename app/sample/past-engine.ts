import {
  type AlertStore,
  describe,
  Engine,
  type EngineCommit,
  type EngineEvent,
  type EngineTransition,
  emptyState,
  type OperatorCommand,
  type RoomFigures,
} from "../../alerts/index.ts";
import type { Site } from "../../site/index.ts";

/** How long it takes somebody to answer an alarm, by turns. */
const answeredAfterMin = [3, 11, 6, 18, 8, 27];
/** From a latched alarm's return until somebody has looked and resets it. */
const resetAfterMin = 25;
const via = "simulation";
/** Forecasts cost as much as all else: the older part of the past does without. */
const foretoldMs = 10 * 86_400_000;

export interface PastEngine {
  step(event: EngineEvent): void;
  /** All that happened, with the state it led to, in one commit. Nobody is told of any of it. */
  commitTo(store: AlertStore): void;
}

/** The alarm engine over a simulated past, whose alarms simulated people answer, as their comments say. */
export function createPastEngine(site: Site, { toMs }: { toMs: number }): PastEngine {
  let engine = new Engine(site, emptyState(), { figures: true, forecasts: false });
  let foretells = false;
  const journal: EngineCommit["journal"] = [];
  const figures: RoomFigures[] = [];
  const newest = new Map<string, RoomFigures>();
  const answers: { atMs: number; command: OperatorCommand }[] = [];
  const words = commentsIn[site.config.site.language];
  let answered = 0;

  const answer = (what: "acknowledge" | "reset", { alarm, atMs }: EngineTransition, afterMin: number) => {
    const by = (alarm.room && site.rooms.get(alarm.room)?.key_holder) || site.config.people[0]?.id;
    if (by === undefined) return;
    answers.push({
      atMs: Math.max(atMs, engine.state.nowMs) + afterMin * 60_000,
      command: { do: what, alarm: alarm.id, by, comment: words[what], via },
    });
    answers.sort((a, b) => a.atMs - b.atMs);
  };
  const take = (event: EngineEvent) => {
    if (!foretells && event.receivedAtMs >= toMs - foretoldMs) {
      foretells = true;
      engine = new Engine(site, engine.state, { figures: true });
    }
    for (const transition of engine.step(event).transitions) {
      const recordedAtMs = Math.round(engine.state.nowMs);
      journal.push({ transition, description: describe(site, transition), recordedAtMs });
      const { state } = transition.alarm;
      const told = ["raised", "unsuppressed"].includes(transition.transition);
      if (told && (state === "unacknowledged" || state === "returned-unacknowledged")) {
        answer("acknowledge", transition, answeredAfterMin[answered++ % answeredAfterMin.length]!);
      }
      if (state === "latched") answer("reset", transition, resetAfterMin);
    }
    for (const now of engine.takeFigures()) {
      const before = newest.get(now.room);
      if (before) figures.push(untilOvertaken(before, now));
      newest.set(now.room, now);
    }
  };

  return {
    step(event) {
      for (let due = answers[0]; due && due.atMs <= event.receivedAtMs; due = answers[0]) {
        answers.shift();
        take({ kind: "command", receivedAtMs: due.atMs, command: due.command });
      }
      take(event);
    },
    commitTo(store) {
      store.commit({
        position: 0,
        state: engine.state,
        changed: engine.takeChanged(),
        memories: [],
        journal,
        figures: [...figures, ...newest.values()],
      });
    },
  };
}

/** Of older figures' forecasts, what newer ones do not say again: the same series in a hundredth of the room. */
function untilOvertaken(older: RoomFigures, newer: RoomFigures): RoomFigures {
  const forecasts = older.forecasts.map((forecast) => {
    const next = newer.forecasts.find(({ quantity }) => quantity === forecast.quantity);
    if (next === undefined) return forecast;
    const kept = Math.max(0, Math.floor((next.madeAtMs - forecast.madeAtMs) / forecast.everyMs));
    const { value, low, high } = forecast;
    return {
      ...forecast,
      value: value.slice(0, kept),
      low: low.slice(0, kept),
      high: high.slice(0, kept),
      limits: [],
    };
  });
  return { ...older, forecasts };
}

const commentsIn = {
  "zh-CN": { acknowledge: "（模拟）收到，已派人查看。", reset: "（模拟）现场已检查，恢复正常。" },
  en: { acknowledge: "(simulated) Seen; somebody is on the way.", reset: "(simulated) Looked at; all is well again." },
} as const;
