import fc from "fast-check";
import { expect, test } from "vitest";
import {
  alarm,
  Engine,
  type EngineEvent,
  type EngineState,
  type EngineTransition,
  emptyState,
} from "../../alerts/index.ts";
import { whoIsTold } from "../../notify/index.ts";
import { aNotice, aPerson, aSite } from "../notify/builders.ts";
import { commandEvent, hour, line, minute, sampleEvent, siteOf, startMs } from "./building.ts";

const day = 24 * hour;

/** What may happen, in any order, each after a while. */
const act = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("climate" as const), value: fc.constantFrom(30, 40, 23.8, 20) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("smoke" as const), value: fc.constantFrom(0, 3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("gateway" as const, "far-1" as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("command" as const),
      do: fc.constantFrom("acknowledge", "reset", "comment", "shelve", "unshelve", "remedy"),
      which: fc.nat(5),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("started" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("tick" as const) }) },
);
const happening = fc.record({
  act,
  afterMs: fc.constantFrom(0, 1_000, minute, 3 * minute, 11 * minute, 70 * minute, 8 * day),
});
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;
const command = (what: "acknowledge" | "remedy") => ({ kind: "command", do: what, which: 0 }) as const;
/** Where chance alone would hardly ever get to: an alarm that has become a remedial item. */
const anItem: Happening[] = [
  { act: { kind: "climate", value: 30 }, afterMs: 0 },
  { act: command("acknowledge"), afterMs: minute },
  { act: command("remedy"), afterMs: 8 * day },
];
const happenings = fc
  .tuple(fc.boolean(), fc.array(happening, { maxLength: 40 }))
  .map(([after, list]) => (after ? [...anItem, ...list] : list));

/** A window over the room of the climate sensor, so that every hiding takes part. */
const site = siteOf(
  'out_of_service: [{ room: a-101, from: "2026-11-22T09:00:00Z", to: "2026-11-22T10:30:00Z", reason: duct works }]',
);

function eventOf({ act }: Happening, atMs: number): EngineEvent {
  switch (act.kind) {
    case "climate":
      return sampleEvent("climate", atMs, { temperature_c: act.value });
    case "smoke":
      return sampleEvent("smoke", atMs, { smoke_obscuration_pct_per_m: act.value });
    case "gateway":
      return sampleEvent("gateway", atMs, { rssi_dbm: -60 });
    case "far-1":
      return sampleEvent("far-1", atMs, { temperature_c: 20 });
    case "command":
      return commandEvent(atMs, {
        do: act.do as "acknowledge" | "reset" | "comment" | "shelve" | "unshelve" | "remedy",
        alarm: String(1_001 + act.which),
        ...(act.do === "shelve" ? { forMs: 20 * minute } : {}),
        ...(act.do === "remedy"
          ? { remedy: { owner: "Estates", measure: "new plant", dueMs: startMs + atMs + 10 * day } }
          : {}),
      });
    case "started":
    case "tick":
      return { kind: act.kind, receivedAtMs: startMs + atMs };
  }
}

/** As after a restart: out of what was stored. */
function restored(state: EngineState): EngineState {
  const alarms = [...state.alarms].map(([key, open]) => [key, alarm.parse(JSON.parse(JSON.stringify(open)))] as const);
  return { ...structuredClone(state), alarms: new Map(alarms.reverse()) };
}

function play(
  list: Happening[],
  options: { restoring: boolean; see?: (t: EngineTransition[], e: EngineEvent, s: EngineState) => void },
) {
  let engine = new Engine(site, emptyState());
  const lines: string[] = [];
  let atMs = 0;
  const step = (event: EngineEvent) => {
    if (options.restoring) engine = new Engine(site, restored(engine.state));
    const { transitions } = engine.step(event);
    lines.push(...transitions.map((t) => `${t.alarm.id} ${line(t)}`));
    options.see?.(transitions, event, engine.state);
  };
  step({ kind: "started", receivedAtMs: startMs });
  for (const happening of list) {
    atMs += happening.afterMs;
    step(eventOf(happening, atMs));
  }
  step({ kind: "tick", receivedAtMs: startMs + atMs + 24 * 60 * minute });
  return lines;
}

const runs = { numRuns: 300 };

test("a remedial item is told again once, when it has become worse or its date has passed, and never else", () => {
  fc.assert(
    fc.property(happenings, (list) => {
      /** Alarms with an item that holds. */
      const silent = new Set<string>();
      play(list, {
        restoring: false,
        see(transitions) {
          for (const { alarm, transition, reason } of transitions) {
            if (silent.has(alarm.id) && transition === "raised") expect(reason).toMatch(/^remedial-(worse|overdue)$/);
            if (reason === "made-remedial") silent.add(alarm.id);
            else if (transition === "raised" || transition === "returned") silent.delete(alarm.id);
          }
        },
      });
    }),
    runs,
  );
});

test("stopped and restored between any two events, the engine writes the same journal", () => {
  fc.assert(
    fc.property(happenings, (list) => {
      expect(play(list, { restoring: true })).toEqual(play(list, { restoring: false }));
    }),
    runs,
  );
});

test("no path loses an alarm, clears one by silence, or answers one without a person", () => {
  fc.assert(
    fc.property(happenings, (list) => {
      let temperatureC: number | null = null;
      play(list, {
        restoring: false,
        see(transitions, event, state) {
          if (event.kind === "samples" && event.device === "climate")
            temperatureC = event.samples[0]!.values.temperature_c!;
          if (temperatureC === 30 || temperatureC === 40)
            expect(state.alarms.get("temperature-high|climate")?.active).toBe(true);
          for (const { alarm, transition, reason, by } of transitions) {
            if (transition === "returned" && alarm.condition === "temperature-high") expect(temperatureC).toBe(20);
            const ofPeople = ["acknowledged", "reset", "commented", "shelved"].includes(transition);
            expect(by !== null).toBe(ofPeople || (transition === "unshelved" && reason === "by-person"));
            if (alarm.state === "acknowledged") expect(alarm.acknowledgedBy).toBe("10231");
          }
          for (const open of state.alarms.values()) {
            expect(open.state).not.toBe("normal");
            // An item that is not over is of an alarm that stands and that somebody has acknowledged, and has time left.
            if (open.remedial && open.remedial.over === undefined) {
              expect(open.active && (open.hidden?.life ?? open.state)).toBe("acknowledged");
              expect(open.remedial.dueMs).toBeGreaterThan(state.nowMs);
            }
            if (open.state === "shelved") expect(open.hidden!.shelvedUntilMs).toBeGreaterThan(state.nowMs);
          }
        },
      });
    }),
    runs,
  );
});

test("people who are told know what stands in their sight, and hear nothing of the rest", () => {
  const people = aSite({ people: [aPerson({ told: { from_priority: "low" } })] });
  fc.assert(
    fc.property(happenings, (list) => {
      /** Alarms that the person believes to stand. */
      const believed = new Set<string>();
      play(list, {
        restoring: false,
        see(transitions, _event, state) {
          for (const { alarm, transition, reason: why } of transitions) {
            const before = believed.has(alarm.id)
              ? [{ person: "10231", channel: "email" as const, priority: alarm.priority, knows: true }]
              : [];
            const { priority, room } = alarm;
            const notice = aNotice({ transition, state: alarm.state, priority, room });
            const tellings = whoIsTold(notice, people, before);
            expect(tellings.length).toBeLessThanOrEqual(1);
            if (["shelved", "suppressed", "out-of-service"].includes(alarm.state)) expect(tellings).toEqual([]);
            for (const { reason } of tellings) {
              if (reason === "returned-after-told") believed.delete(alarm.id);
              else {
                // Told that it stands although it was known to: only of what somebody had put off.
                const again = why === "remedial-worse" || why === "remedial-overdue";
                if (believed.has(alarm.id)) expect(again ? "shelving-over" : reason).toBe("shelving-over");
                believed.add(alarm.id);
              }
            }
          }
          for (const { id, state: seen } of state.alarms.values()) {
            if (seen === "unacknowledged") expect(believed).toContain(id);
            if (seen === "returned-unacknowledged" || seen === "latched") expect(believed).not.toContain(id);
          }
          const open = new Set([...state.alarms.values()].map(({ id }) => id));
          for (const id of believed) expect(open).toContain(id);
        },
      });
    }),
    runs,
  );
});
