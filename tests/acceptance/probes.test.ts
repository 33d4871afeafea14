import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type ParsedMail, simpleParser } from "mailparser";
import { expect, onTestFinished, test } from "vitest";
import { alarmsResponse, devicesResponse, readingsResponse } from "../../contract/index.ts";
import type { SiteFile } from "../../site/index.ts";
import { makeAuthority, makeCertificate, opensslMissing } from "../certificates.ts";
import { aHouse, eventually, type House, type Running, siteFile, startSentry, storedJournal } from "../sentry.ts";

/** The archive's own systems, watched through the whole product: from a server that stops to a mail that says so. */

type ProbeFile = Extract<NonNullable<SiteFile["sources"]>[number], { kind: "probe" }>;

const aProbe = (name: string, check: ProbeFile["check"]): ProbeFile => ({ kind: "probe", name, every: "500ms", check });

async function aWebServer() {
  const server = createServer((_, answer) => void answer.setHeader("connection", "close").end("archive ready"));
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  onTestFinished(() => void server.close());
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/status?token=secret`,
    start: () => listen(port),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const people: SiteFile["people"] = [
  { id: "10231", name: "王芳", category: "archivist", email: "wang@example.org" },
  { id: "20007", name: "Li Wei", category: "it", language: "en", email: "li@example.org" },
];

const journalOf = (house: House) =>
  storedJournal(house).map((row) => `${row.device} ${row.condition} ${row.transition} ${row.priority}`);

const recorded = (sentry: Running, device: string, quantity: string) =>
  eventually(`${quantity} of ${device} is recorded`, async () => {
    const page = await sentry.ask(readingsResponse, `/api/v1/readings?device=${device}&quantity=${quantity}`);
    return "readings" in page && page.readings.length > 0;
  });

/** The mails that would have gone out, to one person, in the order of their time. */
async function mailsTo(house: House, address: string): Promise<ParsedMail[]> {
  const folder = join(house.data, "mail");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".eml")) : [];
  const mails = await Promise.all(names.sort().map((name) => simpleParser(readFileSync(join(folder, name)))));
  return mails.filter(({ to }) => [to].flat().some((one) => one?.text.includes(address)));
}

test("a web server that stops is an alarm, by mail to the archivist and to IT, until it is back", async () => {
  const archive = await aWebServer();
  const sources = [aProbe("archive-web", { kind: "http", url: archive.url, expect: "ready" })];
  const house = aHouse(siteFile(["dev-1"], { sources, people }));
  const sentry = await startSentry(house);
  await recorded(sentry, "archive-web", "response_ms");
  const { devices } = await sentry.ask(devicesResponse, "/api/v1/devices");
  expect(devices.find(({ id }) => id === "archive-web")).toMatchObject({ room: null, online: true, quarantined: 0 });

  await archive.stop();
  await eventually("it is raised", () => journalOf(house).length === 1);
  const { alarms } = await sentry.ask(alarmsResponse, "/api/v1/alarms");
  expect(alarms).toMatchObject([
    {
      condition: "archive-system-unreachable",
      priority: "high",
      device: "archive-web",
      room: null,
      state: "unacknowledged",
    },
  ]);
  expect(alarms[0]!.messages["zh-CN"]).toMatch(/^archive-web：档案系统无法访问（.*ECONNREFUSED.*）/);
  for (const address of ["wang@example.org", "li@example.org"]) {
    await eventually(`${address} is told`, async () => (await mailsTo(house, address)).length === 1);
  }
  const [told] = await mailsTo(house, "li@example.org");
  expect(told!.text).toContain("Archive system unreachable");
  expect(told!.text).toContain("ECONNREFUSED");
  expect(told!.text).not.toContain("secret");

  await archive.start();
  await eventually("both hear that it is back", async () => (await mailsTo(house, "wang@example.org")).length === 2);
  expect(journalOf(house)).toEqual([
    "archive-web archive-system-unreachable raised high",
    "archive-web archive-system-unreachable returned high",
  ]);
});

test("what was unreachable before a restart is not told again, and its return is", async () => {
  const archive = await aWebServer();
  const house = aHouse(
    siteFile(["dev-1"], { sources: [aProbe("archive-web", { kind: "http", url: archive.url })], people }),
  );
  await archive.stop();
  const first = await startSentry(house);
  await eventually("it is raised", () => journalOf(house).length === 1);
  await first.stop();
  await startSentry(house);
  await archive.start();
  await eventually("it is back", () => journalOf(house).length > 1);
  expect(journalOf(house)).toEqual([
    "archive-web archive-system-unreachable raised high",
    "archive-web archive-system-unreachable returned high",
  ]);
});

test("a backup that grows old is overdue until there is a new one", async () => {
  const house = aHouse(
    siteFile(["dev-1"], { sources: [aProbe("backup", { kind: "newest-file", path: "backups" })], people }),
  );
  mkdirSync(join(house.folder, "backups"));
  const file = join(house.folder, "backups", "archive.dump");
  writeFileSync(file, "everything");
  const age = (hours: number) => {
    const atS = Date.now() / 1_000 - hours * 3_600;
    utimesSync(file, atS, atS);
  };
  age(25);
  const sentry = await startSentry(house);
  await recorded(sentry, "backup", "backup_age_h");
  expect(journalOf(house)).toEqual([]);
  age(27);
  await eventually("it is overdue", async () => (await mailsTo(house, "wang@example.org")).length === 1);
  age(0);
  await eventually("it is not any more", async () => (await mailsTo(house, "wang@example.org")).length === 2);
  expect(journalOf(house)).toEqual([
    "backup archive-backup-overdue raised high",
    "backup archive-backup-overdue returned high",
  ]);
});

test("a probe that is taken out of the site file takes its alarm along", async () => {
  const archive = await aWebServer();
  await archive.stop();
  const file = siteFile(["dev-1"], { sources: [aProbe("archive-web", { kind: "http", url: archive.url })], people });
  const house = aHouse(file);
  const sentry = await startSentry(house);
  await eventually("it is raised", () => journalOf(house).length === 1);
  house.rewrite({ ...file, sources: [] });
  const answer = await sentry.post("/api/v1/config/reload", { by: "20007" });
  expect(await answer.json()).toMatchObject({ warnings: [] });
  await eventually("its alarm returns", () => storedJournal(house).at(-1)?.reason === "removed-from-site");
});

test.skipIf(opensslMissing)("a certificate of our own listener that expires soon is an alarm", async () => {
  const file = siteFile(["dev-1"], { people });
  const house = aHouse(file);
  makeAuthority(house.folder);
  makeCertificate(house.folder, "server", 20);
  const tls = { kind: "tls", port: 0, certificate_file: "server.pem", key_file: "server.key" } as const;
  house.rewrite({ ...file, broker: { ...file.broker, listeners: [{ kind: "tcp", port: 0 }, tls] } });
  await startSentry(house);
  await eventually("it is raised", () => journalOf(house).length === 1);
  expect(storedJournal(house)).toMatchObject([
    { condition: "certificate-expiring", subject: "tls:0", value: 19, priority: "medium" },
  ]);
});
