import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createLedger, type Ledger, type LedgerOptions, type NewEntry } from "../../access/index.ts";
import { type ManualClock, manualClock } from "../../core/index.ts";

export const startMs = Date.parse("2026-11-22T08:00:00.000Z");

export function aLedgerFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sentry-ledger-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestLedger {
  ledger: Ledger;
  clock: ManualClock;
  folder: string;
  /** Closes it and opens it again, as after a restart. */
  reopen(): Ledger;
}

export function aLedger(options: Partial<LedgerOptions> & { folder?: string } = {}): TestLedger {
  const folder = options.folder ?? aLedgerFolder();
  const clock = manualClock(startMs);
  const open = () =>
    createLedger({
      file: (name) => join(folder, name),
      site: "north",
      personal: { lookup: Buffer.alloc(32, 1), wrapping: Buffer.alloc(32, 2) },
      clock,
      ...options,
    });
  const test: TestLedger = {
    ledger: open(),
    clock,
    folder,
    reopen() {
      test.ledger.close();
      test.ledger = open();
      return test.ledger;
    },
  };
  onTestFinished(() => test.ledger.close());
  return test;
}

export const aBadge = (person: string, changes: { atMs?: number; room?: string } = {}): NewEntry => ({
  kind: "access-event",
  atMs: changes.atMs ?? startMs,
  body: {
    event: "badge",
    door: "d1",
    room: changes.room ?? "a-101",
    device: "dev-8",
    direction: "in",
    decision: "granted",
    judged: "standing-right",
    category: "archivist",
  },
  personal: { person: { person, value: { id: person, name: "王芳" } } },
});

export const aSecurityEvent = (subject: string): NewEntry => ({
  kind: "security-event",
  atMs: startMs,
  body: { what: "topic-violation", subject, detail: "publish to bms/1" },
});

export const aLogIn = (person: string): NewEntry => ({
  kind: "log-in",
  atMs: startMs,
  body: { result: "accepted", via: "api" },
  personal: { person: { person, value: person } },
});
