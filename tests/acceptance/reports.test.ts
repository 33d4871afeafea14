import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseCheckpoint } from "../../access/index.ts";
import { drillView, report, reportMailed, reportsResponse } from "../../contract/index.ts";
import { type ManualClock, manualClock } from "../../core/index.ts";
import { runCli } from "../cli/builders.ts";
import { aMailServer } from "../notify/builders.ts";
import { aDevice, aHouse, eventually, publish, siteFile, startSentry, telemetry } from "../sentry.ts";

const people = [
  { id: "10231", name: "王芳", category: "archivist", language: "zh-CN", email: "wang@example.org" },
  { id: "10312", name: "Anna Lee", category: "leader", language: "en", email: "lee@example.org" },
] as const;

/** Lets a clock that only the test moves go on until that is done. */
async function during<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let done = false;
  const finish = () => {
    done = true;
  };
  work.then(finish, finish);
  while (!done) {
    clock.advance(10);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return work;
}

it("a day with an alarm, a gap and an exercise is reported once, in each reader's language", async () => {
  const { port, mails } = await aMailServer();
  const file = siteFile([], {
    devices: [aDevice("dev-7", { interval: "15m", quantities: ["temperature_c", "smoke_alarm"] })],
    people: [...people],
    channels: { email: { host: "127.0.0.1", port, from: "sentry@example.org" } },
    reports: { daily: { at: "07:30", tell: [{ person: "10231" }, "leadership"] } },
  });
  const house = aHouse(file);
  // Midnight in Shanghai.
  const dayMs = Date.parse("2026-11-21T16:00:00Z");
  const clock = manualClock(dayMs);
  const first = await during(clock, startSentry(house, { clock }));
  const minute = 60_000;
  const send = async (from: number, to: number, temperature_c: number) => {
    for (let at = from; at < to; at += 15) {
      clock.advance(dayMs + at * minute - clock.nowMs());
      // A connection each: a quarter of an hour of this clock is a silence that the broker ends.
      const device = await during(clock, first.connect("dev-7"));
      await during(clock, publish(device, telemetry("dev-7"), { at: dayMs + at * minute, temperature_c, seq: at }));
      await during(clock, device.endAsync(true));
    }
  };
  await send(15, 60, 20);
  await send(60, 120, 29);
  await send(120, 180, 20);
  const asked = { scenario: "leak", room: "a-101", by: "10231", for: "5m" };
  const begun = await during(clock, first.post("/api/v1/telling/drills", asked));
  const drill = drillView.parse(await begun.json());
  await during(clock, first.post(`/api/v1/alarms/${drill.alarm}/ack`, { by: "10312", comment: "here" }));
  await during(clock, first.sentry.settled());
  await during(clock, first.stop());
  const before = mails.length;
  const isLetter = ({ subject }: { subject?: string | undefined }) => /日报|Daily report/.test(subject ?? "");

  // Down until the day after the next: one report for each day that is over, that before the first start too.
  const later = manualClock(dayMs + 2 * 86_400_000 + 9 * 3_600_000);
  const second = await during(later, startSentry(house, { clock: later }));
  const reports = await eventually("three reports", async () => {
    later.advance(1_000);
    const found = await second.ask(reportsResponse, "/api/v1/reports");
    return found.reports.length === 3 && mails.filter(isLetter).length === 6 ? found.reports : null;
  });
  expect(reports.map(({ name }) => name)).toEqual(["daily-2026-11-23", "daily-2026-11-22", "daily-2026-11-21"]);
  const made = await second.ask(report, "/api/v1/reports/daily-2026-11-22");
  expect(made).toMatchObject({
    from: "2026-11-21T16:00:00.000Z",
    to: "2026-11-22T16:00:00.000Z",
    alarmsLeftOut: 0,
    drills: [{ id: drill.id, answer: { by: "10312" } }],
  });
  const hot = made.alarms.find(({ condition }) => condition === "temperature-high");
  expect(hot).toMatchObject({ limit: 24, returnedAt: "2026-11-21T18:00:00.000Z", acknowledgedBy: null });
  expect(made.alarms.some(({ condition }) => condition === "water-leak")).toBe(false);
  expect(made.excursions.map(({ condition, extreme, limit, hours }) => [condition, extreme, limit, hours])).toEqual([
    ["temperature-high", 29, 24, 0.75],
    ["temperature-swing", 9, 4, 22.75],
  ]);
  expect(made.devices).toMatchObject([{ device: "dev-7", received: 11 }]);
  expect(made.devices[0]!.gaps).toMatchObject([{ from: "2026-11-21T18:45:00.000Z", to: "2026-11-22T16:00:00.000Z" }]);
  expect(made.devices[0]!.completePct).toBeLessThan(15);

  const letters = mails.slice(before).filter(isLetter);
  expect(letters.map(({ subject }) => subject).sort()).toEqual([
    "Daily report of the archive rooms 2026-11-21 · North",
    "Daily report of the archive rooms 2026-11-22 · North",
    "Daily report of the archive rooms 2026-11-23 · North",
    "档案库房日报 2026-11-21 · 北院",
    "档案库房日报 2026-11-22 · 北院",
    "档案库房日报 2026-11-23 · 北院",
  ]);
  const chinese = letters.find(({ subject }) => subject === "档案库房日报 2026-11-22 · 北院")!;
  expect([chinese.to].flat()[0]?.text).toContain("wang@example.org");
  expect(chinese.text).toContain("温度过高报警");
  expect(chinese.html).toContain("温度过高报警");
  // Whoever keeps the letter keeps the ledger's checkpoint, word by word.
  expect(parseCheckpoint(made.checkpoint ?? "")?.size).toBeGreaterThan(0);
  expect(chinese.text).toContain(made.checkpoint);

  // Looked at again: nothing new. Asked for by a person: mailed once more.
  later.advance(120_000);
  expect((await second.ask(reportsResponse, "/api/v1/reports")).reports).toHaveLength(3);
  const again = await during(later, second.post("/api/v1/reports/daily-2026-11-22/mail", { by: "10231" }));
  expect(reportMailed.parse(await again.json())).toEqual({ name: "daily-2026-11-22", recipients: 2 });

  const out = join(house.folder, "out");
  const client = ["--url", second.httpUrl, "--token-file", join(house.data, "operator.token")];
  const told = await runCli(["report", "daily", "--period", "2026-11-22", "--out", out, ...client]);
  expect(told).toMatchObject({ code: 0, err: "" });
  expect(readdirSync(out).sort()).toEqual([
    "daily-2026-11-22.en.html",
    "daily-2026-11-22.en.txt",
    "daily-2026-11-22.json",
    "daily-2026-11-22.zh-CN.html",
    "daily-2026-11-22.zh-CN.txt",
  ]);
  expect(report.parse(JSON.parse(readFileSync(join(out, "daily-2026-11-22.json"), "utf8")))).toEqual(made);
  // What is not over yet, or was never scheduled, is worked out for whoever asks.
  const week = await runCli(["report", "weekly", "--period", "2026-W47", "--language", "en", ...client]);
  expect(week.out).toContain("Weekly report of the archive rooms 2026-W47 · North");
  const wrong = await runCli(["report", "weekly", "--period", "2026-47", ...client]);
  expect(wrong.err).toContain("expected one such as 2026-W47, found 2026-47");
  const record = await runCli(["notify", "drills", "--csv", ...client]);
  expect(record.out).toContain(`${drill.id},leak,a-101`);
  await during(later, second.stop());
});
