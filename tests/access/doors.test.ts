import { describe, expect, test } from "vitest";
import { createDoorAlarms } from "../../access/doors/alarms.ts";
import { createAccessHistory } from "../../access/doors/history.ts";
import type { DoorRules } from "../../access/doors/report.ts";
import { type Grant, inOrder, type Report, type Who } from "../../access/index.ts";
import { entryRulesOf } from "../../access/rules.ts";
import { parseSite } from "../../site/index.ts";
import { chance } from "../random.ts";

/** Friday, Shanghai. */
const at = (time: string) => Date.parse(`2026-11-20T${time}+08:00`);
const { site } = parseSite(
  JSON.stringify({
    site: { id: "north", name: { zh: "北院", en: "North" } },
    rooms: [{ id: "a" }, { id: "vault", two_persons: true }, { id: "free" }],
  }),
  { directory: ".", name: "site.yaml", nowMs: at("00:00:00") },
);
const people: Record<string, Who> = {
  w: { id: "10231", name: "王敏", category: "archivist" },
  l: { id: "10312", name: "李建国", category: "archivist" },
  c: { id: "10405", name: "陈思远", category: "it" },
  v: { id: "V-17", name: "周明", category: "visitor" },
};
/** Of the guest, from ten to noon. */
const visit: Grant = {
  id: "g1",
  person: people.v!,
  companions: [],
  rooms: ["a"],
  purpose: "consultation",
  records: [],
  recordClass: "ordinary",
  fromMs: at("10:00:00"),
  toMs: at("12:00:00"),
  requestedBy: "10405",
  requestedAtMs: at("08:00:00"),
  comment: "",
  decision: { approved: true, by: "10231", atMs: at("08:30:00"), comment: "" },
  endedAtMs: null,
  endedHow: null,
  usedAtMs: null,
  expiryNoted: false,
  remindedAtMs: null,
  explainedAtMs: null,
  explanation: null,
};
const repaired = { from: at("15:00:00"), to: at("15:30:00") };
const rules: DoorRules = {
  entry: entryRulesOf(site),
  holderOf: (credential) => people[credential] ?? null,
  grantsFor: (room) => (room === "a" ? [visit] : []),
  inMaintenance: (_, atMs) => atMs >= repaired.from && atMs < repaired.to,
  isWorkingTime: site.calendar.isWorkingTime,
  unlockMs: () => 15_000,
  freeExit: (door) => door === "d-free",
  slackMs: 3_000,
  togetherMs: 120_000,
  insideLongestMs: 12 * 3_600_000,
  deniedLimit: 3,
  deniedWithinMs: 300_000,
};

let positions = 0;
const seen = (time: number, room: string) => ({
  atMs: time,
  receivedAtMs: time,
  position: ++positions,
  device: `reader-${room}`,
  door: `d-${room}`,
  room,
  seq: null,
});
const badge = (
  time: string | number,
  credential: string,
  changes: { direction?: "in" | "out"; decision?: "granted" | "denied"; room?: string } = {},
): Report => {
  const atMs = typeof time === "number" ? time : at(time);
  const { direction = "in", decision = "granted", room = "a" } = changes;
  return {
    kind: "badge",
    id: `b${room}${atMs}${credential}${direction}${decision === "denied" ? " denied" : ""}`,
    ...seen(atMs, room),
    credential,
    direction,
    decision,
  };
};
const door = (time: string | number, open: boolean, room = "a"): Report => {
  const atMs = typeof time === "number" ? time : at(time);
  return { kind: "door", id: `d${room}${atMs}${open}`, ...seen(atMs, room), open };
};
const exit = (time: string): Report => ({ kind: "exit-request", id: `x${time}`, ...seen(at(time), "a") });

function aHistory() {
  return createAccessHistory({
    rules: () => rules,
    rememberMs: () => 72 * 3_600_000,
    changesWithinMs: () => 48 * 3_600_000,
    rulesSinceMs: () => 0,
  });
}

/** What is said of each report in the end, and the alarms that went out at this moment. */
function told(reports: Report[], nowMs = at("18:00:00")) {
  const history = aHistory();
  const said = new Map<string, string>();
  for (const change of history.take(reports, nowMs)) {
    said.set(change.report.id, change.judgement.judged);
    history.recorded(change, 0);
  }
  const alarms: string[] = [];
  const watch = createDoorAlarms({
    history,
    site: () => site,
    raise: ({ condition, subject, active, detail }) =>
      alarms.push(`${active ? "" : "over: "}${condition} ${subject}${detail ? `: ${detail}` : ""}`),
    raised: [],
    forcedDoors: [],
  });
  const next = watch.look(nowMs);
  return {
    said: [...said.values()],
    alarms,
    inside: history
      .rooms()
      .get("a")
      ?.inside.map(({ key }) => key),
    history,
    next,
  };
}

const shut = door("07:00:00", false);
const unauthorised = "access-unauthorised d-a: no-grant";

describe("what a report means", () => {
  test.each<[string, Report[], string[], string[]]>([
    [
      "a visit",
      [
        shut,
        badge("09:00:00", "w"),
        door("09:00:02", true),
        door("09:00:09", false),
        badge("09:20:00", "w", { direction: "out" }),
        door("09:20:01", true),
      ],
      ["standing-right", "badge", "closed", "exit", "badge"],
      [],
    ],
    [
      "a door that nobody opened",
      [shut, door("09:00:02", true), door("09:00:30", false)],
      ["forced", "closed"],
      ["door-forced d-a: forced", "over: door-forced d-a"],
    ],
    [
      "a badge too long ago",
      [shut, badge("09:00:00", "w"), door("09:00:16", true)],
      ["standing-right", "forced"],
      ["door-forced d-a: forced"],
    ],
    [
      "a badge that was refused opens nothing",
      [shut, badge("09:00:00", "c", { decision: "denied" }), door("09:00:02", true)],
      ["denied", "forced"],
      ["door-forced d-a: forced"],
    ],
    ["an exit request", [shut, exit("09:00:00"), door("09:00:02", true)], ["exit-request", "exit-request"], []],
    [
      "a reader's clock behind the contact's",
      [shut, door("09:00:00", true), badge("09:00:02", "w")],
      ["badge", "standing-right"],
      [],
    ],
    ["under repair", [shut, door("15:10:00", true)], ["maintenance"], []],
    [
      "at night by an archivist",
      [door("05:00:00", false), badge("06:00:00", "w"), door("06:00:02", true)],
      ["outside-hours", "badge"],
      ["access-unauthorised d-a: outside-hours", "door-after-hours d-a"],
    ],
    [
      "somebody without a grant",
      [shut, badge("09:00:00", "c"), door("09:00:02", true)],
      ["no-grant", "badge"],
      [unauthorised],
    ],
    [
      "a badge that is nobody's",
      [badge("09:00:00", "?")],
      ["unknown-badge"],
      ["access-unauthorised d-a: unknown-badge"],
    ],
    [
      "refused though entitled",
      [badge("09:00:00", "w", { decision: "denied" })],
      ["denied-though-entitled"],
      ["access-unauthorised d-a: denied-though-entitled"],
    ],
    [
      "refused three times in five minutes",
      ["09:00:00", "09:02:00", "09:04:00"].map((time) => badge(time, "c", { decision: "denied" })),
      ["denied", "denied", "denied"],
      ["access-denied-repeated d-a: denied-again"],
    ],
    [
      "refused three times in an hour",
      ["09:00:00", "09:20:00", "09:40:00"].map((time) => badge(time, "c", { decision: "denied" })),
      ["denied", "denied", "denied"],
      [],
    ],
    [
      "alone in the vault",
      [badge("09:00:00", "w", { room: "vault" })],
      ["second-person-missing"],
      ["access-unauthorised d-vault: second-person-missing"],
    ],
    [
      "two into the vault",
      [badge("09:00:00", "w", { room: "vault" }), badge("09:01:30", "l", { room: "vault" })],
      ["standing-right", "standing-right"],
      [],
    ],
    [
      "the second too late",
      [badge("09:00:00", "w", { room: "vault" }), badge("09:02:30", "l", { room: "vault" })],
      ["second-person-missing", "standing-right"],
      ["access-unauthorised d-vault: second-person-missing"],
    ],
    [
      "a guest with a grant, after the escort",
      [badge("10:00:00", "w"), badge("10:05:00", "v")],
      ["standing-right", "grant"],
      [],
    ],
    [
      "a guest whom the escort follows",
      [badge("10:00:00", "v"), badge("10:01:30", "w")],
      ["grant", "standing-right"],
      [],
    ],
    ["a guest alone", [badge("10:00:00", "v")], ["escort-missing"], ["access-unauthorised d-a: escort-missing"]],
    [
      "a guest whose escort has left",
      [badge("10:00:00", "w"), badge("10:10:00", "w", { direction: "out" }), badge("10:20:00", "v")],
      ["standing-right", "exit", "escort-missing"],
      ["access-unauthorised d-a: escort-missing"],
    ],
    [
      "a guest whose escort comes too late",
      [badge("10:00:00", "v"), badge("10:02:30", "w")],
      ["escort-missing", "standing-right"],
      ["access-unauthorised d-a: escort-missing"],
    ],
    [
      "a guest with somebody who is no escort",
      [badge("10:00:00", "c"), badge("10:00:10", "v")],
      ["no-grant", "escort-missing"],
      [unauthorised, "access-unauthorised d-a: escort-missing"],
    ],
    [
      "a guest with the escort, when the grant is over",
      [badge("11:50:00", "w"), badge("12:00:00", "v")],
      ["standing-right", "grant-expired"],
      ["access-unauthorised d-a: grant-expired"],
    ],
    [
      "a door that is free from inside",
      [
        door("07:00:00", false, "free"),
        badge("09:00:00", "w", { room: "free" }),
        door("09:00:02", true, "free"),
        door("09:00:09", false, "free"),
        door("09:30:00", true, "free"),
      ],
      ["standing-right", "badge", "closed", "exit"],
      [],
    ],
    [
      "a door that is free from inside, when nobody is there",
      [door("07:00:00", false, "free"), door("09:30:00", true, "free")],
      ["forced"],
      ["door-forced d-free: forced"],
    ],
    [
      "an exit button pressed too long ago",
      [shut, exit("09:00:00"), door("09:00:16", true)],
      ["exit-request", "forced"],
      ["door-forced d-a: forced"],
    ],
    ["out without having gone in", [badge("09:00:00", "w", { direction: "out" })], ["exit-without-entry"], []],
  ])("%s", (_, reports, said, alarms) => {
    const found = told(reports.toSorted(inOrder));
    expect(found.said).toEqual(said);
    expect(found.alarms).toEqual(alarms);
  });
});

test("a door that opened waits for its badge for three seconds, the vault for the second person for two minutes", () => {
  const opened = [shut, door("09:00:00", true)];
  expect(told(opened, at("09:00:02"))).toMatchObject({ alarms: [], next: at("09:00:03") });
  expect(told(opened, at("09:00:03")).alarms).toHaveLength(1);
  const alone = [badge("09:00:00", "w", { room: "vault" })];
  expect(told(alone, at("09:02:02")).alarms).toEqual([]);
  expect(told(alone, at("09:02:03")).alarms).toHaveLength(1);
});

test("what is reported late says so, and after a day alarms nobody", () => {
  const late = { ...badge("09:00:00", "c"), receivedAtMs: at("11:00:00") };
  expect(told([late], at("11:00:01")).alarms).toEqual([`${unauthorised}; late 120 min`]);
  expect(told([late], at("09:00:00") + 25 * 3_600_000).alarms).toEqual([]);
});

test("who has badged out nowhere is gone after twelve hours, unseen", () => {
  const { history } = told([badge("09:00:00", "w")], at("20:59:59"));
  expect(history.rooms().get("a")!.inside).toHaveLength(1);
  history.refresh(at("21:00:00"));
  expect(history.rooms().get("a")).toMatchObject({ inside: [], missedExits: 1 });
  expect(history.counts().map(({ count }) => count)).toEqual([1, 0]);
});

test("the order and the lateness in which reports arrive change nothing in the history", () => {
  const random = chance();
  for (let turn = 0; turn < 60; turn++) {
    const reports: Report[] = [shut, door("07:00:00", false, "vault")];
    for (let n = 0; n < 60; n++) {
      const room = random.next() < 0.5 ? "a" : "vault";
      const ms = at("05:00:00") + random.between(0, 13 * 3_600) * 1_000;
      const credential = ["w", "l", "c", "?"][random.between(0, 3)]!;
      const kind = random.between(0, 5);
      if (kind === 0) reports.push(door(ms, random.next() < 0.5, room));
      else {
        const direction = random.next() < 0.6 ? "in" : "out";
        const decision = random.next() < 0.8 ? "granted" : "denied";
        reports.push(badge(ms, credential, { room, direction, decision }));
        if (kind < 4)
          reports.push(door(ms + random.between(-4, 20) * 1_000, true, room), door(ms + 25_000, false, room));
      }
    }
    const outcome = (batches: Report[][]) => {
      const history = aHistory();
      const said = new Map<string, string>();
      const counted = new Map<string, number>();
      for (const batch of batches) {
        for (const change of history.take(batch, at("19:00:00"))) {
          said.set(change.report.id, change.judgement.judged);
          history.recorded(change, 0);
        }
        for (const { atMs, room, category, count } of history.counts())
          counted.set(`${atMs}|${room}|${category}`, count);
        history.countsWritten(history.counts().length);
      }
      const rooms = [...history.rooms()].sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        // What was taken for an opening until something earlier arrived is said to be none.
        said: [...said].filter(([, judged]) => judged !== "same").sort(([a], [b]) => (a < b ? -1 : 1)),
        inside: rooms.map(([, { inside, missedExits, unseenEntries, doors }]) => ({
          inside,
          missedExits,
          unseenEntries,
          doors: [...doors].sort(),
        })),
        suspicions: history
          .suspicions()
          .map(({ report, suspicion }) => `${report.id} ${suspicion.condition}`)
          .sort(),
      };
    };
    const inTime = reports.toSorted(inOrder);
    // A controller that was away for two hours tells everything at once when it is back; the rest is shuffled.
    const awayMs = at("05:00:00") + random.between(0, 10 * 3_600) * 1_000;
    const away = (report: Report) =>
      report.room === "a" && report.atMs >= awayMs && report.atMs < awayMs + 2 * 3_600_000;
    const arrived = [
      ...inTime.filter((report) => report.atMs < awayMs + 2 * 3_600_000 && !away(report)),
      ...inTime.filter(away),
      ...inTime.filter((report) => report.atMs >= awayMs + 2 * 3_600_000),
    ];
    const shuffled = reports
      .map((report) => ({ report, by: random.next() }))
      .sort((a, b) => a.by - b.by)
      .map(({ report }) => report);
    const expected = outcome(inTime.map((report) => [report]));
    expect(outcome([...arrived.map((report) => [report]), arrived]), `seed ${random.seed}, turn ${turn}`).toEqual(
      expected,
    );
    expect(outcome(shuffled.map((report) => [report])), `seed ${random.seed}, turn ${turn}`).toEqual(expected);
    expect(outcome([shuffled]), `seed ${random.seed}, turn ${turn}`).toEqual(expected);
  }
});
