import { describe, expect, it } from "vitest";
import { insideResponse } from "../../contract/index.ts";
import { aHouse, eventually, publish, startSentry, telemetry } from "../sentry.ts";
import { aHospital, aSignedIn, noChromium, phone, useBrowser } from "./harness.ts";

useBrowser();

describe.skipIf(noChromium)("a visit", () => {
  it("is asked for, approved by the key holder, made, and proved to the auditor by the browser itself", async () => {
    const running = await startSentry(aHouse(aHospital()));
    const contact = await running.connect("door-1");
    const reader = await running.connect("reader-1");
    const door = (state: "open" | "closed") => publish(contact, telemetry("door-1"), { at: Date.now(), door: state });
    const badge = (direction: "in" | "out") =>
      publish(reader, "sentry/north/reader-1/badge", {
        at: Date.now(),
        credential: "04A2B3C4D5",
        direction,
        decision: "granted",
      });
    await door("closed");
    const given = await running.post("/api/v1/access/badges", {
      person: { id: "10405" },
      credential: "04A2B3C4D5",
      by: "20001",
    });
    expect(given.status).toBe(200);

    // The auditor keeps a checkpoint from before.
    const auditor = (await aSignedIn(running, "10900")).page;
    await auditor.goto("/access?view=verify");
    const kept = (await auditor.locator("pre.checkpoint").textContent()) ?? "";
    expect(kept).toMatch(/\n— /);
    const [, sizeBefore = ""] = kept.split("\n");

    const guest = (await aSignedIn(running, "10405", { viewport: phone, hasTouch: true })).page;
    await guest.goto("/access?view=grants");
    await guest.getByRole("button", { name: "Ask for leave" }).tap();
    const form = guest.getByRole("dialog");
    await form.getByLabel("Inpatient records 1").check();
    await form.getByLabel("Purpose").selectOption("maintenance");
    await form.getByLabel("Remark").fill("fan 3 is loud");
    await form.getByRole("button", { name: "Send" }).tap();
    await guest.getByText("waits for a decision").waitFor();
    // Nobody approves their own.
    expect(await guest.getByRole("button", { name: "Approve" }).count()).toBe(0);

    const keyHolder = (await aSignedIn(running, "10231")).page;
    await keyHolder.goto("/access?view=grants");
    await keyHolder.getByText("fan 3 is loud").waitFor();
    await keyHolder.getByRole("button", { name: "Approve" }).click();
    await keyHolder.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await keyHolder.getByText("in force").waitFor();

    await badge("in");
    await door("open");
    await door("closed");
    await eventually("the door says that somebody is inside", async () => {
      const { rooms } = await running.ask(insideResponse, "/api/v1/access/inside?by=20001");
      return rooms.some(({ count }) => count > 0);
    });
    await keyHolder.goto("/access?view=inside");
    await keyHolder.getByText("1 person").waitFor();
    // By name only to those who may read who was where.
    expect(await keyHolder.locator("main").innerText()).not.toContain("陈");
    await auditor.locator("nav.tabs").getByRole("link", { name: "Inside now" }).click();
    await auditor.getByText("陈 10405").waitFor();
    await badge("out");
    await door("open");
    await door("closed");

    await auditor.locator("nav.tabs").getByRole("link", { name: "History" }).click();
    const visit = auditor.getByRole("row").filter({ hasText: "陈 10405" }).first();
    await visit.waitFor();
    await visit.getByRole("link").last().click();
    await auditor.getByLabel("Checkpoint you kept").fill(kept);
    await auditor.getByRole("button", { name: "Verify" }).click();
    await auditor.getByText(`The record has only grown since: from ${sizeBefore} to`).waitFor();
    await auditor.getByText("The signature of your checkpoint is genuine").waitFor();
    const entry = await auditor.getByLabel("Number of an entry").inputValue();
    await auditor.getByText(`Entry ${entry} is in the record, at its place`).waitFor();
    expect(await auditor.locator(".findings .critical").count()).toBe(0);

    // A checkpoint with another root is not the record's.
    const lines = kept.split("\n");
    lines[2] = `${lines[2]!.startsWith("A") ? "B" : "A"}${lines[2]!.slice(1)}`;
    await auditor.getByLabel("Checkpoint you kept").fill(lines.join("\n"));
    await auditor.getByRole("button", { name: "Verify" }).click();
    await auditor.getByText("The record is NOT the one your checkpoint is of").waitFor();
    await auditor.getByText("The signature of your checkpoint does not fit the key").waitFor();
    // One of more entries than there are: something was removed.
    const longer = kept.split("\n");
    longer[1] = "999999";
    await auditor.getByLabel("Checkpoint you kept").fill(longer.join("\n"));
    await auditor.getByRole("button", { name: "Verify" }).click();
    await auditor.getByText("something was removed").waitFor();
    // What is no checkpoint at all is said to be none.
    await auditor.getByLabel("Checkpoint you kept").fill("hello");
    await auditor.getByRole("button", { name: "Verify" }).click();
    await auditor.getByRole("alert").filter({ hasText: "This is no checkpoint" }).waitFor();
  });
});
