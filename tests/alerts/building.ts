import {
  Engine,
  type EngineEvent,
  type EngineTransition,
  emptyState,
  type OperatorCommand,
} from "../../alerts/index.ts";
import type { Values } from "../../contract/index.ts";
import { parseSite } from "../../site/index.ts";

export const startMs = Date.parse("2026-11-22T08:00:00Z");
export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** One room with a climate sensor and a smoke detector, two sensors behind a gateway, and what the test adds. */
export const text = `
site: { id: north, name: { zh: 北院, en: North } }
rooms: [{ id: a-101, limits: { temperature_c: 14..24, relative_humidity_pct: 45..60 } }, { id: a-102 }]
devices:
  - { id: climate, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 12h }
  - { id: smoke, room: a-101, quantities: [smoke_obscuration_pct_per_m, smoke_alarm], interval: 12h }
  - { id: gateway, room: a-102, quantities: [rssi_dbm], interval: 60s }
  - { id: far-1, room: a-102, quantities: [temperature_c], interval: 60s, gateway: gateway }
  - { id: far-2, room: a-102, quantities: [temperature_c], interval: 60s, gateway: gateway }
conditions: { temperature-high: { delay: 0s }, temperature-swing: { enabled: false } }
`;

export function siteOf(more = "") {
  return parseSite(text + more, { directory: ".", name: "site.yaml", nowMs: startMs }).site;
}

export function sampleEvent(device: string, afterMs: number, values: Values): EngineEvent {
  const atMs = startMs + afterMs;
  const sample = { atMs, receivedAtMs: atMs, values, clockUntrusted: false, offsetMs: 0, imported: false };
  return { kind: "samples", receivedAtMs: atMs, device, samples: [sample] };
}

export function commandEvent(
  afterMs: number,
  command: Pick<OperatorCommand, "do" | "alarm" | "remedy"> & { forMs?: number },
): EngineEvent {
  return {
    kind: "command",
    receivedAtMs: startMs + afterMs,
    command: { ...command, by: "10231", comment: "on my way", via: "api" },
  };
}

/** What the journal would say, a line a transition: time, condition, transition, reason → state. */
export function line({ alarm, atMs, transition, reason }: EngineTransition): string {
  const s = Math.round((atMs - startMs) / second);
  const at = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  return `${at} ${alarm.condition}${alarm.device === null ? "" : `(${alarm.device})`} ${transition} ${reason} → ${alarm.state}`;
}

export function aBuilding(more = "") {
  const site = siteOf(more);
  const engine = new Engine(site, emptyState());
  const journal: string[] = [];
  const records: EngineTransition[] = [];
  const step = (event: EngineEvent) => {
    const result = engine.step(event);
    records.push(...result.transitions);
    journal.push(...result.transitions.map(line));
    return result;
  };
  step({ kind: "started", receivedAtMs: startMs });
  return {
    site,
    engine,
    journal,
    records,
    step,
    tick: (afterMs: number) => step({ kind: "tick", receivedAtMs: startMs + afterMs }),
    sample: (device: string, afterMs: number, values: Values) => step(sampleEvent(device, afterMs, values)),
    operator: (act: OperatorCommand["do"], alarm: string, afterMs: number, forMs?: number) =>
      step(commandEvent(afterMs, { do: act, alarm, ...(forMs === undefined ? {} : { forMs }) })).outcome!,
    /** Lines of one condition or device. */
    about: (what: string) => journal.filter((entry) => entry.includes(what)),
  };
}
