import fc from "fast-check";
import { expect, test } from "vitest";
import {
  alarm,
  deviceState,
  Engine,
  type EngineEvent,
  type EngineState,
  emptyState,
  writeDeviceState,
} from "../../alerts/index.ts";
import { createReplay } from "../../app/index.ts";
import type { Values } from "../../contract/index.ts";
import { parseSite } from "../../site/index.ts";

/** Samples that overtake each other by less than two minutes must not be seen in any condition with a delay. */

const startMs = Date.parse("2026-11-22T08:00:00Z");
const minute = 60_000;
const bound = 2 * minute;

const { site } = parseSite(
  `
site: { id: north, name: { zh: 北院, en: North } }
rooms:
  - { id: a-101, limits: { temperature_c: 14..24, relative_humidity_pct: 45..60 } }
  - { id: a-102, limits: { temperature_c: 14..24, relative_humidity_pct: 45..60 } }
  - { id: outdoor, climate_control: none }
devices:
  - { id: climate, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 60s }
  - { id: wall, room: a-101, quantities: [surface_temperature_c], interval: 60s }
  - { id: far, room: a-102, quantities: [temperature_c, relative_humidity_pct], interval: 60s }
conditions:
  sensor-silent: { enabled: false }
  temperature-near-limit: { enabled: true }
  humidity-near-limit: { enabled: true }
  temperature-swing: { limit: 6 }
  mould-risk: { delay: 5m }
`,
  { directory: ".", name: "site.yaml", nowMs: startMs },
);

/** Those that act on arrival are no part of it. */
const delayed = new Set([
  "temperature-high",
  "temperature-low",
  "humidity-high",
  "humidity-low",
  "temperature-near-limit",
  "humidity-near-limit",
  "temperature-swing",
  "humidity-swing",
  "condensation-risk",
  "mould-risk",
  "temperature-forecast",
  "humidity-forecast",
]);

interface Past {
  device: string;
  atMs: number;
  values: Values;
  lateMs: number;
  seq: number;
}

const half = (min: number, max: number) => fc.integer({ min: min * 2, max: max * 2 }).map((n) => n / 2);
/** Long stays beyond a limit, with what interrupts them now and then. */
const temperature = fc.oneof(
  { weight: 6, arbitrary: fc.constant(25) },
  { weight: 2, arbitrary: half(22, 26) },
  { weight: 1, arbitrary: half(12, 25) },
);
const humidity = fc.oneof(
  { weight: 6, arbitrary: fc.constant(76) },
  { weight: 2, arbitrary: half(57, 62) },
  { weight: 1, arbitrary: half(42, 80) },
);
const climate: fc.Arbitrary<Values> = fc.record({ temperature_c: temperature, relative_humidity_pct: humidity });
const wall: fc.Arbitrary<Values> = fc.record({ surface_temperature_c: half(15, 24) });

const course = (device: string, values: fc.Arbitrary<Values>) =>
  fc
    .array(
      fc.record({
        stepMs: fc.constantFrom(20_000, minute, minute, minute, 90_000, 4 * minute, 16 * minute, 70 * minute),
        lateMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: bound - 1 })),
        values,
      }),
      { minLength: 5, maxLength: 60 },
    )
    .map((steps) => {
      let atMs = startMs;
      return steps.map(({ stepMs, lateMs, values }, seq): Past => {
        atMs += stepMs;
        return { device, atMs, values, lateMs, seq };
      });
    });

const histories = fc
  .tuple(course("climate", climate), course("wall", wall), course("far", climate))
  .map((courses) => courses.flat());

const inOrder = (history: Past[]) =>
  history.toSorted((a, b) => a.atMs - b.atMs).map((past) => ({ ...past, lateMs: 0 }));
const shuffled = (history: Past[]) => history.toSorted((a, b) => a.atMs + a.lateMs - b.atMs - b.lateMs);

function eventOf({ device, atMs, values, lateMs, seq }: Past, numbered: boolean): EngineEvent {
  const receivedAtMs = atMs + lateMs;
  const sample = { atMs, receivedAtMs, values, clockUntrusted: false, offsetMs: lateMs, imported: false };
  const number = numbered ? { session: "s", seq } : { session: null, seq: null };
  return { kind: "samples", receivedAtMs, device, samples: [{ ...sample, ...number }] };
}

/** As after a restart: out of what was stored. */
function restored(state: EngineState): EngineState {
  const copy = <T>(map: Map<string, T>, write: (value: T) => string, parse: (value: unknown) => T) =>
    new Map([...map].reverse().map(([key, value]) => [key, parse(JSON.parse(write(value)))] as const));
  return {
    ...structuredClone(state),
    devices: copy(state.devices, writeDeviceState, (value) => deviceState.parse(value)),
    alarms: copy(state.alarms, JSON.stringify, (value) => alarm.parse(value)),
  };
}

/** Stays beyond a limit as the journal tells them, in the time of the samples. */
function staysOf(history: Past[], options: { numbered?: boolean; restartAt?: number[]; tickEveryMs?: number } = {}) {
  let engine = new Engine(site, emptyState());
  const stays: string[] = [];
  const standing = new Map<string, number>();
  const step = (event: EngineEvent) => {
    for (const { alarm, transition, atMs } of engine.step(event).transitions) {
      if (!delayed.has(alarm.condition)) continue;
      // By key: a room may be warned of both its limits at once.
      const what = alarm.key;
      if (transition === "raised") standing.set(what, atMs);
      else if (transition === "returned") {
        stays.push(`${what} ${(standing.get(what)! - startMs) / 1_000}…${(atMs - startMs) / 1_000}`);
        standing.delete(what);
      }
    }
  };
  step({ kind: "started", receivedAtMs: startMs });
  let tickedMs = startMs;
  history.forEach((past, n) => {
    if (options.restartAt?.includes(n)) engine = new Engine(site, restored(engine.state));
    while (options.tickEveryMs !== undefined && tickedMs < past.atMs + past.lateMs - options.tickEveryMs) {
      tickedMs += options.tickEveryMs;
      step({ kind: "tick", receivedAtMs: tickedMs });
    }
    step(eventOf(past, options.numbered ?? false));
  });
  step({ kind: "tick", receivedAtMs: Math.max(...history.map(({ atMs }) => atMs)) + 2 * bound });
  for (const [what, atMs] of standing) stays.push(`${what} ${(atMs - startMs) / 1_000}…`);
  return stays.sort();
}

const runs = { numRuns: 120 };

test("a history shuffled within the reordering bound gives the same stays, at the same times", () => {
  let stays = 0;
  fc.assert(
    fc.property(histories, (history) => {
      const expected = staysOf(inOrder(history));
      stays += expected.length;
      expect(staysOf(shuffled(history))).toEqual(expected);
    }),
    runs,
  );
  expect(stays, "the histories have something to tell").toBeGreaterThan(runs.numRuns);
});

/** Seconds after the start, °C, %RH, seconds late: what is late falls into the quarter of an hour before the next one's. */
const overTheQuarter = [
  [
    [20, 25, 57, 0],
    [260, 25, 57, 0],
    [4_460, 25, 45, 0],
    [4_480, 22, 76, 60],
    [4_500, 25, 76, 0],
  ],
  [
    [90, 22, 42, 0],
    [4_290, 14, 57, 0],
    [4_350, 14, 76, 0],
    [5_310, 25, 76, 91],
    [5_400, 22, 57, 0],
    [5_420, 12, 76, 0],
  ],
].map((rows) =>
  rows.map(
    ([afterS, temperature_c, relative_humidity_pct, lateS], seq): Past => ({
      device: "far",
      atMs: startMs + afterS! * 1_000,
      values: { temperature_c, relative_humidity_pct },
      lateMs: lateS! * 1_000,
      seq,
    }),
  ),
);

test("so it does from devices that number their samples, at whatever moments the clock is told", () => {
  fc.assert(
    fc.property(histories, fc.constantFrom(7_000, 45_000), (history, tickEveryMs) => {
      const ofOne = history.filter(({ device }) => device === "far");
      const expected = staysOf(inOrder(ofOne));
      expect(staysOf(inOrder(ofOne), { numbered: true })).toEqual(expected);
      expect(staysOf(shuffled(ofOne), { numbered: true, tickEveryMs })).toEqual(expected);
      expect(staysOf(shuffled(history), { tickEveryMs })).toEqual(staysOf(inOrder(history)));
    }),
    { ...runs, examples: overTheQuarter.map((history): [Past[], number] => [history, 7_000]) },
  );
});

test("so it does when it is stopped and restored between any two samples", () => {
  fc.assert(
    fc.property(histories, fc.array(fc.nat(180), { maxLength: 8 }), fc.boolean(), (history, restartAt, numbered) => {
      const heard = shuffled(history);
      expect(staysOf(heard, { restartAt, numbered })).toEqual(staysOf(heard, { numbered }));
    }),
    runs,
  );
});

test("`replay` of a recording gives what the same samples gave live", () => {
  fc.assert(
    fc.property(histories, (history) => {
      const replay = createReplay(site);
      const raised = inOrder(history).flatMap(({ device, atMs, values }) => [...replay.push({ device, atMs, values })]);
      raised.push(...replay.finish());
      const told = raised
        .filter(({ alarm, transition }) => transition === "raised" && delayed.has(alarm.condition))
        .map(({ alarm, atMs }) => `${alarm.key} ${(atMs - startMs) / 1_000}`);
      const live = staysOf(shuffled(history)).map((stay) => stay.split("…")[0]);
      expect(told.sort()).toEqual(live.sort());
    }),
    runs,
  );
});

test("an alarm is raised at the end of its delay, two minutes at most after the sample that confirms it was heard", () => {
  const engine = new Engine(site, emptyState());
  engine.step({ kind: "started", receivedAtMs: startMs });
  const sample = (afterMin: number, numbered: boolean) => {
    const past = { device: "far", atMs: startMs + afterMin * minute, values: { temperature_c: 26 }, lateMs: 0 };
    return engine.step(eventOf({ ...past, seq: afterMin }, numbered)).transitions;
  };
  const high = (list: ReturnType<typeof sample>) => list.filter(({ alarm }) => alarm.condition === "temperature-high");
  for (let n = 0; n <= 10; n++) expect(high(sample(n, false))).toEqual([]);
  const wakeMs = engine.nextDeadlineMs()!;
  expect(wakeMs).toBeLessThanOrEqual(startMs + 12 * minute);
  const { transitions } = engine.step({ kind: "tick", receivedAtMs: startMs + 12 * minute });
  expect(high([...transitions]).map(({ atMs }) => atMs)).toEqual([startMs + 10 * minute]);

  const prompt = new Engine(site, emptyState());
  prompt.step({ kind: "started", receivedAtMs: startMs });
  const heard = Array.from({ length: 11 }, (_, seq) =>
    prompt.step(
      eventOf({ device: "far", atMs: startMs + seq * minute, values: { temperature_c: 26 }, lateMs: 0, seq }, true),
    ),
  );
  expect(high([...heard[10]!.transitions]), "nothing can be missing where the numbers follow on").toHaveLength(1);
});
