import { expect, test } from "vitest";
import { Engine, emptyState } from "../../alerts/index.ts";
import { createTicker } from "../../app/ticker.ts";
import { manualClock } from "../../core/index.ts";
import { createSite, siteSchema } from "../../site/index.ts";

const startMs = Date.parse("2026-11-22T08:00:00Z");

function aTicker() {
  const clock = manualClock(startMs);
  const config = siteSchema.parse({
    site: { id: "north", name: { zh: "北院", en: "North" } },
    rooms: [{ id: "a-101" }],
    devices: [{ id: "dev-1", room: "a-101", quantities: ["temperature_c"], interval: "60s" }],
  });
  const engine = new Engine(createSite(config, { directory: "/" }), emptyState());
  engine.step({ kind: "started", receivedAtMs: startMs });
  const seen = { ticksAtMs: [] as number[], looks: 0 };
  const ticker = createTicker({
    engine: () => engine,
    clock,
    noticeStep: () => {
      seen.looks += 1;
    },
    tick: () => seen.ticksAtMs.push(clock.nowMs()),
  });
  ticker.arm();
  return { clock, seen };
}

test("a tick enters the log when the engine has something to do and nothing else has come", () => {
  const { clock, seen } = aTicker();
  clock.advance(179_000);
  expect(seen.ticksAtMs).toEqual([]);
  clock.advance(1_000);
  expect(seen.ticksAtMs).toEqual([startMs + 180_000]);
});

test("a clock set back is looked at within a minute, not when it is again where it was", () => {
  const { clock, seen } = aTicker();
  clock.step(-30 * 24 * 3_600_000);
  clock.advance(60_000);
  expect(seen.looks).toBeGreaterThan(0);
});
