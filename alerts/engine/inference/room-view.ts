import type { Memory } from "../memory.ts";
import {
  bandOf,
  type Contact,
  type ContactName,
  type Followed,
  type Recent,
  riseWithin,
  strayOf,
  type Track,
} from "./track.ts";

/** One sensor of a room as the inference sees it. */
export interface Seen {
  device: string;
  memory: Memory;
  recent: Recent;
}

export const minuteMs = 60_000;
/** A step of moisture is looked for within this, a rise of heat within that. */
export const moistureWithinMs = 20 * minuteMs;
export const heatWithinMs = 6 * minuteMs;
export const risen = {
  smokeFaint: 0.05,
  smokeClear: 0.1,
  smokeThick: 0.5,
  heatSlightK: 0.5,
  heatClearK: 2,
  heatSteepK: 6,
  coPpm: 2,
  coHighPpm: 10,
  co2Ppm: 200,
  particles: 30,
  moistureStep: 0.7,
  moistureLeap: 1.4,
} as const;

/** All sensors of that quantity, the one that strays furthest upwards first; of equal ones the first by name. */
export function tracksOf(seen: readonly Seen[], name: Followed): { device: string; memory: Memory; track: Track }[] {
  return seen
    .flatMap(({ device, memory, recent }) => {
      const track = recent.tracks[name];
      return track ? [{ device, memory, track }] : [];
    })
    .sort((a, b) => strayOf(b.track) - strayOf(a.track) || (a.device < b.device ? -1 : 1));
}

export function contactsOf(seen: readonly Seen[], name: ContactName): Contact[] {
  return seen.flatMap(({ recent }) => recent.contacts[name] ?? []);
}

/** Whether anything of this sensor is worth weighing: nearly always not, which is what keeps the engine quick. */
export function stirs({ tracks, contacts }: Recent): boolean {
  const { temperature_c: temperature, relative_humidity_pct: humidity, vapour_g_m3: vapour } = tracks;
  if (temperature && (temperature.side !== 0 || riseWithin(temperature, heatWithinMs).by >= risen.heatClearK))
    return true;
  if (humidity && humidity.side !== 0) return true;
  if (vapour && riseWithin(vapour, moistureWithinMs).by >= risen.moistureStep) return true;
  const { smoke_obscuration_pct_per_m: smoke, co_ppm: co, co2_ppm: co2, pm2_5_ug_m3: particles } = tracks;
  return (
    (smoke !== undefined && strayOf(smoke) >= risen.smokeFaint) ||
    (co !== undefined && strayOf(co) >= risen.coPpm) ||
    (co2 !== undefined && strayOf(co2) >= risen.co2Ppm) ||
    (particles !== undefined && strayOf(particles) >= risen.particles) ||
    (contacts.smoke_alarm?.value ?? 0) !== 0
  );
}

/** On which side of its usual a room's climate is out of its band, over all its sensors; 0 within. */
export function driftOf(seen: readonly Seen[], name: "temperature_c" | "relative_humidity_pct"): Drift | null {
  const known = tracksOf(seen, name).filter(({ track }) => track.atMs - track.sinceMs >= 12 * 60 * minuteMs);
  const furthest = known.sort((a, b) => bands(name, b.track) - bands(name, a.track))[0];
  if (!furthest) return null;
  const { track } = furthest;
  const out = known.filter((each) => each.track.side !== 0).length;
  return { track, side: track.side, bands: bands(name, track), sinceMs: track.outSinceMs, of: known.length, out };
}

export interface Drift {
  track: Track;
  side: -1 | 0 | 1;
  /** Distance from the usual in widths of its band. */
  bands: number;
  sinceMs: number;
  /** Sensors that can tell, and how many of them are out of their band. */
  of: number;
  out: number;
}

const bands = (name: Followed, track: Track) => Math.abs(strayOf(track)) / bandOf(name, track);
