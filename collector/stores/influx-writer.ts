import { type Clock, type Logger, messageOf } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import type { StoredSample } from "./history-schema.ts";
import {
  type AlarmLine,
  alarmPoint,
  type FiguresLine,
  type InfluxPoint,
  roomPoints,
  samplePoints,
} from "./influx-lines.ts";
import type { InfluxStore } from "./influx-store.ts";

/** How far one InfluxDB has been written: ids of samples, numbers of journal entries and of rooms' figures. */
export interface InfluxCursor {
  samples: number;
  alarms: number;
  figures: number;
}

export interface FurtherPoints {
  after(n: number, limit: number): { n: number; point: InfluxPoint }[];
  cursor(): number;
  saveCursor(n: number): void;
}

export interface InfluxWriterOptions {
  /** Name of the store in the site file. */
  name: string;
  store: InfluxStore;
  site: () => Site;
  clock: Clock;
  log: Logger;
  /** A number in [0, 1), for jitter. */
  random: () => number;
  /** Points written at once. */
  batch: number;
  /** Longest a point waits for others to be written with. */
  flushEveryMs: number;
  /** Longest pause between attempts while the store does not answer. */
  retryMaxMs: number;
  samplesAfter(id: number, limit: number): StoredSample[];
  newestSampleId(): number;
  alarmsAfter(n: number, limit: number): AlarmLine[];
  newestAlarm(): number;
  figuresAfter(n: number, limit: number): FiguresLine[];
  newestFigures(): number;
  loadCursor(): InfluxCursor;
  /** Points of another part, numbered, with a cursor of their own. */
  further?(): FurtherPoints | null;
  /** Called only after the store has taken, or finally refused, everything up to there. */
  saveCursor(cursor: InfluxCursor): void;
  /** Points that are about to be written, each time it is tried. */
  onWriting?(points: readonly InfluxPoint[]): void;
  /** A point the store will never take. It remains in the embedded history. */
  onRefused?(refused: { point: InfluxPoint; reason: string }): void;
}

export interface InfluxWriterStatus {
  state: "reachable" | "unreachable";
  sinceMs: number;
  /** Why it is unreachable. */
  reason: string | null;
  /** Samples, journal entries and rooms' figures still to be written. */
  lag: InfluxCursor;
  written: number;
  refused: number;
}

export interface InfluxWriter {
  start(): void;
  stop(): Promise<void>;
  status(): InfluxWriterStatus;
  /** The system's own figures: written with the next batch, dropped while the store does not answer. */
  offer(points: readonly InfluxPoint[]): void;
}

const retryFirstMs = 500;

/**
 * Follows the embedded history, the alarm journal and the rooms' figures into one InfluxDB: what was read is written, and only then is the
 * cursor moved. So an absence of any length, a crash or a refused point loses nothing else, and since a point written
 * twice is one point, nothing is doubled either.
 */
export function createInfluxWriter(options: InfluxWriterOptions): InfluxWriter {
  const { clock, log, store, name } = options;
  let cursor: InfluxCursor = { samples: 0, alarms: 0, figures: 0 };
  let state: Pick<InfluxWriterStatus, "state" | "sinceMs" | "reason"> = {
    state: "reachable",
    sinceMs: clock.nowMs(),
    reason: null,
  };
  let written = 0;
  let refused = 0;
  let failures = 0;
  let size = options.batch;
  let figures: readonly InfluxPoint[] = [];
  let stopping = new AbortController();
  let running: Promise<void> | null = null;

  const found = () => {
    failures = 0;
    if (state.state === "reachable") return;
    log.info("collector.store.found", { store: name, awayMs: clock.nowMs() - state.sinceMs });
    state = { state: "reachable", sinceMs: clock.nowMs(), reason: null };
  };
  const lost = (reason: string) => {
    failures++;
    if (state.state === "unreachable") state.reason = reason;
    else {
      log.warn("collector.store.lost", { store: name, reason });
      state = { state: "unreachable", sinceMs: clock.nowMs(), reason };
    }
    const pauseMs = Math.min(options.retryMaxMs, retryFirstMs * 2 ** Math.min(failures - 1, 20));
    // Jitter, so that many writers do not fall upon a returning server together.
    return clock.sleep(pauseMs * (0.5 + options.random() / 2), stopping.signal);
  };

  /**
   * Writes all of them, in parts: a part that is refused is halved until the point at fault stands alone and is set
   * aside; one that takes too long is halved too; after each success the next part is twice as long. False when told
   * to stop before the end.
   */
  const deliver = async (points: readonly InfluxPoint[]): Promise<boolean> => {
    let from = 0;
    let aside = 0;
    let firstReason = "";
    while (from < points.length) {
      if (stopping.signal.aborted) return false;
      const part = points.slice(from, from + size);
      options.onWriting?.(part);
      const outcome = await store.write(part);
      switch (outcome.kind) {
        case "written":
          found();
          from += part.length;
          written += part.length;
          size = Math.min(options.batch, size * 2);
          break;
        case "refused":
          found();
          size = Math.ceil(part.length / 2);
          if (part.length > 1) break;
          from++;
          aside++;
          refused++;
          firstReason ||= outcome.reason;
          options.onRefused?.({ point: part[0]!, reason: outcome.reason });
          break;
        case "unavailable":
          if (outcome.timedOut) size = Math.ceil(part.length / 2);
          if (!stopping.signal.aborted) await lost(outcome.reason);
          break;
      }
    }
    if (aside > 0) log.warn("collector.points.refused", { store: name, count: aside, reason: firstReason });
    return true;
  };

  /** Writes the next entries of one kind; true when there were any and all is written. */
  const advance = async <T>(
    kind: keyof InfluxCursor,
    feed: { newest: number; after(position: number, limit: number): T[]; positionOf(entry: T): number },
    pointsOf: (entry: T) => InfluxPoint[],
  ): Promise<boolean> => {
    // A source that ends before our cursor lost its tail, or was restored: what it appends next has to be written.
    if (feed.newest < cursor[kind]) cursor = { ...cursor, [kind]: feed.newest };
    const entries = feed.after(cursor[kind], options.batch);
    const last = entries.at(-1);
    if (last === undefined || !(await deliver(entries.flatMap(pointsOf)))) return false;
    cursor = { ...cursor, [kind]: feed.positionOf(last) };
    options.saveCursor(cursor);
    return entries.length === options.batch;
  };

  /** One look at everything there is to write; true when there may be more already. */
  const turn = async (): Promise<boolean> => {
    const site = options.site();
    // Alarms first: there are few, and somebody may be looking for them.
    const moreAlarms = await advance(
      "alarms",
      { newest: options.newestAlarm(), after: options.alarmsAfter, positionOf: (alarm) => alarm.n },
      (alarm) => [alarmPoint(alarm, site)],
    );
    const moreSamples = await advance(
      "samples",
      { newest: options.newestSampleId(), after: options.samplesAfter, positionOf: (sample) => sample.id },
      (sample) => samplePoints(sample, site),
    );
    const moreFigures = await advance(
      "figures",
      { newest: options.newestFigures(), after: options.figuresAfter, positionOf: (line) => line.n },
      (line) => roomPoints(line, site),
    );
    const moreFurther = await advanceFurther();
    const offered = figures;
    figures = [];
    if (offered.length > 0 && state.state === "reachable") await store.write(offered);
    return moreAlarms || moreSamples || moreFigures || moreFurther;
  };
  const advanceFurther = async (): Promise<boolean> => {
    const further = options.further?.();
    const found = further?.after(further.cursor(), options.batch) ?? [];
    const last = found.at(-1);
    if (!further || !last || !(await deliver(found.map(({ point }) => point)))) return false;
    further.saveCursor(last.n);
    return found.length === options.batch;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        if (!(await turn())) await clock.sleep(options.flushEveryMs, stopping.signal);
      } catch (error) {
        // A fault on our own side, such as a full disk under the cursor: nothing is lost by trying again.
        log.error("collector.store.failed", { store: name, error: messageOf(error) });
        await clock.sleep(options.retryMaxMs, stopping.signal);
      }
    }
  };

  return {
    start() {
      if (running !== null) return;
      stopping = new AbortController();
      cursor = options.loadCursor();
      running = run();
    },
    async stop() {
      stopping.abort();
      store.close();
      await running;
      running = null;
    },
    status: () => ({
      ...state,
      lag: {
        samples: Math.max(0, options.newestSampleId() - cursor.samples),
        alarms: Math.max(0, options.newestAlarm() - cursor.alarms),
        figures: Math.max(0, options.newestFigures() - cursor.figures),
      },
      written,
      refused,
    }),
    offer(points) {
      if (state.state === "reachable") figures = points;
    },
  };
}
