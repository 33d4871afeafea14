import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { isoTime } from "../../core/index.ts";
import {
  type CalendarDay,
  createSite,
  gapsOf,
  nextHandover,
  type Site,
  type SiteFile,
  siteSchema,
  whoIsOn,
} from "../../site/index.ts";
import { faultsOf, head, read } from "./builder.ts";

type Rota = NonNullable<NonNullable<SiteFile["telling"]>["rotas"]>[number];
type Person = NonNullable<SiteFile["people"]>[number];

/** A site whose rota is called `duty`; people are called by letters. */
function aSite(
  zone: string,
  rota: Omit<Rota, "id">,
  more: { leave?: Record<string, Person["leave"]>; days?: CalendarDay[]; rotas?: Rota[] } = {},
): Site {
  const people = ["a", "b", "c", "w"].map((id) => ({
    id,
    name: id,
    category: "archivist" as const,
    leave: more.leave?.[id] ?? [],
  }));
  const config = siteSchema.parse({
    site: { id: "north", name: { zh: "北院", en: "North" }, time_zone: zone },
    people,
    telling: { teams: [{ id: "day", members: ["w"] }], rotas: [{ id: "duty", ...rota }, ...(more.rotas ?? [])] },
  });
  return createSite(config, { directory: tmpdir(), days: more.days ?? [] });
}

const on = (site: Site, at: string) => whoIsOn(site, "duty", Date.parse(at)).people.join("+");
const weekly: Rota["layers"] = [
  { rotation: { members: ["a", "b", "c"], hand_over: "mon 08:00", first: "2026-10-05" } },
];

describe("a weekly rotation hands over at its wall-clock time, also where the clocks change", () => {
  // Each change lies between two hand-overs, both at 08:00 by the wall clock.
  test.each<[zone: string, before: string, after: string, who: string]>([
    ["Europe/London", "2026-10-26T07:59:59+00:00", "2026-10-26T08:00:00+00:00", "c→a"],
    ["Europe/London", "2026-03-30T07:59:59+01:00", "2026-03-30T08:00:00+01:00", "c→a"],
    ["America/New_York", "2026-11-02T07:59:59-05:00", "2026-11-02T08:00:00-05:00", "a→b"],
    ["America/New_York", "2026-03-09T07:59:59-04:00", "2026-03-09T08:00:00-04:00", "c→a"],
    // Half an hour only, and the other half of the year.
    ["Australia/Lord_Howe", "2026-10-05T07:59:59+11:00", "2026-10-05T08:00:00+11:00", "c→a"],
    ["Australia/Lord_Howe", "2026-04-06T07:59:59+10:30", "2026-04-06T08:00:00+10:30", "a→b"],
    ["Asia/Shanghai", "2026-11-02T07:59:59+08:00", "2026-11-02T08:00:00+08:00", "a→b"],
  ])("%s %s", (zone, before, after, who) => {
    const site = aSite(zone, { layers: weekly });
    expect(`${on(site, before)}→${on(site, after)}`).toBe(who);
    expect(isoTime(nextHandover(site, "duty", Date.parse(before))!)).toBe(isoTime(Date.parse(after)));
  });

  test("the week of a change is an hour shorter or longer, and nobody's duty ends twice", () => {
    const site = aSite("Europe/London", { layers: weekly });
    const lengths = ["2026-10-20T00:00Z", "2026-03-25T00:00Z", "2026-06-10T00:00Z"].map((at) => {
      const from = nextHandover(site, "duty", Date.parse(at) - 7 * 86_400_000)!;
      return (nextHandover(site, "duty", from)! - from) / 3_600_000;
    });
    expect(lengths).toEqual([169, 167, 168]);
  });

  test.each<[what: string, zone: string, handOver: string, at: string]>([
    ["skipped: an hour later", "Europe/London", "sun 01:30", "2026-03-29T02:30:00+01:00"],
    ["shown twice: the first", "Europe/London", "sun 01:30", "2026-10-25T01:30:00+01:00"],
    ["skipped", "America/New_York", "sun 02:30", "2026-03-08T03:30:00-04:00"],
    ["shown twice", "America/New_York", "sun 01:30", "2026-11-01T01:30:00-04:00"],
    ["skipped half an hour", "Australia/Lord_Howe", "sun 02:15", "2026-10-04T02:45:00+11:00"],
    ["shown twice by half an hour", "Australia/Lord_Howe", "sun 01:45", "2026-04-05T01:45:00+11:00"],
  ])("a hand-over at a time that is %s (%s)", (_what, zone, handOver, at) => {
    const site = aSite(zone, { layers: [{ rotation: { members: ["a", "b"], hand_over: handOver } }] });
    const atMs = Date.parse(at);
    expect(isoTime(nextHandover(site, "duty", atMs - 86_400_000)!)).toBe(isoTime(atMs));
    // It does not go back when the clocks show the time again.
    const after = on(site, at);
    for (const laterMs of [30, 60, 90, 120].map((minutes) => atMs + minutes * 60_000)) {
      expect(whoIsOn(site, "duty", laterMs).people.join()).toBe(after);
    }
  });

  test("hours over night last from wall clock to wall clock", () => {
    const layers: Rota["layers"] = [{ hours: "20:00-08:00", person: "a" }];
    const site = aSite("America/New_York", { layers });
    const gaps = gapsOf(site, "duty", {
      fromMs: Date.parse("2026-10-31T20:00:00-04:00"),
      toMs: Date.parse("2026-11-01T20:00:00-05:00"),
    });
    expect(gaps.map(({ fromMs, toMs }) => [isoTime(fromMs), isoTime(toMs)])).toEqual([
      ["2026-11-01T13:00:00.000Z", "2026-11-02T01:00:00.000Z"],
    ]);
  });
});

describe("the site's calendar", () => {
  // The national holiday of 2026: the 1st to the 7th of October off, Saturday the 10th worked.
  const days: CalendarDay[] = [
    ...["01", "02", "05", "06", "07"].map((day) => ({ date: `2026-10-${day}`, kind: "off" as const, name: "国庆节" })),
    { date: "2026-10-10", kind: "work", name: "国庆节调休" },
  ];
  const layers: Rota["layers"] = [{ when: "working-hours", team: "day" }, ...weekly];
  const site = aSite("Asia/Shanghai", { layers }, { days, leave: { a: [{ from: "2026-10-08", to: "2026-10-09" }] } });

  test.each<[what: string, at: string, who: string]>([
    ["an ordinary working hour", "2026-09-30T10:00:00+08:00", "w"],
    ["an ordinary evening", "2026-09-30T17:30:00+08:00", "c"],
    ["a holiday on a weekday", "2026-10-01T10:00:00+08:00", "c"],
    ["hand-over within the holiday", "2026-10-05T08:00:00+08:00", "a"],
    ["back at work", "2026-10-08T08:00:00+08:00", "w"],
    ["an evening of leave: the next stands in", "2026-10-08T18:00:00+08:00", "b"],
    ["leave ends with its last day", "2026-10-10T00:00:00+08:00", "a"],
    ["a worked Saturday", "2026-10-10T10:00:00+08:00", "w"],
    ["its evening", "2026-10-10T20:00:00+08:00", "a"],
    ["an ordinary Sunday", "2026-10-11T10:00:00+08:00", "a"],
  ])("%s", (_what, at, who) => {
    expect(on(site, at)).toBe(who);
  });

  test("who stands in is said, and for whom", () => {
    expect(whoIsOn(site, "duty", Date.parse("2026-10-08T18:00:00+08:00"))).toEqual({
      people: ["b"],
      from: { kind: "layer", at: 1 },
      standsInFor: "a",
    });
  });

  test.each<[when: "working-days" | "days-off", who: string[]]>([
    // Friday, worked Saturday, Sunday, and the night that began on Saturday.
    ["working-days", ["a", "a", "", "a"]],
    ["days-off", ["", "", "a", ""]],
  ])("a night on %s belongs to the day on which it begins", (when, who) => {
    const nights = aSite("Asia/Shanghai", { layers: [{ when, hours: "20:00-06:00", person: "a" }] }, { days });
    const moments = [
      "2026-10-09T22:00+08:00",
      "2026-10-10T22:00+08:00",
      "2026-10-11T22:00+08:00",
      "2026-10-11T05:00+08:00",
    ];
    expect(moments.map((at) => on(nights, at))).toEqual(who);
  });
});

describe("overrides, leave and gaps", () => {
  const override = { from: "2026-10-07T18:00:00+08:00", to: "2026-10-08T06:00:00+08:00", person: "c" };

  test("an override wins from its first moment to before its last, unless its person is on leave", () => {
    const site = aSite("Asia/Shanghai", { layers: weekly, overrides: [override] });
    const moments = ["2026-10-07T17:59:59+08:00", override.from, "2026-10-08T05:59:59+08:00", override.to];
    expect(moments.map((at) => on(site, at))).toEqual(["a", "c", "c", "a"]);
    expect(isoTime(nextHandover(site, "duty", Date.parse(moments[0]!))!)).toBe("2026-10-07T10:00:00.000Z");
    const away = aSite(
      "Asia/Shanghai",
      { layers: weekly, overrides: [override] },
      { leave: { c: [{ from: "2026-10-08", to: "2026-10-08" }] } },
    );
    expect(moments.map((at) => on(away, at))).toEqual(["a", "c", "a", "a"]);
  });

  test("when everybody of a rotation is away there is a gap, from midnight to midnight", () => {
    const everybody = Object.fromEntries(["a", "b", "c"].map((id) => [id, [{ from: "2026-10-08", to: "2026-10-09" }]]));
    const site = aSite("Asia/Shanghai", { layers: weekly }, { leave: everybody });
    const period = { fromMs: Date.parse("2026-10-01T00:00Z"), toMs: Date.parse("2026-11-01T00:00Z") };
    expect(gapsOf(site, "duty", period).map(({ fromMs, toMs }) => [isoTime(fromMs), isoTime(toMs)])).toEqual([
      ["2026-10-07T16:00:00.000Z", "2026-10-09T16:00:00.000Z"],
    ]);
  });

  test("a rota leans on another", () => {
    const site = aSite(
      "Asia/Shanghai",
      { layers: [{ when: "working-hours", team: "day" }, { rota: "nights" }] },
      { rotas: [{ id: "nights", layers: weekly }] },
    );
    expect([on(site, "2026-10-08T10:00+08:00"), on(site, "2026-10-08T22:00+08:00")]).toEqual(["w", "a"]);
    expect(isoTime(nextHandover(site, "duty", Date.parse("2026-10-09T18:00+08:00"))!)).toBe("2026-10-12T00:00:00.000Z");
  });
});

describe("the site file's check", () => {
  const people = `people:
  - { id: a, name: 甲, category: archivist }
  - { id: b, name: 乙, category: leader }
`;
  const faults = (telling: string) =>
    faultsOf(`${head}${people}telling: ${telling}`).map((f) => `${f.path}: ${f.message}`);

  test.each<[what: string, telling: string, expected: string]>([
    [
      "an unknown person",
      "{ teams: [{ id: t, members: [z] }] }",
      "telling.teams[0].members[0]: the id of one of people, found z",
    ],
    [
      "an unknown team",
      "{ rotas: [{ id: r, layers: [{ team: z }] }] }",
      "telling.rotas[0].layers[0].team: the id of one of telling.teams, found z",
    ],
    [
      "an unknown rota in a step",
      "{ policies: [{ id: p, match: { priorities: [low] }, steps: [{ tell: [{ rota: z }] }] }] }",
      "telling.policies[0].steps[0].tell[0].rota: the id of one of telling.rotas, found z",
    ],
    [
      "rotas that go round in a circle",
      "{ rotas: [{ id: r, layers: [{ rota: s }] }, { id: s, layers: [{ person: a }] }, { id: q, layers: [{ rota: q }] }] }",
      "telling.rotas[2].layers[0].rota: a rota that does not lean on q itself, found q",
    ],
    [
      "a layer with two answers",
      "{ teams: [{ id: t, members: [a] }], rotas: [{ id: r, layers: [{ team: t, person: a }] }] }",
      'telling.rotas[0].layers[0]: exactly one of person, team, rotation and rota, found {"team":"t","person":"a"}',
    ],
    [
      "critical alarms that do not end with the leadership",
      "{ policies: [{ id: p, answered_inside_only: true, steps: [{ tell: [{ person: a }] }] }] }",
      'telling.policies[0].steps[0].tell: leadership in the last step of critical alarms, found [{"person":"a"}]',
    ],
    [
      "urgent alarms that wait",
      "{ policies: [{ id: p, match: { priorities: [high] }, hold: working-hours, steps: [{ tell: [everyone] }] }] }",
      'telling.policies[0].hold: match.priorities of medium and low alone, because critical and high go out at once, found "working-hours"',
    ],
    [
      "steps in no order",
      "{ policies: [{ id: p, match: { priorities: [low] }, steps: [{ after: 5m, tell: [everyone] }, { tell: [everyone] }] }] }",
      "telling.policies[0].steps: steps in the order of their time, found",
    ],
    [
      "nobody who leads",
      "{ leadership: [z], policies: [] }",
      "telling.leadership[0]: the id of one of people, found z",
    ],
  ])("%s", (_what, telling, expected) => {
    expect(faults(telling)).toHaveLength(1);
    expect(faults(telling)[0]).toContain(expected);
  });

  test("critical alarms need a way of answering from outside, or a word that they do not", () => {
    const policy = (more: string) => `{ policies: [{ id: p, ${more} steps: [{ tell: [leadership] }] }] }`;
    expect(faults(policy("answered_inside_only: true,"))).toEqual([]);
    expect(faults(policy(""))[0]).toMatch(/^telling\.policies\[0\]: a way of answering that works outside/);
  });

  test("a gap to come is said, with its times; a rota that another fills up needs none", () => {
    const file = (layers: string) => `${head}${people}telling: { rotas: [
      { id: duty, layers: [${layers}] },
      { id: day, layers: [{ when: working-hours, person: a }] } ] }`;
    expect(read(file("{ rota: day }, { person: b }")).warnings).toEqual([]);
    expect(read(file("{ rota: day }")).warnings).toEqual([
      "telling.rotas duty: somebody on duty at every time, found nobody from 2026-11-22 08:00 to 2026-11-23 08:00, 2026-11-23 17:30 to 2026-11-24 08:00, 2026-11-24 17:30 to 2026-11-25 08:00, 2026-11-25 17:30 to 2026-11-26 08:00, 2026-11-26 17:30 to 2026-11-27 08:00, and 36 times more",
    ]);
  });
});
