import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { z } from "zod";
import { verdictOfAll, verifierKeyIn, verifyData } from "../../access/index.ts";
import { accessEventsResponse, grantsResponse, grantView, insideResponse } from "../../contract/index.ts";
import type { SiteFile } from "../../site/index.ts";
import { runCli } from "../cli/builders.ts";
import { aHouse, eventually, publish, siteFile, startSentry, telemetry } from "../sentry.ts";

const devices: SiteFile["devices"] = [
  { id: "door-1", room: "a-101", quantities: ["door", "exit_request"] },
  { id: "reader-1", room: "a-101", quantities: ["tamper"] },
];
/** Whatever the hour at which the tests run, the archivist may be inside. */
const file = (): SiteFile => ({
  ...siteFile([], {
    devices,
    doors: [{ id: "d1", room: "a-101", contact: "door-1", reader: "reader-1" }],
    people: [
      { id: "10231", name: "王芳", category: "archivist" },
      { id: "10405", name: "陈思远", category: "it" },
      { id: "10900", name: "Helen Moore", category: "auditor" },
    ],
    rooms: [{ id: "a-101", key_holder: "10231" }],
  }),
  calendar: {
    weekly: Object.fromEntries(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, "00:00-24:00"])),
  },
  access: { settle: "1s", unlock_for: "1s", clock_slack: "1s" },
});

const badgeTopic = "sentry/north/reader-1/badge";
const secret = "04A2B3C4D5";

test("badges, doors and grants from the wire to the ledger, the alarm and the answer", async () => {
  const house = aHouse(file());
  const running = await startSentry(house);
  const ok = async (path: string, body: object) => {
    const response = await running.post(path, body);
    expect([response.status, await response.clone().text()]).toEqual([200, expect.any(String)]);
    return response.json();
  };
  const open = z.object({
    alarms: z.array(z.object({ condition: z.string(), state: z.string(), messages: z.object({ en: z.string() }) })),
  });
  const alarms = async (condition: string) =>
    (await running.ask(open, "/api/v1/alarms?state=open")).alarms.filter((alarm) => alarm.condition === condition);
  await ok("/api/v1/access/badges", { person: { id: "10405" }, credential: secret, by: "10405" });
  const reader = await running.connect("reader-1");
  const contact = await running.connect("door-1");
  const badge = (direction: "in" | "out", credential = secret) =>
    publish(reader, badgeTopic, { at: Date.now(), credential, direction, decision: "granted" });
  const door = (state: "open" | "closed") => publish(contact, telemetry("door-1"), { at: Date.now(), door: state });
  await door("closed");

  // Without a grant: the controller let him in, our rights do not.
  await badge("in");
  await door("open");
  await door("closed");
  await eventually("the visit without a grant alarms", async () => (await alarms("access-unauthorised")).length === 1);
  await badge("out");

  const consultation = { action: "consultation", reference: "ZH-7", room: "a-101", person: "10405", by: "10231" };
  expect((await running.post("/api/v1/access/records", consultation)).status).toBe(403);

  // Asked, decided by the key holder alone, used.
  const now = Date.now();
  const time = { from: new Date(now - 60_000).toISOString(), to: new Date(now + 3_600_000).toISOString() };
  const asked = { person: { id: "10405" }, rooms: ["a-101"], purpose: "maintenance", ...time, comment: "fan 3" };
  const grant = grantView.parse(await ok("/api/v1/access/grants", { ...asked, by: "10405" }));
  const decide = (by: string) =>
    running.post(`/api/v1/access/grants/${grant.id}/decide`, { decision: "approved", comment: "yes", by });
  expect((await decide("10405")).status).toBe(403);
  expect((await decide("10900")).status).toBe(403);
  expect((await decide("10231")).status).toBe(200);
  expect((await decide("10231")).status).toBe(409);
  expect(await ok("/api/v1/access/records", consultation)).toMatchObject({ grant: grant.id });
  await badge("in");
  await eventually("the grant is used", async () => {
    const { grants } = await running.ask(grantsResponse, "/api/v1/access/grants?by=10900");
    return grants[0]?.state === "in-force" && grants[0].usedAt !== null;
  });
  const inside = await running.ask(insideResponse, "/api/v1/access/inside?by=10900");
  expect(inside.rooms[0]).toMatchObject({ room: "a-101", count: 1, byCategory: { it: 1 } });
  expect(inside.rooms[0]!.people[0]!.person).toEqual({ id: "10405", name: "陈" });

  // An opening that nothing explains.
  await publish(contact, telemetry("door-1"), { at: Date.now() + 3_000, door: "open" });
  await eventually("the door is forced", async () => (await alarms("door-forced")).length === 1, 20_000);
  await running.stop();

  const again = await startSentry(house);
  const { events } = await again.ask(accessEventsResponse, "/api/v1/access/events?by=10900");
  expect(
    events.filter(({ event }) => event === "badge").map(({ judged, direction }) => `${direction} ${judged}`),
  ).toEqual(["in no-grant", "out exit", "in grant"]);
  expect(events.at(-1)).toMatchObject({ event: "door-opened", judged: "forced", door: "d1" });
  const still = await again.ask(insideResponse, "/api/v1/access/inside?by=10900");
  expect(still.rooms[0]).toMatchObject({ count: 1, doubts: ["forced-openings"] });
  await again.stop();

  expect(
    verdictOfAll(verifyData((name) => join(house.data, name), { key: verifierKeyIn(join(house.data, "ledger.key")) }))
      .fault,
  ).toBeNull();
  const kinds = readLedgerKinds(house.data);
  expect(kinds.filter((kind) => kind === "history-read").length).toBeGreaterThanOrEqual(4);
  for (const name of readdirSync(house.data).filter((one) => statSync(join(house.data, one)).isFile())) {
    const bytes = readFileSync(join(house.data, name));
    for (const clear of [secret, "陈思远"]) expect([name, bytes.includes(clear)]).toEqual([name, false]);
  }
}, 60_000);

test("somebody erased by a command beside the program is nobody to it from then on", async () => {
  const house = aHouse(file());
  const running = await startSentry(house);
  const assign = { person: { id: "V-1", name: "周明", category: "visitor" }, credential: secret, by: "10405" };
  expect((await running.post("/api/v1/access/badges", assign)).status).toBe(200);
  const reader = await running.connect("reader-1");
  const badge = (direction: "in" | "out") =>
    publish(reader, badgeTopic, { at: Date.now(), credential: secret, direction, decision: "granted" });
  const judgedNow = async () => {
    const { events } = await running.ask(accessEventsResponse, "/api/v1/access/events?by=10900");
    return events.map(({ judged, person }) => [judged, person?.id ?? null]);
  };
  const contact = await running.connect("door-1");
  const door = (state: "open" | "closed") => publish(contact, telemetry("door-1"), { at: Date.now(), door: state });
  await door("closed");
  await badge("in");
  await door("open");
  await door("closed");
  await eventually("the visit is known", async () => (await judgedNow()).length === 3);
  const visit = [
    ["badge", null],
    ["closed", null],
  ];
  expect(await judgedNow()).toEqual([["no-grant", "V-1"], ...visit]);
  const keysOf = () => {
    const db = new DatabaseSync(join(house.data, "personal-keys.db"), { readOnly: true });
    try {
      return db
        .prepare("SELECT lower(hex(wrapped)) AS key FROM persons")
        .all()
        .map(({ key }) => String(key));
    } finally {
      db.close();
    }
  };
  const before = keysOf();
  const erase = ["audit", "erase", "--data", house.data, "--person", "V-1", "--by", "10900", "--comment", "request"];
  expect(await runCli(erase)).toMatchObject({ code: 0, err: "" });
  await badge("out");
  await eventually("the next badge is judged", async () => (await judgedNow()).length === 4);
  const since = [["no-grant", null], ...visit, ["exit-without-entry", null]];
  expect(await judgedNow()).toEqual(since);
  // The key is in no file any more, nor in the log beside it.
  const kept = keysOf();
  const gone = before.filter((key) => !kept.includes(key));
  expect(gone).toHaveLength(1);
  for (const name of readdirSync(house.data).filter((one) => one.startsWith("personal-keys.db"))) {
    expect([name, readFileSync(join(house.data, name)).includes(Buffer.from(gone[0]!, "hex"))]).toEqual([name, false]);
  }
  await running.stop();
  // The same after a restart: a door that somebody opened by a badge was not forced, whoever it was.
  const again = await startSentry(house);
  const { events } = await again.ask(accessEventsResponse, "/api/v1/access/events?by=10900");
  expect(events.map(({ judged, person }) => [judged, person?.id ?? null])).toEqual(since);
  await again.stop();
  const check = verifyData((name) => join(house.data, name), { key: verifierKeyIn(join(house.data, "ledger.key")) });
  expect(verdictOfAll(check).fault).toBeNull();
}, 60_000);

function readLedgerKinds(folder: string): string[] {
  const db = new DatabaseSync(join(folder, "ledger.db"), { readOnly: true });
  try {
    return db
      .prepare("SELECT kind FROM entries")
      .all()
      .map(({ kind }) => String(kind));
  } finally {
    db.close();
  }
}
