import type { Values } from "../contract/index.ts";
import type { DeviceConfig, Site } from "../site/index.ts";
import { createModel, type Model } from "./model.ts";
import { createSensors, doorIndexesOf } from "./sensors.ts";

/** What the devices of a site would have reported in the past, so that no chart of a sample is empty. */

export interface PastSample {
  device: string;
  atMs: number;
  /** As stored: doors (open = 1) and booleans as 0 or 1. */
  values: Values;
}

/** What changes slowly or never is told once an hour, whatever the step. */
const slowMs = 3_600_000;

/**
 * Samples of every device in order of time, the same for the same seed: climate at each step, doors at each change,
 * everything hourly. `model` must begin at `fromMs`; it stands at `toMs` when the last sample has been taken,
 * so that a live hospital given the same model goes on where the past ended.
 */
export function* pastSamples(options: {
  site: Site;
  seed: number;
  fromMs: number;
  toMs: number;
  stepMs: number;
  model?: Model;
}): Generator<PastSample, void, void> {
  const { site, seed, fromMs, toMs, stepMs } = options;
  const model = options.model ?? createModel({ site, seed, startMs: fromMs });
  const sensors = createSensors({ site, seed, model });
  const doorIndexes = doorIndexesOf(site);
  const devices = site.config.devices;
  const climate = devices.filter(isClimate);
  const contacts = devices.filter((device) => device.quantities.includes("door"));
  let slowDueMs = fromMs;
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) {
    const step = { fromMs: Math.max(fromMs, atMs - stepMs), toMs: atMs };
    model.advance(atMs);
    const slow = atMs >= slowDueMs;
    if (slow) slowDueMs += slowMs;
    for (const device of slow ? devices : climate) {
      const values = sensors.measure(device, { realMs: atMs, step: { fromMs: atMs - 1, toMs: atMs } });
      if (Object.keys(values).length > 0) yield { device: device.id, atMs, values };
    }
    yield* doorSamples(contacts, step.toMs, Math.min(toMs, atMs + stepMs));
  }
  model.advance(toMs);

  function* doorSamples(among: readonly DeviceConfig[], startMs: number, endMs: number): Generator<PastSample> {
    // The very millisecond of the regular sample has been told.
    const span = { fromMs: startMs + 1, toMs: endMs };
    const samples = among.flatMap((device) => {
      const room = site.roomOf(device.id, startMs);
      if (room === null) return [];
      const index = doorIndexes.get(device.id) ?? 0;
      return model
        .doorChanges(room, span)
        .filter((change) => change.door === index)
        .map((change): PastSample => ({ device: device.id, atMs: change.atMs, values: { door: Number(change.open) } }));
    });
    yield* samples.sort((a, b) => a.atMs - b.atMs);
  }
}

const isClimate = (device: DeviceConfig) =>
  device.quantities.includes("temperature_c") || device.quantities.includes("relative_humidity_pct");
