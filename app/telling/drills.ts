import type { AlertStore, CommandOutcome, JournalRow } from "../../alerts/index.ts";
import type { DrillSource } from "../../console/index.ts";
import type { DrillView } from "../../contract/index.ts";
import { type Clock, type Database, isoTime, randomId, SentryError } from "../../core/index.ts";
import { tellingLog } from "../../notify/index.ts";
import type { Site } from "../../site/index.ts";
import type { LoggedEvent } from "../engine/log-events.ts";

type DrillEvent = Extract<LoggedEvent, { event: "drill" | "drill-end" }>;

/** Lines of the journal that are read to list exercises: each has three to a dozen. */
const mostRows = 20_000;
const mostTold = 500;

/** Exercises: begun and ended through the log like every command; their record is the journal itself. */
export function createDrills(options: {
  site: () => Site;
  store: AlertStore;
  db: Database;
  /** Enters it into the log; answers once the engine's outcome is on disk. */
  enter: (event: DrillEvent) => Promise<CommandOutcome>;
  clock: Clock;
}): DrillSource & {
  view(id: string): DrillView;
  begin(event: Omit<DrillEvent & { event: "drill" }, "id">): Promise<string>;
} {
  const { site, store, db, clock } = options;

  const viewOf = (rows: readonly JournalRow[]): DrillView => {
    const first = rows[0]!;
    const answer = rows.find(({ transition }) => transition === "acknowledged");
    const over = rows.find(({ state, transition }) => state === "normal" || transition === "reset");
    const { id, purpose, scenario, untilMs } = first.drill!;
    const afterS = (atMs: number) => Math.round((atMs - first.recorded_at_ms) / 1_000);
    const told = tellingLog(db, { alarmId: first.alarm, limit: mostTold }).toReversed();
    return {
      id,
      purpose,
      scenario,
      room: first.room,
      alarm: first.alarm,
      condition: first.condition,
      priority: first.priority,
      at: isoTime(first.recorded_at_ms),
      until: isoTime(untilMs),
      endedAt: over === undefined ? null : isoTime(over.recorded_at_ms),
      by: first.by,
      comment: first.comment,
      answer: answer
        ? { by: answer.by, via: answer.via, comment: answer.comment, afterS: afterS(answer.recorded_at_ms) }
        : null,
      told: told.map(({ person, channel, reason, state, settledAtMs, reply }) => {
        const taken = state === "delivered" && settledAtMs !== null;
        return { person, channel, reason, state, afterS: taken ? afterS(settledAtMs) : null, reply };
      }),
    };
  };

  const grouped = (filter: { fromMs?: number | undefined; toMs?: number | undefined } = {}) =>
    [
      ...Map.groupBy(store.journal({ ...filter, drills: true, limit: mostRows }), ({ drill }) => drill!.id).values(),
    ].filter(([first]) => first!.transition === "raised");

  const view = (id: string): DrillView => {
    const rows = grouped().find(([first]) => first!.drill!.id === id);
    if (rows === undefined) throw new SentryError("not-found", `there is no exercise ${id}`);
    return viewOf(rows);
  };

  const begin = async (event: Omit<DrillEvent & { event: "drill" }, "id">): Promise<string> => {
    const id = randomId(5);
    require(await options.enter({ ...event, id }));
    return id;
  };

  return {
    view,
    begin,
    list: ({ purpose, limit, ...period }) =>
      grouped(period)
        .filter(([first]) => first!.drill!.purpose === purpose)
        .slice(-limit)
        .toReversed()
        .map(viewOf),
    async start({ scenario, room, forMs, by, comment, via }) {
      const { drill_for, drill_longest } = site().config.proof;
      const lengthMs = forMs ?? drill_for;
      if (lengthMs > drill_longest) {
        throw new SentryError(
          "request-invalid",
          `for: expected at most ${drill_longest / 60_000} min (proof.drill_longest)`,
        );
      }
      const untilMs = clock.nowMs() + lengthMs;
      return view(await begin({ event: "drill", purpose: "drill", scenario, room, untilMs, by, comment, via }));
    },
    async end({ id, by, via }) {
      require(await options.enter({ event: "drill-end", id, by, via }));
      return view(id);
    },
  };
}

function require(outcome: CommandOutcome): void {
  if (!outcome.ok) throw new SentryError(outcome.code, outcome.reason);
}
