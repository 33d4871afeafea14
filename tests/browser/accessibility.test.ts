import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aHouse, eventually, publish, type Running, startSentry, telemetry } from "../sentry.ts";
import { aHospital, aSignedIn, aVisitor, desktop, noChromium, phone, useBrowser, widthOf } from "./harness.ts";

useBrowser();

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const findings = z.array(z.object({ rule: z.string(), impact: z.string().nullable(), at: z.array(z.string()) }));

/** What axe-core finds that keeps somebody from using the page. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found: unknown = await page.evaluate(`axe
    .run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } })
    .then(({ violations }) => violations.map(({ id, impact, nodes }) => ({
      rule: id, impact, at: nodes.slice(0, 3).map(({ html, any }) => html.slice(0, 160) + " " + (any[0]?.message ?? "")),
    })))`);
  return findings
    .parse(found)
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ rule, at }) => `${rule}: ${at.join(" | ")}`);
}

/** What each page says when it is there. */
const everyPage = [
  "/rooms",
  "/wall",
  "/rooms/a-101",
  "/rooms/a-102",
  "/alarms",
  "/alarms?view=remedial",
  "/alarms?view=journal",
  "/alarms?view=performance",
  "/access?view=inside",
  "/access?view=grants",
  "/access?view=records",
  "/access?view=doors",
  "/access?view=verify",
  "/handover",
  "/devices",
  "/devices/t-1",
  "/people",
  "/people?view=people",
  "/people?view=limits",
  "/people?view=waiting",
  "/people?view=log",
  "/people/me",
  "/reports",
  "/system",
  "/system?view=configuration",
  "/rooms/no/such",
];
const ofTheAuditor = ["/access?view=history", "/system?view=trail", "/access?view=inside"];
const ofTheAdministrator = ["/devices", "/people", "/system?view=accounts", "/system?view=configuration", "/reports"];

/** Something to be seen on each page. */
async function aBusyNight(): Promise<Running> {
  const running = await startSentry(aHouse(aHospital()));
  const device = await running.connect("t-1");
  const contact = await running.connect("door-1");
  await publish(contact, telemetry("door-1"), { at: Date.now(), door: "closed" });
  await publish(contact, telemetry("door-1"), { at: Date.now(), door: "open" });
  await publish(device, telemetry("t-1"), {
    at: Date.now(),
    temperature_c: 25.5,
    relative_humidity_pct: 66,
    smoke_obscuration_pct_per_m: 30,
    battery_pct: 9,
  });
  return running;
}

/** Windows over a page, by the button that opens them. */
const dialogs = [
  ["/alarms", /^(Take it|我来处理)$/],
  ["/access?view=grants", /^(Ask for leave|申请进入)$/],
  ["/access?view=grants", /^(Enter in an emergency|紧急进入)$/],
  ["/people/me", /^(Set up an authenticator app|设置身份验证器)$/],
] as const;
const dialogsOfTheAuditor = [["/system?view=accounts", /^(Look|查看)$/]] as const;
const dialogsOfTheAdministrator = [
  ["/access?view=doors", /^(Give out or take back a badge|发卡与收卡)$/],
  ["/access?view=doors", /^(Maintenance|检修)$/],
] as const;

async function look(page: Page, path: string): Promise<string[]> {
  await page.goto(path);
  // Its heading is there, and everything that it had to ask for.
  const isThere = `document.querySelector("main h1") !== null
    && !/Loading …|正在载入/.test(document.querySelector("main").innerText)`;
  await eventually(`${path} is there, with its heading`, () => page.evaluate(isThere));
  const found = (await seriousFindings(page)).map((finding) => `${path} ${finding}`);
  const width = await widthOf(page);
  const shown = page.viewportSize()!.width;
  if (width > shown) found.push(`${path} is ${width} wide on a screen of ${shown}`);
  return found;
}

/** Windows, empty, and with what is wrong with them said. */
async function lookInto(page: Page, windows: readonly (readonly [path: string, button: RegExp])[]): Promise<string[]> {
  const found: string[] = [];
  for (const [path, button] of windows) {
    await page.goto(path);
    await page.getByRole("button", { name: button }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    found.push(...(await seriousFindings(page)).map((finding) => `${path} ${button} ${finding}`));
    const submit = dialog.locator("form button[type=submit]");
    if ((await submit.count()) === 0) continue;
    await submit.click();
    await dialog.getByRole("alert").first().waitFor();
    found.push(...(await seriousFindings(page)).map((finding) => `${path} ${button}, refused: ${finding}`));
  }
  return found;
}

describe.skipIf(noChromium)("every page", () => {
  it.each([
    ["a telephone, light, English", { viewport: phone, colorScheme: "light", language: "en" }],
    ["a desk, dark, Chinese", { viewport: desktop, colorScheme: "dark", language: "zh-CN" }],
  ] as const)(
    "has nothing that keeps somebody out, on %s",
    async (_, { viewport, ...look_ }) => {
      const running = await aBusyNight();
      const options = { ...look_, viewport };
      const found: string[] = [];
      const stranger = await aVisitor(running, options);
      for (const path of ["/sign-in", "/set-up", "/rooms"]) found.push(...(await look(stranger.page, path)));
      const archivist = await aSignedIn(running, "10231", options);
      for (const path of everyPage) found.push(...(await look(archivist.page, path)));
      found.push(...(await lookInto(archivist.page, dialogs)));
      const auditor = await aSignedIn(running, "10900", options);
      for (const path of ofTheAuditor) found.push(...(await look(auditor.page, path)));
      found.push(...(await lookInto(auditor.page, dialogsOfTheAuditor)));
      const administrator = await aSignedIn(running, "20001", options);
      for (const path of ofTheAdministrator) found.push(...(await look(administrator.page, path)));
      found.push(...(await lookInto(administrator.page, dialogsOfTheAdministrator)));
      expect(found).toEqual([]);
    },
    240_000,
  );
});
