import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../core/index.ts";
import { openSmsModemChannel, openVoiceModemChannel, smsText } from "../../../notify/index.ts";
import { isMissing } from "../../servers.ts";
import { aFolder, until } from "../builders.ts";
import { aMessage, configOf, smoke, wang } from "./builders.ts";
import { channelContract, type FarEnd } from "./contract.ts";

const never = new AbortController().signal;
const folders = {
  smstools: { outgoing: "outgoing", sent: "sent", failed: "failed" },
  "gammu-smsd": { outgoing: "outbox", sent: "sent", failed: "error" },
};

/** Stands where the daemon stands: takes files out of the spool and moves them as it would. */
function aSpool(daemon: keyof typeof folders) {
  const directory = aFolder();
  const { outgoing, sent, failed } = folders[daemon];
  for (const folder of [outgoing, sent, failed]) mkdirSync(join(directory, folder));
  let what = "accept";
  let peak = 0;
  const arrived: string[] = [];
  const waiting = () => readdirSync(join(directory, outgoing)).filter((name) => !name.startsWith("."));
  const reasons: Record<string, string> = {
    "no network": "Modem GSM1: +CMS ERROR: 331 (No network service)",
    "wrong number": "Modem GSM1: +CMS ERROR: 1 (Unassigned (unallocated) number)",
    "no SIM": "Modem GSM1: +CMS ERROR: 310 (SIM not inserted)",
  };
  const timer = setInterval(() => {
    peak = Math.max(peak, waiting().length);
    if (what === "hang") return;
    for (const name of waiting()) {
      arrived.push(name);
      const from = join(directory, outgoing, name);
      if (what !== "accept") writeFileSync(from, `Fail_reason: ${reasons[what]}\n${readFileSync(from, "latin1")}`);
      renameSync(from, join(directory, what === "accept" ? sent : failed, name));
    }
  }, 5);
  onTestFinished(() => clearInterval(timer));
  const far: FarEnd = {
    does: (next) => {
      what = next;
    },
    arrived: () => arrived.length,
    busy: () => waiting().length,
    peak: () => peak,
    keys: () => arrived,
    async leave() {
      clearInterval(timer);
    },
  };
  return { directory, far };
}

const faults = [
  ["accept", "delivered"],
  ["no network", "retry"],
  ["no SIM", "retry"],
  ["wrong number", "give-up"],
] as const;

for (const daemon of ["smstools", "gammu-smsd"] as const) {
  channelContract(`sms-modem through ${daemon}`, {
    cases: faults,
    async open({ timeoutMs }) {
      const { directory, far } = aSpool(daemon);
      const config = configOf("sms-modem", { daemon, directory, timeout: `${timeoutMs}ms`, poll: "5ms" });
      return { channel: openSmsModemChannel(config, { clock: systemClock }), to: wang, far };
    },
  });
}

channelContract("voice-modem", {
  cases: faults,
  async open({ timeoutMs }) {
    const { directory, far } = aSpool("smstools");
    const config = configOf("voice-modem", { directory, timeout: `${timeoutMs}ms`, poll: "5ms" });
    return { channel: openVoiceModemChannel(config, { clock: systemClock }), to: wang, far };
  },
});

test("what the modem sent after we had let go is found again and not sent twice", async () => {
  const { directory, far } = aSpool("smstools");
  const config = configOf("sms-modem", { daemon: "smstools", directory, poll: "5ms" });
  const channel = openSmsModemChannel(config, { clock: systemClock });
  far.does("hang");
  mkdirSync(join(directory, "checked"));
  const cut = new AbortController();
  const sending = channel.send(aMessage(), wang, cut.signal);
  await until(() => far.busy() === 1, "it is in the spool");
  const [name] = readdirSync(join(directory, "outgoing"));
  // The daemon has taken it: from here on nobody can take it back.
  renameSync(join(directory, "outgoing", name!), join(directory, "checked", name!));
  cut.abort();
  expect(await sending).toMatchObject({ kind: "retry" });
  const again = channel.send(aMessage(), wang, never);
  renameSync(join(directory, "checked", name!), join(directory, "sent", name!));
  expect(await again).toMatchObject({ kind: "delivered" });
  expect(far.arrived() + far.busy()).toBe(0);
});

test("what an earlier attempt failed with does not count against the next", async () => {
  const { directory, far } = aSpool("smstools");
  const config = configOf("sms-modem", { daemon: "smstools", directory, poll: "5ms" });
  const channel = openSmsModemChannel(config, { clock: systemClock });
  far.does("no network");
  expect(await channel.send(aMessage(), wang, never)).toMatchObject({ kind: "retry" });
  far.does("accept");
  expect(await channel.send(aMessage(), wang, never)).toMatchObject({ kind: "delivered" });
});

test("the daemon's group may read and remove the file, others may not see it", async () => {
  const { directory, far } = aSpool("smstools");
  const config = configOf("sms-modem", { daemon: "smstools", directory, poll: "5ms" });
  const channel = openSmsModemChannel(config, { clock: systemClock });
  far.does("accept");
  await channel.send(aMessage(), wang, never);
  const [name] = readdirSync(join(directory, "sent"));
  expect(statSync(join(directory, "sent", name!)).mode & 0o777).toBe(0o660);
});

test("a spool that is not there is said, and no folder of ours hides it", async () => {
  const config = configOf("sms-modem", { daemon: "smstools", directory: join(aFolder(), "none"), poll: "5ms" });
  const channel = openSmsModemChannel(config, { clock: systemClock });
  expect(await channel.send(aMessage(), wang, never)).toMatchObject({
    kind: "retry",
    reason: expect.stringContaining("ENOENT"),
  });
});

/** A GSM modem that hears AT commands over TCP, as smsd speaks to one in the network. */
async function aModem() {
  const pdus: string[] = [];
  const calls: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let heard = "";
    let isPdu = false;
    const say = (text: string) => socket.write(`\r\n${text}\r\n`);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      for (const character of data.toString("latin1")) {
        if (character === "\x1a" && isPdu) {
          pdus.push(heard);
          [heard, isPdu] = ["", false];
          say("+CMGS: 7\r\n\r\nOK");
        } else if (character === "\r" && !isPdu) {
          const command = heard.trim();
          heard = "";
          if (command.startsWith("AT+CMGS=")) {
            isPdu = true;
            socket.write("\r\n> ");
          } else if (command.startsWith("ATD")) {
            calls.push(command);
            say("OK");
          } else if (command.includes("+CPIN?")) say("+CPIN: READY\r\n\r\nOK");
          else if (command.includes("+CSQ")) say("+CSQ: 20,0\r\n\r\nOK");
          else if (command.includes("+CREG?")) say("+CREG: 0,1\r\n\r\nOK");
          else if (command.includes("+CIMI")) say("460001234567890\r\n\r\nOK");
          else if (command !== "") say("OK");
        } else heard += character;
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, pdus, calls };
}

/** Starts a daemon in the foreground and ends it with the test. */
async function aDaemon(command: string, args: string[]): Promise<void> {
  const child = execFile(command, args, () => {});
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.on("exit", () => resolve());
        child.kill("SIGKILL");
      }),
  );
}

describe.skipIf(isMissing("smsd"))("the real smstools", () => {
  async function anSmsd() {
    const modem = await aModem();
    const directory = aFolder();
    for (const folder of ["outgoing", "checked", "sent", "failed", "incoming"]) mkdirSync(join(directory, folder));
    const paths = ["outgoing", "checked", "sent", "failed", "incoming"].map((name) => `${name} = ${directory}/${name}`);
    writeFileSync(
      join(directory, "smsd.conf"),
      `devices = GSM1
${paths.join("\n")}
logfile = ${directory}/log
infofile = ${directory}/info
pidfile = ${directory}/pid
delaytime = 1
delaytime_mainprocess = 1
autosplit = 3
executable_check = no
[GSM1]
device = @127.0.0.1:${modem.port}
incoming = no
`,
    );
    await aDaemon("smsd", ["-t", "-c", join(directory, "smsd.conf")]);
    return { modem, directory };
  }

  test("sends the text in UCS-2 and says so, in one part", async () => {
    const { modem, directory } = await anSmsd();
    const config = configOf("sms-modem", { daemon: "smstools", directory, poll: "20ms" });
    const channel = openSmsModemChannel(config, { clock: systemClock });
    expect(await channel.send(aMessage(smoke), wang, never)).toMatchObject({ kind: "delivered" });
    expect(modem.pdus).toHaveLength(1);
    const text = Buffer.from(smsText(aMessage(smoke).brief, "4711"), "utf16le")
      .swap16()
      .toString("hex")
      .toUpperCase();
    // Number with swapped digits, data coding 08 (UCS-2), length, text.
    expect(modem.pdus[0]).toContain("91683109000000F0");
    expect(modem.pdus[0]!.endsWith(text)).toBe(true);
  }, 30_000);

  test("rings", async () => {
    const { modem, directory } = await anSmsd();
    const config = configOf("voice-modem", { directory, poll: "20ms", ring: "1s" });
    const channel = openVoiceModemChannel(config, { clock: systemClock });
    expect(await channel.send(aMessage(smoke), wang, never)).toMatchObject({ kind: "delivered" });
    expect(modem.calls).toEqual(["ATD+8613900000000;"]);
  }, 30_000);
});

describe.skipIf(isMissing("gammu-smsd"))("the real gammu-smsd", () => {
  test("takes the file, sends it and moves it where we look", async () => {
    const directory = aFolder();
    for (const folder of ["inbox", "outbox", "sent", "error", "phone"]) mkdirSync(join(directory, folder));
    writeFileSync(
      join(directory, "smsdrc"),
      `[gammu]
model = dummy
connection = none
device = ${directory}/phone
[smsd]
service = files
inboxpath = ${directory}/inbox/
outboxpath = ${directory}/outbox/
sentsmspath = ${directory}/sent/
errorsmspath = ${directory}/error/
logfile = ${directory}/log
commtimeout = 1
sendtimeout = 5
`,
    );
    await aDaemon("gammu-smsd", ["-c", join(directory, "smsdrc")]);
    const config = configOf("sms-modem", { daemon: "gammu-smsd", directory, poll: "20ms" });
    const channel = openSmsModemChannel(config, { clock: systemClock });
    expect(await channel.send(aMessage(smoke), wang, never)).toMatchObject({ kind: "delivered" });
    expect(readFileSync(join(directory, "log"), "utf8")).toMatch(/Transmitted OUTA20261122_000000_00_\+8613900000000_/);
  }, 30_000);
});
