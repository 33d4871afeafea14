import { simpleParser } from "mailparser";
import type { SMTPServerSession } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { openEmailChannel } from "../../../notify/index.ts";
import type { EmailConfig } from "../../../site/index.ts";
import { aMailServer, emailConfig, refusal } from "../builders.ts";
import { aMessage, aSecretFolder, secrets, smoke, wang } from "./builders.ts";
import { channelContract, type FarEnd } from "./contract.ts";

const never = new AbortController().signal;

/** What mail servers answer, at the point of the conversation at which they do. */
const refusals: Record<string, { at: "connect" | "sender" | "recipient" | "content"; code: number; words: string }> = {
  "450 greylisted": { at: "recipient", code: 450, words: "4.2.0 Greylisted, see you in 60 s" },
  "421 at connection": { at: "connect", code: 421, words: "4.3.2 too many connections" },
  "421 in between": { at: "content", code: 421, words: "4.3.0 closing" },
  "452 disk full": { at: "content", code: 452, words: "4.3.1 insufficient system storage" },
  "451 at the sender": { at: "sender", code: 451, words: "4.7.1 try again later" },
  "550 no such user": { at: "recipient", code: 550, words: "5.1.1 no such user" },
  "552 mailbox full": { at: "recipient", code: 552, words: "5.2.2 mailbox full" },
  "552 too big": { at: "content", code: 552, words: "5.3.4 message too big" },
  "554 looks like spam": { at: "content", code: 554, words: "5.7.1 looks like spam" },
  "530 log in first": { at: "sender", code: 530, words: "5.7.0 authentication required" },
  echo: {
    at: "content",
    code: 451,
    words: `${secrets.one} ${Buffer.from(`\0sentry\0${secrets.one}`).toString("base64")}`,
  },
};

async function aSmtpFarEnd(): Promise<{ far: FarEnd; port: number }> {
  let what = "accept";
  let peak = 0;
  const busy = new Set<string>();
  const ids: string[] = [];
  const refuse = (at: string, done: (error?: Error | null) => void) => {
    const said = refusals[what];
    if (said?.at === at) done(refusal(said.code, said.words));
    else done();
  };
  const server = await aMailServer({
    allowInsecureAuth: true,
    onAuth: (_auth, _session, done) => done(null, { user: "sentry" }),
    onConnect: (_session, done) => refuse("connect", done),
    onMailFrom: (_address, _session, done) => refuse("sender", done),
    onRcptTo: (_address, _session, done) => refuse("recipient", done),
    onClose: (session: SMTPServerSession) => busy.delete(session.id),
    onData(stream, session, done) {
      busy.add(session.id);
      peak = Math.max(peak, busy.size);
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        ids.push((await simpleParser(Buffer.concat(chunks))).messageId ?? "none");
        if (what === "hang") return;
        busy.delete(session.id);
        refuse("content", done);
      });
    },
  });
  const far: FarEnd = {
    does: (next) => {
      what = next;
    },
    arrived: () => ids.length,
    busy: () => busy.size,
    peak: () => peak,
    keys: () => ids,
    leave: () => new Promise((resolve) => server.server.close(() => resolve())),
  };
  return { far, port: server.port };
}

channelContract("email", {
  cases: [
    ["accept", "delivered"],
    ["450 greylisted", "retry"],
    ["421 at connection", "retry"],
    ["421 in between", "retry"],
    ["452 disk full", "retry"],
    ["451 at the sender", "retry"],
    ["550 no such user", "give-up"],
    ["552 mailbox full", "give-up"],
    ["552 too big", "give-up"],
    ["554 looks like spam", "give-up"],
    ["530 log in first", "retry"],
    ["echo", "retry"],
  ],
  async open({ timeoutMs }) {
    const { far, port } = await aSmtpFarEnd();
    const login = { username: "sentry", password_file: "one" };
    const config: EmailConfig = emailConfig(port, { timeout: timeoutMs, ...login });
    return { channel: openEmailChannel(config, aSecretFolder()), to: wang, far };
  },
});

test.each([
  // A server with a certificate of nobody we know, and one that offers no encryption.
  ["required", "offered", false, "retry"],
  ["required", "not offered", false, "retry"],
  ["opportunistic", "offered", false, "delivered"],
  ["opportunistic", "not offered", false, "delivered"],
  ["off", "offered", false, "delivered"],
  ["off", "not offered", true, "delivered"],
] as const)("starttls %s, %s by the server, password %s: %s", async (starttls, offered, withPassword, kind) => {
  const encrypted: boolean[] = [];
  const server = await aMailServer({
    disabledCommands: offered === "offered" ? [] : ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: (_auth, _session, done) => done(null, { user: "sentry" }),
    onMailFrom(_address, session, done) {
      encrypted.push(session.secure);
      done();
    },
  });
  const login = withPassword ? { username: "sentry", password_file: "one" } : {};
  const channel = openEmailChannel(emailConfig(server.port, { starttls, ...login }), aSecretFolder());
  onTestFinished(() => channel.close());
  expect(await channel.send(aMessage(smoke), wang, never)).toMatchObject({ kind });
  expect(server.mails).toHaveLength(kind === "delivered" ? 1 : 0);
  if (kind === "delivered") expect(encrypted).toEqual([starttls === "opportunistic" && offered === "offered"]);
});

test("all mails of one alarm are one conversation, each a mail of its own", async () => {
  const server = await aMailServer();
  const channel = openEmailChannel(emailConfig(server.port), aSecretFolder());
  onTestFinished(() => channel.close());
  for (const changes of [
    { n: 1 },
    { n: 2, transition: "priority-changed", priority: "critical" },
    { n: 3, transition: "returned" },
  ] as const)
    await channel.send(aMessage(changes), wang, never);
  await channel.send(aMessage({ alarmId: "another", n: 4 }), wang, never);
  const threads = server.mails.map((mail) => mail.inReplyTo);
  expect(new Set(threads.slice(0, 3)).size).toBe(1);
  expect(threads[3]).not.toBe(threads[0]);
  expect(server.mails.map((mail) => mail.references)).toEqual(threads);
  expect(new Set(server.mails.map((mail) => mail.messageId)).size).toBe(4);
});
