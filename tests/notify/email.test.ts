import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEmailChannel, tellingLog } from "../../notify/index.ts";
import {
  aDelivery,
  aFolder,
  aMailServer,
  anOutbox,
  aPerson,
  aSite,
  emailConfig,
  queue,
  refusal,
  until,
} from "./builders.ts";

const here = { directory: "/" };

test("a raised alarm arrives as text and HTML in the language of each recipient", async () => {
  const server = await aMailServer();
  const site = aSite({
    people: [aPerson(), aPerson({ id: "20417", name: "Anne O'Neill", email: "anne@example.org", language: "en" })],
  });
  const db = anOutbox();
  const told: string[] = [];
  const delivery = aDelivery({
    db,
    site,
    channel: openEmailChannel(emailConfig(server.port), here),
    onDelivered: ({ line }) => told.push(line),
  });
  queue(db, site);
  await delivery.idle();

  expect(server.mails).toHaveLength(2);
  const [toWang, toAnne] = ["wang@example.org", "anne@example.org"].map(
    (address) => server.mails.find((mail) => JSON.stringify(mail.to).includes(address))!,
  );
  expect(toWang!.subject).toBe("[重要] 温度超上限报警 · 住院病案一库");
  expect(toWang!.text).toContain("26.3 °C(限值 24 °C)");
  expect(toWang!.html).toContain("检查空调运行状态。");
  expect(toAnne!.subject).toBe("[High] Temperature above limit · Inpatient records 1");
  expect(toAnne!.text).toContain("Sun, 22 Nov 2026, 08:00:00 GMT+8");
  expect(toAnne!.headers.get("auto-submitted")).toBe("auto-generated");
  expect(toWang!.messageId).not.toBe(toAnne!.messageId);
  expect(toWang!.inReplyTo).toBe(toAnne!.inReplyTo);
  const log = tellingLog(db, { limit: 10 });
  expect(log.map((entry) => [entry.person, entry.state, entry.attempts])).toEqual([
    ["20417", "delivered", 1],
    ["10231", "delivered", 1],
  ]);
  expect(log[0]!.reply).toMatch(/^250 /);
  expect(told).toHaveLength(2);
  expect(told.join()).toContain("已通知 10231(邮件):[重要] 温度超上限报警 · 住院病案一库");
});

test("a temporary refusal is repeated under the same Message-ID until the server takes it", async () => {
  const ids: (string | undefined)[] = [];
  const server = await aMailServer({
    onMail(mail, attempt) {
      ids.push(mail.messageId);
      if (attempt < 3) throw refusal(451, "greylisted, come back");
    },
  });
  const site = aSite();
  site.config.limits.send_retry_first = 20;
  const db = anOutbox();
  const delivery = aDelivery({ db, site, channel: openEmailChannel(emailConfig(server.port), here) });
  queue(db, site);
  delivery.wake();
  await until(() => tellingLog(db, { limit: 1 })[0]?.state === "delivered", "the third attempt is accepted");
  expect(server.mails).toHaveLength(1);
  expect(new Set(ids).size).toBe(1);
  expect(ids).toHaveLength(3);
  expect(tellingLog(db, { limit: 1 })[0]!.attempts).toBe(3);
});

test.each([
  [
    "the recipient",
    { onRcptTo: (_a: unknown, _s: unknown, done: (e?: Error) => void) => done(refusal(550, "no such user")) },
  ],
  ["the content", { onMail: () => Promise.reject(refusal(554, "looks like spam")) }],
])("a final refusal of %s is given up after one attempt and kept with the server's words", async (_what, behaviour) => {
  const server = await aMailServer(behaviour);
  const site = aSite();
  const db = anOutbox();
  const delivery = aDelivery({ db, site, channel: openEmailChannel(emailConfig(server.port), here) });
  queue(db, site);
  await delivery.idle();
  const [entry] = tellingLog(db, { limit: 1 });
  expect(entry).toMatchObject({ state: "given-up", attempts: 1 });
  expect(entry!.reply).toMatch(/no such user|looks like spam/);
  expect(server.mails).toHaveLength(0);
});

test("a server that takes the mail and never answers costs the time limit, and holds up nobody else", async () => {
  const server = await aMailServer({
    onMail: (mail) => (mail.subject?.includes("住院") ? new Promise<void>(() => {}) : undefined),
  });
  const site = aSite();
  const db = anOutbox();
  const startedAt = performance.now();
  const delivery = aDelivery({
    db,
    site,
    channel: openEmailChannel(emailConfig(server.port, { timeout: 300, connections: 2 }), here),
  });
  queue(db, site);
  queue(db, site, { alarmId: "other", n: 2, room: "a-102" });
  await delivery.idle();
  const elapsedMs = performance.now() - startedAt;
  expect(elapsedMs).toBeGreaterThan(280);
  expect(elapsedMs).toBeLessThan(1_500);
  expect(server.mails.map((mail) => mail.subject)).toEqual(["[重要] 温度超上限报警 · 胶片库"]);
  const waiting = tellingLog(db, { limit: 10, alarmId: "k3v9" })[0]!;
  expect(waiting).toMatchObject({ state: "pending", attempts: 1, reply: "no answer within 0.3 s" });
});

test("nobody listening is a retry, and the channel is said to fail and to work again", async () => {
  const gone = await aMailServer();
  const port = gone.port;
  await new Promise<void>((resolve) => gone.server.close(() => resolve()));
  const site = aSite();
  site.config.limits.send_retry_first = 10;
  const db = anOutbox();
  const health: string[] = [];
  let channel = openEmailChannel(emailConfig(port), here);
  const working = await aMailServer();
  const delivery = aDelivery({
    db,
    site,
    channel,
    channels: () => [channel],
    onFailing: ({ failing, reason }) => health.push(`${failing} ${reason}`),
  });
  queue(db, site);
  delivery.wake();
  await until(() => health.length === 1, "the channel is said to fail");
  channel = openEmailChannel(emailConfig(working.port), here);
  await until(() => tellingLog(db, { limit: 1 })[0]!.state === "delivered", "the mail goes out by the new server");
  await until(() => health.length === 2, "the channel is said to work again");
  expect(health[0]).toMatch(/^true .*ECONNREFUSED/);
  expect(health[1]).toBe("false ");
  await channel.close();
});

test("a wrong password waits for somebody to mend it, and appears in no reply", async () => {
  const folder = aFolder();
  const file = join(folder, "smtp.password");
  writeFileSync(file, "s3cret-word\n");
  chmodSync(file, 0o600);
  const server = await aMailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) =>
      done(Object.assign(new Error(`no entry for ${auth.username} with ${auth.password}`), { responseCode: 535 })),
  });
  const site = aSite();
  const db = anOutbox();
  const channel = openEmailChannel(emailConfig(server.port, { username: "sentry", password_file: file }), {
    directory: folder,
  });
  const delivery = aDelivery({ db, site, channel });
  queue(db, site);
  await delivery.idle();
  const [entry] = tellingLog(db, { limit: 1 });
  expect(entry).toMatchObject({ state: "pending", attempts: 1 });
  expect(entry!.reply).toContain("no entry for sentry with ***");
  expect(JSON.stringify(entry)).not.toContain("s3cret-word");
});

test("required STARTTLS refuses a server without it instead of sending in the clear", async () => {
  const server = await aMailServer();
  const site = aSite();
  const db = anOutbox();
  const delivery = aDelivery({
    db,
    site,
    channel: openEmailChannel(emailConfig(server.port, { starttls: "required" }), here),
  });
  queue(db, site);
  await delivery.idle();
  expect(tellingLog(db, { limit: 1 })[0]).toMatchObject({ state: "pending", attempts: 1 });
  expect(server.mails).toHaveLength(0);
});

test("opportunistic STARTTLS uses a certificate nobody vouches for; required does not", async () => {
  // smtp-server brings a self-signed certificate of its own.
  const server = await aMailServer({ disabledCommands: [] });
  const site = aSite();
  const send = async (starttls: "opportunistic" | "required") => {
    const db = anOutbox();
    const delivery = aDelivery({ db, site, channel: openEmailChannel(emailConfig(server.port, { starttls }), here) });
    queue(db, site);
    await delivery.idle();
    return tellingLog(db, { limit: 1 })[0]!.state;
  };
  expect(await send("opportunistic")).toBe("delivered");
  expect(await send("required")).toBe("pending");
});

test("one connection carries many mails", async () => {
  const server = await aMailServer();
  const site = aSite({ telling: { digest_from: 1_000 } });
  const db = anOutbox();
  const delivery = aDelivery({
    db,
    site,
    channel: openEmailChannel(emailConfig(server.port, { connections: 2 }), here),
  });
  for (let n = 1; n <= 30; n++) queue(db, site, { n, alarmId: `alarm-${n}` });
  await delivery.idle();
  expect(server.mails).toHaveLength(30);
  expect(server.connections).toBeLessThanOrEqual(2);
});

test("from commit to acceptance takes milliseconds", async () => {
  const server = await aMailServer();
  const site = aSite();
  const db = anOutbox();
  const delivery = aDelivery({ db, site, channel: openEmailChannel(emailConfig(server.port), here) });
  const tookMs: number[] = [];
  for (let n = 1; n <= 60; n++) {
    const startedAt = performance.now();
    queue(db, site, { n, alarmId: `alarm-${n}` });
    delivery.wake();
    await delivery.idle();
    tookMs.push(performance.now() - startedAt);
  }
  tookMs.sort((a, b) => a - b);
  if (process.env.SENTRY_FIGURES) console.log(`median ${tookMs[30]} ms, worst ${tookMs.at(-1)} ms`);
  // The bound is wide because the machine is shared; the benchmark holds the real one.
  expect(tookMs[30]).toBeLessThan(50);
});
