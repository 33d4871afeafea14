import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { openLedgerIn, writeRegisterFiles } from "../../app/index.ts";
import { registerOf } from "../../app/reports/register.ts";
import { systemClock } from "../../core/index.ts";
import { loadSite } from "../../site/index.ts";
import { runCli } from "../cli/builders.ts";
import { aDevice, aHouse, eventually, siteFile, startSentry, telemetry } from "../sentry.ts";

const dayMs = 86_400_000;

test("a month's register has two lines a day, inside and outside, what is beyond limits, and what was done about it", async () => {
  const house = aHouse({
    ...siteFile([], {
      rooms: [
        {
          id: "a-101",
          name: { zh: "病案室一库", en: "Records 1" },
          limits: { temperature_c: "14..24", relative_humidity_pct: "45..60" },
        },
        { id: "outdoor" },
      ],
      devices: [aDevice("dev-1", { interval: "10m" }), aDevice("dev-2", { room: "outdoor", interval: "10m" })],
      conditions: { "temperature-high": { delay: "0s" } },
    }),
    report: { letterhead: ["示范医院 档案科"] },
  });
  const running = await startSentry(house);
  const nowMs = Math.floor(Date.now() / 600_000) * 600_000;
  const [inside, outside] = [await running.connect("dev-1"), await running.connect("dev-2")];
  // Ten days, every ten minutes; on one of them the afternoon is missing, and now it is too warm.
  const missing = nowMs - 3 * dayMs;
  for (let atMs = nowMs - 10 * dayMs; atMs < nowMs; atMs += dayMs) {
    const samples = Array.from({ length: 144 }, (_, n) => atMs + n * 600_000);
    const there = samples.filter((at) => at < missing - dayMs / 2 || at > missing + dayMs / 2);
    const sample = (at: number, temperature: number) => ({ at, temperature_c: temperature, relative_humidity_pct: 50 });
    await inside.publishAsync(telemetry("dev-1"), JSON.stringify(there.map((at) => sample(at, 21.04))), { qos: 1 });
    await outside.publishAsync(telemetry("dev-2"), JSON.stringify(samples.map((at) => sample(at, -3))), { qos: 1 });
  }
  await inside.publishAsync(
    telemetry("dev-1"),
    JSON.stringify({ at: nowMs, temperature_c: 26.5, relative_humidity_pct: 50 }),
    { qos: 1 },
  );
  const alarms = z.object({ alarms: z.array(z.object({ id: z.string(), condition: z.string() })) });
  let id = "";
  await eventually("it is too warm", async () => {
    const found = (await running.ask(alarms, "/api/v1/alarms")).alarms.find(
      ({ condition }) => condition === "temperature-high",
    );
    id = found?.id ?? "";
    return found !== undefined;
  });
  await running.post(`/api/v1/alarms/${id}/ack`, { by: "10231", comment: "开启空调" });
  await running.sentry.settled();
  await eventually("the answer is an entry", () => {
    const log = join(house.data, "ledger.db-wal");
    return existsSync(log) && readFileSync(log).includes('"acknowledged"');
  });
  await running.stop();

  const { site } = loadSite(house.config, { nowMs });
  const day = (atMs: number) => site.calendar.local(atMs).date;
  const monthOf = (atMs: number) => day(atMs).slice(0, 7);
  const ledger = openLedgerIn(house.data, systemClock);
  const asked = { data: house.data, site, ledger, room: "a-101", language: "zh" as const, nowMs: Date.now() };
  const months = [...new Set([monthOf(nowMs - 9 * dayMs), monthOf(nowMs)])];
  const rows = months.flatMap((month) => registerOf({ ...asked, month }).rows);
  ledger.close();
  const dayBefore = rows.filter(({ date }) => date === day(nowMs - 6 * dayMs));
  const pair = { temperatureC: 21, relativeHumidityPct: 50 };
  expect(dayBefore.map(({ time, inside, outside }) => [time, inside, outside.temperatureC])).toEqual([
    ["09:00", pair, -3],
    ["15:00", pair, -3],
  ]);
  const lost = rows.filter(
    ({ date, inside }) =>
      inside.temperatureC === null && date >= day(missing - dayMs / 2) && date <= day(missing + dayMs / 2),
  );
  expect(lost.length).toBeGreaterThan(0);
  expect(rows.flatMap(({ measures }) => measures)).toEqual(["温度超上限报警: 开启空调 (10231)"]);

  const out = join(house.folder, "by command");
  const scope = ["--room", "a-101", "--month", monthOf(nowMs), "--language", "en"];
  const where = ["--data", house.data, "--config", house.config, "--out", out];
  const printed = await runCli(["report", "register", ...scope, ...where]);
  expect([printed.code, printed.err, readdirSync(out).length]).toEqual([0, "", 2]);

  for (const language of ["zh", "en"] as const) {
    const folder = join(house.folder, language);
    const request = {
      data: house.data,
      site,
      room: "a-101",
      month: monthOf(nowMs),
      folder,
      language,
      clock: systemClock,
    };
    const { files } = await writeRegisterFiles(request);
    execFileSync("python3", ["-m", "zipfile", "-t", files[1]!]);
    expect(readFileSync(files[0]!).length).toBeGreaterThan(1_000);
  }
});
