import { expect, test } from "vitest";
import { type OfflineMessage, offlineHospital } from "../../firmware-sim/index.ts";
import { smallSite } from "./support.ts";

const fromMs = Date.parse("2026-11-18T09:00:00+08:00");
const hourMs = 3_600_000;

function received(hours: number, scenario?: { name: string; atMs: number; parameters?: Record<string, number> }) {
  const messages: OfflineMessage[] = [];
  const options = { site: smallSite(), seed: 1, fromMs, toMs: fromMs + hours * hourMs, stepMs: () => 60_000 };
  for (const step of offlineHospital({ ...options, ...(scenario ? { scenario } : {}) }))
    messages.push(...step.messages);
  return {
    messages,
    of: (device: string) => messages.filter((message) => message.device === device),
  };
}

test("each device reports once in its interval", () => {
  const climate = received(2).of("climate-r1");
  expect(climate.length).toBeGreaterThanOrEqual(118);
  expect(climate.length).toBeLessThanOrEqual(120);
  expect(climate.every((message) => message.samples.length === 1)).toBe(true);
});

test("a door tells at the moment it opens and closes, whatever the step", () => {
  const changes = received(6)
    .of("door-r1")
    .filter((message) => (message.receivedAtMs - fromMs) % 60_000 !== 0);
  expect(changes.length).toBeGreaterThan(2);
  expect(changes.map((message) => message.samples[0]!.values.door).slice(0, 2)).toEqual([1, 0]);
  expect(changes[1]!.receivedAtMs - changes[0]!.receivedAtMs).toBeLessThan(60_000);
});

test("a network that is missing holds samples back; they come in order when it is there again", () => {
  const atMs = fromMs + hourMs;
  const parameters = { minutes: 30 };
  const climate = received(2, { name: "network-outage-with-backfill", atMs, parameters }).of("climate-r1");
  const during = climate.filter(({ receivedAtMs }) => receivedAtMs > atMs && receivedAtMs < atMs + 30 * 60_000);
  expect(during).toEqual([]);
  const first = climate.find(({ receivedAtMs }) => receivedAtMs > atMs)!;
  expect(first.samples.length).toBeGreaterThanOrEqual(29);
  const times = first.samples.map((sample) => sample.atMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test("a scenario without a name that exists is refused", () => {
  expect(() => received(1, { name: "earthquake", atMs: fromMs })).toThrow(/found earthquake/);
});
