import { hkdfSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { messageOf, randomSecret, SentryError } from "../core/index.ts";

/** The folder that holds everything the program keeps, used by one process at a time. */
export interface DataFolder {
  readonly path: string;
  file(name: string): string;
  /** Token of the operator at this machine; belongs to no person. */
  operatorToken(): string;
  /** A random secret of this data folder, made when it is first asked for. */
  secret(name: string): string;
  freeBytes(): number;
  /** Sets space aside for saving alarms when everything else is full; false while there is no room for it. */
  keepReserve(): boolean;
  /** Gives that space free; false when there was none. */
  releaseReserve(): boolean;
  unlock(): void;
}

const reserveBytes = 32 * 1024 * 1024;

export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  // Nobody else reads what is kept here, whatever the shell's mask is.
  process.umask(0o077);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new SentryError("data-unwritable", `cannot create the data folder ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const lock = takeLock(path);
  const file = (name: string) => join(path, name);
  const secret = (name: string) => {
    const at = file(name);
    if (!existsSync(at)) writeFileSync(at, `${randomSecret()}\n`, { mode: 0o600 });
    chmodSync(at, 0o600);
    return readFileSync(at, "utf8").trim();
  };
  return {
    path,
    file,
    operatorToken: () => secret("operator.token"),
    secret,
    freeBytes() {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    },
    keepReserve() {
      if (existsSync(file("reserve"))) return true;
      const { blocks, bavail, bsize } = statfsSync(path);
      // A disk that small would be taken up by the reserve itself.
      if (blocks * bsize < 4 * reserveBytes) return true;
      if (bavail * bsize < 2 * reserveBytes) return false;
      writeFileSync(file("reserve"), Buffer.alloc(reserveBytes, 1), { mode: 0o600 });
      return true;
    },
    releaseReserve() {
      if (!existsSync(file("reserve"))) return false;
      rmSync(file("reserve"), { force: true });
      return true;
    },
    unlock: () => lock.close(),
  };
}

/** A lock that the operating system lets go of when the process dies, however it dies. */
function takeLock(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(path, "lock"), { timeout: 0 });
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
    return lock;
  } catch (error) {
    lock?.close();
    if (messageOf(error).includes("locked")) {
      throw new SentryError(
        "data-locked",
        `another archive-sentry is using ${path}: stop it first, or choose another folder with --data`,
      );
    }
    throw new SentryError("data-unwritable", `cannot write in the data folder ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** A key of its own for each use of one secret (RFC 5869). */
export function derivedKey(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", use, 32));
}
