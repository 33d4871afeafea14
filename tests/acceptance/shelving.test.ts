import { expect, test } from "vitest";
import { alarmPerformance, alarmsResponse, alarmView } from "../../contract/index.ts";
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

test("a shelved alarm is not told, outlives a restart, and is told again when its time is over", async () => {
  const smtp = await aMailServer();
  const house = aHouse(
    siteFile(["dev-1"], {
      channels: { email: { host: "127.0.0.1", port: smtp.port, from: "sentry@example.org", starttls: "off" } },
      conditions: { "temperature-high": { delay: "0s" } },
    }),
  );
  const first = await startSentry(house);
  const device = await first.connect("dev-1");
  await publish(device, telemetry("dev-1"), { temperature_c: 26 });
  await eventually("the first mail is there", () => smtp.mails.length === 1);
  const [alarm] = (await first.ask(alarmsResponse, "/api/v1/alarms")).alarms;
  const shelve = (time: string) =>
    first.post(`/api/v1/alarms/${alarm!.id}/shelve`, { comment: "fan is being replaced", by: "10231", for: time });
  expect((await shelve("9h")).status, "longer than limits.shelve_longest").toBe(400);
  const shelved = alarmView.parse(await (await shelve("4s")).json());
  expect(shelved.state).toBe("shelved");
  expect(Date.parse(shelved.shelvedUntil!)).toBeGreaterThan(Date.parse(shelved.at));
  await publish(device, telemetry("dev-1"), { temperature_c: 20 });
  await publish(device, telemetry("dev-1"), { temperature_c: 27 });
  await first.sentry.settled();
  await first.stop();

  const second = await startSentry(house);
  await eventually("it is told again", () => smtp.mails.length === 2);
  await eventually("nothing waits", () => storedOutbox(house).every((row) => row.state === "delivered"));
  expect(storedJournal(house).map((row) => row.transition)).toEqual([
    "raised",
    "shelved",
    "returned",
    "raised",
    "unshelved",
  ]);
  const [open] = (await second.ask(alarmsResponse, "/api/v1/alarms")).alarms;
  expect(open).toMatchObject({ id: alarm!.id, state: "unacknowledged", value: 27 });
  expect(smtp.mails).toHaveLength(2);
  const figures = await second.ask(alarmPerformance, "/api/v1/alarms/performance");
  expect(figures.annunciated, "what was raised while it was shelved is not counted").toBe(1);
});
