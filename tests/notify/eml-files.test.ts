import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { createEmlFilesChannel, tellingLog } from "../../notify/index.ts";
import { aDelivery, aFolder, anOutbox, aPerson, aSite, queue } from "./builders.ts";

test("without a server each mail is a file that mail programs open, and the record says where", async () => {
  const directory = join(aFolder(), "mail");
  const site = aSite({ people: [aPerson(), aPerson({ id: "no-mail", email: undefined })] });
  const db = anOutbox();
  const delivery = aDelivery({
    db,
    site,
    channel: createEmlFilesChannel({ directory, from: "archive-sentry <sentry@localhost>" }),
  });
  queue(db, site);
  await delivery.idle();
  const files = readdirSync(directory);
  expect(files).toHaveLength(1);
  expect(files[0]).toMatch(/^20261122T000000-000Z_temperature-high_raised_a-101_[0-9a-f]{8}\.eml$/);
  const path = join(directory, files[0]!);
  expect(statSync(path).mode & 0o077).toBe(0);
  const mail = await simpleParser(readFileSync(path));
  expect(mail.subject).toBe("[重要] 温度超上限报警 · 住院病案一库");
  expect(mail.text).toContain("检查空调运行状态。");
  expect(mail.html).toContain("<table");
  expect(JSON.stringify(mail.to)).toContain("wang@example.org");
  expect(tellingLog(db, { limit: 5 })).toMatchObject([{ state: "delivered", reply: path }]);
});

test("a folder that cannot be written is a retry", async () => {
  const file = join(aFolder(), "mail");
  writeFileSync(file, "in the way");
  const site = aSite();
  const db = anOutbox();
  const delivery = aDelivery({ db, site, channel: createEmlFilesChannel({ directory: file, from: "a@b.example" }) });
  queue(db, site);
  await delivery.idle();
  expect(tellingLog(db, { limit: 1 })[0]).toMatchObject({ state: "pending", attempts: 1 });
});
