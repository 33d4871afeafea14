import { expect, test } from "vitest";
import { aMailServer } from "../notify/builders.ts";
import { aGateway } from "../notify/channels/builders.ts";
import { aHouse, eventually, publish, siteFile, startSentry, storedOutbox, telemetry } from "../sentry.ts";

test("one alarm goes out by mail with a chart, by SMS, to a webhook and into a chat, under one code", async () => {
  const smtp = await aMailServer();
  const gateway = await aGateway(() => ({ body: '{"code":0,"errcode":0}' }));
  const at = (path: string) =>
    gateway.requests.filter(({ url }) => url.startsWith(path)).map(({ body }) => body.toString());
  const house = aHouse(
    siteFile(["dev-1"], {
      rooms: [{ id: "a-101", short_name: "住院101", limits: { temperature_c: "14..24" } }],
      people: [
        { id: "10231", name: "王芳", category: "archivist", email: "wang@example.org" },
        { id: "10312", name: "李建国", category: "facilities", phone: "+86 139 0000 0000", channels: ["sms-http"] },
      ],
      channels: {
        email: { host: "127.0.0.1", port: smtp.port, from: "sentry@example.org", starttls: "off" },
        "sms-http": {
          url: `${gateway.url}/sms`,
          body: { json: { to: "{phone}", text: "{text}" } },
          success: { json: "code", equals: [0] },
        },
        webhook: { receivers: [{ id: "bms", url: `${gateway.url}/hook` }] },
        wecom: { url: `${gateway.url}/wecom`, groups: [{ id: "night", key_file: "wecom.key" }] },
      },
      conditions: { "temperature-high": { delay: "0s" } },
    }),
  );
  house.secret("wecom.key", "robot-key");
  const sentry = await startSentry(house);
  const device = await sentry.connect("dev-1");
  const nowMs = Date.now();
  for (let minute = 240; minute > 0; minute -= 4) {
    const sample = { at: nowMs - minute * 60_000, temperature_c: 21 + Math.sin(minute / 40) };
    await publish(device, telemetry("dev-1"), sample);
  }
  await sentry.sentry.settled();
  await publish(device, telemetry("dev-1"), { temperature_c: 26.5 });
  await eventually("everybody is told", () => {
    const rows = storedOutbox(house);
    return rows.length >= 4 && rows.every(({ state }) => state === "delivered");
  });

  const [sms] = at("/sms").map((body) => JSON.parse(body));
  expect(sms.to).toBe("13900000000");
  // Nobody reads answers that come to this gateway, so none is asked for.
  expect(sms.text).not.toContain("回复");
  const code: unknown = JSON.parse(at("/hook")[0]!).alerts[0].annotations.code;
  expect(sms.text).toContain("住院101温度超上限报警");
  expect(code).toMatch(/^\d{4}$/);
  expect(at("/wecom?key=robot-key").map((body) => JSON.parse(body).text.content.split("\n")[0])).toEqual([
    `[一般] 温度超上限报警 · 住院101 #${code}`,
  ]);
  const [mail] = smtp.mails;
  expect(smtp.mails).toHaveLength(1);
  expect(mail!.attachments).toMatchObject([{ contentType: "image/png", contentDisposition: "inline" }]);
  expect(mail!.text).toMatch(/最近6小时的温度\(°C\): 最低 20(\.\d)?,最高/);
});
