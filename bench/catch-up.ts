import { rmSync } from "node:fs";
import { join } from "node:path";
import { createAlertStore } from "../alerts/index.ts";
import { createEngineConsumer } from "../app/engine/engine-consumer.ts";
import { stateMigrations } from "../app/state-migrations.ts";
import { type Entry, openIntakeLog, openSqliteHistory } from "../collector/index.ts";
import { openDatabase, silentLogger, systemClock } from "../core/index.ts";
import { parseSite } from "../site/index.ts";
import { row, say } from "./report.ts";
import { scratch } from "./servers.ts";

/** What a start has to catch up: entries of the log read back, decoded, evaluated and stored, each consumer by itself. */

const entries = 300_000;
const devices = 200;
const batch = 2_000;

export async function catchUp(): Promise<void> {
  const folder = scratch();
  const ids = Array.from({ length: devices }, (_, n) => `dev-${n}`);
  const { site } = parseSite(
    `site: { id: bench, name: { zh: 基准, en: Bench } }
rooms: [${ids.map((id) => `{ id: ${id} }`).join(", ")}]
devices: [${ids.map((id) => `{ id: ${id}, room: ${id}, quantities: [temperature_c, relative_humidity_pct] }`).join(", ")}]
`,
    { directory: folder, name: "bench", nowMs: 0 },
  );
  try {
    const path = join(folder, "intake.db");
    await fill(path, ids);
    const options = { clock: systemClock, maxBytes: 2 ** 40 };
    const stateDb = openDatabase(join(folder, "state.db"), {
      migrations: stateMigrations,
    });
    const history = openSqliteHistory(join(folder, "history.db"), () => site);
    const engine = createEngineConsumer({
      store: createAlertStore(stateDb),
      site,
      clock: systemClock,
      log: silentLogger,
      alsoCommit() {},
      onCommitted() {},
    });
    say(`\nCatching up ${entries.toLocaleString("en")} entries of the log after a start, from the file`);
    let secondsOfBoth = 0;
    for (const consumer of [
      engine,
      { cursor: history.cursor, apply: (e: readonly Entry[]) => void history.apply(e) },
    ]) {
      const log = openIntakeLog(path, options);
      const beginMs = performance.now();
      for (;;) {
        const read = log.readAfter(consumer.cursor(), batch);
        if (read.length === 0) break;
        consumer.apply(read);
      }
      const seconds = (performance.now() - beginMs) / 1_000;
      secondsOfBoth += seconds;
      const perS = entries / seconds;
      row(consumer === engine ? "engine" : "history", { "entries/s": Math.round(perS), "to hold": "≥ 100,000" });
      log.close();
    }
    row("both, as they share a thread", { "entries/s": Math.round(entries / secondsOfBoth) });
    engine.flush();
    history.close();
    stateDb.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(path: string, ids: string[]): Promise<void> {
  const log = openIntakeLog(path, { clock: systemClock, maxBytes: 2 ** 40 });
  const startMs = systemClock.nowMs() - 3_600_000;
  for (let n = 0; n < entries; n += 5_000) {
    await new Promise<void>((resolve, reject) => {
      for (let k = n; k < n + 5_000; k++) {
        const seq = Math.floor(k / ids.length);
        const at = startMs + seq * 1_000;
        const sample = { seq, session: "s", at, temperature_c: 20 + (k % 30) / 10, relative_humidity_pct: 50.5 };
        const topic = `sentry/bench/${ids[k % ids.length]}/telemetry`;
        const payload = Buffer.from(JSON.stringify(sample));
        log.append({ kind: "message", receivedAtMs: at + 20, origin: "broker", topic, payload }, (error) => {
          if (error) reject(error);
          else if (k === n + 4_999) resolve();
        });
      }
    });
  }
  log.close();
}
