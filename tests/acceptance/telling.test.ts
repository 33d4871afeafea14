import { expect, it } from "vitest";
import { z } from "zod";
import { onDutyResponse, tellingResponse, tellingTestResponse } from "../../contract/index.ts";
import { aMailServer, refusal } from "../notify/builders.ts";
import { aHouse, eventually, publish, siteFile, startSentry, storedJournal, telemetry } from "../sentry.ts";

/** Telling through the whole product: a real broker, a real mail server, the journal and the HTTP interface. */

const people = [
  { id: "10231", name: "王芳", category: "archivist" as const, email: "wang@example.org" },
  {
    id: "10007",
    name: "Helen Moore",
    category: "leader" as const,
    email: "helen@example.org",
    language: "en" as const,
  },
];

async function aSentry(options: { steps: number; onRecipient?: (address: string) => void }) {
  const server = await aMailServer({
    onRcptTo({ address }, _session, callback) {
      try {
        options.onRecipient?.(address);
        callback();
      } catch (error) {
        callback(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  const house = aHouse(
    siteFile(["dev-1"], {
      people,
      channels: { email: { host: "127.0.0.1", port: server.port, from: "sentry@example.org", starttls: "off" } },
      telling: {
        rotas: [{ id: "duty", name: { zh: "值班", en: "On call" }, layers: [{ person: "10231" }] }],
        reach_within: "1s",
        policies: [
          {
            id: "urgent",
            match: { priorities: ["critical", "high"] },
            answered_inside_only: true,
            steps: [{ tell: [{ rota: "duty" }] }, { after: `${options.steps}ms`, tell: ["leadership"] }],
          },
        ],
      },
    }),
  );
  const sentry = await startSentry(house);
  const client = await sentry.connect("dev-1");
  const smoke = () => publish(client, telemetry("dev-1"), { seq: 1, session: "b1", smoke_obscuration_pct_per_m: 3 });
  return { server, house, sentry, smoke };
}

const toOf = (mail: { headers: Map<string, unknown> }) =>
  z.object({ text: z.string() }).parse(mail.headers.get("to")).text;

it("the first is told, then the leadership; when somebody acknowledges, the other hears who took it", async () => {
  const { server, sentry, smoke } = await aSentry({ steps: 300 });
  await smoke();
  const about = (what: string, to: string) =>
    server.mails.filter((mail) => mail.subject?.includes(what) && toOf(mail).includes(to));
  await eventually("the leadership is told", () => about("Smoke alarm", "helen").length === 1);
  expect(about("烟雾报警", "wang")).toHaveLength(1);
  expect(about("Smoke alarm", "helen")[0]!.text).toContain("Those told before have not acknowledged it");

  const alarms = await sentry.ask(
    z.object({ alarms: z.array(z.object({ id: z.string(), condition: z.string() })) }),
    "/api/v1/alarms",
  );
  const id = alarms.alarms.find(({ condition }) => condition === "smoke-alarm")!.id;
  const answer = await sentry.post(`/api/v1/alarms/${id}/ack`, { by: "10007", comment: "on my way" });
  expect(answer.status).toBe(200);
  const taken = await eventually("the first hears who took it", () => about("已有人处理", "wang")[0]);
  expect(taken.text).toContain("Helen Moore (10007) 已通过值班终端确认:on my way");

  const { log } = await sentry.ask(tellingResponse, `/api/v1/telling/log?alarm=${id}`);
  expect(log.map(({ person, reason, state }) => `${person} ${reason} ${state}`)).toEqual([
    "10231 taken delivered",
    "10007 escalated delivered",
    "10231 raised delivered",
  ]);
  expect(log[2]!.reply).toMatch(/^250 /);
  const { rotas } = await sentry.ask(onDutyResponse, "/api/v1/telling/on-duty");
  expect(rotas[0]).toMatchObject({ rota: "duty", people: [{ id: "10231", name: "王芳" }], until: null });
});

it("when the server takes nobody's mail, nobody-reached is raised, and ends when somebody is reached", async () => {
  let refuses = true;
  const { house, smoke } = await aSentry({
    steps: 10,
    onRecipient() {
      if (refuses) throw refusal(451, "4.3.0 try again");
    },
  });
  await smoke();
  const lives = (condition: string) =>
    storedJournal(house)
      .filter((row) => row.condition === condition)
      .map(({ transition }) => transition);
  await eventually("nobody-reached", () => lives("nobody-reached").includes("raised"), 20_000);
  await eventually("the channel is known to fail", () => lives("notification-failing").includes("raised"), 20_000);
  refuses = false;
  await eventually(
    "both are over",
    () => lives("nobody-reached").includes("returned") && lives("notification-failing").includes("returned"),
    30_000,
  );
}, 90_000);

it("notify test goes the way of every message and answers with the server's own words", async () => {
  const { server, sentry } = await aSentry({
    steps: 10,
    onRecipient(address) {
      if (address.startsWith("wang")) throw refusal(550, "5.1.1 no such mailbox");
    },
  });
  const test = async (person: string) => {
    const response = await sentry.post("/api/v1/telling/test", { person, by: "10231" });
    expect(response.status).toBe(200);
    return tellingTestResponse.parse(await response.json());
  };
  expect(await test("10007")).toMatchObject({
    channel: "email",
    state: "delivered",
    reply: expect.stringMatching(/^250 /),
  });
  expect(server.mails.map(({ subject }) => subject)).toEqual(["[test] Test message · North"]);
  expect(server.mails[0]!.text).not.toContain("alarms ack");
  const refused = await test("10231");
  expect(refused.state).toBe("given-up");
  expect(refused.reply).toContain("no such mailbox");
  const unknown = await sentry.post("/api/v1/telling/test", { person: "99", by: "10231" });
  expect(unknown.status).toBe(404);
});

it("a gap of a rota is an alarm when it arrives, and is over when the changed site file has filled it", async () => {
  const away = { id: "10231", name: "王芳", category: "archivist" as const, email: "wang@example.org" };
  const withLeave = (leave: { from: string; to: string }[]) =>
    siteFile(["dev-1"], {
      people: [{ ...away, leave }],
      telling: { rotas: [{ id: "duty", layers: [{ person: "10231" }] }] },
    });
  const house = aHouse(withLeave([{ from: "2026-01-01", to: "2999-12-31" }]));
  const { sentry } = await startSentry(house);
  const gap = () => storedJournal(house).filter(({ subject }) => subject === "rota-duty");
  const raised = await eventually("the gap", () => gap()[0], 15_000);
  expect(raised).toMatchObject({ condition: "notification-failing", transition: "raised" });
  house.rewrite(withLeave([]));
  expect((await sentry.reload()).warnings).toEqual([]);
  await eventually("the gap is over", () => gap().some(({ transition }) => transition === "returned"), 15_000);
}, 60_000);
