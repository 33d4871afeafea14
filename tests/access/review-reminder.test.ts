import { expect, test } from "vitest";
import { createReviews } from "../../access/index.ts";
import { createReviewReminder } from "../../app/access/review-reminder.ts";
import { monthOf } from "../../app/index.ts";
import { silentLogger } from "../../core/index.ts";
import type { PlainMail } from "../../notify/index.ts";
import { parseSite } from "../../site/index.ts";
import { siteFile } from "../sentry.ts";
import { aBadge, aLedger, startMs } from "./builders.ts";

const hourMs = 3_600_000;

test("auditors are reminded of last month's review every week until it is signed off, also after a restart", async () => {
  const house = aLedger();
  const { ledger, clock } = house;
  const file = {
    ...siteFile([], { channels: { email: { host: "127.0.0.1", port: 25, from: "sentry@example.org" } } }),
    people: [
      { id: "10900", name: "李", category: "auditor" as const, email: "li@example.org" },
      { id: "10231", name: "王", category: "archivist" as const, email: "wang@example.org" },
    ],
  };
  const { site } = parseSite(JSON.stringify(file), { directory: house.folder, name: "site.yaml", nowMs: startMs });
  const mails: PlainMail[] = [];
  let refuses = true;
  const send = async (_config: unknown, _site: unknown, mail: PlainMail) => {
    if (refuses) throw new Error("not now");
    mails.push(mail);
    return { rejected: [] };
  };
  const reminderOf = () =>
    createReviewReminder({ ledger: house.ledger, site: () => site, clock, log: silentLogger, send });
  let reminder = reminderOf();
  const days = async (count: number) => {
    for (let hour = 0; hour < 24 * count; hour++) {
      clock.advance(hourMs);
      await reminder.look();
    }
  };
  // 22 November: nothing was recorded in October.
  refuses = false;
  ledger.append([aBadge("10244")]);
  await days(8);
  expect(mails).toEqual([]);
  refuses = true;
  await days(1);
  refuses = false;
  await days(6);
  expect(mails.map(({ to, subject }) => [to, subject.slice(0, 7)])).toEqual([[["li@example.org"], "2026-11"]]);
  expect(mails[0]!.text).toContain("audit review --period 2026-11");
  house.reopen();
  reminder = reminderOf();
  await days(3);
  expect(mails).toHaveLength(2);
  const reviews = createReviews({ ledger: house.ledger, clock });
  reviews.draw({ id: "2026-11", ...monthOf("2026-11", "Asia/Shanghai"), sample: 5, by: "10900" });
  await days(7);
  expect(mails).toHaveLength(3);
  expect(mails[2]!.text).toContain("It was drawn");
  reviews.signOff({ id: "2026-11", comment: "无异常", by: "10900" });
  await days(8);
  expect(mails).toHaveLength(3);
});
