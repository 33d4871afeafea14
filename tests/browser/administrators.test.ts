import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { aHouse, publish, startSentry, telemetry } from "../sentry.ts";
import { aHospital, aSignedIn, aVisitor, codeOf, noChromium, password, phone, useBrowser } from "./harness.ts";

useBrowser();

async function setUp(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Password once more").fill(password);
  await page.getByRole("button", { name: "Set up" }).click();
  const secret = (await page.locator("code.secret").textContent()) ?? "";
  await page.getByLabel("Code of your authenticator app").fill(codeOf(secret));
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("heading", { name: "Rooms" }).waitFor();
}

describe.skipIf(noChromium)("the security and the audit administrator", () => {
  it("see who is locked out and what they may do, unlock them, and read that in sentences", async () => {
    const house = aHouse(aHospital());
    const running = await startSentry(house);
    const linkOf = (role: string) => readFileSync(join(house.data, `set-up/${role}.link`), "utf8").trim();
    const system = await aVisitor(running);
    await setUp(system.page, linkOf("system-administrator"));
    const security = await aVisitor(running, { viewport: phone });
    await setUp(security.page, linkOf("security-administrator"));
    const audit = await aVisitor(running);
    await setUp(audit.page, linkOf("audit-administrator"));

    const archivist = await aSignedIn(running, "10231");
    for (let n = 0; n < 5; n++) {
      await archivist.context.request.post(`${running.httpUrl}/api/v1/session`, {
        data: { account: "10231", password: "Wrong-word 1234" },
        headers: { origin: running.httpUrl },
      });
    }
    await security.page.goto("/system?view=accounts");
    const row = security.page.getByRole("row").filter({ hasText: "10231" });
    await row.getByText("locked").waitFor();
    await row.getByRole("button", { name: "Manage" }).click();
    const dialog = security.page.getByRole("dialog");
    await dialog.getByText("Locked from 127.0.0.1 until").waitFor();
    await dialog.getByText("Consent to changed limits").waitFor();
    // Who sets accounts up gives links to people; only what has an effect is offered.
    expect(await dialog.getByRole("button", { name: "Reset second factor" }).count()).toBe(0);
    await dialog.getByRole("button", { name: "Unlock" }).click();
    await security.page.getByRole("status").filter({ hasText: "10231: Unlocked" }).waitFor();
    await row.getByText("open").waitFor();

    await audit.page.goto("/system?view=trail");
    await audit.page.getByText("unlocked an account · about 10231").waitFor();
    await audit.page.getByLabel("What").selectOption("refusals");
    await audit.page.getByText("unlocked an account").waitFor({ state: "detached" });
    await audit.page.getByText("refused, by password, wrong, from 127.0.0.1").first().waitFor();
  });

  it("badges and doors under repair say what has come of it, and what was wrong beside the field", async () => {
    const running = await startSentry(aHouse(aHospital()));
    const contact = await running.connect("door-1");
    await publish(contact, telemetry("door-1"), { at: Date.now(), door: "closed" });
    const { page } = await aSignedIn(running, "20001", { language: "zh-CN" });
    await page.goto("/access?view=doors");
    const dialog = page.getByRole("dialog");
    await page.getByRole("button", { name: "发卡与收卡" }).click();
    await dialog.getByRole("button", { name: "发卡", exact: true }).click();
    await dialog.getByRole("alert").filter({ hasText: "请填写" }).first().waitFor();
    await dialog.locator('[name="person.id"]').fill("x-9");
    await dialog.locator('[name="credential"]').fill("04A2B3C4D5");
    await dialog.getByRole("button", { name: "发卡", exact: true }).click();
    await dialog
      .locator(".field")
      .filter({ hasText: "人员" })
      .getByRole("alert")
      .filter({ hasText: "没有此工号" })
      .waitFor();
    await dialog.locator('[name="person.id"]').fill("10405");
    await dialog.getByRole("button", { name: "发卡", exact: true }).click();
    await page.getByRole("status").filter({ hasText: "已向 10405 发卡" }).waitFor();

    // The door has no name of its own in the site file: it is told by its room.
    const row = page.getByRole("row").filter({ hasText: "住院病案一库的门（d1）" });
    await row.getByRole("button", { name: "检修" }).click();
    await dialog.locator('[name="minutes"]').fill("99999");
    await dialog.locator('[name="comment"]').fill("更换闭门器");
    await dialog.getByRole("button", { name: "开始检修" }).click();
    await dialog.getByRole("alert").filter({ hasText: "不得大于 10080" }).waitFor();
    await dialog.locator('[name="minutes"]').fill("30");
    await dialog.getByRole("button", { name: "开始检修" }).click();
    await row.getByText("检修至").waitFor();
    await row.getByRole("button", { name: "检修" }).click();
    await dialog.getByRole("button", { name: "立即结束" }).click();
    await page.getByRole("status").filter({ hasText: "检修已结束" }).waitFor();
    await row.getByText("检修至").waitFor({ state: "detached" });
  });
});
