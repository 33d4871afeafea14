import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { manualClock } from "../../../core/index.ts";
import { answerLinkOf, createAnswerLinks } from "../../../notify/index.ts";
import type { SiteFile } from "../../../site/index.ts";
import { aHouse, eventually, type House, type Running, siteFile, startSentry } from "../../sentry.ts";
import { aPerson, aSite } from "../builders.ts";
import { acknowledgements, openAlarms, storedAnswers } from "./house.ts";

const people: NonNullable<SiteFile["people"]> = [
  { id: "10231", name: "王芳", category: "archivist", email: "wang@example.org" },
  { id: "10312", name: "Li Qiang", category: "archivist", language: "en", email: "li@example.org" },
];

function aLinkHouse(): House {
  const file = siteFile(["dev-1"], { people });
  return aHouse({ ...file, console: { port: 0, public_url: "https://archive.hospital.example/sentry/" } });
}

/** The links that people find in their mails about the smoke, by staff number; at this machine's own address. */
async function linksOf(house: House, running: Running): Promise<Record<string, string>> {
  const client = await running.connect("dev-1");
  const payload = JSON.stringify({ smoke_obscuration_pct_per_m: 5 });
  await client.publishAsync("sentry/north/dev-1/telemetry", payload, { qos: 1 });
  await client.endAsync();
  const folder = join(house.data, "mail");
  return await eventually("the mails", async () => {
    const found: Record<string, string> = {};
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (!name.endsWith(".eml")) continue;
      const mail = await simpleParser(readFileSync(join(folder, name)));
      if (!/烟雾报警|Smoke alarm/i.test(mail.subject ?? "")) continue;
      const token = /https:\/\/archive\.hospital\.example\/sentry\/answer\/(\S+)/.exec(mail.text ?? "")?.[1];
      const person = /wang@/.test(JSON.stringify(mail.to)) ? "10231" : "10312";
      if (token !== undefined) found[person] = `${running.httpUrl}/answer/${token}`;
    }
    return Object.keys(found).length === people.length && found;
  });
}

const press = (url: string, comment = "") =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ comment }).toString(),
  });

test("a mail scanner that opens every link acknowledges nothing, however it does it", async () => {
  const house = aLinkHouse();
  const running = await startSentry(house);
  const links = Object.values(await linksOf(house, running));
  const manners: RequestInit[] = [
    {},
    { method: "HEAD" },
    { headers: { purpose: "prefetch", "sec-purpose": "prefetch;prerender", "x-moz": "prefetch" } },
    { headers: { "user-agent": "Mozilla/5.0 (compatible; SafeLinks)", accept: "*/*" } },
    { headers: { "x-http-method-override": "POST", "x-method-override": "POST" } },
    { method: "OPTIONS" },
    { method: "PUT", body: "comment=x" },
  ];
  for (const link of links) {
    for (const manner of [...manners, ...manners]) {
      await fetch(link, manner);
      await fetch(`${link}?comment=x&_method=POST`, manner);
    }
  }
  expect(acknowledgements({ house })).toEqual([]);
  expect(storedAnswers({ house })).toEqual([]);
  const states = (await openAlarms(running)).filter(({ condition }) => condition === "smoke-alarm");
  expect(states).toMatchObject([{ state: "unacknowledged" }]);
  // And the link is still good for the person.
  expect((await press(links[0]!)).status).toBe(200);
});

test("the page shows the alarm as it is now, and only the button acknowledges; the link works once", async () => {
  const house = aLinkHouse();
  const running = await startSentry(house);
  const links = await linksOf(house, running);
  const page = await fetch(links["10231"]!);
  expect(page.status).toBe(200);
  expect(Object.fromEntries(page.headers)).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringMatching(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    ),
  });
  const html = await page.text();
  expect(html).toContain("烟雾报警");
  expect(html).toContain("王芳 (10231)");
  expect(html).toContain("收到,前往查看</textarea>");
  expect(html).not.toMatch(/<script|javascript:|https?:\/\//);

  const answer = await press(links["10231"]!, "已断电<b>");
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("已确认");
  expect(acknowledgements({ house })).toMatchObject([{ by: "10231", via: "link", comment: "已断电<b>" }]);

  const again = await press(links["10231"]!);
  expect(again.status).toBe(410);
  expect(await again.text()).toContain("链接已使用");
  const opened = await fetch(links["10231"]!);
  expect(opened.status).toBe(410);

  // Somebody else has it: said in their own language.
  const other = await press(links["10312"]!);
  expect(other.status).toBe(409);
  const text = await other.text();
  expect(text).toContain("Somebody has it");
  expect(text).toContain("acknowledged by 王芳 10231");
  expect(acknowledgements({ house })).toHaveLength(1);
});

test("a link that was used stays used after a restart, and links of the same mail stay good", async () => {
  const house = aLinkHouse();
  const first = await startSentry(house);
  const links = await linksOf(house, first);
  const path = (url: string) => new URL(url).pathname;
  expect((await press(links["10231"]!)).status).toBe(200);
  await first.stop();
  const second = await startSentry(house);
  expect((await press(second.httpUrl + path(links["10231"]!))).status).toBe(410);
  const other = await fetch(second.httpUrl + path(links["10312"]!));
  expect(await other.text()).toContain("Somebody has it");
  expect(acknowledgements({ house })).toHaveLength(1);
});

test("an altered link acknowledges nothing and says nothing about any alarm", async () => {
  const house = aLinkHouse();
  const running = await startSentry(house);
  const link = (await linksOf(house, running))["10231"]!;
  const [body, mac] = new URL(link).pathname.split("/").at(-1)!.split(".") as [string, string];
  const claim: unknown[] = JSON.parse(Buffer.from(body, "base64url").toString());
  const forged = Buffer.from(JSON.stringify(claim.with(2, "10312"))).toString("base64url");
  const otherKey = createHmac("sha256", "guess").update(forged).digest("base64url");
  // The last character of a MAC has two bits that base64 does not need: they count all the same.
  const lastBits = `${mac.slice(0, -1)}${mac.endsWith("A") ? "B" : String.fromCharCode(mac.charCodeAt(42) ^ 1)}`;
  const altered = [
    `${forged}.${mac}`,
    `${forged}.${otherKey}`,
    `${body}.${lastBits}`,
    `${body}.`,
    body,
    `${body}.${mac}x`,
    `${body.toLowerCase()}.${mac}`,
    "x",
    "%00",
  ];
  for (const token of altered) {
    for (const answer of [
      await fetch(`${running.httpUrl}/answer/${token}`),
      await press(`${running.httpUrl}/answer/${token}`),
    ]) {
      expect(answer.status, token).toBe(404);
      const text = await answer.text();
      expect(text).toContain("链接无效");
      expect(text).toContain("Link not valid");
      expect(text).not.toMatch(/烟雾|王芳|10231/);
    }
  }
  expect(acknowledgements({ house })).toEqual([]);
});

test("beyond the limit nothing but valid links is looked at", async () => {
  const house = aLinkHouse();
  const running = await startSentry(house);
  const link = (await linksOf(house, running))["10231"]!;
  const seen: number[] = [];
  for (let n = 0; n < 62; n++) seen.push((await fetch(`${running.httpUrl}/answer/x${n}`)).status);
  expect(seen.slice(0, 60).every((status) => status === 404)).toBe(true);
  expect(seen.slice(60)).toEqual([429, 429]);
  expect((await press(link)).status).toBe(200);
});

test("a link is good until it expires, and not a moment longer", async () => {
  const clock = manualClock(Date.parse("2026-11-22T18:10:00Z"));
  const site = aSite({
    console: { public_url: "https://archive.hospital.example" },
    answers: { link_valid: "2h" },
    people: [aPerson()],
  });
  const key = Buffer.alloc(32, 7);
  const taken: unknown[] = [];
  const links = createAnswerLinks({
    key,
    site: () => site,
    answers: {
      usedAtMs: () => null,
      takeByLink: (link) => {
        taken.push(link);
        return Promise.resolve({ kind: "acknowledged" });
      },
    },
    alarm: (id) => ({ id, room: "a-101", condition: "smoke-alarm", state: "unacknowledged" }),
    clock,
  });
  const of = { alarmId: "17", person: "10231", nonce: "0123456789abcdef", sentAtMs: clock.nowMs() };
  const token = answerLinkOf({ key, site: () => site })(of)!
    .split("/")
    .at(-1)!;
  clock.advance(2 * 3_600_000 - 1);
  expect(links.look(token)).toMatchObject({ state: "open", warning: expect.stringContaining("气体灭火") });
  clock.advance(1);
  expect(links.look(token)).toMatchObject({ state: "expired", alarmId: null, title: null, warning: null });
  expect((await links.take(token, "")).state).toBe("expired");
  expect(taken).toEqual([]);
  // Groups and programs get none: there is nobody in whose name it would be.
  expect(answerLinkOf({ key, site: () => site })({ ...of, person: "@bms" })).toBeNull();
});
