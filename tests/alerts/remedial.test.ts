import { describe, expect, it } from "vitest";
import { remedialItems, describe as sentences } from "../../alerts/index.ts";
import { aBuilding, commandEvent, hour } from "./building.ts";

const day = 24 * hour;
const roof = { owner: "Estates", measure: "seal the roof" };

/** 28 °C in a room that may have 24, acknowledged after an hour, and what a test goes on with. */
function standing(more = "") {
  const b = aBuilding(more);
  b.sample("climate", 0, { temperature_c: 28 });
  b.operator("acknowledge", "1001", hour);
  const remedy = (afterMs: number, dueAfterMs: number) =>
    b.step(
      commandEvent(afterMs, {
        do: "remedy",
        alarm: "1001",
        remedy: { ...roof, dueMs: Date.parse("2026-11-22T08:00:00Z") + dueAfterMs },
      }),
    ).outcome!;
  const lines = () => b.about("temperature-high(");
  return { ...b, remedy, lines, told: () => lines().filter((entry) => entry.includes(" raised ")).length };
}

/** One that has become an item on its eighth day, due on its thirtieth. */
function anItem() {
  const b = standing();
  expect(b.remedy(8 * day, 30 * day)).toMatchObject({ ok: true });
  return b;
}

describe("an alarm becomes a remedial item", () => {
  it("once it has stood for seven days and somebody has acknowledged it", () => {
    const b = anItem();
    expect(b.lines().at(-1)).toBe("11520:00 temperature-high(climate) commented made-remedial → acknowledged");
    expect(remedialItems(b.engine.state.alarms.values())).toMatchObject([{ ...roof, status: "open", by: "10231" }]);
  });

  it.each([
    ["too early", 6 * day, 30 * day, "state-conflict", "limits.remedial_after"],
    ["with a date that is over", 8 * day, 8 * day, "request-invalid", "a day to come"],
    ["with a date that nobody will live to see", 8 * day, 400 * day, "request-invalid", "limits.remedial_longest"],
  ])("but not %s", (_, afterMs, dueMs, code, reason) => {
    const b = standing();
    const before = b.lines().length;
    expect(b.remedy(afterMs, dueMs)).toMatchObject({ ok: false, code, reason: expect.stringContaining(reason) });
    expect(b.lines()).toHaveLength(before);
  });

  it("but not before it is acknowledged, nor once it has returned", () => {
    const b = aBuilding();
    b.sample("climate", 0, { temperature_c: 28 });
    const remedy = { ...roof, dueMs: Date.parse("2027-01-01") };
    const ask = () => b.step(commandEvent(8 * day, { do: "remedy", alarm: "1001", remedy })).outcome;
    expect(ask()).toMatchObject({ code: "state-conflict", reason: expect.stringContaining("acknowledged first") });
    b.sample("climate", 8 * day, { temperature_c: 20 });
    expect(ask()).toMatchObject({ code: "state-conflict", reason: expect.stringContaining("does not stand") });
  });

  it("but never smoke", () => {
    const b = aBuilding();
    b.sample("smoke", 0, { smoke_obscuration_pct_per_m: 3 });
    const id = b.records.find(({ alarm }) => alarm.condition === "smoke-alarm")!.alarm.id;
    b.operator("acknowledge", id, hour);
    const remedy = { ...roof, dueMs: Date.parse("2027-01-01") };
    const { outcome } = b.step(commandEvent(8 * day, { do: "remedy", alarm: id, remedy }));
    expect(outcome).toMatchObject({ code: "state-conflict", reason: expect.stringContaining("never put off") });
  });
});

describe("a remedial item is silent", () => {
  it("while it stands as it was, for weeks", () => {
    const b = anItem();
    const before = b.lines().length;
    for (let n = 8; n < 30; n++) b.sample("climate", n * day + hour, { temperature_c: n % 2 === 0 ? 27 : 29.9 });
    expect(b.lines()).toHaveLength(before);
  });

  it("until it is clearly worse: half as far again beyond its limit as the worst before it was made", () => {
    const b = anItem();
    b.sample("climate", 9 * day, { temperature_c: 30 });
    expect(b.told()).toBe(1);
    b.sample("climate", 10 * day, { temperature_c: 30.1 });
    expect(b.lines().at(-1)).toBe("14400:00 temperature-high(climate) raised remedial-worse → unacknowledged");
    b.sample("climate", 11 * day, { temperature_c: 40 });
    expect(b.told(), "and once").toBe(2);
    expect(remedialItems(b.engine.state.alarms.values())[0]).toMatchObject({ status: "worse" });
  });

  it("measured against the worst that had been seen, not against the moment", () => {
    const b = standing();
    b.sample("climate", day, { temperature_c: 32 });
    b.sample("climate", 2 * day, { temperature_c: 26 });
    b.remedy(8 * day, 30 * day);
    b.sample("climate", 9 * day, { temperature_c: 36 });
    expect(b.told()).toBe(1);
    b.sample("climate", 10 * day, { temperature_c: 36.1 });
    expect(b.told()).toBe(2);
  });

  it("until its date has passed", () => {
    const b = anItem();
    b.tick(30 * day - 1_000);
    expect(b.told()).toBe(1);
    b.tick(31 * day);
    expect(b.lines().at(-1)).toBe("43200:00 temperature-high(climate) raised remedial-overdue → unacknowledged");
    b.tick(60 * day);
    expect(b.told(), "and once").toBe(2);
    b.operator("acknowledge", "1001", 61 * day);
    expect(b.remedy(61 * day, 90 * day), "it may be put off anew, by name").toMatchObject({ ok: true });
    expect(b.told()).toBe(2);
  });

  it("and over when its cause has gone: the next one is an alarm of its own", () => {
    const b = anItem();
    b.sample("climate", 9 * day, { temperature_c: 20 });
    expect(remedialItems(b.engine.state.alarms.values())).toEqual([]);
    b.sample("climate", 10 * day, { temperature_c: 28 });
    b.tick(31 * day);
    expect(b.told()).toBe(2);
  });
});

it("those that need somebody now are listed first", () => {
  const b = anItem();
  b.tick(31 * day);
  b.sample("smoke", 31 * day, { smoke_obscuration_pct_per_m: 0 });
  const [first] = [...b.engine.state.alarms.values()];
  const later = { ...first!, id: "2", remedial: { ...first!.remedial!, dueMs: 5, over: undefined } };
  const sooner = { ...later, id: "3", remedial: { ...later.remedial, dueMs: 1 } };
  expect(remedialItems([later, sooner, first!]).map(({ alarm }) => alarm.id)).toEqual(["1001", "3", "2"]);
});

it("says in both languages who is to do what, and why it rings again", () => {
  const b = anItem();
  const last = () => b.records.filter(({ alarm }) => alarm.condition === "temperature-high").at(-1)!;
  expect(sentences(b.site, last()).messages).toMatchInlineSnapshot(`
    {
      "en": "a-101 (climate): Temperature too high made a remedial item: Estates is to seal the roof before 22 Dec, 16:00 (10231: on my way).",
      "zh-CN": "a-101（climate）：温度过高报警列为待整改，责任人 Estates，措施：seal the roof，限期 12月22日 16:00（10231：on my way）。",
    }
  `);
  b.tick(31 * day);
  expect(sentences(b.site, last()).messages).toMatchInlineSnapshot(`
    {
      "en": "a-101 (climate): Temperature too high: 28 °C (limit 24 °C), since 22 Nov, 16:00. It was to be put right by now. Check that the air conditioning runs and that doors and windows are shut; leave film where it is until it has recovered.",
      "zh-CN": "a-101（climate）：温度过高报警，28 °C（限值 24 °C），自 11月22日 16:00 起。整改期限已过。检查空调是否运行、门窗是否关好；恢复前不要取放胶片。",
    }
  `);
});
