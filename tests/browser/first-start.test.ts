import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aHouse, eventually, publish, startSentry, telemetry } from "../sentry.ts";
import {
  aHospital,
  aSignedIn,
  aVisitor,
  codeOf,
  linkOf,
  noChromium,
  password,
  signOut,
  useBrowser,
} from "./harness.ts";

useBrowser();

/** Of an archivist. */
const places = [
  "/rooms",
  "/rooms/a-101",
  "/alarms",
  "/alarms?view=journal",
  "/alarms?view=performance",
  "/access",
  "/access?view=grants",
  "/access?view=verify",
  "/handover",
  "/devices",
  "/people",
  "/people?view=limits",
  "/people/me",
  "/reports",
];

describe.skipIf(noChromium)("a first start", () => {
  it("leads from the one-time link through an authenticator app to the rooms", async () => {
    const house = aHouse(aHospital());
    const running = await startSentry(house);
    const linkFile = (role: string) => readFileSync(join(house.data, `set-up/${role}.link`), "utf8").trim();
    const { page } = await aVisitor(running);
    const link = linkFile("system-administrator");
    await page.goto(link);
    // What is in the link does not stay in the address.
    await page.waitForURL(`${running.httpUrl}/set-up`);
    await page.getByLabel("Password", { exact: true }).fill("too short");
    await page.getByLabel("Password once more").fill("too short");
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("alert").filter({ hasText: "10" }).waitFor();
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("Password once more").fill(password);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByText("hand each to another person").waitFor();
    const secret = (await page.locator("code.secret").textContent()) ?? "";
    const code = codeOf(secret);
    await page.getByLabel("Code of your authenticator app").fill(code);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("heading", { name: "Rooms" }).waitFor();
    await page.getByRole("link", { name: /^Inpatient records 1/ }).waitFor();

    // The link is spent, and the two others are not for this browser.
    await page.goto(link);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("Password once more").fill(password);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("alert").waitFor();
    for (const role of ["security-administrator", "audit-administrator"]) {
      const other = await page.context().newPage();
      await other.goto(linkFile(role));
      await other.getByLabel("Password", { exact: true }).fill(password);
      await other.getByLabel("Password once more").fill(password);
      await other.getByRole("button", { name: "Set up" }).click();
      await other.getByRole("alert").waitFor();
      await other.close();
    }

    // The administrator makes an account; its person sets it up elsewhere.
    await page.goto("/system?view=accounts");
    await page.getByText("王芳").first().waitFor();
    await page.getByText("system administrator").first().waitFor();

    // Signing in again needs both factors, and no code works twice.
    await signOut(page);
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("Staff number or account").fill("system-admin");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "One step more" }).waitFor();
    await page.getByLabel("Code of your authenticator app").fill(code);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("alert").waitFor();
  });

  it("lets an administrator hold a passkey instead", async () => {
    const house = aHouse(aHospital());
    const running = await startSentry(house);
    // Passkeys belong to a name, not to an address.
    const httpUrl = running.httpUrl.replace("127.0.0.1", "localhost");
    const { page, context } = await aVisitor({ httpUrl });
    const devtools = await context.newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    const link = readFileSync(join(house.data, "set-up/system-administrator.link"), "utf8").trim();
    await page.goto(link.replace("127.0.0.1", "localhost"));
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("Password once more").fill(password);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("button", { name: "Set up a passkey" }).click();
    await page.getByRole("heading", { name: "Rooms" }).waitFor();
    await signOut(page);
    // Without any password or name.
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("heading", { name: "Rooms" }).waitFor();
    await page.locator("details.who").getByText("System administrator").first().waitFor();
    await signOut(page);
    // As the second step after the password.
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("Staff number or account").fill("system-admin");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Use your passkey instead" }).click();
    await page.getByRole("heading", { name: "Rooms" }).waitFor();
    // The last factor stays; with an app beside it, the passkey can go: each once it was shown anew who it is.
    await page.goto("/people/me");
    await page.getByText("This is the last one").waitFor();
    expect(await page.getByRole("button", { name: "Remove" }).count()).toBe(0);
    await page.getByRole("button", { name: "Set up an authenticator app" }).click();
    const form = page.getByRole("dialog");
    const secret = (await form.locator("code.secret").textContent()) ?? "";
    await form.getByLabel("Code of the new app").fill("000000");
    await form.getByLabel("Show that it is you").selectOption("passkey");
    await form.getByRole("button", { name: "Set up an authenticator app" }).click();
    await form.getByRole("alert").filter({ hasText: "that the app shows now" }).waitFor();
    await form.getByLabel("Code of the new app").fill(codeOf(secret));
    await form.getByRole("button", { name: "Set up an authenticator app" }).click();
    await page.getByRole("status").filter({ hasText: "The authenticator app is set up" }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "Passkey" }).getByRole("button", { name: "Remove" }).click();
    await form.getByRole("textbox", { name: "Your password" }).fill("not the one");
    await form.getByRole("button", { name: "Remove a passkey" }).click();
    await form.getByRole("alert").filter({ hasText: "not your password" }).waitFor();
    await form.getByRole("textbox", { name: "Your password" }).fill(password);
    await form.getByRole("button", { name: "Remove a passkey" }).click();
    await page.getByRole("status").filter({ hasText: "The passkey is removed" }).waitFor();
    await page.getByText("This is the last one").waitFor();
  });

  it("a person of the site file comes in by a link, and in either language at any time", async () => {
    const running = await startSentry(aHouse(aHospital()));
    const { page } = await aVisitor(running, { language: null });
    await page.goto(await linkOf(running, "10231"));
    await page.getByLabel("密码", { exact: true }).fill(password);
    await page.getByLabel("再输入一次密码").fill(password);
    await page.getByRole("button", { name: "设置" }).click();
    await page.getByRole("heading", { name: "库房", level: 1 }).waitFor();
    await page.getByRole("link", { name: /^住院病案一库/ }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
    const device = await running.connect("t-1");
    await publish(device, telemetry("t-1"), { at: Date.now(), temperature_c: 27, smoke_obscuration_pct_per_m: 30 });
    for (const path of places) {
      await page.goto(path);
      const heading = page.locator("main h1");
      const chinese = await heading.innerText();
      await page.getByRole("button", { name: "English" }).click();
      await page.locator('html[lang="en"]').waitFor({ state: "attached" });
      await eventually(
        `${path} is loaded`,
        async () => !(await page.locator("main").innerText()).includes("Loading …"),
      );
      await eventually(`${path} is in English`, async () => (await heading.innerText()) !== chinese);
      // Nothing of the page's own words stays in the other language; the names of people do.
      const left = (await page.locator("body").innerText()).replace(/王芳|陈思远|李伟|赵强|中文/g, "");
      expect([path, left.match(/[\u4e00-\u9fff]+/g)]).toEqual([path, null]);
      await page.getByRole("button", { name: "中文" }).click();
      await page.locator('html[lang="zh-CN"]').waitFor({ state: "attached" });
      await eventually(`${path} is in Chinese again`, async () => (await heading.innerText()) === chinese);
    }
  });

  it("a spent link is answered by pasting another into the same page", async () => {
    const running = await startSentry(aHouse(aHospital()));
    const { page } = await aVisitor(running);
    await page.goto(`${running.httpUrl}/set-up#not-a-link`);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("Password once more").fill(password);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("alert").waitFor();
    await page.goto(await linkOf(running, "10231"));
    await page.waitForURL(`${running.httpUrl}/set-up`);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("heading", { name: "Rooms" }).waitFor();
  });

  it("who may not do a thing is shown no way to it, and refused by page and server alike", async () => {
    const running = await startSentry(aHouse(aHospital()));
    const contractor = await aSignedIn(running, "30001");
    await contractor.page.goto("/rooms");
    await contractor.page.getByText("赵强").waitFor();
    const places = contractor.page.locator("nav.places").getByRole("link");
    expect(await places.allInnerTexts()).toEqual(["Rooms", "Alarms"]);
    expect(await contractor.page.locator("main").innerText()).not.toContain("Inpatient");
    const archivist = await aSignedIn(running, "10231");
    await archivist.page.goto("/rooms");
    await archivist.page.getByRole("link", { name: "Alarms" }).waitFor();
    expect(await archivist.page.locator("nav.places").getByRole("link", { name: "System" }).count()).toBe(0);
    // Typed by hand, the page says that it is refused.
    await archivist.page.goto("/access?view=history");
    await archivist.page.getByRole("alert").filter({ hasText: "Read who was inside" }).waitFor();
    const statuses = await archivist.page.evaluate(async () => {
      const ask = async (path: string, body?: unknown) => {
        const headers = { "content-type": "application/json" };
        const init = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) };
        return (await fetch(`/api/v1${path}`, init)).status;
      };
      return [
        await ask("/access/events"),
        await ask("/trail"),
        await ask("/accounts"),
        await ask("/accounts", { person: "30001" }),
        await ask("/config/reload", {}),
        await ask("/devices", { id: "x", room: "a-101", quantities: ["temperature_c"] }),
      ];
    });
    expect(statuses).toEqual([403, 403, 403, 403, 403, 403]);
  });

  it("where reading is closed a stranger meets the form on every page, and then the page that was asked for", async () => {
    const running = await startSentry(aHouse(aHospital({ console: { port: 0, open_reading: false } })));
    const { page } = await aVisitor(running);
    await page.goto(await linkOf(running, "10231"));
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("Password once more").fill(password);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("heading", { name: "Rooms" }).waitFor();
    await signOut(page);
    for (const path of ["/rooms", "/wall", "/alarms", "/devices", "/system?view=accounts", "/rooms/a-101"]) {
      await page.goto(path);
      await page.getByLabel("Staff number or account").waitFor();
      expect([path, await page.locator("body").innerText()]).not.toEqual([path, expect.stringContaining("Inpatient")]);
    }
    await page.getByLabel("Staff number or account").fill("10231");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Inpatient records 1", level: 1 }).waitFor();
  });

  it("a session that was ended elsewhere is over on the page too, which says so and lets in again", async () => {
    const running = await startSentry(aHouse(aHospital()));
    const { page } = await aSignedIn(running, "10231");
    await page.goto("/alarms");
    await page.getByRole("link", { name: "Journal" }).waitFor();
    const ended = await running.post("/api/v1/accounts/10231/end-sessions", { by: "20001" });
    expect(ended.status).toBe(200);
    await page.getByRole("link", { name: "Journal" }).click();
    await page.getByRole("banner").getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("Staff number or account").fill("10231");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("link", { name: /^Inpatient records 1/ }).waitFor();
    // Five wrong passwords lock it from this address, and the page does not say that there is such an account.
    await signOut(page);
    await page.getByRole("link", { name: "Sign in" }).click();
    const said = new Set<string>();
    for (const account of ["10231", "nobody", "10231", "10231", "10231", "10231"]) {
      await page.getByLabel("Staff number or account").fill(account);
      await page.getByLabel("Password", { exact: true }).fill("Wrong-word 1234");
      const answered = page.waitForResponse((response) => response.url().endsWith("/api/v1/session"));
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await answered;
      said.add(await page.getByRole("alert").innerText());
    }
    await page.getByLabel("Staff number or account").fill("10231");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    said.add(await page.getByRole("alert").innerText());
    expect(said.size).toBe(1);
  });
});
