import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createAlertStore } from "../../alerts/index.ts";
import { openSqliteHistory, type Sample } from "../../collector/index.ts";
import { type Clock, manualClock, openDatabase } from "../../core/index.ts";
import { type Model, type PastOptions, pastIntervalMs, pastSteps } from "../../firmware-sim/index.ts";
import type { Site } from "../../site/index.ts";
import type { DataFolder } from "../data-folder.ts";
import { importedSample } from "../history/imported-sample.ts";
import { stateMigrations } from "../state-migrations.ts";
import { openPastDoors } from "./past-doors.ts";
import { createPastEngine } from "./past-engine.ts";

const batch = 5_000;
const stepsATurn = 40;
/** The month is lived in a folder of its own: it becomes the data folder's as a whole, or not at all. */
const folderName = "simulated-month";
/** In it once nothing is missing any more. */
const wholeMark = "whole";
const kept = ["history.db", "state.db", "ledger.db"];

export interface MonthOptions extends PastOptions {
  model: Model;
  data: DataFolder;
  clock: Clock;
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Whether there is a past to be simulated: none was kept here yet. What a crash left in the middle is put right. */
export function wantsMonth(data: DataFolder): boolean {
  const folder = data.file(folderName);
  if (existsSync(join(folder, wholeMark))) moveIn(folder, data);
  rmSync(folder, { recursive: true, force: true });
  return !kept.some((name) => existsSync(data.file(name)));
}

/**
 * A month of the simulated hospital, through the same history, engine and ledger that a live one goes through, by a
 * clock that runs ahead. Samples are marked as imported, and what people did as simulated; nobody is told of anything.
 * @returns how many samples are stored; 0 when told to stop before the end: then nothing is kept
 */
export async function liveMonth(options: MonthOptions): Promise<number> {
  const { site, data, fromMs, toMs, clock, signal } = options;
  const folder = data.file(folderName);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(folder, name);
  const history = openSqliteHistory(file("history.db"), () => site);
  const state = openDatabase(file("state.db"), { migrations: stateMigrations });
  const then = manualClock(fromMs);
  const engine = createPastEngine(pastSiteOf(site, options.stepMs), { toMs });
  const doors = openPastDoors({ data: { file, secret: data.secret }, site, engine, clock: then, toMs });
  // What a crash would spoil is thrown away: until then nothing need wait for the disk.
  for (const database of [history.database, state, doors.database]) database.exec("PRAGMA synchronous = OFF");
  let stored = 0;
  let samples: Sample[] = [];
  const store = () => {
    stored += history.importSamples(samples);
    samples = [];
  };
  try {
    engine.step({ kind: "started", receivedAtMs: fromMs });
    let steps = 0;
    for (const step of pastSteps(options)) {
      doors.take(step);
      for (const moment of [...step.samples, ...step.badges].sort((a, b) => a.atMs - b.atMs)) {
        if ("reader" in moment) {
          const { reader: device, atMs, direction } = moment;
          engine.step({ kind: "badge", receivedAtMs: atMs, device, atMs, direction });
          continue;
        }
        const { device, atMs, values } = moment;
        samples.push(importedSample(moment, toMs));
        const sample = { atMs, receivedAtMs: atMs, values, clockUntrusted: false, offsetMs: null, imported: false };
        engine.step({ kind: "samples", receivedAtMs: atMs, device, samples: [sample] });
      }
      then.advance(step.nowMs - then.nowMs());
      doors.judge();
      if (samples.length >= batch) store();
      if (++steps % stepsATurn !== 0) continue;
      options.onProgress((step.nowMs - fromMs) / (toMs - fromMs));
      await clock.sleep(0);
      if (signal.aborted) break;
    }
    store();
    if (!signal.aborted) engine.commitTo(createAlertStore(state));
  } finally {
    doors.close();
    state.close();
    history.close();
  }
  if (signal.aborted) {
    rmSync(folder, { recursive: true, force: true });
    return 0;
  }
  for (const name of readdirSync(folder)) onDisk(file(name));
  writeFileSync(file(wholeMark), "");
  moveIn(folder, data);
  options.onProgress(1);
  return stored;
}

/** Done again after a crash, it goes on where it was. */
function moveIn(folder: string, data: DataFolder): void {
  for (const name of readdirSync(folder)) if (name !== wholeMark) renameSync(join(folder, name), data.file(name));
  rmSync(folder, { recursive: true, force: true });
}

function onDisk(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The site as it was then: its devices report as seldom as those of a simulated past do. */
function pastSiteOf(site: Site, stepMs: number): Site {
  const then = <T extends Parameters<typeof pastIntervalMs>[0]>(device: T): T => ({
    ...device,
    interval: Math.max(device.interval, pastIntervalMs(device, stepMs)),
  });
  return {
    ...site,
    config: { ...site.config, devices: site.config.devices.map(then) },
    devices: new Map([...site.devices].map(([id, device]) => [id, then(device)])),
  };
}
