import { rmSync } from "node:fs";
import { join } from "node:path";
import { createAlertStore, Engine, emptyState, writeDeviceState } from "../alerts/index.ts";
import { stateMigrations } from "../app/state-migrations.ts";
import { openDatabase } from "../core/index.ts";
import { parseSite } from "../site/index.ts";
import { row, say } from "./report.ts";
import { scratch } from "./servers.ts";

/** What the engine remembers of ten thousand devices: how large it is, and how long it takes to write and to read back. */

const devices = 10_000;
const samplesOfEach = 8;
const startMs = Date.parse("2026-01-01T00:00:00Z");

export function restart(): void {
  const ids = Array.from({ length: devices }, (_, n) => `dev-${n}`);
  const { site } = parseSite(
    `site: { id: bench, name: { zh: 基准, en: Bench } }
rooms: [${ids.map((id) => `{ id: ${id} }`).join(", ")}]
devices: [${ids.map((id) => `{ id: ${id}, room: ${id}, interval: 15m, quantities: [temperature_c, relative_humidity_pct] }`).join(", ")}]
conditions: { temperature-forecast: { enabled: false }, humidity-forecast: { enabled: false } }
`,
    { directory: ".", name: "bench", nowMs: 0 },
  );
  const engine = new Engine(site, emptyState());
  for (let seq = 0; seq < samplesOfEach; seq++) {
    const atMs = startMs + seq * 15 * 60_000;
    for (const [n, device] of ids.entries()) {
      const values = { temperature_c: 19 + (n % 7) / 10 + seq / 100, relative_humidity_pct: 52 - (n % 5) - seq / 20 };
      const times = { atMs, receivedAtMs: atMs, clockUntrusted: false, offsetMs: 0, imported: false };
      const samples = [{ ...times, values, session: "s", seq }];
      engine.step({ kind: "samples", receivedAtMs: atMs, device, samples });
    }
  }
  const folder = scratch();
  try {
    const path = join(folder, "state.db");
    const db = openDatabase(path, { migrations: stateMigrations });
    const largest = Math.max(...[...engine.state.devices.values()].map((state) => writeDeviceState(state).length));
    const mean =
      [...engine.state.devices.values()].reduce((sum, state) => sum + writeDeviceState(state).length, 0) / devices;
    let beginMs = performance.now();
    createAlertStore(db).commit({
      position: 1,
      state: engine.state,
      changed: engine.takeChanged(),
      memories: [],
      journal: [],
    });
    const writeMs = performance.now() - beginMs;
    db.close();
    const again = openDatabase(path, { migrations: stateMigrations });
    beginMs = performance.now();
    const { state } = createAlertStore(again).load();
    const readMs = performance.now() - beginMs;
    beginMs = performance.now();
    const restarted = new Engine(site, state);
    restarted.step({ kind: "started", receivedAtMs: state.nowMs });
    const startedMs = performance.now() - beginMs;
    again.close();
    say(`\nState of ${devices.toLocaleString("en")} devices, all changed since the last save`);
    row("stored of a device", { "mean bytes": Math.round(mean), "largest bytes": largest, "to hold": "≤ 8,192" });
    row("written in one commit", { ms: Math.round(writeMs) });
    row("read back", { ms: Math.round(readMs) });
    row("engine started with it", { ms: Math.round(startedMs) });
    row("snapshot and restart", { ms: Math.round(writeMs + readMs + startedMs), "to hold": "≤ 1,000" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
