import { Engine, type EngineEvent, type EngineState, type EngineTransition, emptyState } from "../../alerts/index.ts";
import type { Values } from "../../contract/index.ts";
import { parseSite } from "../../site/index.ts";

export const startMs = Date.parse("2026-11-22T08:00:00Z");
export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A room with a climate sensor and what a test adds; silence off, so that a table may pause. */
export function aRoom(options: { room?: string; devices?: string; more?: string } = {}) {
  const text = `
site: { id: north, name: { zh: 北院, en: North } }
rooms:
  - { id: a-101${options.room === undefined ? "" : `, ${options.room}`} }
  - { id: outdoor, climate_control: none }
devices:
  - { id: climate, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 60s }
${options.devices ?? ""}
${options.more ?? "conditions: { sensor-silent: { enabled: false } }"}
`;
  const { site } = parseSite(text, { directory: ".", name: "site.yaml", nowMs: startMs });
  return watched(site, emptyState());
}

/** As devices number their samples: so that nothing waits for what may still come before it. */
export function numbering() {
  const next = new Map<string, number>();
  return (device: string) => {
    const seq = next.get(device) ?? 0;
    next.set(device, seq + 1);
    return { session: "s", seq };
  };
}

const trusted = { clockUntrusted: false, offsetMs: 0, imported: false };

export function watched(site: ReturnType<typeof parseSite>["site"], state: EngineState) {
  let engine = new Engine(site, state);
  const records: EngineTransition[] = [];
  const journal: string[] = [];
  const step = (event: EngineEvent) => {
    const result = engine.step(event);
    for (const transition of result.transitions) {
      records.push(transition);
      const { alarm, atMs, reason } = transition;
      const what = `${alarm.condition} ${transition.transition} ${alarm.priority}`;
      journal.push(`${clockText(atMs)} ${what} (${reason})`);
    }
    return result;
  };
  step({ kind: "started", receivedAtMs: startMs });
  const numbered = numbering();
  return {
    site,
    records,
    journal,
    step,
    state: () => engine.state,
    /** As after a crash: everything that is not plain state is made anew. */
    restore(restored: EngineState) {
      engine = new Engine(site, restored);
    },
    tick: (afterMs: number) => step({ kind: "tick", receivedAtMs: startMs + afterMs }),
    start: (afterMs: number) => step({ kind: "started", receivedAtMs: startMs + afterMs }),
    /** A sample taken `afterMs` after the start. */
    sample(afterMs: number, values: Values, device = "climate", faults: string[] = []) {
      const atMs = startMs + afterMs;
      const sample = { atMs, receivedAtMs: atMs, values, ...trusted, ...numbered(device) };
      return step({
        kind: "samples",
        receivedAtMs: atMs,
        device,
        samples: Object.keys(values).length === 0 ? [] : [sample],
        ...(faults.length === 0 ? {} : { faults }),
      });
    },
    operator: (act: "acknowledge" | "reset", alarm: string, afterMs: number) =>
      step({
        kind: "command",
        receivedAtMs: startMs + afterMs,
        command: { do: act, alarm, by: "10231", comment: "on my way", via: "api" },
      }),
    only: (condition: string) => journal.filter((line) => line.includes(` ${condition} `)),
  };
}

/** `26:05` hours and minutes after the start, and seconds where there are any. */
export function clockText(atMs: number): string {
  const s = Math.round((atMs - startMs) / second);
  const two = (n: number) => String(n).padStart(2, "0");
  const text = `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}`;
  return s % 60 === 0 ? text : `${text}:${two(s % 60)}`;
}
