import { expect, test } from "vitest";
import { type Grant, mayEnter, type Who } from "../../access/index.ts";
import { entryRulesOf } from "../../access/rules.ts";
import type { PersonnelCategory, Site, SiteFile } from "../../site/index.ts";
import { parseSite, personnelCategories } from "../../site/index.ts";
import { chance } from "../random.ts";

/** Friday 2026-11-20, Shanghai; the Saturday after it is free. */
const at = (time: string, day = "2026-11-20") => Date.parse(`${day}T${time}:00+08:00`);
const dayMs = 86_400_000;

const file: SiteFile = {
  site: { id: "north", name: { zh: "北院", en: "North" } },
  rooms: [{ id: "a" }, { id: "b" }, { id: "vault", two_persons: true }],
  access: {
    standing: {
      logistics: [{ rooms: ["b"], hours: "08:00-12:00" }],
      facilities: [{ rooms: ["a", "vault"], hours: "always" }],
    },
  },
};

function siteOf(changes: SiteFile): Site {
  return parseSite(JSON.stringify(changes), { directory: ".", name: "site.yaml", nowMs: at("00:00") }).site;
}
const site = siteOf(file);
const rules = entryRulesOf(site);
const who = (category: PersonnelCategory, id: string = category): Who => ({ id, name: id, category });

function aGrant(changes: Partial<Grant>): Grant {
  return {
    id: "g1",
    person: who("it"),
    companions: [],
    rooms: ["a"],
    purpose: "maintenance",
    records: [],
    recordClass: "ordinary",
    fromMs: at("09:00"),
    toMs: at("11:00"),
    requestedBy: "it",
    requestedAtMs: at("08:00"),
    comment: "",
    decision: { approved: true, by: "10231", atMs: at("08:30"), comment: "" },
    endedAtMs: null,
    endedHow: null,
    usedAtMs: null,
    expiryNoted: false,
    remindedAtMs: null,
    explainedAtMs: null,
    explanation: null,
    ...changes,
  };
}
const refused = { approved: false, by: "10231", atMs: at("08:30"), comment: "" };

test.each<[string, PersonnelCategory, string, string, Grant[], Who[], string]>([
  // category, room, when, grants, others inside → answer
  ["an archivist in working hours", "archivist", "a", "09:00", [], [], "standing-right"],
  ["an archivist at the first minute", "archivist", "a", "08:00", [], [], "standing-right"],
  ["an archivist at the last moment", "archivist", "a", "17:30", [], [], "no: outside-hours"],
  ["an archivist at night", "archivist", "a", "22:00", [], [], "no: outside-hours"],
  ["logistics in their room and hours", "logistics", "b", "11:59", [], [], "standing-right"],
  ["logistics after their hours", "logistics", "b", "12:00", [], [], "no: outside-hours"],
  ["logistics elsewhere", "logistics", "a", "09:00", [], [], "no: no-grant"],
  ["facilities at night", "facilities", "a", "03:00", [], [], "standing-right"],
  ["a leader without a grant", "leader", "a", "09:00", [], [], "no: no-grant"],
  ["an auditor without a grant", "auditor", "a", "09:00", [], [], "no: no-grant"],
  ["with a grant", "it", "a", "10:00", [aGrant({})], [], "grant"],
  ["with a grant for another room", "it", "b", "10:00", [aGrant({})], [], "no: no-grant"],
  ["with somebody else's grant", "leader", "a", "10:00", [aGrant({})], [], "no: no-grant"],
  ["as a companion", "leader", "a", "10:00", [aGrant({ companions: ["leader"] })], [], "grant"],
  ["a minute before the grant", "it", "a", "08:59", [aGrant({})], [], "no: grant-not-yet"],
  ["when the grant begins", "it", "a", "09:00", [aGrant({})], [], "grant"],
  ["when the grant ends", "it", "a", "11:00", [aGrant({})], [], "no: grant-expired"],
  ["before anybody decided", "it", "a", "10:00", [aGrant({ decision: null })], [], "no: grant-not-decided"],
  ["before anybody asked", "it", "a", "07:59", [aGrant({})], [], "no: no-grant"],
  ["refused", "it", "a", "10:00", [aGrant({ decision: refused })], [], "no: grant-refused"],
  ["revoked", "it", "a", "10:00", [aGrant({ endedAtMs: at("09:30"), endedHow: "revoked" })], [], "no: grant-revoked"],
  ["before it was revoked", "it", "a", "09:29", [aGrant({ endedAtMs: at("09:30"), endedHow: "revoked" })], [], "grant"],
  ["erased from the grant", "it", "a", "10:00", [aGrant({ person: null })], [], "no: no-grant"],
  [
    "a visitor with a grant, alone",
    "visitor",
    "a",
    "10:00",
    [aGrant({ person: who("visitor") })],
    [],
    "no: escort-missing",
  ],
  [
    "a visitor with an archivist",
    "visitor",
    "a",
    "10:00",
    [aGrant({ person: who("visitor") })],
    [who("archivist")],
    "grant",
  ],
  [
    "a visitor with IT",
    "visitor",
    "a",
    "10:00",
    [aGrant({ person: who("visitor") })],
    [who("it")],
    "no: escort-missing",
  ],
  ["a visitor without a grant", "visitor", "a", "10:00", [], [who("archivist")], "no: no-grant"],
  ["alone where two are required", "archivist", "vault", "10:00", [], [], "no: second-person-missing"],
  ["two where two are required", "archivist", "vault", "10:00", [], [who("archivist", "b")], "standing-right"],
  ["the same badge twice", "archivist", "vault", "10:00", [], [who("archivist")], "no: second-person-missing"],
  ["a core record, alone", "it", "a", "10:00", [aGrant({ recordClass: "core" })], [], "no: second-person-missing"],
  ["a core record, by two", "it", "a", "10:00", [aGrant({ recordClass: "core" })], [who("archivist")], "grant"],
  [
    "break-glass at night",
    "it",
    "vault",
    "09:30",
    [aGrant({ purpose: "break-glass", rooms: ["vault"] })],
    [],
    "break-glass",
  ],
])("%s", (_, category, room, time, grants, inside, expected) => {
  const answer = mayEnter({ person: who(category), room, atMs: at(time), grants, inside }, rules);
  expect(`${answer.allowed ? "" : "no: "}${answer.reason}`).toBe(expected);
});

test("a badge that is nobody's opens nothing, and a day off is no working day", () => {
  const question = { room: "a", atMs: at("10:00"), grants: [], inside: [] };
  expect(mayEnter({ ...question, person: null }, rules)).toEqual({ allowed: false, reason: "unknown-badge" });
  const saturday = { ...question, atMs: at("10:00", "2026-11-21"), person: who("archivist") };
  expect(mayEnter(saturday, rules).reason).toBe("outside-hours");
});

test("a second, naive implementation agrees", () => {
  const random = chance();
  const pick = <T>(list: readonly T[]): T => list[random.between(0, list.length - 1)]!;
  const rooms = ["a", "b", "vault"];
  for (let turn = 0; turn < 20_000; turn++) {
    const person = who(pick(personnelCategories), pick(["1", "2", "3"]));
    const atMs = at("00:00") + random.between(0, 3 * 24 * 60 - 1) * 60_000;
    const grants = Array.from({ length: random.between(0, 3) }, (_, n) => {
      const fromMs = at("00:00") + random.between(0, 3 * 24) * 3_600_000;
      return aGrant({
        id: `g${n}`,
        requestedAtMs: fromMs - 6 * 3_600_000,
        person: random.next() < 0.1 ? null : who(person.category, pick(["1", "2", "3"])),
        companions: random.next() < 0.3 ? [pick(["1", "2"])] : [],
        rooms: [pick(rooms)],
        purpose: random.next() < 0.15 ? "break-glass" : "consultation",
        recordClass: random.next() < 0.3 ? "core" : "ordinary",
        fromMs,
        toMs: fromMs + random.between(1, 30) * 3_600_000,
        decision:
          random.next() < 0.3
            ? null
            : {
                approved: random.next() < 0.8,
                by: null,
                atMs: fromMs - random.between(-5, 5) * 3_600_000,
                comment: "",
              },
        ...(random.next() < 0.2 ? { endedAtMs: fromMs + 3_600_000, endedHow: "revoked" as const } : {}),
      });
    });
    const inside = Array.from({ length: random.between(0, 2) }, () =>
      who(pick(personnelCategories), pick(["1", "2", "3", "4"])),
    );
    const room = pick(rooms);
    const answer = mayEnter({ person, room, atMs, grants, inside }, rules);
    const naive = naively(person, room, atMs, grants, inside);
    expect(answer.allowed, `seed ${random.seed}, turn ${turn}, ${answer.reason}`).toBe(naive);
  }
});

/** Straight from the sentences of the guide, and as slow as it likes. */
function naively(person: Who, room: string, atMs: number, grants: Grant[], inside: Who[]): boolean {
  const local = new Date(atMs + 8 * 3_600_000);
  const weekday = local.getUTCDay();
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  const working = weekday >= 1 && weekday <= 5;
  const inHours = (from: number, to: number) => working && minute >= from && minute < to;
  let standing = false;
  if (person.category === "archivist") standing = inHours(480, 1_050);
  if (person.category === "logistics" && room === "b") standing = inHours(480, 720);
  if (person.category === "facilities" && room !== "b") standing = true;
  const usable = grants.filter((grant) => {
    const named = grant.person !== null && [grant.person.id, ...grant.companions].includes(person.id);
    const approved = grant.decision?.approved === true && grant.decision.atMs <= atMs;
    const ended = grant.endedAtMs !== null && grant.endedAtMs <= atMs;
    return named && grant.rooms.includes(room) && approved && !ended && grant.fromMs <= atMs && atMs < grant.toMs;
  });
  const ordinary = usable.filter(({ purpose }) => purpose !== "break-glass");
  if (!standing && usable.length === 1 && ordinary.length === 0) return true;
  if (!standing && ordinary.length === 0) return false;
  const others = inside.filter(({ id }) => id !== person.id);
  const guests = ["contractor", "visitor", "health-authority"];
  if (guests.includes(person.category) && !others.some(({ category }) => ["archivist", "leader"].includes(category)))
    return false;
  const core = !standing && ordinary.every(({ recordClass }) => recordClass === "core");
  return !(room === "vault" || core) || others.length > 0;
}

test("a week has no hour in which an unnamed category may enter", () => {
  for (const category of personnelCategories) {
    if (["archivist", "logistics", "facilities"].includes(category)) continue;
    for (let hour = 0; hour < 168; hour++) {
      const atMs = at("00:00") + (hour * dayMs) / 24;
      expect(mayEnter({ person: who(category), room: "a", atMs, grants: [], inside: [] }, rules).allowed).toBe(false);
    }
  }
});
