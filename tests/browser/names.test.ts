import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { aHouse, eventually, publish, startSentry, telemetry } from "../sentry.ts";
import { aHospital, aSignedIn, noChromium, people, useBrowser } from "./harness.ts";

useBrowser();

/** Each would run in a page that takes a name for markup; and one would turn what follows it around. */
const markup = "<img src=x onerror=\"document.title='taken'\">";
const turned = "\u202etxt.exe";
const formula = `=HYPERLINK("http://evil.example")${markup}`;

describe.skipIf(noChromium)("names and comments from outside", () => {
  it("are text on every page and in every table, whatever they hold", async () => {
    const file = aHospital({
      site: { id: "north", name: { zh: `北院${markup}`, en: `North${markup}` } },
      people: people.map((person) =>
        person.id === "10405"
          ? { ...person, name: formula }
          : person.id === "10231"
            ? { ...person, name: turned }
            : person,
      ),
    });
    file.rooms![0]!.name = { zh: `一库'"${markup}`, en: `One'"\`${markup}` };
    const running = await startSentry(aHouse(file));
    const device = await running.connect("t-1");
    const contact = await running.connect("door-1");
    const reader = await running.connect("reader-1");
    await publish(device, telemetry("t-1"), { at: Date.now(), temperature_c: 20, smoke_obscuration_pct_per_m: 30 });
    await running.post("/api/v1/access/badges", { person: { id: "10405" }, credential: "04A2B3C4D5", by: "20001" });
    const badge = { at: Date.now(), credential: "04A2B3C4D5", direction: "in", decision: "granted" };
    await publish(reader, "sentry/north/reader-1/badge", badge);
    await publish(contact, telemetry("door-1"), { at: Date.now(), door: "open" });

    const archivist = (await aSignedIn(running, "10231")).page;
    const isHarmless = async (page: typeof archivist, path: string) => {
      await page.goto(path);
      await page.locator("main h1").waitFor();
      await eventually(`${path} is there`, () =>
        page.evaluate(`!document.querySelector("main").innerText.includes("Loading …")`),
      );
      expect([path, await page.locator('img[src="x"]').count()]).toEqual([path, 0]);
      expect([path, await page.title()]).toEqual([path, expect.stringContaining("archive-sentry")]);
      return page.locator("body").innerText();
    };
    expect(await isHarmless(archivist, "/rooms")).toContain(`One'"\`${markup}`);
    expect(await isHarmless(archivist, "/rooms/a-101")).toContain(markup);
    await archivist.goto("/alarms");
    await archivist.getByRole("button", { name: "Take it" }).first().click();
    await archivist.getByRole("dialog").getByRole("textbox").fill(`${markup} ${turned}`);
    await archivist.getByRole("dialog").getByRole("button", { name: "Send" }).click();
    await archivist.getByRole("dialog").waitFor({ state: "detached" });
    expect(await isHarmless(archivist, "/alarms")).toContain(markup);
    expect(await isHarmless(archivist, "/alarms?view=journal")).toContain(`${markup} ${turned}`);
    for (const path of ["/handover", "/devices", "/people", "/people/me", "/access?view=grants", "/reports", "/wall"]) {
      await isHarmless(archivist, path);
    }
    await archivist.getByText(markup).first().waitFor();

    const auditor = (await aSignedIn(running, "10900")).page;
    for (const path of ["/access?view=inside", "/system?view=trail", "/access?view=history"]) {
      await isHarmless(auditor, path);
    }
    await auditor.getByRole("row").filter({ hasText: "10405" }).first().waitFor();
    const downloading = auditor.waitForEvent("download");
    await auditor.getByRole("button", { name: "CSV" }).click();
    const table = readFileSync(await (await downloading).path(), "utf8");
    expect(table).toContain("10405");
    // No cell begins as a formula.
    expect(table).not.toMatch(/(^|,)"?=/m);
  });
});
