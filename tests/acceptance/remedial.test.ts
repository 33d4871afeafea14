import { expect, test } from "vitest";
import { alarmsResponse, alarmView } from "../../contract/index.ts";
import { aMailServer } from "../notify/builders.ts";
import {
  aHouse,
  eventually,
  publish,
  siteFile,
  startSentry,
  storedJournal,
  storedOutbox,
  telemetry,
} from "../sentry.ts";

test("a remedial item has an owner and a date, outlives a restart, and rings again when it becomes worse", async () => {
  const smtp = await aMailServer();
  const house = aHouse(
    siteFile(["dev-1"], {
      channels: { email: { host: "127.0.0.1", port: smtp.port, from: "sentry@example.org", starttls: "off" } },
      conditions: { "temperature-high": { delay: "0s" } },
      limits: { remedial_after: "0s" },
    }),
  );
  const first = await startSentry(house);
  const device = await first.connect("dev-1");
  await publish(device, telemetry("dev-1"), { temperature_c: 28 });
  await eventually("the first mail is there", () => smtp.mails.length === 1);
  const [alarm] = (await first.ask(alarmsResponse, "/api/v1/alarms")).alarms;
  const item = { owner: "Estates", measure: "new plant", due: "2099-01-31", by: "10231" };
  const path = `/api/v1/alarms/${alarm!.id}`;
  expect((await first.post(`${path}/remedy`, item)).status, "of what nobody has acknowledged").toBe(409);
  await first.post(`${path}/ack`, { comment: "plant is worn out", by: "10231" });
  expect((await first.post(`${path}/remedy`, item)).status, "in a lifetime").toBe(400);
  expect((await first.post(`${path}/remedy`, { ...item, due: "soon" })).status).toBe(400);
  const soon = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const made = alarmView.parse(await (await first.post(`${path}/remedy`, { ...item, due: soon })).json());
  expect(made).toMatchObject({ state: "acknowledged", remedial: { owner: "Estates", status: "open", by: "10231" } });
  expect(made.remedial!.due, "the end of that day in Shanghai").toBe(`${soon}T16:00:00.000Z`);
  await first.stop();

  const second = await startSentry(house);
  const again = await second.connect("dev-1");
  expect((await second.ask(alarmsResponse, "/api/v1/alarms?state=remedial")).alarms).toMatchObject([
    { id: alarm!.id, state: "acknowledged" },
  ]);
  await publish(again, telemetry("dev-1"), { temperature_c: 29 });
  await publish(again, telemetry("dev-1"), { temperature_c: 33 });
  await eventually("it is told again", () => smtp.mails.length === 2);
  await eventually("nothing waits", () => storedOutbox(house).every((row) => row.state === "delivered"));
  expect(storedJournal(house).map((row) => `${row.transition} ${row.reason}`)).toEqual([
    "raised first-breach",
    "acknowledged by-person",
    "commented made-remedial",
    "raised remedial-worse",
  ]);
  const answer = await fetch(`${second.sentry.addresses().http}/api/v1/alarms`);
  expect(await answer.text(), "names of people are for those who log in").not.toContain("Estates");
});
