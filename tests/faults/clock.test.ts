import { describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../core/index.ts";
import type { TestClient } from "../broker/harness.ts";
import {
  aHouse,
  eventually,
  type House,
  publish,
  type Running,
  siteFile,
  startSentry,
  storedJournal,
  storedSamples,
  telemetry,
} from "../sentry.ts";

const names = ["dev-1", "dev-2", "dev-3", "dev-4", "dev-5", "dev-6"];
const monthMs = 30 * 24 * 3_600_000;
const quarterMs = 3 * monthMs;

/** The machine's clock, which somebody sets. */
function settableClock(): Clock & { set(byMs: number): void } {
  let offsetMs = 0;
  return {
    ...systemClock,
    nowMs: () => systemClock.nowMs() + offsetMs,
    set(byMs) {
      offsetMs += byMs;
    },
  };
}

/** Devices that know the right time, whatever our clock says. */
async function devicesOf(sentry: Running, session = "first") {
  const clients = new Map<string, TestClient>(
    await Promise.all(names.map(async (name) => [name, await sentry.connect(name)] as const)),
  );
  const seqs = new Map<string, number>();
  const report = (name: string, values: object, shiftMs = 0) => {
    const seq = (seqs.get(name) ?? 0) + 1;
    seqs.set(name, seq);
    const sample = { seq, session, at: Date.now() + shiftMs, ...values };
    return publish(clients.get(name)!, telemetry(name), sample);
  };
  const allReport = async (shiftMs = 0) => {
    for (const name of names) await report(name, { temperature_c: 20 }, shiftMs);
  };
  return { clients, report, allReport };
}

const raised = (house: House) =>
  storedJournal(house)
    .filter((row) => row.transition === "raised")
    .map((row) => `${row.condition} ${row.subject ?? row.device}`);

const untrusted = (house: House) => storedSamples(house).filter((row) => (row.flags & 1) !== 0);

describe.each([
  { direction: "forward", byMs: quarterMs },
  { direction: "back", byMs: -monthMs },
])("our clock set $direction by months, and right again", ({ byMs }) => {
  test("nobody is silent, nobody is quarantined, a fire is told, and the clock's fault too", async () => {
    const clock = settableClock();
    const house = aHouse(siteFile(names));
    const sentry = await startSentry(house, { clock });
    const { report, allReport } = await devicesOf(sentry);
    await allReport();

    clock.set(byMs);
    await allReport();
    await report("dev-1", { smoke_obscuration_pct_per_m: 3 });
    await eventually("the fire is told", () => raised(house).includes("smoke-alarm dev-1"), 3_000);
    clock.set(-byMs);
    await allReport();
    await report("dev-2", { smoke_obscuration_pct_per_m: 3 });
    await eventually("the second fire is told", () => raised(house).includes("smoke-alarm dev-2"), 3_000);

    await sentry.sentry.settled();
    expect(untrusted(house)).toEqual([]);
    expect(raised(house).filter((text) => !/^(smoke-|server-clock-fault)/.test(text))).toEqual([]);
    expect(raised(house)).toContain("server-clock-fault step");
    expect(storedSamples(house)).toHaveLength(3 * names.length + 2);
  });

  test("sensors without a clock are watched as before", async () => {
    const clock = settableClock();
    const house = aHouse(siteFile(names));
    const sentry = await startSentry(house, { clock });
    const client = await sentry.connect("dev-1");
    const say = (values: object) => publish(client, telemetry("dev-1"), values);
    await say({ smoke_obscuration_pct_per_m: 0 });
    clock.set(byMs);
    await say({ smoke_obscuration_pct_per_m: 0 });
    clock.set(-byMs);
    await say({ smoke_obscuration_pct_per_m: 3 });
    await eventually("the fire is told", () => raised(house).includes("smoke-alarm dev-1"), 3_000);
  });
});

test("started with a clock that was ahead before: everything is watched from now on", async () => {
  const clock = settableClock();
  const house = aHouse(siteFile(names));
  clock.set(monthMs);
  const ahead = await startSentry(house, { clock });
  await publish(await ahead.connect("dev-1"), telemetry("dev-1"), { smoke_obscuration_pct_per_m: 0 });
  await ahead.sentry.settled();
  await ahead.stop();
  clock.set(-monthMs);
  const right = await startSentry(house, { clock });
  await publish(await right.connect("dev-1"), telemetry("dev-1"), { smoke_obscuration_pct_per_m: 3 });
  await eventually("the fire is told", () => raised(house).includes("smoke-alarm dev-1"), 3_000);
  expect(raised(house)).toContain("server-clock-fault step");
});

test("half of the devices shift together: it is our clock that is suspected, until they agree with it again", async () => {
  const house = aHouse(siteFile(names));
  const first = await startSentry(house);
  const before = await devicesOf(first);
  await before.allReport();
  for (let round = 0; round < 2; round++) {
    for (const name of names.slice(0, 3)) await before.report(name, { temperature_c: 20 }, monthMs);
  }
  await eventually("our clock is suspected", () => raised(house).includes("server-clock-fault devices"));
  await first.sentry.settled();
  const quarantined = untrusted(house).length;
  // Those that spoke before there were enough of them to be believed.
  expect(quarantined).toBeLessThanOrEqual(2);

  // The suspicion outlives a restart: it neither returns nor is raised again before they have spoken.
  await first.stop();
  const second = await startSentry(house);
  const after = await devicesOf(second, "second");
  for (const name of names.slice(3)) await after.report(name, { temperature_c: 20 });
  await eventually(
    "the suspicion has ended",
    () =>
      storedJournal(house)
        .filter((row) => row.condition === "server-clock-fault")
        .map((row) => row.transition)
        .join() === "raised,returned",
  );
});
