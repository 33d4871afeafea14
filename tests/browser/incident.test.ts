import { describe, expect, it } from "vitest";
import { aHouse, eventually, publish, startSentry, storedJournal, telemetry } from "../sentry.ts";
import { freePort } from "../servers.ts";
import {
  aHospital,
  aSignedIn,
  aVisitor,
  focusOf,
  isMarked,
  markDocument,
  noChromium,
  phone,
  useBrowser,
  widthOf,
} from "./harness.ts";

useBrowser();

const calm = { temperature_c: 20, relative_humidity_pct: 52, smoke_obscuration_pct_per_m: 0 };

describe.skipIf(noChromium)("an incident", () => {
  it("arrives without reload, is taken with a thumb and a comment, and stands in the journal", async () => {
    const house = aHouse(aHospital());
    const running = await startSentry(house);
    const device = await running.connect("t-1");
    await publish(device, telemetry("t-1"), { at: Date.now(), ...calm });
    const { page } = await aSignedIn(running, "10231", { viewport: phone, hasTouch: true, isMobile: true });
    await page.goto("/rooms");
    await page.getByRole("link", { name: /^Inpatient records 1 Well/ }).waitFor();
    await markDocument(page);

    await publish(device, telemetry("t-1"), { at: Date.now(), ...calm, smoke_obscuration_pct_per_m: 30 });
    await page.getByRole("link", { name: /^Inpatient records 1 Critical/ }).waitFor();
    await page
      .locator("nav.places")
      .getByRole("link", { name: /Alarms\s*[1-9]/ })
      .tap();
    const alarm = page.getByRole("article").filter({ hasText: "Critical" }).first();
    const box = await alarm.getByRole("button", { name: "Take it" }).boundingBox();
    // As tall as a thumb needs it.
    expect(box!.height).toBeGreaterThanOrEqual(44);
    await alarm.getByRole("button", { name: "Take it" }).tap();
    const dialog = page.getByRole("dialog");
    // Without a comment nothing is sent.
    await dialog.getByRole("button", { name: "Send" }).tap();
    expect(await dialog.isVisible()).toBe(true);
    await dialog.getByRole("textbox").fill("on my way with an extinguisher");
    await dialog.getByRole("button", { name: "Send" }).tap();
    await dialog.waitFor({ state: "detached" });
    // What is answered stands behind what nobody has answered yet.
    await page.getByText("10231 sees to it").waitFor({ state: "attached" });
    // Nothing is wider than the screen.
    expect(await widthOf(page)).toBeLessThanOrEqual(phone.width);

    await page.locator("nav.tabs").getByRole("link", { name: "Journal" }).tap();
    await page.getByText("on my way with an extinguisher").waitFor();
    expect(await isMarked(page)).toBe(true);
    expect(storedJournal(house).some(({ transition }) => transition === "acknowledged")).toBe(true);
  });

  it("that grows worse takes nothing from somebody who is writing", async () => {
    const running = await startSentry(aHouse(aHospital()));
    const device = await running.connect("t-1");
    await publish(device, telemetry("t-1"), { at: Date.now(), ...calm, smoke_obscuration_pct_per_m: 0.5 });
    const { page } = await aSignedIn(running, "10231");
    await page.goto("/alarms");
    await page.getByRole("button", { name: "Take it" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("smells of");
    await publish(device, telemetry("t-1"), { at: Date.now(), ...calm, smoke_obscuration_pct_per_m: 30 });
    await page.getByRole("article").filter({ hasText: "Critical" }).first().waitFor();
    await page.keyboard.type(" burning dust");
    expect(await dialog.getByRole("textbox").inputValue()).toBe("smells of burning dust");
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("10231 sees to it").waitFor({ state: "attached" });
  });

  it("is answered by keyboard alone, from signing in to the comment", async () => {
    const running = await startSentry(aHouse(aHospital()));
    const device = await running.connect("t-1");
    await publish(device, telemetry("t-1"), { at: Date.now(), ...calm, smoke_obscuration_pct_per_m: 30 });
    const { page, context } = await aSignedIn(running, "10231");
    await context.clearCookies();
    const { keyboard } = page;
    const focused = async () => (await focusOf(page)).name;
    /** Tab until that has the focus, which must be seen. */
    const goTo = async (name: string | RegExp) => {
      for (let n = 0; n < 60; n++) {
        await keyboard.press("Tab");
        const { name: text, isSeen } = await focusOf(page);
        if (typeof name === "string" ? text === name : name.test(text)) {
          expect([text, isSeen]).toEqual([text, true]);
          return;
        }
      }
      throw new Error(`no way by keyboard to ${name}; at ${await focused()}`);
    };
    await page.goto("/rooms");
    await page.getByRole("link", { name: /^Inpatient records 1/ }).waitFor();
    await keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the content");
    await goTo("Sign in");
    await keyboard.press("Enter");
    await page.getByLabel("Staff number or account").waitFor();
    await goTo("Staff number or account");
    await keyboard.type("10231");
    await keyboard.press("Tab");
    await keyboard.type("Lantern-7 river");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "Rooms" }).waitFor();
    await goTo(/^Inpatient records 1/);
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "Inpatient records 1", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Take it" }).first().waitFor();
    await goTo("Take it");
    await keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    // Escape closes it, and the focus is where it was.
    await keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await focused()).toBe("Take it");
    await keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    if ((await focusOf(page)).name !== "What you found, and what you do about it") {
      await goTo(/^What you found/);
    }
    await keyboard.type("seen");
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await page.getByText("10231 sees to it").first().waitFor();
  });

  it("while the server is away the page says from when its figures are, and goes on without reload", async () => {
    const file = aHospital();
    file.console = { port: await freePort() };
    const house = aHouse(file);
    const first = await startSentry(house);
    const device = await first.connect("t-1");
    await publish(device, telemetry("t-1"), { at: Date.now(), ...calm });
    const { page } = await aVisitor(first);
    await page.goto("/rooms");
    await page.getByRole("link", { name: /^Inpatient records 1 Well/ }).waitFor();
    await page.getByText("20.0").waitFor();
    await markDocument(page);
    await device.endAsync(true);
    await first.stop();
    await page
      .getByRole("alert")
      .filter({ hasText: /Connection lost: what you see is from \d\d:\d\d/ })
      .waitFor();
    // What it knew is still there to be read.
    await page.getByText("20.0").waitFor();
    const second = await startSentry(house);
    expect(second.httpUrl).toBe(first.httpUrl);
    const again = await second.connect("t-1");
    await publish(again, telemetry("t-1"), { at: Date.now(), ...calm, temperature_c: 21.5 });
    await page.getByText("21.5").waitFor({ timeout: 15_000 });
    await eventually("the page says that all is well again", async () => (await page.getByRole("alert").count()) === 0);
    expect(await isMarked(page)).toBe(true);
  });
});
