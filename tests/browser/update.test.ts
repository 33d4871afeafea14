import { describe, expect, it } from "vitest";
import { aHouse, startSentry } from "../sentry.ts";
import { aHospital, aSignedIn, isMarked, markDocument, noChromium, useBrowser } from "./harness.ts";

useBrowser();

describe.skipIf(noChromium)("a page that stood open while the server was brought up to date", () => {
  it("loads itself anew where a part of it is gone, and shows what was asked for", async () => {
    const running = await startSentry(aHouse(aHospital()));
    const { page, complaints } = await aSignedIn(running, "10231");
    await page.goto("/rooms");
    await page.getByRole("link", { name: /^Inpatient records 1/ }).waitFor();
    await markDocument(page);
    let refused = 0;
    await page.route(/\/assets\/access-/, (route) => {
      refused++;
      // As of the earlier build: once gone, and the new page names another.
      return refused === 1 ? route.fulfill({ status: 404, body: "" }) : route.continue();
    });
    await page.locator("nav.places").getByRole("link", { name: "Access" }).click();
    await page.getByRole("heading", { name: "Access", level: 1 }).waitFor();
    expect(await isMarked(page)).toBe(false);
    // The browser says that the part was gone; nothing else went wrong.
    for (const complaint of complaints.splice(0)) expect(complaint).toMatch(/dynamically imported module/);
    expect(page.url()).toBe(`${running.httpUrl}/access`);
  });
});
