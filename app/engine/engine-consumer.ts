import {
  type AlertStore,
  type CommandOutcome,
  describe,
  Engine,
  type EngineCommit,
  type EngineTransition,
  type JournalRow,
  type RoomFigures,
  type StepResult,
} from "../../alerts/index.ts";
import { type Consumer, Decoder, type Entry } from "../../collector/index.ts";
import { type Clock, type Logger, messageOf, type Timer } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { engineEventOf } from "./log-events.ts";

/** Time within which the engine's progress is saved when nothing happened to any alarm. */
const saveWithinMs = 250;

export interface EngineConsumer extends Consumer {
  readonly engine: Engine;
  /** Position up to which the engine's state is on disk: the log may be pruned up to here. */
  committed(): number;
  /** Resolves with the outcome of the command at that position, once it is on disk. */
  outcomeAt(position: number): Promise<CommandOutcome>;
  /** Evaluates what the log could not take: in memory only, while the disk is full. */
  observe(entry: Entry): void;
  /** The site file to use from the next `reloaded` entry on. */
  prepareSite(site: Site): void;
  fault(): string | null;
  flush(): void;
}

export function createEngineConsumer(options: {
  store: AlertStore;
  site: Site;
  clock: Clock;
  log: Logger;
  /** Runs inside the commit of the transitions: the outbox. */
  alsoCommit: (rows: JournalRow[]) => void;
  onCommitted: (rows: JournalRow[]) => void;
}): EngineConsumer {
  const { store, clock, log } = options;
  const loaded = store.load();
  let site = options.site;
  let nextSite: Site | null = null;
  const decoder = new Decoder(() => site);
  decoder.restore(loaded.memories);
  let engine = new Engine(site, loaded.state, { figures: true });
  let position = loaded.position;
  let committed = loaded.position;
  let unsaved: EngineCommit["journal"] = [];
  let unsavedFigures: RoomFigures[] = [];
  let outcomes: [position: number, outcome: CommandOutcome][] = [];
  let saveTimer: Timer | null = null;
  let fault: string | null = null;
  let clockSuspected = loaded.state.alarms.get("server-clock-fault|devices")?.active ?? false;
  const waiting = new Map<number, (outcome: CommandOutcome) => void>();
  const done = new Map<number, CommandOutcome>();

  const record = (transitions: EngineTransition[]) => {
    for (const transition of transitions) {
      unsaved.push({
        transition,
        description: describe(site, transition),
        recordedAtMs: Math.round(engine.state.nowMs),
      });
    }
  };

  const step = (entry: Entry): StepResult | null => {
    const decoded = decoder.decode(entry);
    const event = engineEventOf(entry, decoded);
    const result = event ? engine.step(event) : null;
    if (result) record(result.transitions);
    const suspected = decoder.serverClockSuspected;
    if (suspected !== null && suspected !== clockSuspected) {
      clockSuspected = suspected;
      const report = { condition: "server-clock-fault", subject: "devices", wrong: clockSuspected } as const;
      record(
        engine.step({
          kind: "system",
          receivedAtMs: entry.receivedAtMs,
          report: { ...report, value: null, limit: null, unit: null },
        }).transitions,
      );
    }
    return result;
  };

  const takeSite = (entry: Entry) => {
    if (!nextSite || entry.kind !== "event" || entry.topic !== "reloaded") return;
    save();
    site = nextSite;
    nextSite = null;
    engine = new Engine(site, engine.state, { figures: true });
  };

  const save = () => {
    saveTimer?.cancel();
    saveTimer = null;
    if (position === committed && unsaved.length === 0) return;
    const changed = engine.takeChanged();
    unsavedFigures.push(...engine.takeFigures());
    try {
      const rows = store.commit({
        position,
        state: engine.state,
        changed,
        memories: decoder.takeChanged(),
        journal: unsaved,
        figures: unsavedFigures,
        also: options.alsoCommit,
      });
      committed = position;
      unsaved = [];
      unsavedFigures = [];
      fault = null;
      for (const [at, outcome] of outcomes) {
        const resolve = waiting.get(at);
        waiting.delete(at);
        if (resolve) resolve(outcome);
        else {
          done.set(at, outcome);
          if (done.size > 1_000) done.delete(done.keys().next().value!);
        }
      }
      outcomes = [];
      if (rows.length > 0) options.onCommitted(rows);
    } catch (error) {
      // The engine has gone on in memory: everything it knows is saved with the next commit that succeeds.
      if (fault === null) log.error("alerts.state.unsaved", { error: messageOf(error) });
      fault = messageOf(error);
      engine.putBack(changed);
      decoder.touchAll();
      saveTimer = clock.after(2_000, save);
    }
  };

  return {
    name: "engine",
    gatherMs: 0,
    get engine() {
      return engine;
    },
    cursor: () => position,
    committed: () => committed,
    fault: () => fault,
    prepareSite(next) {
      nextSite = next;
    },
    outcomeAt(at) {
      const outcome = done.get(at);
      if (outcome) {
        done.delete(at);
        return Promise.resolve(outcome);
      }
      return new Promise((resolve) => waiting.set(at, resolve));
    },
    apply(entries) {
      for (const entry of entries) {
        takeSite(entry);
        try {
          const result = step(entry);
          if (result?.outcome) outcomes.push([entry.position, result.outcome]);
        } catch (error) {
          // One entry that cannot be evaluated must not stop those behind it.
          log.error("alerts.entry.failed", { position: entry.position, error: messageOf(error) });
        }
        position = entry.position;
      }
      if (unsaved.length > 0 || outcomes.length > 0) save();
      else saveTimer ??= clock.after(saveWithinMs, save);
    },
    observe(entry) {
      takeSite(entry);
      step(entry);
      if (unsaved.length > 0) save();
    },
    flush: save,
  };
}
