import type { Values } from "../contract/index.ts";
import type { DeviceConfig, Site } from "../site/index.ts";
import { type BadgeEvent, createModel, type Model } from "./model.ts";
import { createPastIncidents, type PastIncident } from "./past-incidents.ts";
import { createSensors, doorIndexesOf, isUrgent } from "./sensors.ts";

/** What the devices of a site would have reported in the past, so that no chart of a sample is empty. */

export interface PastSample {
  device: string;
  atMs: number;
  /** As stored: doors (open = 1) and booleans as 0 or 1. */
  values: Values;
}

/** What happened until `nowMs`, oldest first. */
export interface PastStep {
  nowMs: number;
  samples: PastSample[];
  badges: BadgeEvent[];
}

export interface PastOptions {
  site: Site;
  seed: number;
  fromMs: number;
  toMs: number;
  stepMs: number;
  /** Must begin at `fromMs`; stands at `toMs` at the end, so that a live hospital given it goes on where the past ended. */
  model?: Model;
  incidents?: readonly PastIncident[];
}

/** What changes slowly or never is told once an hour, whatever the step. */
const slowMs = 3_600_000;
/** While something happens: as often as live devices report. */
const fineMs = 60_000;

/** How often a device speaks in a simulated past: what live devices say more often would take long to make and to keep. */
export function pastIntervalMs(device: DeviceConfig, stepMs: number): number {
  return isClimate(device) ? stepMs : slowMs;
}

/** Samples of every device in order of time: climate at each step, doors at each change, everything hourly. */
export function* pastSamples(options: PastOptions): Generator<PastSample, void, void> {
  for (const { samples } of pastSteps(options)) yield* samples;
}

/** A past, step by step; the same for the same seed. Where something happens, what is urgent is told at once. */
export function* pastSteps(options: PastOptions): Generator<PastStep, void, void> {
  const { site, seed, fromMs, toMs, stepMs } = options;
  const model = options.model ?? createModel({ site, seed, startMs: fromMs });
  const sensors = createSensors({ site, seed, model });
  const incidents = createPastIncidents({ site, model, sensors, incidents: options.incidents ?? [] });
  const doorIndexes = doorIndexesOf(site);
  const devices = site.config.devices;
  const contacts = devices.filter((device) => device.quantities.includes("door"));
  const reported = new Map<string, Values>();
  let slowDueMs = fromMs;
  let climateDueMs = fromMs;
  let nextMs = fromMs;
  for (let atMs = fromMs; atMs < toMs; atMs = nextMs) {
    model.advance(atMs);
    incidents.step(atMs);
    const climate = atMs >= climateDueMs;
    if (climate) climateDueMs += stepMs;
    const slow = atMs >= slowDueMs;
    if (slow) slowDueMs += slowMs;
    nextMs = Math.min(toMs, incidents.happens() ? Math.min(climateDueMs, atMs + fineMs) : climateDueMs);
    const samples: PastSample[] = [];
    for (const device of devices) {
      const due = slow || (climate && isClimate(device));
      if (!due && !incidents.touches(device.id, atMs)) continue;
      const values = sensors.measure(device, { realMs: atMs, step: { fromMs: atMs - 1, toMs: atMs } });
      if (Object.keys(values).length === 0 || incidents.isMute(device.id)) continue;
      if (!due && !isUrgent(reported.get(device.id) ?? {}, values)) continue;
      reported.set(device.id, values);
      samples.push({ device: device.id, atMs, values });
    }
    samples.push(...doorSamples(contacts, atMs, nextMs));
    yield { nowMs: nextMs, samples, badges: model.badges({ fromMs: atMs, toMs: nextMs }) };
  }
  model.advance(toMs);

  function doorSamples(among: readonly DeviceConfig[], startMs: number, endMs: number): PastSample[] {
    // The very millisecond of the regular sample has been told.
    const span = { fromMs: startMs + 1, toMs: endMs };
    const samples = among.flatMap((device) => {
      const room = site.roomOf(device.id, startMs);
      if (room === null || incidents.isMute(device.id)) return [];
      const index = doorIndexes.get(device.id) ?? 0;
      return model
        .doorChanges(room, span)
        .filter((change) => change.door === index)
        .map((change): PastSample => ({ device: device.id, atMs: change.atMs, values: { door: Number(change.open) } }));
    });
    return samples.sort((a, b) => a.atMs - b.atMs);
  }
}

function isClimate(device: DeviceConfig): boolean {
  return device.quantities.includes("temperature_c") || device.quantities.includes("relative_humidity_pct");
}
