import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { onTestFinished } from "vitest";
import {
  type Database,
  type ManualClock,
  openDatabase,
  silentLogger,
  systemClock,
  transaction,
} from "../../core/index.ts";
import {
  type AlarmNotice,
  type Channel,
  createDelivery,
  type DeliveryOptions,
  enqueue,
  outboxMigration,
  outboxRoundsMigration,
  plansMigration,
} from "../../notify/index.ts";
import { createSite, type EmailConfig, type Site, type SiteFile, siteSchema } from "../../site/index.ts";

export const startMs = Date.parse("2026-11-22T00:00:00Z");

export function aSite(file: Partial<SiteFile> = {}): Site {
  const people = file.people ?? [aPerson()];
  const config = siteSchema.parse({
    site: { id: "north", name: { zh: "北院", en: "North" } },
    buildings: [{ id: "a", name: { zh: "住院部", en: "Inpatients" } }],
    rooms: [
      {
        id: "a-101",
        building: "a",
        floor: 1,
        name: { zh: "住院病案一库", en: "Inpatient records 1" },
        suppression: "gas",
        fire_control_room: "+86 10 5555 0119",
        key_holder: people.find((person) => person.id === "10231")?.id,
      },
      { id: "a-102", building: "a", floor: -1, name: { zh: "胶片库", en: "Film store" }, profile: "cn-film-master" },
    ],
    devices: [{ id: "dev-7", room: "a-101", quantities: ["temperature_c"] }],
    ...file,
    people,
  });
  return createSite(config, { directory: tmpdir() });
}

type PersonFile = NonNullable<SiteFile["people"]>[number];

export function aPerson(changes: Partial<PersonFile> = {}): PersonFile {
  return {
    id: "10231",
    name: "王芳",
    category: "archivist",
    language: "zh-CN",
    email: "wang@example.org",
    phone: "+86 139 0000 0000",
    ...changes,
  };
}

export function aNotice(changes: Partial<AlarmNotice> = {}): AlarmNotice {
  return {
    alarmId: "k3v9",
    code: "4711",
    n: 1,
    transition: "raised",
    state: "unacknowledged",
    condition: "temperature-high",
    priority: "high",
    room: "a-101",
    device: "dev-7",
    atMs: startMs,
    raisedAtMs: startMs,
    recordedAtMs: startMs,
    value: 26.3,
    limit: 24,
    unit: "°C",
    messages: {
      "zh-CN": "住院病案一库温度 26.3 °C,高于上限 24 °C。",
      en: "Inpatient records 1 is at 26.3 °C, above 24 °C.",
    },
    advice: { "zh-CN": "检查空调运行状态。", en: "Check the air conditioning." },
    evidence: [],
    lateMs: null,
    ...changes,
  };
}

/** What `state.db` has of this part. */
export const migrations = [outboxMigration, outboxRoundsMigration, plansMigration];

export function anOutbox(): Database {
  const db = openDatabase(":memory:", { migrations });
  onTestFinished(() => db.close());
  return db;
}

/** Queues as the engine's transaction does. */
export function queue(db: Database, site: Site, changes: Partial<AlarmNotice> = {}): number {
  return transaction(db, () => enqueue(db, aNotice(changes), site));
}

export function aFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "notify-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export interface MailServer {
  port: number;
  /** Mails in the order in which the server accepted them. */
  mails: ParsedMail[];
  connections: number;
  server: SMTPServer;
}

/** A real SMTP server. `onMail` answers after DATA: nothing accepts, an error refuses, a pending promise never answers. */
export async function aMailServer(
  options: SMTPServerOptions & { onMail?: (mail: ParsedMail, attempt: number) => Promise<void> | void } = {},
): Promise<MailServer> {
  const { onMail, ...serverOptions } = options;
  const state = { port: 0, mails: [] as ParsedMail[], connections: 0 };
  let attempt = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    closeTimeout: 100,
    onConnect(_session, callback) {
      state.connections++;
      callback();
    },
    onData(stream, _session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const mail = await simpleParser(Buffer.concat(chunks));
        try {
          await onMail?.(mail, ++attempt);
          state.mails.push(mail);
          callback(null);
        } catch (error) {
          callback(error instanceof Error ? error : new Error(String(error)));
        }
      });
    },
    ...serverOptions,
  });
  // A client that hangs up while we do not answer is part of several tests.
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  state.port = (server.server.address() as AddressInfo).port;
  return Object.assign(state, { server });
}

export function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

export function emailConfig(port: number, changes: Partial<EmailConfig> = {}): EmailConfig {
  return {
    host: "127.0.0.1",
    port,
    from: "Archive Sentry <sentry@archive.example.org>",
    secure: false,
    starttls: "opportunistic",
    timeout: 5_000,
    connections: 4,
    ...changes,
  };
}

export function aDelivery(
  options: Partial<Omit<DeliveryOptions, "site">> & { db: Database; site: Site; channel: Channel },
) {
  const { site, channel, ...rest } = options;
  const delivery = createDelivery({
    instance: "test",
    channels: () => [channel],
    clock: systemClock,
    log: silentLogger,
    random: () => 0,
    site: () => site,
    ...rest,
  });
  delivery.start();
  onTestFinished(async () => {
    const stopped = delivery.stop();
    // A test on a manual clock would wait for ever for what it left hanging.
    if (rest.clock && "advance" in rest.clock) (rest.clock as ManualClock).advance(2_000);
    await stopped;
    await channel.close();
  });
  return delivery;
}

export async function until(fact: () => boolean, what: string, withinMs = 5_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!fact()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
