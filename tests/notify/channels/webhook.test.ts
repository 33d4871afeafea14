import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { openWebhookChannel } from "../../../notify/index.ts";
import { startMs } from "../builders.ts";
import { aGateway, aMessage, aSecretFolder, configOf, smoke } from "./builders.ts";

/** Alertmanager's webhook, version 4, as its documentation has it: nothing less, nothing of another kind. */
const texts = z.record(z.string(), z.string());
const alertmanager = z.strictObject({
  version: z.literal("4"),
  groupKey: z.string().min(1),
  truncatedAlerts: z.int(),
  status: z.enum(["firing", "resolved"]),
  receiver: z.string(),
  groupLabels: texts,
  commonLabels: texts,
  commonAnnotations: texts,
  externalURL: z.string(),
  alerts: z
    .array(
      z.strictObject({
        status: z.enum(["firing", "resolved"]),
        labels: texts,
        annotations: texts,
        startsAt: z.iso.datetime(),
        endsAt: z.iso.datetime(),
        generatorURL: z.string(),
        fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
      }),
    )
    .min(1),
});

async function posted(...messages: ReturnType<typeof aMessage>[]) {
  const gateway = await aGateway();
  const channel = openWebhookChannel(
    configOf("webhook", { receivers: [{ id: "bms", url: gateway.url }] }),
    aSecretFolder(),
  );
  onTestFinished(() => channel.close());
  for (const message of messages)
    await channel.send(message, { id: "@bms", name: "@bms" }, new AbortController().signal);
  return gateway.requests.map(({ body }) => alertmanager.parse(JSON.parse(body.toString())));
}

test("an alarm is one alert, firing until it returns, under one fingerprint", async () => {
  const [raised, returned, other] = await posted(
    aMessage(smoke),
    aMessage({ ...smoke, transition: "returned", state: "latched", n: 2, atMs: startMs + 60_000 }),
    aMessage({ alarmId: "other" }),
  );
  expect(raised).toMatchObject({ status: "firing", receiver: "bms", truncatedAlerts: 0 });
  expect(raised!.alerts[0]).toMatchObject({
    status: "firing",
    labels: { alertname: "smoke-alarm", severity: "critical", site: "north", room: "a-101", device: "dev-7" },
    annotations: { code: "4711", transition: "raised" },
    startsAt: "2026-11-22T00:00:00.000Z",
    endsAt: "0001-01-01T00:00:00Z",
  });
  expect(raised!.commonLabels).toEqual(raised!.alerts[0]!.labels);
  expect(returned).toMatchObject({ status: "resolved" });
  expect(returned!.alerts[0]).toMatchObject({ status: "resolved", endsAt: "2026-11-22T00:01:00.000Z" });
  expect(returned!.alerts[0]!.fingerprint).toBe(raised!.alerts[0]!.fingerprint);
  expect(other!.alerts[0]!.fingerprint).not.toBe(raised!.alerts[0]!.fingerprint);
});

test("a message of several alarms has an alert for each, and in common what they share", async () => {
  const message = aMessage(smoke);
  const over = aMessage({ alarmId: "b", n: 2, transition: "returned", state: "normal" });
  const [both] = await posted({ ...message, notices: [message.notice, over.notice] });
  expect(both!.status).toBe("firing");
  expect(both!.alerts.map(({ status, labels }) => [labels.alertname, status])).toEqual([
    ["smoke-alarm", "firing"],
    ["temperature-high", "resolved"],
  ]);
  expect(both!.commonLabels).toEqual({ site: "north", room: "a-101", device: "dev-7" });
});
