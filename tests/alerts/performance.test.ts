import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { type PerformanceRow, performanceOf } from "../../alerts/index.ts";
import { hour, minute, second } from "./building.ts";

const fromMs = Date.parse("2026-11-01T00:00:00Z");
const toMs = fromMs + 10 * 24 * hour;
const iso = (afterMs: number) => new Date(fromMs + afterMs).toISOString();

/** A line of the journal, `afterMs` after the beginning of the period. */
function row(
  afterMs: number,
  transition: PerformanceRow["transition"],
  changes: Partial<PerformanceRow> = {},
): PerformanceRow {
  const states = {
    raised: "unacknowledged",
    acknowledged: "acknowledged",
    returned: "returned-unacknowledged",
  } as const;
  return {
    alarm: "1001",
    at_ms: fromMs + afterMs,
    recorded_at_ms: fromMs + afterMs,
    condition: "temperature-high",
    room: "a-101",
    device: "dev-1",
    subject: null,
    transition,
    state: states[transition as keyof typeof states] ?? "normal",
    priority: "medium",
    ...changes,
  };
}
const figuresOf = (rows: PerformanceRow[]) => performanceOf(rows, { fromMs, toMs });
/** So many alarms, one each of a device of its own. */
const burst = (count: number, afterMs: number, spacingMs: number) =>
  Array.from({ length: count }, (_, n) =>
    row(afterMs + n * spacingMs, "raised", { alarm: `b${afterMs}-${n}`, device: `dev-${n}` }),
  );

describe("alarm performance", () => {
  it("of an alarm that is told again without having returned counts from when it was raised first", () => {
    const day = 24 * hour;
    const told = [row(0, "raised"), row(minute, "acknowledged"), row(8 * day, "raised")];
    const { annunciated, standing } = figuresOf(told);
    expect({ annunciated, standing: standing.map(({ since }) => since) }).toEqual({
      annunciated: 2,
      standing: [iso(0)],
    });
    const answered = [...told, row(8 * day + 2 * minute, "acknowledged"), row(9 * day, "returned")];
    expect(figuresOf(answered).priorities.medium).toMatchObject({
      toAcknowledge: { count: 2, longestS: 120 },
      toReturn: { count: 1, longestS: 9 * 24 * 3_600 },
    });
  });
  it("of a quiet period is nought everywhere", () => {
    expect(figuresOf([])).toMatchObject({
      annunciated: 0,
      per10Min: { mean: 0, peak: 0, shareInFloodPct: 0 },
      floods: [],
      standing: [],
      chattering: [],
      topTen: [],
      priorities: {
        critical: { annunciated: 0, sharePct: 0, toAcknowledge: { count: 0, medianS: null, longestS: null } },
      },
    });
  });
  it("counts what people saw within the period, and nothing that was hidden from them", () => {
    const { annunciated } = figuresOf([
      row(-hour, "raised"),
      row(0, "raised", { alarm: "1002" }),
      row(minute, "raised", { alarm: "1003", state: "suppressed" }),
      row(11 * 24 * hour, "raised", { alarm: "1004" }),
    ]);
    expect(annunciated).toBe(1);
  });
  it("finds floods: from ten in ten minutes until fewer than five", () => {
    const rows = [...burst(10, 0, second), ...burst(5, 10 * minute, second), ...burst(4, 20 * minute, second)];
    const { floods, per10Min } = figuresOf(rows);
    expect(floods).toEqual([{ from: iso(0), to: iso(20 * minute), alarms: 15 }]);
    expect(per10Min).toEqual({ mean: 0.013, peak: 10, shareInFloodPct: 0.1 });
    expect(figuresOf(burst(9, 0, second)).floods).toEqual([]);
  });
  it("tells what chatters, how often, and what comes most", () => {
    const rows = [0, 2, 4, 6, 100, 103, 109, 300].map((m) => row(m * minute, "raised"));
    const { chattering, topTen } = figuresOf([...rows, row(hour, "raised", { alarm: "1002", device: "dev-2" })]);
    const place = { condition: "temperature-high", room: "a-101", subject: null };
    expect(chattering).toEqual([{ ...place, device: "dev-1", times: 2 }]);
    expect(topTen).toEqual([
      { ...place, device: "dev-1", count: 8, sharePct: 88.9 },
      { ...place, device: "dev-2", count: 1, sharePct: 11.1 },
    ]);
  });
  it("measures the time to the first answer, and to the end of the cause, by priority", () => {
    const { priorities } = figuresOf([
      row(0, "raised"),
      row(3 * minute, "acknowledged"),
      row(4 * minute, "priority-changed", { state: "unacknowledged" }),
      row(5 * minute, "acknowledged"),
      row(30 * minute, "returned", { state: "normal" }),
      row(hour, "raised", { alarm: "1002", recorded_at_ms: fromMs + 2 * hour }),
      row(hour + minute, "returned", { alarm: "1002" }),
      row(2 * hour + 10 * minute, "acknowledged", { alarm: "1002", state: "normal" }),
    ]);
    expect(priorities.medium).toEqual({
      annunciated: 2,
      sharePct: 100,
      toAcknowledge: { count: 2, medianS: 600, longestS: 600 },
      toReturn: { count: 2, medianS: 1_800, longestS: 1_800 },
    });
  });
  it("names what has stood for more than a day, also from before the period", () => {
    const { standing } = figuresOf([
      row(-hour, "raised"),
      row(minute, "raised", { alarm: "1002" }),
      row(hour, "returned", { alarm: "1002" }),
      row(9 * 24 * hour + minute, "raised", { alarm: "1003" }),
    ]);
    expect(standing.map(({ id, since }) => `${id} ${since}`)).toEqual([`1001 ${iso(-hour)}`]);
  });
});

test("whatever the journal says, shares add up and nothing is counted twice", () => {
  const line = fc.record({
    afterMs: fc.nat(10 * 24 * hour),
    alarm: fc.constantFrom("1", "2", "3"),
    transition: fc.constantFrom("raised" as const, "returned" as const, "acknowledged" as const, "shelved" as const),
    priority: fc.constantFrom("critical" as const, "low" as const),
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 80 }), (lines) => {
      const rows = lines
        .sort((a, b) => a.afterMs - b.afterMs)
        .map(({ afterMs, transition, ...rest }) => row(afterMs, transition, { ...rest, device: rest.alarm }));
      const { annunciated, priorities, topTen, per10Min } = figuresOf(rows);
      expect(topTen.reduce((sum, { count }) => sum + count, 0)).toBe(annunciated);
      for (const of of Object.values(priorities)) {
        expect(of.toReturn.count).toBeLessThanOrEqual(of.annunciated);
        expect(of.toAcknowledge.count).toBeLessThanOrEqual(of.annunciated);
      }
      expect(per10Min.peak).toBeLessThanOrEqual(annunciated);
    }),
  );
});
