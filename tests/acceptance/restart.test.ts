import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { alarmsResponse, alarmView, problem } from "../../contract/index.ts";
import type { SiteFile } from "../../site/index.ts";
import { connectMqtt } from "../broker/harness.ts";
import { aMailServer, type MailServer } from "../notify/builders.ts";
import {
  aHouse,
  eventually,
  type House,
  publish,
  type Running,
  siteFile,
  startSentry,
  storedJournal,
  storedOutbox,
  storedSamples,
  telemetry,
} from "../sentry.ts";

const lampPassword = "lamp-secret";

function siteOf(smtp: MailServer, changes: Partial<SiteFile> = {}): SiteFile {
  const file = siteFile(["dev-1", "dev-2"], {
    channels: { email: { host: "127.0.0.1", port: smtp.port, from: "sentry@example.org", starttls: "off" } },
    conditions: { "smoke-prealarm": { enabled: false }, "temperature-high": { delay: "0s" } },
    ...changes,
  });
  file.broker!.identities = [{ name: "lamp", password_file: "lamp.password", subscribe: ["sentry/#"] }];
  return file;
}

function houseOf(file: SiteFile): House {
  const house = aHouse(file);
  house.secret("lamp.password", lampPassword);
  return house;
}

/** What a lamp or a building-management system learns as soon as it subscribes. */
async function retained(sentry: Running): Promise<Map<string, unknown>> {
  const lamp = await connectMqtt(sentry.mqttUrl, { clientId: "lamp", username: "lamp", password: lampPassword });
  const found = new Map<string, unknown>();
  lamp.on("message", (topic, payload, { retain }) => {
    // The ledger's checkpoint is text: it belongs to auditors, not to lamps.
    if (retain && !topic.includes("/ledger/")) found.set(topic, JSON.parse(payload.toString()));
  });
  await lamp.subscribeAsync("sentry/#", { qos: 1 });
  await eventually("the room's alarms are there", () => found.has("sentry/north/alarms/a-101"));
  return found;
}

const shownAlarms = z.object({
  alarms: z.array(z.object({ id: z.string(), condition: z.string(), state: z.string() })),
});
const statesIn = (found: Map<string, unknown>) =>
  shownAlarms
    .parse(found.get("sentry/north/alarms/a-101"))
    .alarms.map(({ condition, state }) => `${condition} ${state}`)
    .sort();

test("alarms, who has answered them, and presence survive a restart, and nobody is told again", async () => {
  const smtp = await aMailServer();
  const house = houseOf(siteOf(smtp));
  const first = await startSentry(house);
  expect(statesIn(await retained(first))).toEqual([]);

  const device = await first.connect("dev-1");
  const status = { state: "online", session: "boot-1" };
  await device.publishAsync("sentry/north/dev-1/status", JSON.stringify(status), { qos: 1, retain: true });
  await publish(device, telemetry("dev-1"), { temperature_c: 26, smoke_obscuration_pct_per_m: 3 });
  await eventually("both mails are there", () => smtp.mails.length === 2);
  const open = await first.ask(alarmsResponse, "/api/v1/alarms");
  const smoke = open.alarms.find((alarm) => alarm.condition === "smoke-alarm")!;
  const unsigned = await first.post(`/api/v1/alarms/${smoke.id}/ack`, { comment: "On my way" });
  expect(unsigned.status, "an acknowledgement needs a named person").toBe(400);
  const answer = await first.post(`/api/v1/alarms/${smoke.id}/ack`, { comment: "On my way", by: "10231" });
  expect(alarmView.parse(await answer.json())).toMatchObject({ state: "acknowledged", acknowledgedBy: "10231" });
  await first.stop();

  const second = await startSentry(house);
  const found = await retained(second);
  expect(statesIn(found)).toEqual(["smoke-alarm acknowledged", "temperature-high unacknowledged"]);
  expect(found.get("sentry/north/dev-1/status")).toEqual(status);
  const after = await second.ask(alarmsResponse, "/api/v1/alarms");
  expect(
    after.alarms.map(({ id, condition, state, acknowledgedBy }) => ({ id, condition, state, acknowledgedBy })),
  ).toEqual(
    open.alarms.map(({ id, condition, state }) =>
      id === smoke.id
        ? { id, condition, state: "acknowledged", acknowledgedBy: "10231" }
        : { id, condition, state, acknowledgedBy: undefined },
    ),
  );
  // The next mail is about what happens next.
  await publish(await second.connect("dev-2"), telemetry("dev-2"), { smoke_obscuration_pct_per_m: 3 });
  await eventually("the mail about the second sensor", () => smtp.mails.length >= 3);
  await eventually("nothing waits", () => storedOutbox(house).every((row) => row.state === "delivered"));
  expect(smtp.mails).toHaveLength(3);
  expect(new Set(smtp.mails.map((mail) => mail.messageId)).size).toBe(3);

  // Back to normal: what was acknowledged is latched until somebody resets it.
  const again = await second.connect("dev-1");
  await publish(again, telemetry("dev-1"), { temperature_c: 20, smoke_obscuration_pct_per_m: 0 });
  await second.sentry.settled();
  expect((await second.post(`/api/v1/alarms/${smoke.id}/reset`, { by: "10231", comment: "Burnt toast" })).status).toBe(
    200,
  );
  const journal = storedJournal(house).filter((row) => row.alarm === smoke.id);
  expect(journal.map((row) => row.transition)).toEqual(["raised", "acknowledged", "returned", "reset"]);
});

test("a reload takes a changed limit", async () => {
  const smtp = await aMailServer();
  const house = houseOf(siteOf(smtp));
  const sentry = await startSentry(house);
  const device = await sentry.connect("dev-1");
  await publish(device, telemetry("dev-1"), { temperature_c: 26 });
  await eventually("26 °C is too warm", () => transitionsOf(house).length === 1);
  house.rewrite(siteOf(smtp, { rooms: [{ id: "a-101", limits: { temperature_c: "14..30" } }] }));
  expect((await sentry.post("/api/v1/config/reload", { by: "10231" })).status).toBe(200);
  await publish(device, telemetry("dev-1"), { temperature_c: 27 });
  await eventually("27 °C is not", () => transitionsOf(house).length === 2);
  expect(transitionsOf(house)).toEqual(["raised", "returned"]);
});

test.each<{ name: string; file: (good: SiteFile) => SiteFile | string; code: string }>([
  {
    name: "names a password file that is not there",
    file: (good) => ({
      ...good,
      broker: { ...good.broker, identities: [{ name: "lamp", password_file: "nowhere", subscribe: ["sentry/#"] }] },
    }),
    code: "secret-unreadable",
  },
  {
    name: "names a mail password that is not there",
    file: (good) => ({
      ...good,
      channels: { email: { ...good.channels!.email!, username: "u", password_file: "nowhere" } },
    }),
    code: "secret-unreadable",
  },
  {
    name: "has a limit upside down",
    file: (good) => ({ ...good, rooms: [{ id: "a-101", limits: { temperature_c: "30..14" } }] }),
    code: "config-invalid",
  },
  {
    name: "is another site's",
    file: (good) => ({ ...good, site: { ...good.site, id: "south" } }),
    code: "config-invalid",
  },
  { name: "is no YAML", file: () => "site: {", code: "config-invalid" },
])("a reload refuses a file that $name, whole", async ({ file, code }) => {
  const smtp = await aMailServer();
  const elsewhere = await aMailServer();
  const house = houseOf(siteOf(smtp));
  const sentry = await startSentry(house);
  // Whatever else the file says, a wider limit and another mail server, is not taken either.
  house.rewrite(file(siteOf(elsewhere, { rooms: [{ id: "a-101", limits: { temperature_c: "14..30" } }] })));
  const answer = await sentry.post("/api/v1/config/reload", { by: "10231" });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(problem.parse(await answer.json()).code).toBe(code);
  await publish(await sentry.connect("dev-1"), telemetry("dev-1"), { temperature_c: 26 });
  await eventually("26 °C is too warm, and told as before", () => smtp.mails.length === 1);
  expect(elsewhere.mails).toEqual([]);
  expect(statesIn(await retained(sentry))).toEqual(["temperature-high unacknowledged"]);
});

const transitionsOf = (house: House) => storedJournal(house).map((row) => row.transition);

test("a restore without the intake log loses nothing that comes afterwards", async () => {
  const smtp = await aMailServer();
  const house = houseOf(siteOf(smtp));
  const first = await startSentry(house);
  const before = await first.connect("dev-1");
  for (let n = 0; n < 20; n++) await publish(before, telemetry("dev-1"), { temperature_c: 20 + n / 10 });
  await first.sentry.settled();
  await first.stop();
  for (const name of ["intake.db", "intake.db-wal", "intake.db-shm"]) rmSync(join(house.data, name), { force: true });

  const second = await startSentry(house);
  const after = await second.connect("dev-2");
  await publish(after, telemetry("dev-2"), { smoke_obscuration_pct_per_m: 2.4 });
  await second.sentry.settled();
  expect(storedSamples(house).filter((row) => row.device === "dev-2")).toHaveLength(1);
  expect(storedJournal(house).map((row) => `${row.condition} ${row.transition}`)).toContain("smoke-alarm raised");
});
