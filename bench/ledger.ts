import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createLedger,
  exportPack,
  type Ledger,
  type NewEntry,
  verdictOfAll,
  verifyData,
  verifyPack,
} from "../access/index.ts";
import { systemClock } from "../core/index.ts";
import { percentile, row, say } from "./report.ts";

/** The ledger: entries a second appended and verified, and how long a proof among ten million takes. */

const entries = 200_000;
const batch = 500;
const many = 10_000_000;
const proofs = 1_000;

const event = (n: number): NewEntry => ({
  kind: "security-event",
  atMs: 1_790_000_000_000 + n,
  body: { what: "topic-violation", subject: `dev-${n % 500}`, detail: "publish to sentry/north/dev-1/telemetry" },
});
const badge = (n: number): NewEntry => ({
  kind: "access-event",
  atMs: 1_790_000_000_000 + n,
  body: { event: "badge", door: "d1", room: "a-101", device: "dev-8", direction: "in", decision: "granted" },
  personal: { person: { person: `${n % 300}`, value: { id: `${n % 300}`, name: "王芳" } } },
});

function aLedger(folder: string): Ledger {
  return createLedger({
    file: (name) => join(folder, name),
    site: "bench",
    personal: { lookup: Buffer.alloc(32, 1), wrapping: Buffer.alloc(32, 2) },
    clock: systemClock,
  });
}

function timed(work: () => void): { wallS: number; cpuS: number } {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallS: (performance.now() - wall) / 1_000, cpuS: (user + system) / 1e6 };
}

function rates(name: string, count: number, toHold: string, work: () => void): void {
  const { wallS, cpuS } = timed(work);
  row(name, { "entries/s": Math.round(count / wallS), "a CPU second": Math.round(count / cpuS), "to hold": toHold });
}

export function ledgerSpeed(options: { proofs: boolean }): void {
  const folder = mkdtempSync(join(tmpdir(), "sentry-bench-"));
  try {
    say(`\nLedger: ${entries.toLocaleString("en")} entries in batches of ${batch}, each on disk before it is answered`);
    const ledger = aLedger(folder);
    const append = (make: (n: number) => NewEntry) => {
      for (let n = 0; n < entries / 2; n += batch) {
        ledger.append(
          Array.from({ length: batch }, (_, at) => make(n + at)),
          { source: "bench", position: n },
        );
      }
    };
    rates("append, nobody named", entries / 2, "≥ 20,000", () => append(event));
    rates("append, a person each", entries / 2, "≥ 20,000", () => append(badge));
    ledger.checkpoint();
    const key = ledger.verifierKey();
    const pack = join(folder, "pack");
    rates("export a pack, names shown", entries, "", () =>
      exportPack(ledger, pack, { shows: () => true, opens: () => true }),
    );
    const plain = join(folder, "plain");
    exportPack(ledger, plain, { shows: () => true, opens: () => false });
    const sound = (check: ReturnType<typeof verifyPack>) => {
      if (verdictOfAll(check).fault) throw new Error("the ledger should be sound");
    };
    rates("verify a data folder", entries, "≥ 50,000", () => sound(verifyData((name) => join(folder, name), { key })));
    rates("verify a pack", entries, "≥ 50,000", () => sound(verifyPack(plain)));
    rates("verify a pack, names shown", entries, "", () => sound(verifyPack(pack)));
    ledger.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (options.proofs) proofSpeed();
}

/** Ten million leaves without payloads: a proof never reads one. */
function proofSpeed(): void {
  const folder = mkdtempSync(join(tmpdir(), "sentry-bench-"));
  try {
    fill(folder);
    const ledger = aLedger(folder);
    const times = (make: (n: number) => void) =>
      Array.from({ length: proofs }, (_, n) => {
        const startMs = performance.now();
        make((n * 7_919_777) % many);
        return performance.now() - startMs;
      });
    say(`\nLedger: proofs among ${many.toLocaleString("en")} entries`);
    const figures = (name: string, found: number[]) =>
      row(name, {
        "median ms": percentile(found, 0.5).toFixed(2),
        "p99 ms": percentile(found, 0.99).toFixed(2),
        "slowest ms": Math.max(...found).toFixed(2),
        "to hold": "≤ 5",
      });
    figures(
      "inclusion",
      times((n) => ledger.inclusion(n)),
    );
    figures(
      "consistency",
      times((n) => ledger.consistency(n)),
    );
    ledger.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill(folder: string): void {
  const ledger = aLedger(folder);
  const payload = Buffer.from("x");
  // The ledger's own way of appending, without waiting for the disk and without making entries.
  ledger.store.database.exec("PRAGMA synchronous = OFF");
  for (let n = 0; n < many; n += 50_000) {
    ledger.store.append(() => Array.from({ length: 50_000 }, () => ({ kind: "log-in", recordedAtMs: 1, payload })));
  }
  ledger.close();
}
