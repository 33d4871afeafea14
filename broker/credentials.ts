import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { messageOf, randomId, randomSecret, SentryError } from "../core/index.ts";

/** The file of device credentials: CSV `device,username,salt,sha256`, where sha256 = SHA-256(salt bytes, password). */
const credentialRow = z.object({
  device: z.string().min(1),
  // Neither a quote nor a comma, so that a line of the file is what it looks like.
  username: z.string().regex(/^[^",\r\n]{1,128}$/, { error: "a username without quotes and commas" }),
  salt: z.string().regex(/^[0-9a-f]{16,64}$/, { error: "a salt of 16 to 64 hexadecimal digits" }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: "64 hexadecimal digits" }),
});
export type DeviceCredential = z.infer<typeof credentialRow>;

/** Username → the device it belongs to and its salted hash. */
export type CredentialTable = ReadonlyMap<string, DeviceCredential>;

const columns = ["device", "username", "salt", "sha256"] as const;

/** @throws SentryError `config-unreadable` or `csv-invalid`. */
export function readCredentials(path: string): CredentialTable {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new SentryError("config-unreadable", `cannot read the credentials in ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const table = new Map<string, DeviceCredential>();
  for (const [at, row] of readRows(path, text).entries()) {
    const parsed = credentialRow.safeParse(row);
    const where = `${path}, line ${at + 2}`;
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new SentryError("csv-invalid", `${where}: ${issue?.path.join(".")}: expected ${issue?.message}`);
    }
    if (table.has(parsed.data.username)) {
      throw new SentryError(
        "csv-invalid",
        `${where}: expected each username once, found ${parsed.data.username} again`,
      );
    }
    table.set(parsed.data.username, parsed.data);
  }
  return table;
}

function readRows(path: string, text: string): unknown[] {
  try {
    return parse(text, {
      bom: true,
      skip_empty_lines: true,
      columns(header: string[]) {
        const missing = columns.filter((name) => !header.includes(name));
        if (missing.length > 0) throw new Error(`expected the columns ${columns.join(",")}, found ${header.join(",")}`);
        return header;
      },
    });
  } catch (error) {
    throw new SentryError("csv-invalid", `${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Replaces the file as a whole, readable by its owner only: a crash leaves the old one or the new one. */
export function writeCredentials(path: string, table: CredentialTable): void {
  const lines = [...table.values()].map((entry) => {
    const row = credentialRow.parse(entry);
    return columns.map((name) => row[name]).join(",");
  });
  const draft = `${path}.${randomId(5)}`;
  try {
    const file = openSync(draft, "wx", 0o600);
    try {
      writeSync(file, `${[columns.join(","), ...lines].join("\n")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    syncDirectory(dirname(path));
  } catch (error) {
    rmSync(draft, { force: true });
    throw new SentryError("data-unwritable", `cannot write the credentials to ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The rename itself is durable only once the folder is. Windows knows no such thing. */
function syncDirectory(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** A username and a password of 192 random bits; the password exists in clear only in what this returns. */
export function newDeviceCredential(
  device: string,
  password = randomSecret(),
): { username: string; password: string; record: DeviceCredential } {
  const salt = randomBytes(16);
  const sha256 = hashPassword(salt, password).toString("hex");
  return { username: device, password, record: { device, username: device, salt: salt.toString("hex"), sha256 } };
}

// Checked when the username is unknown, so that the time taken does not tell which usernames exist.
const nobody: DeviceCredential = { device: "", username: "", salt: "00".repeat(16), sha256: "00".repeat(32) };

/** The credential that this username and password prove, or null. */
export function checkCredential(table: CredentialTable, username: string, password: Buffer): DeviceCredential | null {
  const entry = table.get(username);
  const checked = entry ?? nobody;
  const hash = hashPassword(Buffer.from(checked.salt, "hex"), password);
  return timingSafeEqual(hash, Buffer.from(checked.sha256, "hex")) && entry ? entry : null;
}

/** Fast on purpose: these passwords are random, and a thousand devices reconnect at once after a power cut. */
function hashPassword(salt: Buffer, password: Buffer | string): Buffer {
  return createHash("sha256").update(salt).update(password).digest();
}
