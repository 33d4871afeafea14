import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { messageOf, openDatabase, systemClock, systemCodeOf } from "../../core/index.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** What the machine gives: runtime, clock, disk, ports. */

const oldestNode = 24;

export function checkNode(): Finding[] {
  const version = process.versions.node;
  if (Number.parseInt(version, 10) >= oldestNode) return [ok("node", `Node.js ${version}`)];
  return [
    fail("node", `Node.js ${version}`, `Node.js ${oldestNode} or newer is needed; npm ci in the checkout brings one`),
  ];
}

const builtMs = Date.UTC(2026, 0, 1);
const farFutureMs = Date.UTC(2100, 0, 1);
const tolerableStepMs = 500;

/** Watches wall and monotonic clock while the other checks run. */
export function startClockCheck(): () => Finding[] {
  const begun = { wallMs: systemClock.nowMs(), monotonicMs: systemClock.monotonicMs() };
  return () => {
    const wallMs = systemClock.nowMs();
    const stepMs = wallMs - begun.wallMs - (systemClock.monotonicMs() - begun.monotonicMs);
    const now = new Date(wallMs).toISOString();
    if (wallMs < builtMs || wallMs > farFutureMs) {
      return [
        fail("clock", `it is said to be ${now}`, "set the clock and keep it right by NTP: alarms are judged by it"),
      ];
    }
    if (Math.abs(stepMs) > tolerableStepMs) {
      const found = `the clock was set by ${Math.round(stepMs)} ms while this ran`;
      return [warn("clock", found, "let NTP slew the clock (chrony, systemd-timesyncd) rather than step it")];
    }
    return [ok("clock", `${now}, steady`)];
  };
}

const slowCommitMs = 20;
const commits = 200;

export function checkData(folder: string, limits: { diskFreeBytes: number }): Finding[] {
  const path = resolve(folder);
  const there = nearestExisting(path);
  try {
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!statSync(there).isDirectory()) throw new Error(`${there} is no folder`);
  } catch (error) {
    return [
      fail(
        "data",
        `cannot write to ${there}: ${messageOf(error)}`,
        "give the folder to the user this runs as, or choose another with --data",
      ),
    ];
  }
  const found = there === path ? `${path} is writable` : `${path} will be made`;
  return [ok("data", found), ...lockFinding(path), freeFinding(there, limits.diskFreeBytes), commitFinding(there)];
}

/** Whether an instance is running on this data folder. */
export function isInUse(folder: string): boolean {
  const lock = join(resolve(folder), "lock");
  if (!existsSync(lock)) return false;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(lock, { timeout: 0, readOnly: true });
    db.prepare("SELECT 1 FROM sqlite_schema").all();
    return false;
  } catch (error) {
    return messageOf(error).includes("locked");
  } finally {
    db?.close();
  }
}

function lockFinding(path: string): Finding[] {
  if (!isInUse(path)) return [];
  const pid = lockHolder(join(path, "lock"));
  return [ok("data", `an instance is running on it${pid === null ? "" : ` (process ${pid})`}`)];
}

/** Linux says who holds a lock; elsewhere only that somebody does. */
function lockHolder(file: string): string | null {
  try {
    const { ino } = statSync(file);
    const line = readFileSync("/proc/locks", "utf8")
      .split("\n")
      .find((entry) => entry.split(/\s+/)[5]?.endsWith(`:${ino}`));
    return line?.split(/\s+/)[4] ?? null;
  } catch {
    return null;
  }
}

function freeFinding(path: string, limitBytes: number): Finding {
  const { bavail, bsize } = statfsSync(path);
  const free = bavail * bsize;
  const found = `${gib(free)} free`;
  return free >= limitBytes
    ? ok("disk", found)
    : warn(
        "disk",
        `${found}, less than limits.disk_free (${gib(limitBytes)})`,
        "make room: disk-low would be raised at once",
      );
}

/** Every acknowledged message waits for such a commit. */
function commitFinding(path: string): Finding {
  const trial = mkdtempSync(join(path, ".doctor-"));
  try {
    const db = openDatabase(join(trial, "trial.db"), { migrations: ["CREATE TABLE trial (payload BLOB) STRICT"] });
    const insert = db.prepare("INSERT INTO trial (payload) VALUES (?)");
    const payload = Buffer.alloc(200, 7);
    const tookMs: number[] = [];
    for (let n = 0; n < commits; n++) {
      const fromMs = performance.now();
      insert.run(payload);
      tookMs.push(performance.now() - fromMs);
    }
    db.close();
    tookMs.sort((a, b) => a - b);
    const at = (share: number) => tookMs[Math.min(commits - 1, Math.floor(commits * share))]!;
    const found = `a durable commit takes ${at(0.5).toFixed(1)} ms (median), ${at(0.99).toFixed(1)} ms (99 %)`;
    if (at(0.99) <= slowCommitMs) return ok("disk", found);
    return warn(
      "disk",
      found,
      "a slow disk delays acknowledgements: use an SSD, or a disk that others do not keep busy",
    );
  } catch (error) {
    return fail(
      "disk",
      `a trial commit failed: ${messageOf(error)}`,
      "check the disk and the rights to the data folder",
    );
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}

export async function checkPort(
  what: string,
  address: { host: string; port: number },
  inUse: boolean,
): Promise<Finding> {
  const name = `${address.host}:${address.port}`;
  if (address.port === 0) return ok(what, "any free port");
  const code = await new Promise<string | null>((done) => {
    const server = createServer();
    server.once("error", (error) => done(systemCodeOf(error) ?? messageOf(error)));
    server.listen(address.port, address.host, () => server.close(() => done(null)));
  });
  if (code === null) return ok(what, `${name} is free`);
  if (code === "EADDRINUSE" && inUse) return ok(what, `${name} is in use, as it should be while the instance runs`);
  if (code === "EADDRINUSE") {
    return fail(
      what,
      `${name} is taken by another program`,
      "stop that program (Debian's mosquitto starts by itself), or choose another port",
    );
  }
  if (code === "EACCES") {
    return fail(
      what,
      `${name} may not be opened by this user`,
      "choose a port from 1024 on, or grant CAP_NET_BIND_SERVICE",
    );
  }
  return fail(what, `${name} cannot be opened (${code})`, "is it an address of this machine?");
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

const gib = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
