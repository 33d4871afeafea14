import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { alarmsResponse, type DrillView, drillsResponse, drillView, journalResponse } from "../../contract/index.ts";
import { manualClock } from "../../core/index.ts";
import { aMailServer } from "../notify/builders.ts";
import { aDevice, aHouse, eventually, publish, siteFile, startSentry, telemetry } from "../sentry.ts";

/** Exercises, the weekly check and the heartbeat, through the whole product. */

const people = [
  { id: "10231", name: "王芳", category: "archivist", language: "zh-CN", email: "wang@example.org" },
  { id: "10312", name: "Anna Lee", category: "archivist", language: "en", email: "lee@example.org" },
] as const;
const devices = [aDevice("dev-7", { quantities: ["smoke_alarm"] })];
const houseWith = (port: number, changes: Parameters<typeof siteFile>[1] = {}) =>
  aHouse(
    siteFile([], {
      devices: [...devices],
      people: [...people],
      channels: { email: { host: "127.0.0.1", port, from: "sentry@example.org" } },
      ...changes,
    }),
  );

async function post(running: { post(path: string, body: object): Promise<Response> }, path: string, body: object) {
  const response = await running.post(path, body);
  return { status: response.status, body: (await response.json()) as unknown };
}

it("an exercise is told, answered and recorded, and a real alarm beside it is told as real", async () => {
  const { port, mails } = await aMailServer();
  const house = houseWith(port);
  const running = await startSentry(house);
  const begun = await post(running, "/api/v1/telling/drills", {
    scenario: "smoke",
    room: "a-101",
    by: "10231",
    comment: "evacuation",
  });
  expect(begun.status).toBe(200);
  const drill = drillView.parse(begun.body);
  await eventually("both are told of the exercise", () => mails.length === 2);
  for (const mail of mails) {
    expect(mail.subject).toMatch(/^(演练|EXERCISE) \|/);
    expect(mail.text).toMatch(/演练|exercise/);
  }
  const device = await running.connect("dev-7");
  await publish(device, telemetry("dev-7"), { smoke_alarm: true });
  await eventually("both are told of the real one", () => mails.length === 4);
  for (const mail of mails.slice(2)) {
    expect(mail.subject).toMatch(/真实报警,不是演练|REAL ALARM/);
    expect(mail.subject).not.toMatch(/^(演练|EXERCISE)/);
  }
  const { alarms } = await running.ask(alarmsResponse, "/api/v1/alarms");
  const smoke = alarms.filter(({ condition }) => condition === "smoke-alarm");
  expect(smoke.map((alarm) => alarm.drill ?? "real").sort()).toEqual([drill.id, "real"].sort());
  expect(smoke.find(({ drill: id }) => id !== undefined)?.messages["zh-CN"]).toMatch(/^【演练】/);

  const answered = await running.post(`/api/v1/alarms/${drill.alarm}/ack`, { by: "10312", comment: "here" });
  expect(answered.status).toBe(200);
  const over = await post(running, `/api/v1/telling/drills/${drill.id}/end`, { by: "10231" });
  expect(over.status).toBe(200);
  const { drills } = await running.ask(drillsResponse, "/api/v1/telling/drills");
  expect(drills).toHaveLength(1);
  expect(drills[0]).toMatchObject({
    id: drill.id,
    by: "10231",
    comment: "evacuation",
    answer: { by: "10312", comment: "here" },
    endedAt: expect.any(String),
  } satisfies Partial<Record<keyof DrillView, unknown>>);
  const first = drills[0]!.told.filter(({ reason }) => reason === "raised");
  expect(first.map(({ person, state }) => `${person} ${state}`).sort()).toEqual(["10231 delivered", "10312 delivered"]);
  const { journal } = await running.ask(journalResponse, "/api/v1/alarms/journal");
  expect(new Set(journal.filter((row) => row.drill === undefined).map((row) => row.id))).not.toContain(drill.alarm);
  const left = await running.ask(alarmsResponse, "/api/v1/alarms");
  expect(left.alarms.filter(({ condition }) => condition === "smoke-alarm")).toMatchObject([
    { state: "unacknowledged", device: "dev-7" },
  ]);
});

it("an exercise goes on over a restart, ends at its time, and stays in the record", async () => {
  const { port, mails } = await aMailServer();
  const house = houseWith(port);
  const first = await startSentry(house);
  const begun = await post(first, "/api/v1/telling/drills", {
    scenario: "leak",
    room: "a-101",
    by: "10231",
    for: "6s",
  });
  const { id } = drillView.parse(begun.body);
  await eventually("told", () => mails.length === 2);
  await first.stop();
  const second = await startSentry(house);
  const ended = await eventually(
    "ended",
    async () => {
      const { drills } = await second.ask(drillsResponse, "/api/v1/telling/drills");
      return drills[0]?.endedAt ? drills : null;
    },
    15_000,
  );
  expect(ended).toMatchObject([{ id, answer: null }]);
});

it("the weekly check goes to one person through the channel, is no alarm, and a failing one is an alarm", async () => {
  let isRefusing = false;
  const { port, mails } = await aMailServer({
    onMail() {
      if (isRefusing) throw Object.assign(new Error("no such mailbox"), { responseCode: 550 });
    },
  });
  const house = houseWith(port, { proof: { weekly: { at: "mon 09:30", tell: { person: "10312" } } } });
  const mondayMs = Date.parse("2026-11-23T01:30:00Z");
  const week = 7 * 86_400_000;
  /** A start in that week: what fell into the downtime before it is made up for. */
  const inWeek = async (n: number, done: (open: string[], checks: DrillView[]) => boolean) => {
    const clock = manualClock(mondayMs + n * week + 3_600_000);
    const running = await startSentry(house, { clock });
    const seen = await eventually(`the check of week ${n}`, async () => {
      clock.advance(1_000);
      const { drills } = await running.ask(drillsResponse, "/api/v1/telling/drills?purpose=check");
      const { alarms } = await running.ask(alarmsResponse, "/api/v1/alarms");
      const open = alarms.map((each) => `${each.condition} ${each.state} ${each.messages.en}`);
      return done(open, drills) ? { drills, open } : null;
    });
    const stopped = running.stop();
    clock.advance(10_000);
    await stopped;
    return seen;
  };
  const isFailing = (open: string[]) => open.some((text) => /^notification-failing unack.*weekly check/.test(text));
  const first = await inWeek(0, (_, checks) => checks[0]?.endedAt != null);
  expect(isFailing(first.open)).toBe(false);
  expect(mails).toHaveLength(1);
  expect([mails[0]!.to].flat()[0]?.text).toContain("lee@example.org");
  expect(mails[0]!.subject).toMatch(/^\[test\]/i);
  isRefusing = true;
  const second = await inWeek(1, (open) => isFailing(open));
  expect(second.drills).toHaveLength(2);
  isRefusing = false;
  const third = await inWeek(
    3,
    (open, checks) => checks.length === 3 && !isFailing(open) && checks[0]!.endedAt !== null,
  );
  expect(third.drills.map(({ told }) => told.map(({ state }) => state))).toEqual([
    ["delivered"],
    ["given-up"],
    ["delivered"],
  ]);
});

it("the heartbeat is heard while all is well, and a beat that is refused three times is an alarm", async () => {
  const beats: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    beats.push(`${request.method} ${request.url}`);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { port: smtp } = await aMailServer();
  const house = houseWith(smtp, { proof: { heartbeat: { url_file: "beat.url", every: "1s" } } });
  house.secret("beat.url", `http://127.0.0.1:${port}/ping/0f3c`);
  const running = await startSentry(house);
  await eventually("three beats", () => beats.length >= 3);
  expect(new Set(beats)).toEqual(new Set(["GET /ping/0f3c"]));
  status = 500;
  const failing = await eventually(
    "an alarm",
    async () => {
      const { alarms } = await running.ask(alarmsResponse, "/api/v1/alarms");
      return alarms.find(({ condition }) => condition === "notification-failing");
    },
    15_000,
  );
  expect(failing.messages.en).toContain("answered 500");
  expect(failing.messages.en).not.toContain("0f3c");
});
