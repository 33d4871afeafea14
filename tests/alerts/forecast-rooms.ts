import {
  Engine,
  type EngineState,
  type EngineTransition,
  emptyState,
  readRoomForecast,
  writeRoomForecast,
} from "../../alerts/index.ts";
import type { Values } from "../../contract/index.ts";
import { createSite, parseSite } from "../../site/index.ts";

/** A Monday, at midnight in the room. */
export const startMs = Date.parse("2026-03-02T00:00:00Z");
export const quarter = 15 * 60_000;
export const hour = 4 * quarter;
export const day = 24 * hour;

/** A room with one sensor, air outdoors, and only the conditions that foretell. */
export function aForetoldRoom(
  options: { room?: string; limits?: string; more?: string; days?: { date: string; kind: "off" | "work" }[] } = {},
) {
  const text = `
site: { id: north, name: { zh: 北院, en: North }, language: en, time_zone: UTC }
rooms:
  - { id: a-101, limits: ${options.limits ?? "{ temperature_c: 14..24, relative_humidity_pct: 45..60 }"}${options.room ?? ""} }
  - { id: outdoor, climate_control: none }
devices:
  - { id: climate, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 15m }
  - { id: second, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 15m }
  - { id: air, room: outdoor, quantities: [temperature_c, relative_humidity_pct], interval: 15m }
${options.more ?? ""}`;
  const { site: written } = parseSite(text, { directory: ".", name: "site.yaml", nowMs: startMs });
  const days = (options.days ?? []).map((each) => ({ ...each, name: "" }));
  const site = createSite(written.config, { directory: ".", days });
  let engine = new Engine(site, emptyState());
  const foretold: EngineTransition[] = [];
  engine.step({ kind: "started", receivedAtMs: startMs });
  return {
    site,
    foretold,
    state: () => engine.state,
    /** As after a crash: everything that is not state is made anew. */
    restore() {
      engine = new Engine(site, storedForecasts(engine.state));
    },
    /** Somebody says what outdoor air is going to be. */
    expect(afterMs: number, points: { atMs: number; temperatureC: number; relativeHumidityPct: number }[]) {
      engine.step({ kind: "outdoor-expected", receivedAtMs: startMs + afterMs, points });
    },
    /** The room's own past sets its limits of humidity. */
    ownClimate(afterMs: number, band: { low: number; high: number } | null) {
      const receivedAtMs = startMs + afterMs;
      engine.step({ kind: "own-climate", receivedAtMs, room: "a-101", band, fromMs: receivedAtMs });
    },
    /** Limits of humidity as they are forecast now. */
    forecastLimits: () =>
      engine
        .forecastsOf("a-101")
        .filter(({ quantity }) => quantity === "relative_humidity_pct")
        .flatMap(({ limits }) => limits.map(({ limit }) => limit)),
    sample(afterMs: number, values: Values, device = "climate", more: { lateMs?: number; imported?: boolean } = {}) {
      const atMs = startMs + afterMs;
      const receivedAtMs = atMs + (more.lateMs ?? 0);
      const sample = {
        atMs,
        receivedAtMs,
        values,
        clockUntrusted: false,
        offsetMs: 0,
        imported: more.imported ?? false,
      };
      const { transitions } = engine.step({ kind: "samples", receivedAtMs, device, samples: [sample] });
      foretold.push(...transitions.filter(({ alarm }) => alarm.condition.endsWith("-forecast")));
    },
  };
}

/** The state with its forecasts as the store writes and reads them. */
export function storedForecasts(state: EngineState): EngineState {
  const forecasts = new Map(
    [...state.forecasts].map(([room, forecast]) => [room, readRoomForecast(writeRoomForecast(forecast))!] as const),
  );
  return { ...structuredClone({ ...state, forecasts: new Map() }), forecasts };
}

/** Numbers between −1 and 1 that look like chance and are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2_147_483_648 - 1;
  };
}
