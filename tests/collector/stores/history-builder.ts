import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { historyMigrations, type StoredSample, valueColumns } from "../../../collector/stores/history-schema.ts";
import { type Database, openDatabase, transaction } from "../../../core/index.ts";
import { parseSite, type Site } from "../../../site/index.ts";

/** A folder of its own for this test, gone when it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sentry-stores-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type NewSample = Pick<StoredSample, "device" | "atMs" | "values"> & Partial<StoredSample>;

export interface TestHistory {
  path: string;
  database: Database;
  /** Appends in the order given, as one commit. */
  append(samples: readonly NewSample[]): void;
}

/** A `history.db` that is filled directly, without a log or decoding. */
export function createHistory(folder: string): TestHistory {
  const path = join(folder, "history.db");
  const database = openDatabase(path, { migrations: historyMigrations, durability: "normal" });
  onTestFinished(() => database.close());
  const columns = ["device", "at_ms", "received_at_ms", "session", "seq", "flags", "same_instant", ...valueColumns];
  const insert = database.prepare(`INSERT INTO samples (${columns}) VALUES (${columns.map(() => "?")})`);
  const numbers = { device: new Map<string, number>(), session: new Map<string, number>() };
  const numberOf = (kind: "device" | "session", name: string): number => {
    let n = numbers[kind].get(name);
    if (n === undefined) {
      n = Number(database.prepare(`INSERT INTO ${kind}_names (${kind}) VALUES (?)`).run(name).lastInsertRowid);
      numbers[kind].set(name, n);
    }
    return n;
  };
  return {
    path,
    database,
    append(samples) {
      transaction(database, () => {
        for (const sample of samples) {
          insert.run(
            numberOf("device", sample.device),
            sample.atMs,
            sample.receivedAtMs ?? sample.atMs,
            sample.session === undefined || sample.session === null ? null : numberOf("session", sample.session),
            sample.seq ?? null,
            sample.flags ?? 0,
            sample.sameInstant ?? 0,
            ...valueColumns.map((name) => sample.values[name] ?? null),
          );
        }
      });
    },
  };
}

/** Two rooms; `mover` stood in `a-101` until `movedAt` and in `a-102` from then on. */
export const movedAt = "2024-03-10T10:07:30Z";
export function createTestSite(timeZone = "Asia/Shanghai"): Site {
  const yaml = `
site: { id: north, name: { zh: 北院, en: North }, time_zone: ${timeZone} }
buildings: [{ id: a, name: { zh: 住院部, en: Inpatients } }]
rooms: [{ id: a-101, building: a }, { id: a-102, building: a }]
devices:
  - { id: th-1, room: a-101, quantities: [temperature_c, relative_humidity_pct] }
  - { id: th-2, room: a-102, quantities: [temperature_c, relative_humidity_pct] }
  - { id: door-1, room: a-101, quantities: [door] }
  - id: mover
    quantities: [temperature_c]
    assignments: [{ room: a-101, to: "${movedAt}" }, { room: a-102, from: "${movedAt}" }]
`;
  return parseSite(yaml, { directory: "/", name: "test site", nowMs: Date.parse("2024-03-10T00:00:00Z") }).site;
}

/** A small generator of repeatable numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export const silent = { debug() {}, info() {}, warn() {}, error() {} };
