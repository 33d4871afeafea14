import { Secret, TOTP } from "otpauth";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { z } from "zod";
import type { SiteFile } from "../../site/index.ts";
import { aDevice, type Running, siteFile } from "../sentry.ts";
import { findBinary, isMissing } from "../servers.ts";

/** The page as people meet it: Debian's Chromium, the whole product behind it. */

export const noChromium = isMissing("chromium");

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };
export const password = "Lantern-7 river";

let browser: Browser | null = null;

/** One browser for the tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    if (noChromium) return;
    browser = await chromium.launch({
      executablePath: findBinary("chromium")!,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    browser = null;
  });
}

export interface Visitor {
  context: BrowserContext;
  page: Page;
  /** What the browser complained of: nothing of it is expected at the end of a test. */
  complaints: string[];
}

/** Somebody with a browser of their own; a fault of a script or of the page's policy fails the test. */
export async function aVisitor(
  at: { httpUrl: string },
  options: BrowserContextOptions & { language?: "en" | "zh-CN" | null } = {},
): Promise<Visitor> {
  const { language = "en", ...rest } = options;
  const context = await browser!.newContext({
    baseURL: at.httpUrl,
    viewport: desktop,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    // What this browser remembers of an earlier visit.
    ...(language === null
      ? {}
      : {
          storageState: {
            cookies: [],
            origins: [{ origin: at.httpUrl, localStorage: [{ name: "language", value: language }] }],
          },
        }),
    ...rest,
  });
  context.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // A refusal by the server is said to the user; the browser's own line about it is nothing more.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text());
    }
  });
  return { context, page, complaints };
}

/** The one-time link of a person of the site file, made on the server's machine. */
export async function linkOf(running: Running, person: string, by = "20001"): Promise<string> {
  const response = await running.post("/api/v1/accounts", { person, by });
  const body: unknown = await response.json();
  return z.object({ link: z.string() }).parse(body).link;
}

/** Signs a person in without the pages for it, which have tests of their own. */
export async function signIn(running: Running, visitor: Visitor, person: string): Promise<void> {
  const token = (await linkOf(running, person)).split("#")[1];
  const answer = await visitor.context.request.post(`${running.httpUrl}/api/v1/session/set-up`, {
    data: { token, password },
    headers: { origin: running.httpUrl },
  });
  expect([answer.status(), await answer.text()]).toEqual([200, expect.stringContaining('"stage":"full"')]);
}

export async function aSignedIn(
  running: Running,
  person: string,
  options: Parameters<typeof aVisitor>[1] = {},
): Promise<Visitor> {
  const visitor = await aVisitor(running, options);
  await signIn(running, visitor, person);
  return visitor;
}

export async function signOut(page: Page): Promise<void> {
  await page.locator("details.who summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
}

/** Marks this document: it is gone after a reload. */
export const markDocument = (page: Page): Promise<void> =>
  page.locator("html").evaluate((html) => html.setAttribute("data-marked", "yes"));
export const isMarked = async (page: Page): Promise<boolean> =>
  (await page.locator("html").getAttribute("data-marked")) === "yes";

/** What has the focus, by the name that a screen reader would say, and whether one sees that it has. */
export async function focusOf(page: Page): Promise<{ name: string; isSeen: boolean }> {
  const found: unknown = await page.evaluate(`(() => {
    const at = document.activeElement;
    const name = at.labels?.[0]?.textContent ?? at.getAttribute("aria-label") ?? at.textContent;
    return { name: name.trim(), isSeen: getComputedStyle(at).outlineStyle !== "none" };
  })()`);
  return z.object({ name: z.string(), isSeen: z.boolean() }).parse(found);
}

/** How far the page reaches to the right. */
export const widthOf = async (page: Page): Promise<number> =>
  z.number().parse(await page.evaluate("document.documentElement.scrollWidth"));

export const codeOf = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(" ", "")) }).generate();

export const people: NonNullable<SiteFile["people"]> = [
  { id: "10231", name: "王芳", category: "archivist" },
  { id: "10405", name: "陈思远", category: "facilities" },
  { id: "10900", name: "Helen Moore", category: "auditor" },
  { id: "20001", name: "李伟", category: "it" },
  { id: "30001", name: "赵强", category: "contractor" },
];

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Two rooms, one with a door and its reader; whatever the hour at which the tests run, it is open. */
export function aHospital(changes: Partial<SiteFile> = {}): SiteFile {
  return {
    ...siteFile([], {
      rooms: [
        {
          id: "a-101",
          name: { zh: "住院病案一库", en: "Inpatient records 1" },
          building: "a",
          floor: 1,
          key_holder: "10231",
          limits: { temperature_c: "14..24", relative_humidity_pct: "45..60" },
        },
        { id: "a-102", name: { zh: "胶片库", en: "Film store" }, building: "a", floor: -1 },
      ],
      devices: [
        aDevice("t-1"),
        { id: "door-1", room: "a-101", quantities: ["door"] },
        { id: "reader-1", room: "a-101", quantities: ["tamper"] },
      ],
      doors: [{ id: "d1", room: "a-101", contact: "door-1", reader: "reader-1" }],
      people,
    }),
    buildings: [{ id: "a", name: { zh: "住院部", en: "Inpatients" } }],
    calendar: { weekly: Object.fromEntries(days.map((day) => [day, "00:00-24:00"])) },
    access: { settle: "1s", unlock_for: "1s", clock_slack: "1s" },
    ...changes,
  };
}
