import { describe, expect, test } from "vitest";
import { describe as describeAlarm, writeRoomForecast } from "../../alerts/index.ts";
import { aForetoldRoom, day, hour, quarter, seeded, startMs } from "./forecast-rooms.ts";

type Room = ReturnType<typeof aForetoldRoom>;

/** A day after day the same, with a little noise: humidity 52 %, higher while people work. */
function ordinary(room: Room, days: number, humidity: (afterMs: number) => number = () => 52) {
  const noise = seeded(7);
  for (let at = 0; at < days * day; at += quarter) {
    const values = { temperature_c: 20 + 0.1 * noise(), relative_humidity_pct: humidity(at) + 0.2 * noise() };
    room.sample(at, values);
  }
}

/** Humidity climbs by a percent an hour until it is well beyond the limit. */
function ramp(room: Room, fromMs: number, from = 52, to = 62) {
  let crossedMs: number | null = null;
  for (let at = fromMs, value = from; value < to; at += quarter, value += 0.25) {
    room.sample(at, { temperature_c: 20, relative_humidity_pct: value });
    if (value > 60) crossedMs ??= at;
  }
  return { crossedMs: crossedMs! };
}

const said = (room: Room) => room.foretold.map(({ transition, reason }) => `${transition} ${reason}`);

describe("a room that nothing is known of yet", () => {
  test("is not warned of while nothing moves, even near a limit", () => {
    const room = aForetoldRoom();
    for (let at = 0; at < day; at += quarter) {
      room.sample(at, { temperature_c: 23.5, relative_humidity_pct: 58 + (at % hour === 0 ? 0.1 : 0) });
    }
    expect(said(room)).toEqual([]);
  });

  test("is warned of by its trend alone, with a wide interval", () => {
    const room = aForetoldRoom();
    const { crossedMs } = ramp(room, 0);
    expect(said(room)).toEqual(["raised first-breach", "returned crossed"]);
    const { alarm } = room.foretold[0]!;
    const { fromMs, toMs } = alarm.expectation!;
    expect(toMs - fromMs).toBeGreaterThan(2 * hour);
    expect(startMs + crossedMs - alarm.raisedAtMs).toBeGreaterThanOrEqual(hour);
  });
});

describe("a room whose days are alike", () => {
  test("is warned of a climb an hour before it crosses, with the moment in the interval", () => {
    const room = aForetoldRoom();
    ordinary(room, 10);
    expect(said(room)).toEqual([]);
    const { crossedMs } = ramp(room, 10 * day);
    const [raised, returned] = room.foretold;
    expect(said(room)).toEqual(["raised first-breach", "returned crossed"]);
    expect(raised!.alarm).toMatchObject({
      condition: "humidity-forecast",
      room: "a-101",
      device: null,
      limit: 60,
      unit: "%",
    });
    expect(startMs + crossedMs - raised!.atMs).toBeGreaterThanOrEqual(hour);
    const { fromMs, toMs, probability } = raised!.alarm.expectation!;
    expect(fromMs).toBeLessThanOrEqual(startMs + crossedMs);
    expect(toMs).toBeGreaterThanOrEqual(startMs + crossedMs);
    expect(probability).toBeGreaterThan(0.5);
    expect(returned!.atMs).toBe(startMs + crossedMs);
  });

  test("hears that it is over when the climb turns back", () => {
    const room = aForetoldRoom();
    ordinary(room, 10);
    let value = 52;
    let at = 10 * day;
    for (; room.foretold.length === 0 && value < 60; at += quarter) {
      value += 0.25;
      room.sample(at, { temperature_c: 20, relative_humidity_pct: value });
    }
    for (const end = at + 6 * hour; at < end; at += quarter) {
      value = Math.max(52, value - 0.5);
      room.sample(at, { temperature_c: 20, relative_humidity_pct: value });
    }
    expect(said(room)).toEqual(["raised first-breach", "returned no-longer-expected"]);
  });

  test("the warning says when, between when and when, how probable it is, and why", () => {
    const room = aForetoldRoom();
    ordinary(room, 10);
    ramp(room, 10 * day);
    const { messages } = describeAlarm(room.site, room.foretold[0]!);
    expect(messages.en).toMatch(
      /expected to exceed 60 % about \d\d:\d\d \(\d\d:\d\d–\d\d:\d\d\), probability 0\.\d+, since/,
    );
    expect(messages["zh-CN"]).toMatch(/湿度越限预警.*预计约 \d\d:\d\d（\d\d:\d\d–\d\d:\d\d）高于 60 %，概率 0\.\d+/);
    const evidence = room.foretold[0]!.alarm.evidence!;
    expect(evidence[0]!.text.en).toMatch(/^its recent course: \+[\d.]+ % in [\d.]+ h$/);
    expect(evidence.every(({ weight }) => weight > 0 && weight <= 1)).toBe(true);
  });

  test("a second sensor that reads two percent more does not look like a climb", () => {
    const room = aForetoldRoom();
    for (let at = 0; at < 3 * day; at += quarter) {
      room.sample(at, { temperature_c: 20, relative_humidity_pct: 57 });
      room.sample(at + 1_000, { temperature_c: 21, relative_humidity_pct: 59.5 }, "second");
    }
    expect(said(room)).toEqual([]);
  });
});

describe("the habits of working days", () => {
  /** From eight to six people bring it from 52 to 63 %; a quarter of an hour's ramp would be too short to foresee. */
  const worked = (isWorked: (afterMs: number) => boolean) => (afterMs: number) => {
    const inDay = afterMs % day;
    if (!isWorked(afterMs)) return 52;
    const rise = Math.min(1, Math.max(0, (inDay - 8 * hour) / (2 * hour)));
    const fall = Math.min(1, Math.max(0, (inDay - 18 * hour) / (3 * hour)));
    return 52 + 11 * (rise - fall);
  };
  const isWeekday = (afterMs: number) => Math.floor(afterMs / day) % 7 < 5;
  const calendar = `calendar: { weekly: { ${["mon", "tue", "wed", "thu", "fri"].map((name) => `${name}: "08:00-18:00"`).join(", ")} } }`;

  test("are foreseen on working days before anything has moved, and not on others", () => {
    const room = aForetoldRoom({ more: calendar });
    ordinary(room, 35, worked(isWeekday));
    const lastWeeks = room.foretold.filter(
      ({ transition, atMs }) => transition === "raised" && atMs >= startMs + 21 * day,
    );
    const daysOf = new Set(lastWeeks.map(({ atMs }) => Math.floor((atMs - startMs) / day) % 7));
    expect([...daysOf].sort()).toEqual([0, 1, 2, 3, 4]);
    const beforeEight = lastWeeks.filter(({ atMs }) => (atMs - startMs) % day < 8 * hour);
    expect(beforeEight.length).toBeGreaterThanOrEqual(8);
  });

  test("follow the calendar: a holiday is expected to be as quiet as it is", () => {
    const holiday = { date: "2026-04-01", kind: "off" as const };
    const room = aForetoldRoom({ more: calendar, days: [holiday] });
    const from = Date.parse(holiday.date) - startMs;
    const isWorked = (afterMs: number) => isWeekday(afterMs) && (afterMs < from || afterMs >= from + day);
    ordinary(room, 35, worked(isWorked));
    const raisedOn = (day1: number) =>
      room.foretold.filter(
        ({ transition, atMs }) =>
          transition === "raised" && atMs - startMs >= day1 && atMs - startMs < day1 + 18 * hour,
      ).length;
    expect(raisedOn(from)).toBe(0);
    expect(raisedOn(from - day)).toBeGreaterThan(0);
    expect(raisedOn(from + day)).toBeGreaterThan(0);
  });

  test("follow the calendar: a worked Saturday is foreseen like any working day, before anything has moved", () => {
    const saturday = { date: "2026-03-28", kind: "work" as const };
    const from = Date.parse(saturday.date) - startMs;
    const room = aForetoldRoom({ more: calendar, days: [saturday] });
    ordinary(
      room,
      28,
      worked((afterMs) => isWeekday(afterMs) || (afterMs >= from && afterMs < from + day)),
    );
    const onThatDay = room.foretold.filter(
      ({ transition, atMs }) => transition === "raised" && atMs - startMs >= from && atMs - startMs < from + 9 * hour,
    );
    expect(onThatDay).not.toEqual([]);
    expect(onThatDay[0]!.atMs - startMs - from).toBeLessThan(8 * hour);
  });
});

describe("what does not warn", () => {
  const climb = (room: Room) => {
    ordinary(room, 3);
    ramp(room, 3 * day);
    return said(room);
  };

  test("a condition that is switched off learns nothing either", () => {
    const room = aForetoldRoom({
      more: "conditions: { temperature-forecast: { enabled: false }, humidity-forecast: { enabled: false } }",
    });
    expect(climb(room)).toEqual([]);
    expect(room.state().forecasts.size).toBe(0);
  });

  test.each(["partial", "none"])("a room whose plant is %s, unless its site file asks for it", (control) => {
    expect(climb(aForetoldRoom({ room: `, climate_control: ${control}` }))).toEqual([]);
    const asked = `, climate_control: ${control}, conditions: { humidity-forecast: { enabled: true } }`;
    expect(climb(aForetoldRoom({ room: asked }))).toContain("returned crossed");
  });

  test("history that is entered later teaches, and pages nobody", () => {
    const room = aForetoldRoom();
    for (let at = 0, value = 52; value < 62; at += quarter, value += 0.1) {
      room.sample(at, { temperature_c: 20, relative_humidity_pct: value }, "climate", { imported: true, lateMs: hour });
    }
    expect(said(room)).toEqual([]);
    expect(room.state().forecasts.get("a-101")!.quantities.relative_humidity_pct!.rows).toBeGreaterThan(0);
  });

  test("a gap of hours: what happened in it is not known", () => {
    const room = aForetoldRoom();
    ordinary(room, 3);
    room.sample(3 * day + 5 * hour, { temperature_c: 20, relative_humidity_pct: 59 });
    room.sample(3 * day + 5 * hour + quarter, { temperature_c: 20, relative_humidity_pct: 59 });
    expect(said(room)).toEqual([]);
  });
});

describe("what is remembered", () => {
  test("a state that was stored and read at any moment goes on as if it had not been", () => {
    const through = aForetoldRoom();
    const cut = aForetoldRoom();
    const noise = seeded(3);
    for (let step = 0; step < 12 * 96; step++) {
      const at = step * quarter + Math.round(Math.abs(noise()) * 600_000);
      if (step % 97 > 90) continue;
      const wave = Math.sin((2 * Math.PI * step) / 96);
      const values = { temperature_c: 20 + 3 * wave + noise(), relative_humidity_pct: 53 - 8 * wave + 2 * noise() };
      const air = { temperature_c: 8 + 6 * wave, relative_humidity_pct: 80 - 10 * wave };
      if (step % 13 === 0) cut.restore();
      for (const room of [through, cut]) {
        room.sample(at, air, "air");
        room.sample(at + 1_000, values);
      }
    }
    expect(through.foretold.length).toBeGreaterThan(10);
    expect(cut.foretold).toEqual(through.foretold);
    for (const [room, forecast] of through.state().forecasts) {
      expect(writeRoomForecast(cut.state().forecasts.get(room)!)).toBe(writeRoomForecast(forecast));
    }
  });

  test("a room takes at most 32 KiB", () => {
    const room = aForetoldRoom();
    ordinary(room, 10);
    const size = writeRoomForecast(room.state().forecasts.get("a-101")!).length;
    expect(size).toBeLessThanOrEqual(32 * 1_024);
  });
});

describe("a weather forecast for the outdoor air", () => {
  /** The air goes up and down by chance; the room follows it within two hours. Nothing in the past tells. */
  const chance = seeded(11);
  const air: number[] = [60];
  while (air.length < 400) air.push(60 + 0.8 * (air.at(-1)! - 60) + 22 * chance());
  const humidityAt = (at: number) => {
    const place = Math.floor(at / (3 * hour));
    return air[place]! + ((at % (3 * hour)) / (3 * hour)) * (air[place + 1]! - air[place]!);
  };
  const weather = (at: number) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((hours) => ({
      atMs: startMs + at + hours * hour,
      // For another place, always a degree warmer: only its changes count.
      temperatureC: 16,
      relativeHumidityPct: humidityAt(at + hours * hour),
    }));

  function lived(forecast: (at: number) => ReturnType<typeof weather>) {
    const room = aForetoldRoom();
    const crossed: number[] = [];
    let inside = 52;
    let withinSince = 0;
    for (let at = 0; at < 42 * day; at += quarter) {
      const outdoors = humidityAt(at);
      if (at % hour === 0) room.expect(at, forecast(at));
      room.sample(at, { temperature_c: 15, relative_humidity_pct: outdoors }, "air");
      inside += (52 + 0.4 * (outdoors - 60) - inside) / 8;
      room.sample(at, { temperature_c: 20, relative_humidity_pct: Math.round(inside * 10) / 10 });
      if (inside <= 60) continue;
      if (at - withinSince > 3 * hour && at > 21 * day) crossed.push(startMs + at);
      withinSince = at;
    }
    const raised = room.foretold.filter(({ transition, alarm }) => transition === "raised" && alarm.limit === 60);
    const leads = crossed.map((at) => at - (raised.find(({ atMs }) => atMs < at && atMs > at - 9 * hour)?.atMs ?? at));
    return { raised, medianLead: leads.sort((a, b) => a - b)[leads.length >> 1]! };
  }

  test("warns longer before, and names outdoor air as the reason", () => {
    const without = lived(() => []);
    const informed = lived(weather);
    expect(informed.medianLead).toBeGreaterThan(without.medianLead + hour);
    expect(informed.raised.at(-1)!.alarm.evidence![0]!.text.en).toContain("outdoor air");
  });

  test("that is no better than a guess soon has no say", () => {
    const guess = seeded(5);
    const guessed = lived((at) => weather(at).map((each) => ({ ...each, relativeHumidityPct: 60 + 35 * guess() })));
    const without = lived(() => []);
    const late = ({ raised }: typeof guessed) => raised.filter(({ atMs }) => atMs > startMs + 21 * day).length;
    expect(Math.abs(late(guessed) - late(without))).toBeLessThanOrEqual(3);
  });
});
