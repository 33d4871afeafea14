import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { aForetoldRoom, day, hour, quarter, startMs } from "./forecast-rooms.ts";

const folder = process.env.SENTRY_DATA_DIR ?? join(import.meta.dirname, "../../../shared/data");
const inside = join(folder, "london-room1-2024-jan-aug.csv");
const outside = join(folder, "london-external-2024-jan-aug.csv");

interface Row {
  atMs: number;
  temperatureC: number;
  humidityPct: number;
}

function rowsOf(path: string): Row[] {
  const [, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  return lines.flatMap((line) => {
    const [time = "", temperature, humidity] = line.split(",");
    return temperature
      ? [{ atMs: Date.parse(time), temperatureC: Number(temperature), humidityPct: Number(humidity) }]
      : [];
  });
}

const low = 45;
const high = 60;
const sideOf = ({ humidityPct }: Row) => (humidityPct > high ? 1 : humidityPct < low ? -1 : 0);

/** A limit left for half an hour or more, after two hours within. */
function crossings(rows: readonly Row[]): { atMs: number; side: number }[] {
  const found: { atMs: number; side: number }[] = [];
  let withinMs: number | null = null;
  rows.forEach((row, at) => {
    const side = sideOf(row);
    if (side === 0) {
      withinMs ??= row.atMs;
      return;
    }
    const lasts = rows.slice(at, at + 3).length === 3 && rows.slice(at, at + 2).every((next) => sideOf(next) === side);
    if (withinMs !== null && row.atMs - withinMs >= 2 * hour && lasts) found.push({ atMs: row.atMs, side });
    withinMs = null;
  });
  return found;
}

/** Precision and recall of warnings of at least half an hour, from the fourth week on. */
function judged(rows: readonly Row[], outdoor: readonly Row[]) {
  // The recording is told as if it began where the room's clock does.
  const shiftMs = rows[0]!.atMs - startMs;
  const room = aForetoldRoom({ limits: "{ temperature_c: 14..24, relative_humidity_pct: 45..60 }" });
  let heard = 0;
  for (const { atMs, temperatureC, humidityPct } of rows) {
    for (; outdoor[heard] && outdoor[heard]!.atMs <= atMs; heard += 1) {
      const air = outdoor[heard]!;
      const values = { temperature_c: air.temperatureC, relative_humidity_pct: air.humidityPct };
      room.sample(air.atMs - shiftMs - startMs, values, "air");
    }
    room.sample(atMs - shiftMs - startMs, { temperature_c: temperatureC, relative_humidity_pct: humidityPct });
  }
  const from = startMs + shiftMs + 21 * day;
  const events = crossings(rows).filter(({ atMs }) => atMs >= from);
  const warnings: { atMs: number; endMs: number; side: number }[] = [];
  for (const { alarm, transition, atMs } of room.foretold) {
    if (alarm.condition !== "humidity-forecast") continue;
    const side = alarm.limit === high ? 1 : -1;
    if (transition === "raised") {
      warnings.push({ atMs: atMs + shiftMs, endMs: Number.POSITIVE_INFINITY, side });
    } else {
      const standing = warnings.findLast((each) => each.side === side);
      if (standing) standing.endMs = atMs + shiftMs;
    }
  }
  let right = 0;
  let wrong = 0;
  for (const { atMs, endMs, side } of warnings.filter((each) => each.atMs >= from)) {
    const untilMs = Math.max(atMs + 6 * hour, Math.min(endMs, atMs + 12 * hour));
    const came = (at: { atMs: number }) => at.atMs > atMs && at.atMs <= untilMs;
    if (events.some((event) => event.side === side && came(event))) right += 1;
    else if (!rows.some((row) => came(row) && sideOf(row) === side)) wrong += 1;
  }
  const warned = events.filter((event) =>
    warnings.some(
      ({ atMs, endMs, side }) =>
        side === event.side &&
        atMs >= event.atMs - 12 * hour &&
        atMs <= event.atMs - 2 * quarter &&
        endMs >= event.atMs - 2 * quarter,
    ),
  ).length;
  return { precision: right / (right + wrong), recall: warned / events.length };
}

describe.skipIf(!existsSync(inside) || !existsSync(outside))(
  "eight months of a real room, from a cold start (skipped without the shared recordings)",
  () => {
    test("with outdoor air, nine in ten crossings are foretold and three in four warnings come true", () => {
      const { precision, recall } = judged(rowsOf(inside), rowsOf(outside));
      expect(precision).toBeGreaterThan(0.73);
      expect(recall).toBeGreaterThan(0.88);
    });

    test("without, three in four crossings and seven in ten warnings", () => {
      const { precision, recall } = judged(rowsOf(inside), []);
      expect(precision).toBeGreaterThan(0.68);
      expect(recall).toBeGreaterThan(0.73);
    });
  },
);
