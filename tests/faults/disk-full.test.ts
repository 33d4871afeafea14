import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { TestClient } from "../broker/harness.ts";
import { aMailServer, type MailServer } from "../notify/builders.ts";
import {
  aHouse,
  eventually,
  publish,
  type Running,
  siteFile,
  startSentry,
  storedJournal,
  storedSamples,
  telemetry,
} from "../sentry.ts";

/** Something in a sample that takes room: unknown keys are counted, not refused. */
const padding = "x".repeat(20_000);
const health = z.object({ ready: z.boolean(), parts: z.record(z.string(), z.object({ ready: z.boolean() })) });

const siteWith = (smtp: MailServer, changes: { intake_size?: string } = {}) =>
  siteFile(["dev-1", "dev-2", "dev-3"], {
    limits: { ...changes },
    channels: { email: { host: "127.0.0.1", port: smtp.port, from: "sentry@example.org", starttls: "off" } },
  });

/** Publishes one after the other until an acknowledgement stays out; returns how many came. */
async function publishUntilFull(client: TestClient, sentry: Running): Promise<number> {
  let full = false;
  const becomesFull = eventually("the disk is full", () => isFull(sentry), 25_000).then(() => {
    full = true;
  });
  for (let seq = 0; ; seq++) {
    const sending = publish(client, telemetry("dev-1"), { seq, session: "s", temperature_c: 20, padding });
    sending.catch(() => {});
    await Promise.race([sending, becomesFull]);
    if (full) return seq;
  }
}

async function isFull(sentry: Running): Promise<boolean> {
  const response = await fetch(`${sentry.httpUrl}/health`);
  return !health.parse(await response.json()).parts.intake!.ready;
}

const mailsAbout = (smtp: MailServer, condition: string) =>
  smtp.mails.filter((mail) => mail.subject?.includes(condition));

test("a log at its bound: no acknowledgement, alarms go on, and what all have read makes room by itself", async () => {
  const smtp = await aMailServer();
  const house = aHouse(siteWith(smtp, { intake_size: "1MiB" }));
  const sentry = await startSentry(house);
  const acknowledged = await publishUntilFull(await sentry.connect("dev-1"), sentry);

  const smoking = { seq: 1, session: "s", smoke_obscuration_pct_per_m: 3 };
  const sendSmoke = async () => publish(await sentry.connect("dev-2"), telemetry("dev-2"), smoking);
  sendSmoke().catch(() => {});
  await eventually("the smoke is told", () => mailsAbout(smtp, "烟雾报警").length === 1);
  await eventually("the log has room again", async () => !(await isFull(sentry)));
  // As firmware would: what was not acknowledged is sent again.
  await sendSmoke();
  await sentry.sentry.settled();
  const stored = storedSamples(house);
  expect(stored.filter((row) => row.device === "dev-1").length).toBeGreaterThanOrEqual(acknowledged);
  expect(stored.filter((row) => row.device === "dev-2")).toHaveLength(1);
  expect(raisedOf(house, "smoke-alarm")).toBe(1);
  expect(mailsAbout(smtp, "烟雾报警")).toHaveLength(1);
});

const mounted = mountSmallDisk();

describe.skipIf(mounted === null)("a small disk (skipped where none can be mounted)", () => {
  test("full: no acknowledgement, alarms are told; with room again nothing acknowledged is missing", async () => {
    const smtp = await aMailServer();
    const house = aHouse(siteWith(smtp), { data: join(mounted!, "data") });
    const sentry = await startSentry(house);
    const client = await sentry.connect("dev-1");
    const waiting = await sentry.connect("dev-3");
    await publish(client, telemetry("dev-1"), { seq: 0, session: "first", temperature_c: 20 });
    fill(join(mounted!, "filler"));
    const acknowledged = await publishUntilFull(client, sentry);

    const smoke = await sentry.connect("dev-2");
    const smoking = { seq: 1, session: "s", smoke_obscuration_pct_per_m: 3 };
    publish(smoke, telemetry("dev-2"), smoking).catch(() => {});
    await eventually("the smoke is told", () => mailsAbout(smtp, "烟雾报警").length === 1);
    await eventually("the full disk is told", () => mailsAbout(smtp, "磁盘").length === 1);
    // A device that waits for its acknowledgement says nothing more by itself.
    let sentAway = false;
    waiting.once("close", () => {
      sentAway = true;
    });
    publish(waiting, telemetry("dev-3"), { seq: 1, session: "s", temperature_c: 20 }).catch(() => {});
    expect(await isFull(sentry)).toBe(true);

    rmSync(join(mounted!, "filler"));
    await eventually("it takes messages again", async () => !(await isFull(sentry)));
    await eventually("whoever waits is asked to send again", () => sentAway);
    await publish(await sentry.connect("dev-2"), telemetry("dev-2"), smoking);
    await publish(await sentry.connect("dev-3"), telemetry("dev-3"), { seq: 1, session: "s", temperature_c: 20 });
    await sentry.sentry.settled();
    const stored = storedSamples(house);
    expect(stored.filter((row) => row.device === "dev-1" && row.session === "s").length).toBe(acknowledged);
    expect(stored.filter((row) => row.device !== "dev-1").map((row) => row.device)).toEqual(["dev-2", "dev-3"]);
    expect(raisedOf(house, "smoke-alarm")).toBe(1);
    await eventually("the room is told", () => mailsAbout(smtp, "磁盘").length === 2);
    await sentry.stop();
  });
});

function raisedOf(house: Parameters<typeof storedJournal>[0], condition: string): number {
  return storedJournal(house).filter((row) => row.condition === condition && row.transition === "raised").length;
}

/** A file system of its own in memory, where this user may mount one. */
function mountSmallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), "sentry-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=192m", "tmpfs", folder], { stdio: "ignore" });
  if (status !== 0) {
    rmSync(folder, { recursive: true });
    return null;
  }
  afterAll(() => {
    spawnSync("umount", ["-l", folder], { stdio: "ignore" });
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (const size of [1 << 20, 1 << 12]) {
      const bytes = Buffer.alloc(size);
      for (;;) {
        try {
          if (writeSync(file, bytes) < size) break;
        } catch {
          break;
        }
      }
    }
  } finally {
    closeSync(file);
  }
}
