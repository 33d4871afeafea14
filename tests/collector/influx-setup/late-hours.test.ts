import { expect, test } from "vitest";
import { createLateHours } from "../../../collector/index.ts";
import type { InfluxPoint } from "../../../collector/stores/influx-lines.ts";
import type { PastRange } from "../../../collector/stores/past-history.ts";
import { manualClock, silentLogger } from "../../../core/index.ts";

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 10, 22, 12);
const at = (measurement: InfluxPoint["measurement"], atMs: number): InfluxPoint => ({
  measurement,
  tags: {},
  fields: {},
  atMs,
});

function aServer() {
  const clock = manualClock(nowMs);
  const server = {
    clock,
    kept: null as PastRange | null,
    busy: false,
    away: false,
    made: [] as [from: number, to: number][],
    open: () =>
      createLateHours({
        name: "influx-v1",
        open: async () => ({
          possible: "yes",
          async fill({ fromMs, toMs }) {
            if (server.away) throw new Error("connection refused");
            server.made.push([(fromMs - nowMs) / hourMs, (toMs - nowMs) / hourMs]);
          },
          tellCharts: async () => {},
        }),
        isBusy: () => server.busy,
        load: () => server.kept,
        save: (range) => {
          server.kept = range;
        },
        clock,
        log: silentLogger,
      }),
    async pass(ms: number) {
      clock.advance(ms);
      // What the turn has begun is a handful of promises deep.
      for (let n = 0; n < 50; n++) await Promise.resolve();
    },
  };
  return server;
}

test("hours of which points come late are made anew, whole quarters of a day, oldest first", async () => {
  const server = aServer();
  const late = server.open();
  late.start();
  late.note([at("environment", nowMs - hourMs), at("alarm", nowMs - 90 * hourMs), at("room", nowMs + 6 * hourMs)]);
  expect(server.kept).toBeNull();
  late.note([at("environment", nowMs - 20 * hourMs), at("room", nowMs - 13 * hourMs)]);
  server.busy = true;
  await server.pass(10_000);
  expect(server.made).toEqual([]);
  server.busy = false;
  await server.pass(10_000);
  expect(server.made).toEqual([
    [-24, -18],
    [-18, -12],
  ]);
  expect(server.kept).toBeNull();
});

test("what is left to do outlives a server that is away, and a restart", async () => {
  const server = aServer();
  const late = server.open();
  late.start();
  late.note([at("environment", nowMs - 9 * hourMs)]);
  server.away = true;
  await server.pass(10_000);
  await late.stop();
  expect(server.kept).toEqual({ fromMs: nowMs - 12 * hourMs, toMs: nowMs - 9 * hourMs + 1 });
  server.away = false;
  const again = server.open();
  again.start();
  await server.pass(10_000);
  expect(server.made).toEqual([[-12, -6]]);
  expect(server.kept).toBeNull();
});
