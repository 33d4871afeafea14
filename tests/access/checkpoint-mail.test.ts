import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { parseCheckpoint } from "../../access/index.ts";
import { createCheckpointMail } from "../../app/ledger/checkpoint-mail.ts";
import { silentLogger } from "../../core/index.ts";
import { parseSite } from "../../site/index.ts";
import { siteFile } from "../sentry.ts";
import { aLedger, aSecurityEvent } from "./builders.ts";

const hourMs = 3_600_000;

test("once a day, at its time, the checkpoint is mailed, to auditors inside and outside; again if the server was away", async () => {
  const mails: string[] = [];
  let refuses = true;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, _session, done) {
      let text = "";
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      stream.on("end", () => {
        if (refuses) return done(Object.assign(new Error("not now"), { responseCode: 451 }));
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => new Promise<void>((done) => server.close(() => done())));
  const address = server.server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const house = aLedger();
  const file = {
    ...siteFile([]),
    people: [{ id: "10900", name: "李", category: "auditor" as const, email: "li@example.org" }],
    channels: { email: { host: "127.0.0.1", port, from: "sentry@example.org" } },
    report: { auditors: ["outside@example.net"], checkpoint_mail_at: "06:30" },
  };
  const { site } = parseSite(JSON.stringify(file), { directory: house.folder, name: "site.yaml", nowMs: 0 });
  const { ledger, clock } = house;
  ledger.append([aSecurityEvent("x")]);
  const checkpoint = () => ledger.checkpoint();
  const mail = createCheckpointMail({ ledger, checkpoint, site: () => site, clock, log: silentLogger });
  // To midnight in Shanghai.
  clock.advance(24 * hourMs - ((clock.nowMs() + 8 * hourMs) % (24 * hourMs)));
  await mail.look();
  expect(mails).toEqual([]);
  clock.advance(7 * hourMs);
  await mail.look();
  expect(ledger.size()).toBe(1);
  refuses = false;
  clock.advance(hourMs);
  await mail.look();
  await mail.look();
  expect(mails).toHaveLength(1);
  const read = await simpleParser(mails[0]!);
  expect([read.to].flat().flatMap((one) => one?.value.map(({ address: to }) => to))).toEqual(
    expect.arrayContaining(["li@example.org", "outside@example.net"]),
  );
  expect(parseCheckpoint(read.attachments[0]!.content.toString())?.size).toBe(1);
  expect(read.text).toContain(ledger.verifierKey());
  expect(read.text).toMatch(/audit review --period \d{4}-\d\d/);
  expect(ledger.read({ from: 1, limit: 1 })[0]?.entry).toMatchObject({ kind: "checkpoint-issued", body: { size: 1 } });
  clock.advance(24 * hourMs);
  await mail.look();
  expect(mails).toHaveLength(2);
});
