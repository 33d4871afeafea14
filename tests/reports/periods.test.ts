import { expect, it, onTestFinished } from "vitest";
import type { Report } from "../../contract/index.ts";
import { type Database, type ManualClock, manualClock, openDatabase, silentLogger } from "../../core/index.ts";
import {
  boundsOfPeriod,
  createReportSchedule,
  createReportStore,
  dueMs,
  nameOf,
  type Period,
  parseName,
  periodOf,
  periodsDue,
  reportsMigration,
} from "../../reports/index.ts";
import { createSite, type Site, type SiteFile, siteSchema } from "../../site/index.ts";

const hour = 3_600_000;
const siteIn = (time_zone: string, reports: SiteFile["reports"] = {}): Site =>
  createSite(
    siteSchema.parse({
      site: { id: "north", name: { zh: "北院", en: "North" }, time_zone },
      people: [{ id: "10231", name: "王芳", category: "archivist", email: "wang@example.org" }],
      reports,
    }),
    { directory: "/" },
  );

it.each([
  ["daily", "2026-11-22", "2026-11-22", "2026-11-22", "2026-11-23"],
  ["weekly", "2026-11-22", "2026-W47", "2026-11-16", "2026-11-23"],
  ["weekly", "2027-01-03", "2026-W53", "2026-12-28", "2027-01-04"],
  ["weekly", "2024-12-30", "2025-W01", "2024-12-30", "2025-01-06"],
  ["monthly", "2028-02-29", "2028-02", "2028-02-01", "2028-03-01"],
  ["monthly", "2026-12-31", "2026-12", "2026-12-01", "2027-01-01"],
] as const)("%s of %s is %s, from %s to %s", (kind, date, period, first, end) => {
  expect(periodOf(kind, date)).toEqual({ kind, period, first, end });
  expect(parseName(nameOf({ kind, period }))).toEqual({ kind, period, first, end });
});

it.each(["daily-2026-02-30", "weekly-2025-W53", "weekly-2026-W00", "monthly-2026-13", "hourly-1"])(
  "%s is refused",
  (name) => expect(() => parseName(name)).toThrow(/expected one such as/),
);

it.each([
  ["Europe/London", "2026-03-29", 23],
  ["Europe/London", "2026-10-25", 25],
  ["America/New_York", "2026-03-08", 23],
  ["Asia/Shanghai", "2026-10-25", 24],
])("in %s the day %s has %i hours, and its report is due by the wall clock", (zone, date, hours) => {
  const { calendar } = siteIn(zone);
  const { fromMs, toMs } = boundsOfPeriod(periodOf("daily", date), calendar);
  expect((toMs - fromMs) / hour).toBe(hours);
  const due = dueMs(periodOf("daily", date), "07:30", calendar);
  expect(calendar.local(due)).toMatchObject({ date: periodOf("daily", date).end, minuteOfDay: 450 });
});

it("a time that the clocks skip, or that comes twice, is due once", () => {
  for (const [changeDay, at] of [
    ["2026-03-29", "01:30"],
    ["2026-10-25", "01:30"],
  ] as const) {
    const { calendar } = siteIn("Europe/London");
    const fromMs = Date.parse(`${changeDay}T00:00:00Z`) - 26 * hour;
    const seen: string[] = [];
    // Looked every ten minutes, each time for what fell due since the last look.
    for (let nowMs = fromMs; nowMs < fromMs + 74 * hour; nowMs += hour / 6) {
      const due = periodsDue("daily", at, { calendar, from: null, afterMs: nowMs - hour / 6, nowMs });
      seen.push(...due.map(({ period }) => period));
    }
    expect(seen).toEqual([...new Set(seen)]);
    expect(seen).toHaveLength(3);
  }
});

interface Run {
  told: string[];
  stop(): Promise<void>;
}

/** The schedule on a database that outlives it, as over a restart. */
function aRun(db: Database, site: Site, clock: ManualClock, fails: () => boolean = () => false): Run {
  const told: string[] = [];
  const schedule = createReportSchedule({
    site: () => site,
    db,
    store: createReportStore(db),
    async make(period: Period) {
      if (fails()) throw new Error("no history");
      return { ...period, name: nameOf(period), from: "a", to: period.end, madeAt: "b" } as unknown as Report;
    },
    tell: ({ name }) => told.push(name),
    onTold: () => {},
    clock,
    log: silentLogger,
  });
  schedule.start();
  return { told, stop: schedule.stop };
}

const settle = async () => {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
};
const aDatabase = () => {
  const db = openDatabase(":memory:", { migrations: [reportsMigration] });
  onTestFinished(() => db.close());
  return db;
};
const made = (db: Database) => db.prepare("SELECT kind || '-' || period AS name FROM reports ORDER BY rowid").all();

it.each(["Europe/London", "America/New_York", "Asia/Shanghai"])(
  "over half a year in %s with restarts and downtimes every day has its report, once",
  async (zone) => {
    const site = siteIn(zone, { daily: { at: "01:30", tell: [{ person: "10231" }] }, mail_latest: 400 });
    const db = aDatabase();
    const startMs = Date.parse("2026-02-10T12:00:00Z");
    const told: string[] = [];
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const endMs = startMs + 280 * 24 * hour;
    let nowMs = startMs;
    while (nowMs < endMs) {
      const clock = manualClock(nowMs);
      const run = aRun(db, site, clock);
      // Up for one to fifty hours, then down for up to five days.
      for (let hours = 1 + random(50); hours > 0; hours--) {
        clock.advance(hour);
        await settle();
      }
      await run.stop();
      told.push(...run.told);
      nowMs = clock.nowMs() + random(120) * hour;
    }
    const last = aRun(db, site, manualClock(nowMs));
    await settle();
    await last.stop();
    told.push(...last.told);
    const expected: string[] = [];
    const first = site.calendar.local(startMs).date;
    for (
      let day = periodOf("daily", first);
      dueMs(day, "01:30", site.calendar) <= nowMs;
      day = periodOf("daily", day.end)
    ) {
      expected.push(nameOf(day));
    }
    expect(told).toEqual(expected);
    expect(made(db)).toEqual(expected.map((name) => ({ name })));
  },
);

it("after a long downtime every report is made and the newest are mailed", async () => {
  const tell = [{ person: "10231" }];
  const site = siteIn("Asia/Shanghai", { daily: { tell }, weekly: { tell }, monthly: { tell }, mail_latest: 2 });
  const db = aDatabase();
  const startMs = Date.parse("2026-09-30T00:00:00Z");
  const first = aRun(db, site, manualClock(startMs));
  await settle();
  expect(first.told).toEqual([]);
  await first.stop();
  const second = aRun(db, site, manualClock(startMs + 35 * 24 * hour));
  await settle();
  await second.stop();
  expect(second.told).toEqual([
    "daily-2026-11-02",
    "daily-2026-11-03",
    "weekly-2026-W43",
    "weekly-2026-W44",
    "monthly-2026-09",
    "monthly-2026-10",
  ]);
  expect(made(db)).toHaveLength(35 + 5 + 2);
});

it("a report that could not be made is made at a later look", async () => {
  const site = siteIn("Asia/Shanghai", { daily: { tell: [{ person: "10231" }] } });
  const db = aDatabase();
  const clock = manualClock(Date.parse("2026-09-30T20:00:00Z"));
  let isBroken = true;
  const run = aRun(db, site, clock, () => isBroken);
  for (let hours = 0; hours < 30; hours++) {
    clock.advance(hour);
    await settle();
    if (hours === 10) isBroken = false;
  }
  await run.stop();
  expect(run.told).toEqual(["daily-2026-09-30", "daily-2026-10-01"]);
});
