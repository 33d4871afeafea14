import { type BucketGrid, createGrid, dayMs } from "./bucket-grid.ts";

/**
 * `rollups.db`: min, max, sum and count per device and quantity, at four lengths. Made again from the samples if it
 * is lost, as far back as they are kept; so it needs no fsync of its own.
 */
export const levels = {
  "1m": { everyMs: 60_000, table: "minutes" },
  "15m": { everyMs: 900_000, table: "quarter_hours" },
  "1h": { everyMs: 3_600_000, table: "hours" },
  /** Calendar days of the site's time zone. */
  "1d": { everyMs: dayMs, table: "days" },
} as const;
export type Level = keyof typeof levels;
export const levelNames = Object.keys(levels) as Level[];

const levelTable = (name: string) => `
  CREATE TABLE ${name} (
    series INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    min REAL NOT NULL,
    max REAL NOT NULL,
    sum REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (series, at_ms)
  ) STRICT, WITHOUT ROWID;`;

export const rollUpMigrations = [
  `
  CREATE TABLE position (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), sample_id INTEGER NOT NULL, time_zone TEXT NOT NULL) STRICT;
  CREATE TABLE devices (
    device TEXT PRIMARY KEY,
    samples INTEGER NOT NULL,
    first_at_ms INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL,
    last_received_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE series (n INTEGER PRIMARY KEY, device TEXT NOT NULL, quantity TEXT NOT NULL, UNIQUE (device, quantity)) STRICT;
  ${levelNames.map((name) => levelTable(levels[name].table)).join("")}
  `,
];

/** The coarsest level whose buckets fit into buckets of this length without rest. */
export function coarsestLevel(everyMs: number): Level | undefined {
  if (everyMs >= dayMs) return "1d";
  return (["1h", "15m", "1m"] as const).find((name) => everyMs % levels[name].everyMs === 0);
}

export function finerLevel(level: Level): Level | "samples" {
  return levelNames[levelNames.indexOf(level) - 1] ?? "samples";
}

export function createLevelGrids(timeZone: string): Record<Level, BucketGrid> {
  return {
    "1m": createGrid(levels["1m"].everyMs, timeZone),
    "15m": createGrid(levels["15m"].everyMs, timeZone),
    "1h": createGrid(levels["1h"].everyMs, timeZone),
    "1d": createGrid(levels["1d"].everyMs, timeZone),
  };
}
