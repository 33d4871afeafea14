import { describe, type EngineTransition, type OwnClimate, outdoorRoom } from "../../alerts/index.ts";
import { type CsvRow, createReplay } from "../../app/index.ts";
import type { Language, ReplayClimate, ReplayLine, ReplaySummary } from "../../contract/index.ts";
import { isoTime } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { createClimateFigures } from "./climate-figures.ts";
import { createFigures, type Figures } from "./figures.ts";
import { outdoorDevice, type PastSetting, pastSite } from "./past-site.ts";
import { openAlongside, type RecordingReader, readRecording, shapeOf } from "./recording.ts";

export interface OfflineOptions {
  setting: PastSetting;
  paths: readonly string[];
  outdoor: string | undefined;
  onLine?(line: ReplayLine): void;
  /** Looks on while the recording passes: explanations, curves. */
  onlooker?: Onlooker;
  onRemark: RecordingReader["onRemark"];
  onProgress: RecordingReader["onProgress"];
}

export interface Onlooker {
  begin?(site: Site): void;
  /** A row that was judged, and what came of it in its room. */
  row?(row: CsvRow): void;
  transition?(transition: EngineTransition, message: string): void;
}

export interface OfflineResult {
  summary: ReplaySummary["summary"];
  figures: Figures;
  room: string;
  timeZone: string;
}

/** Rows looked at before the first is judged: enough to know how often the recording speaks. */
const rowsToJudgeStep = 1_000;

/** Past samples through the very same engine, as fast as it goes. */
export async function replayOffline(options: OfflineOptions): Promise<OfflineResult> {
  const { setting } = options;
  const figures = createFigures();
  const alarms: Record<string, number> = {};
  let samples = 0;
  let from: number | null = null;
  let to: number | null = null;
  let head: CsvRow[] | null = [];
  let push: ((row: CsvRow) => void | Promise<void>) | null = null;
  let finish = () => {};
  let climateOf: () => ReplayClimate | undefined = () => undefined;
  const outdoor = options.outdoor === undefined ? null : await openAlongside(options.outdoor, options.onRemark);

  const begin = (rows: readonly CsvRow[]) => {
    const shape = shapeOf(rows);
    const { site, device } = pastSite(setting, {
      quantities: shape.quantities.length > 0 ? shape.quantities : ["temperature_c"],
      intervalMs: shape.intervalMs,
      outdoorIntervalMs: outdoor?.intervalMs ?? null,
    });
    const replay = createReplay(site);
    const indoors = createClimateFigures(site, setting.room.id);
    climateOf = indoors.figures;
    const { language } = site.config.site;
    options.onlooker?.begin?.(site);
    const heard = (transitions: readonly EngineTransition[]) => {
      for (const transition of transitions) {
        const { alarm } = transition;
        if (alarm.room === null) continue;
        if (transition.transition === "raised") alarms[alarm.condition] = (alarms[alarm.condition] ?? 0) + 1;
        const message = describe(site, transition).messages[language];
        if (alarm.room !== outdoorRoom) {
          figures.transition(transition);
          options.onlooker?.transition?.(transition, message);
        }
        options.onLine?.(lineOf(transition, alarm.room, message, language));
      }
    };
    finish = () => {
      heard(replay.finish());
      const own = replay.ownClimateOf(setting.room.id);
      if (own) options.onRemark(ownClimateRemark(own, setting.room));
    };
    const sample = { device, atMs: 0, values: {} as CsvRow["values"] };
    const pushIndoor = (row: CsvRow) => {
      let some = false;
      for (const _ in row.values) {
        some = true;
        break;
      }
      if (!some) return;
      samples += 1;
      from = from === null ? row.atMs : Math.min(from, row.atMs);
      to = to === null ? row.atMs : Math.max(to, row.atMs);
      sample.atMs = row.atMs;
      sample.values = row.values;
      const transitions = replay.push(sample);
      figures.row(row.values);
      indoors.row(row.atMs, row.values);
      options.onlooker?.row?.(row);
      if (transitions.length > 0) heard(transitions);
    };
    if (!outdoor) return pushIndoor;
    return async (row: CsvRow) => {
      for (const outside of await outdoor.until(row.atMs)) {
        // What the weather was before the recording began is no event of it.
        if (samples > 0) heard(replay.push({ device: outdoorDevice, atMs: outside.atMs, values: outside.values }));
      }
      pushIndoor(row);
    };
  };
  const pushHead = async () => {
    const rows = head ?? [];
    head = null;
    push = begin(rows);
    for (const row of rows) await push(row);
  };

  const startedMs = performance.now();
  await readRecording(options.paths, {
    ...options,
    onRow(row) {
      if (push) return push(row);
      head?.push(row);
      return head?.length === rowsToJudgeStep ? pushHead() : undefined;
    },
  });
  if (head) await pushHead();
  finish();
  await outdoor?.close();
  const climate = climateOf();
  const seconds = (performance.now() - startedMs) / 1_000;
  return {
    summary: {
      samples,
      from: iso(from),
      to: iso(to),
      alarms,
      ...(climate === undefined ? {} : { climate }),
      samplesPerSecond: Math.round(samples / Math.max(seconds, 1e-6)),
    },
    figures,
    room: setting.room.id,
    timeZone: setting.config.site.time_zone,
  };
}

function lineOf(
  { alarm, transition, atMs }: EngineTransition,
  room: string,
  message: string,
  language: Language,
): ReplayLine {
  const { device, condition, priority, value, limit, unit } = alarm;
  return {
    at: new Date(atMs).toISOString(),
    room,
    device,
    condition,
    transition,
    priority,
    value,
    limit,
    unit,
    message,
    evidence: (alarm.evidence ?? []).map(({ text, weight }) => ({ text: text[language], weight })),
    ...(alarm.active && alarm.expectation ? { expectedAt: new Date(alarm.expectation.atMs).toISOString() } : {}),
  };
}

/** By which humidity the room was judged, where it is to be its own past's. */
function ownClimateRemark({ band, fromMs }: OwnClimate, { profile }: PastSetting["room"]): string {
  const day = isoTime(fromMs).slice(0, 10);
  return band === null
    ? `own-climate needs 13 months of history: judged by the humidity of ${profile}; own-climate from ${day} on`
    : `own-climate in force since ${day}, of ${profile} before; ${band.low}–${band.high} % at the end`;
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
