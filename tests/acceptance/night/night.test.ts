import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ParsedMail } from "mailparser";
import { expect, it } from "vitest";
import { z } from "zod";
import { type TellingEntry, tellingResponse } from "../../../contract/index.ts";
import type { SiteFile } from "../../../site/index.ts";
import { startCli } from "../../cli/processes.ts";
import { acknowledgements, aModemHouse } from "../../notify/answers/house.ts";
import { aMailServer, until } from "../../notify/builders.ts";
import { aDevice, eventually, publish, siteFile, startSentry, telemetry } from "../../sentry.ts";
import { acceleratedClock } from "./accelerated-clock.ts";

/**
 * A scripted night through the whole product on a clock that runs thirty times as fast: smoke at 02:10 in a room with gas
 * suppression, the first on call is silent, the second answers by SMS. `SENTRY_PICTURES=<folder>` keeps the mails and the
 * page behind their link, to be looked at.
 */

const speed = 30;
const minuteMs = 60_000;
/** 02:09:40 in Beijing, ten seconds before the last quiet reading. */
const startMs = Date.parse("2026-11-23T02:09:30+08:00");
const smokeMs = Date.parse("2026-11-23T02:10:00+08:00");

const wang = "8613900000231";
const helen = "8613900000312";
const panel = "8613800000119";

it("smoke at 02:10, the first on call is silent, the second answers by SMS", { timeout: 60_000 }, async () => {
  const clock = acceleratedClock(startMs, speed);
  const server = await aMailServer();
  const person = { category: "archivist" as const, told: { from_priority: "none" as const } };
  const changes: Partial<SiteFile> = {
    console: { port: 0, public_url: "https://sentry.example.org" },
    rooms: [
      {
        id: "a-101",
        building: "a",
        floor: 1,
        name: { zh: "病案室一库", en: "Medical records store 1" },
        short_name: "病案一库",
        suppression: "gas",
        holdings: { zh: "近五年住院病案", en: "Inpatient records of the last five years" },
        key_holder: "10231",
        fire_control_room: "+86 138 0000 0119",
      },
    ],
    buildings: [{ id: "a", name: { zh: "住院部", en: "Inpatient building" } }],
    devices: [aDevice("dev-1", { quantities: ["smoke_obscuration_pct_per_m"] })],
    conditions: { "sensor-silent": { enabled: false }, "room-blind": { enabled: false } },
    people: [
      { ...person, id: "10231", name: "王敏", email: "wang@example.org", phone: "+86 139 0000 0231" },
      {
        ...person,
        id: "10312",
        name: "Helen Moore",
        email: "helen@example.org",
        phone: "+86 139 0000 0312",
        language: "en",
      },
      { ...person, id: "10007", name: "周院长", category: "leader", email: "zhou@example.org" },
    ],
    telling: {
      policies: [
        {
          id: "fire",
          match: { priorities: ["critical"] },
          steps: [
            { tell: [{ person: "10231" }], channels: ["sms-modem", "email"] },
            { after: "3m", tell: [{ person: "10312" }], channels: ["sms-modem", "email"] },
            { after: "8m", tell: ["leadership"] },
          ],
        },
      ],
    },
  };
  const modem = aModemHouse(changes);
  modem.house.rewrite({
    ...siteFile(["dev-1"], changes),
    console: changes.console,
    buildings: changes.buildings,
    channels: {
      "sms-modem": { daemon: "smstools", directory: modem.spool, poll: "1s", timeout: "5m" },
      email: { host: "127.0.0.1", port: server.port, from: "sentry@example.org", starttls: "off", timeout: "3m" },
    },
  });
  const sentry = await startSentry(modem.house, { clock });
  // To a broker whose clock runs so fast, real pings come late.
  const client = await sentry.connect("dev-1", { keepalive: 1_800 });
  for (let minute = 60; minute >= 0; minute -= 6) {
    const at = startMs - minute * minuteMs;
    await publish(client, telemetry("dev-1"), { at, smoke_obscuration_pct_per_m: 0.03 });
  }
  await until(() => clock.nowMs() >= smokeMs, "02:10");
  await publish(client, telemetry("dev-1"), { at: smokeMs, smoke_obscuration_pct_per_m: 3.4 });

  const sent: { to: string; text: string }[] = [];
  /** What the modem has sent to a number, in the order in which it was seen. */
  const smsTo = (number: string) => {
    const isNew = ({ to, text }: { to: string; text: string }) =>
      !sent.some((each) => each.to === to && each.text === text);
    sent.push(...modem.outgoing().filter(isNew));
    return sent.filter(({ to }) => to === number).map(({ text }) => text);
  };
  const mailsTo = (who: string) => server.mails.filter((mail) => JSON.stringify(mail.to).includes(who));
  // 02:10: the panel and the first on call.
  await eventually(
    "the first on call has it",
    () => smsTo(wang).length > 0 && smsTo(panel).length > 0 && mailsTo("wang").length > 0,
  );
  const code = /回复1 (\d{4})确认$/.exec(smsTo(wang)[0]!)?.[1] ?? "";
  expect(smsTo(wang)[0]).toMatch(
    /^气体灭火区域,勿单独进入,\[紧急\]病案一库烟雾报警\(疑似火情\),02:10起,3\.4%\/m\(限2%\/m\),回复1 \d{4}确认$/,
  );
  expect(mailsTo("wang")[0]!.text).toContain("上升");

  // 02:13: nobody has answered; the second is told, and the first of them knows that.
  await eventually("the second is told", () => smsTo(helen).length > 0 && mailsTo("helen").length > 0, 20_000);
  expect(clock.nowMs()).toBeGreaterThan(smokeMs + 3 * minuteMs);
  expect(smsTo(helen)[0]).toMatch(/^Gas suppression area: do not enter alone\. Critical: Smoke alarm/);
  const second = mailsTo("helen")[0]!;
  expect(second.text).toContain("Those told before have not acknowledged it");
  expect(second.text).toMatch(/Also told: .*王敏 \(10231\)/);
  expect(second.text).toContain("Fire control room: +86 138 0000 0119");

  // A mail scanner opens every link: pages, and nothing happens.
  for (const [at, mail] of [mailsTo("wang")[0]!, second].entries()) {
    const page = await fetch(sentry.httpUrl + pathOf(mail));
    expect(page.status).toBe(200);
    keep({ [`page-${at + 1}.html`]: await page.text() });
  }
  expect(acknowledgements(modem)).toEqual([]);

  // She answers by SMS.
  modem.receive(helen, `1 ${code} going with Li`);
  const [taken] = await eventually("her answer is on disk", () => {
    smsTo(helen);
    const found = acknowledgements(modem);
    return found.length > 0 ? found : null;
  });
  expect(taken).toMatchObject({ by: "10312", via: "sms", comment: "going with Li" });
  await eventually(
    "the first on call hears who took it",
    () => smsTo(wang).length === 2 && mailsTo("wang").length === 2,
  );
  expect(smsTo(wang)[1]).toContain("已有人处理");
  expect(mailsTo("wang")[1]!.text).toContain("Helen Moore (10312)");
  await eventually("she hears that it counts", () => smsTo(helen).length === 2);

  // 02:18 passes, and nobody wakes the leadership.
  await until(() => clock.nowMs() > smokeMs + 9 * minuteMs, "02:19", 20_000);
  expect(mailsTo("zhou")).toEqual([]);

  const { log } = await sentry.ask(tellingResponse, "/api/v1/telling/log?limit=100");
  const line = ({ person, channel, reason, state }: TellingEntry) => `${person} ${channel} ${reason} ${state}`;
  const lines = log.toReversed().filter(({ condition }) => condition === "smoke-alarm");
  expect(lines.map(line)).toEqual([
    "@fire-control-room-a-101 sms-modem raised delivered",
    "10231 sms-modem raised delivered",
    "10231 email raised delivered",
    "10312 sms-modem escalated delivered",
    "10312 email escalated delivered",
    "@fire-control-room-a-101 sms-modem taken delivered",
    "10231 sms-modem taken delivered",
    "10231 email taken delivered",
  ]);
  // The panel was told in the same breath, of the same thing, and is asked for nothing.
  const toPanel = smsTo(panel).find((text) => text.includes("[紧急]病案一库烟雾报警")) ?? "";
  expect(toPanel.startsWith("气体灭火区域,勿单独进入,")).toBe(true);
  expect(toPanel).not.toContain("回复");
  expect(lines.every(({ reply }) => reply !== null)).toBe(true);

  const shown = startCli(["notify", "log", "--url", sentry.httpUrl, "--data", modem.house.data]);
  expect(await shown.ended).toBe(0);
  expect(shown.out()).toMatch(/10312 .*sms-modem .*escalated/);

  // Whoever opens a link of the mail now reads who has it.
  const after = await fetch(sentry.httpUrl + pathOf(second));
  expect(after.status).toBe(409);
  keep({
    "mail-1.html": htmlOf(mailsTo("wang")[0]!),
    "mail-2.html": htmlOf(second),
    "taken.html": htmlOf(mailsTo("wang")[1]!),
    "page-3.html": await after.text(),
    "log.txt": shown.out(),
    "sms.txt": sent.map(({ to, text }) => `${to}: ${text}`).join("\n"),
  });
});

/** The signed link of a mail, as a path of this instance. */
const pathOf = (mail: ParsedMail): string =>
  /https:\/\/sentry\.example\.org(\/answer\/[^\s"<]+)/.exec(mail.text ?? "")?.[1] ?? "/none";

/** As the mail's reader shows it: the picture in its place. */
function htmlOf(mail: ParsedMail): string {
  const html = z.string().parse(mail.html);
  const [picture] = mail.attachments;
  return picture
    ? html.replaceAll(`cid:${picture.cid}`, `data:image/png;base64,${picture.content.toString("base64")}`)
    : html;
}

function keep(files: Record<string, string>): void {
  const folder = process.env.SENTRY_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
