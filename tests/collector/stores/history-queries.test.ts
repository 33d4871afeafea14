import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createGrid } from "../../../collector/stores/bucket-grid.ts";
import { bucketSource } from "../../../collector/stores/history-buckets.ts";
import { openHistoryQueries, type ReadingsRequest } from "../../../collector/stores/history-queries.ts";
import { createRollUps, pruneRaw, pruneTurnRows } from "../../../collector/stores/roll-up.ts";
import { manualClock } from "../../../core/index.ts";
import {
  createHistory,
  createTestSite,
  movedAt,
  type NewSample,
  seeded,
  silent,
  temporaryFolder,
} from "./history-builder.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const startMs = Date.parse("2024-03-10T00:00:00Z");
const forever = 100_000 * dayMs;

function setUp(options: { timeZone?: string; retention?: Partial<Record<"1m" | "15m" | "1h" | "1d", number>> } = {}) {
  const folder = temporaryFolder();
  const history = createHistory(folder);
  const clock = manualClock(startMs);
  const timeZone = options.timeZone ?? "Asia/Shanghai";
  const rollUps = createRollUps({
    historyPath: history.path,
    path: join(folder, "rollups.db"),
    timeZone,
    retention: { "1m": forever, "15m": forever, "1h": forever, "1d": forever, ...options.retention },
    clock,
    log: silent,
    batch: 500,
  });
  rollUps.start();
  const site = createTestSite(timeZone);
  const queries = openHistoryQueries({
    historyPath: history.path,
    rollUpsPath: join(folder, "rollups.db"),
    site: () => site,
  });
  onTestFinished(async () => {
    queries.close();
    await rollUps.stop();
  });
  return { folder, history, rollUps, queries, clock };
}

/** A climate sensor that reports every 15 minutes, values of one decimal. */
function quarterHours(device: string, count: number, from = startMs): NewSample[] {
  const random = seeded(count);
  return Array.from({ length: count }, (_, n) => ({
    device,
    atMs: from + n * 900_000,
    session: "s1",
    seq: n,
    values: {
      temperature_c: Math.round(200 + 50 * random()) / 10,
      relative_humidity_pct: Math.round(400 + 200 * random()) / 10,
    },
  }));
}

test("readings come one by one, oldest first, and pages join without loss", () => {
  const { history, queries } = setUp();
  const first = quarterHours("th-1", 40);
  const second = quarterHours("th-2", 40);
  // Received in another order than taken.
  history.append([...second, ...first.toReversed()]);
  const all = queries.readings({ limit: 10_000 });
  expect(all.next).toBeNull();
  expect(all.readings).toHaveLength(160);
  expect(all.readings.map((r) => r.atMs)).toEqual(all.readings.map((r) => r.atMs).sort((a, b) => a - b));
  expect(all.readings[0]).toMatchObject({
    device: "th-2",
    room: "a-102",
    quantity: "temperature_c",
    value: second[0]!.values.temperature_c,
    session: "s1",
    seq: 0,
    flags: [],
  });
  for (const limit of [1, 3, 7, 159, 160]) {
    const pages = [];
    let cursor: string | undefined;
    do {
      const page = queries.readings({ limit, cursor });
      expect(page.readings.length).toBeLessThanOrEqual(limit);
      pages.push(...page.readings);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(pages).toEqual(all.readings);
  }
});

test("from is included, to is not; a quantity narrows", () => {
  const { history, queries } = setUp();
  history.append(quarterHours("th-1", 10));
  const request: ReadingsRequest = { fromMs: startMs + 900_000, toMs: startMs + 2_700_000, limit: 100 };
  expect(queries.readings(request).readings.map((r) => (r.atMs - startMs) / 900_000)).toEqual([1, 1, 2, 2]);
  const narrowed = queries.readings({ ...request, quantity: "relative_humidity_pct" }).readings;
  expect(narrowed.map((r) => r.quantity)).toEqual(["relative_humidity_pct", "relative_humidity_pct"]);
  expect(() => queries.readings({ quantity: "at_ms; --", limit: 1 })).toThrow(/expected one of/);
  expect(() => queries.readings({ limit: 1, cursor: "nonsense" })).toThrow(/cursor/);
});

test("a room has the readings of a device while it stood there", async () => {
  const { history, queries, rollUps } = setUp();
  const samples = Array.from({ length: 2 * 24 * 60 }, (_, n) => ({
    device: "mover",
    atMs: startMs + n * 60_000,
    values: { temperature_c: n },
  }));
  history.append(samples);
  await rollUps.catchUp();
  const before = samples.filter((s) => s.atMs < Date.parse(movedAt)).length;
  const countIn = (room: string) => queries.readings({ room, limit: 10_000 }).readings.length;
  expect([countIn("a-101"), countIn("a-102")]).toEqual([before, samples.length - before]);
  // Also from roll-ups, although the move fell into the middle of a quarter hour and of a day.
  for (const everyMs of [900_000, dayMs]) {
    for (const [room, expected] of [
      ["a-101", before],
      ["a-102", samples.length - before],
    ] as const) {
      const { buckets } = queries.buckets({ room, quantity: "temperature_c", everyMs, limit: 10_000 });
      expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(expected);
      expect(new Set(buckets.map((bucket) => bucket.room))).toEqual(new Set([room]));
    }
  }
});

test("what buckets are answered from", () => {
  const over = (rangeMs: number, everyMs: number) => bucketSource({ everyMs, fromMs: 0, toMs: rangeMs });
  expect(over(6 * hourMs, 60_000)).toBe("samples");
  expect(over(dayMs, 60_000)).toBe("1m");
  expect(over(dayMs, 90_000)).toBe("samples");
  expect(over(365 * dayMs, 900_000)).toBe("15m");
  expect(over(365 * dayMs, 45 * 60_000)).toBe("15m");
  expect(over(365 * dayMs, 6 * hourMs)).toBe("1h");
  expect(over(365 * dayMs, dayMs)).toBe("1d");
  expect(over(3650 * dayMs, 7 * dayMs)).toBe("1d");
});

test.each(["Asia/Shanghai", "Europe/London"])(
  "buckets are exact whatever they are answered from, and before and after rolling up (%s)",
  async (timeZone) => {
    const { history, queries, rollUps } = setUp({ timeZone });
    const random = seeded(7);
    const fromMs = Date.parse("2024-03-25T00:00:00Z");
    const samples: NewSample[] = Array.from({ length: 4_000 }, () => ({
      device: "th-1",
      atMs: fromMs + Math.floor(random() * 10 * dayMs),
      values: { temperature_c: Math.round(random() * 1000) },
    }));
    history.append(samples.slice(0, 2_500));
    await rollUps.catchUp();
    history.append(samples.slice(2_500));
    const check = (everyMs: number, range: { fromMs?: number; toMs?: number }) => {
      const grid = createGrid(everyMs, timeZone);
      const groups = Map.groupBy(
        samples.filter((s) => s.atMs >= (range.fromMs ?? 0) && s.atMs < (range.toMs ?? Number.MAX_SAFE_INTEGER)),
        (sample) => grid.startOf(sample.atMs),
      );
      const expected = [...groups]
        .sort(([a], [b]) => a - b)
        .map(([atMs, group]) => {
          const values = group.map((s) => s.values.temperature_c!);
          const sum = values.reduce((a, b) => a + b, 0);
          return {
            atMs,
            room: "a-101",
            device: "th-1",
            quantity: "temperature_c",
            min: Math.min(...values),
            mean: sum / values.length,
            max: Math.max(...values),
            count: values.length,
          };
        });
      const found = [];
      let cursor: string | undefined;
      do {
        const page = queries.buckets({ device: "th-1", everyMs, ...range, limit: 700, cursor });
        found.push(...page.buckets);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect(found).toEqual(expected);
    };
    const checkAll = () => {
      for (const everyMs of [60_000, 90_000, 900_000, hourMs, 6 * hourMs, dayMs, 3 * dayMs]) {
        check(everyMs, {});
        check(everyMs, { fromMs: fromMs + 12_345_678, toMs: fromMs + 8 * dayMs - 98_765 });
        check(everyMs, { fromMs: fromMs + 5_000_000, toMs: fromMs + 5_000_000 + 3 * hourMs });
      }
    };
    checkAll();
    await rollUps.catchUp();
    checkAll();
  },
);

test("pages of buckets over several devices and quantities join without loss", async () => {
  const { history, queries, rollUps } = setUp();
  history.append([...quarterHours("th-1", 300), ...quarterHours("th-2", 200, startMs + 30 * dayMs)]);
  await rollUps.catchUp();
  const all = queries.buckets({ everyMs: hourMs, limit: 10_000 });
  expect(all.next).toBeNull();
  expect(all.buckets).toHaveLength((300 / 4 + 200 / 4) * 2);
  for (const limit of [1, 7, 100]) {
    const pages = [];
    let cursor: string | undefined;
    do {
      const page = queries.buckets({ everyMs: hourMs, limit, cursor });
      pages.push(...page.buckets);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(pages).toEqual(all.buckets);
  }
});

test("nothing asked of an empty history is an error", () => {
  const { queries } = setUp();
  expect(queries.readings({ limit: 10 })).toEqual({ readings: [], next: null });
  expect(queries.buckets({ everyMs: hourMs, limit: 10 })).toEqual({ buckets: [], next: null });
  expect(queries.buckets({ device: "nobody", everyMs: hourMs, limit: 10 })).toEqual({ buckets: [], next: null });
  expect(queries.counts()).toEqual([]);
  expect(queries.newestSample("nobody")).toBeUndefined();
});

test("counts include what is rolled up, what is not yet, and what is pruned", async () => {
  const { history, queries, rollUps } = setUp();
  history.append(quarterHours("th-1", 1_500));
  await rollUps.catchUp();
  expect(pruneRaw(history.database, startMs + dayMs, rollUps.position())).toBe(96);
  history.append(quarterHours("th-1", 5, startMs + 100 * dayMs));
  history.database
    .prepare("INSERT INTO quarantine (received_at_ms, source, topic, device, reason) VALUES (?, ?, ?, ?, ?)")
    .run(startMs, "broker", "sentry/north/th-1/telemetry", "th-1", "no JSON");
  expect(queries.counts("th-1")).toEqual([
    {
      device: "th-1",
      samples: 1_505,
      firstAtMs: startMs,
      lastAtMs: startMs + 100 * dayMs + 4 * 900_000,
      lastReceivedAtMs: startMs + 100 * dayMs + 4 * 900_000,
      quarantined: 1,
    },
  ]);
  expect(queries.newestSample("th-1")).toMatchObject({ device: "th-1", atMs: startMs + 100 * dayMs + 4 * 900_000 });
  expect(queries.quarantine({ limit: 10 })).toMatchObject([{ device: "th-1", reason: "no JSON", payload: null }]);
});

test("followers read samples in the order of receipt", () => {
  const { history, queries } = setUp();
  const samples = quarterHours("th-1", 10).toReversed();
  history.append(samples);
  expect(queries.newestId()).toBe(10);
  const read = [...queries.samplesAfter(0, 4), ...queries.samplesAfter(4, 100)];
  expect(read.map((sample) => sample.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(read.map(({ atMs, values, session, seq }) => ({ device: "th-1", atMs, session, seq, values }))).toEqual(
    samples,
  );
});

test("raw samples go by order of receipt, a thousand a turn, rolled up ones only, and never the last", async () => {
  const { history, rollUps, queries } = setUp();
  history.append(quarterHours("th-1", 2_500));
  expect(pruneRaw(history.database, forever, rollUps.position())).toBe(0);
  await rollUps.catchUp();
  expect(rollUps.position()).toBe(2_500);
  const turns = [1, 2, 3, 4].map(() => pruneRaw(history.database, forever, rollUps.position()));
  expect(turns).toEqual([pruneTurnRows, pruneTurnRows, 499, 0]);
  // The charts still have them, over a short range too.
  const short = { fromMs: startMs, toMs: startMs + 2 * hourMs, quantity: "temperature_c", limit: 100 };
  expect(queries.buckets({ ...short, everyMs: 60_000 }).buckets).toHaveLength(8);
  const { buckets } = queries.buckets({ everyMs: dayMs, quantity: "temperature_c", limit: 100 });
  expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(2_500);
});

test("each level is kept as long as the site says", async () => {
  const { history, rollUps, queries, clock } = setUp({ retention: { "1m": 2 * dayMs, "15m": 5 * dayMs } });
  history.append(quarterHours("th-1", 10 * 96));
  await rollUps.catchUp();
  clock.advance(10 * dayMs);
  await rollUps.catchUp();
  const count = (everyMs: number) => {
    const { buckets } = queries.buckets({ everyMs, quantity: "temperature_c", limit: 10_000 });
    return buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  };
  expect([count(60_000), count(900_000), count(hourMs), count(dayMs)]).toEqual([2 * 96, 5 * 96, 960, 960]);
});

test("rolling up goes on where it stopped, and days follow a new time zone", async () => {
  const { folder, history, rollUps, clock } = setUp();
  history.append(quarterHours("th-1", 500));
  await rollUps.catchUp();
  await rollUps.stop();
  history.append(quarterHours("th-1", 500, startMs + 500 * 900_000));
  const path = join(folder, "rollups.db");
  const again = createRollUps({
    historyPath: history.path,
    path,
    timeZone: "Asia/Kathmandu",
    retention: { "1m": forever, "15m": forever, "1h": forever, "1d": forever },
    clock,
    log: silent,
  });
  again.start();
  await again.catchUp();
  expect(again.position()).toBe(1_000);
  const site = createTestSite("Asia/Kathmandu");
  const queries = openHistoryQueries({ historyPath: history.path, rollUpsPath: path, site: () => site });
  const { buckets } = queries.buckets({ everyMs: dayMs, quantity: "temperature_c", limit: 100 });
  expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(1_000);
  expect(new Date(buckets[1]!.atMs).toISOString()).toBe("2024-03-10T18:15:00.000Z");
  queries.close();
  await again.stop();
});
