import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { messageOf, SentryError } from "../core/index.ts";

export interface DevicePassword {
  username: string;
  password: string;
}

const deviceRow = z.object({
  device: z.string().min(1),
  username: z.string().min(1).optional(),
  password: z.string().min(1),
});

/**
 * The clear copy of the devices' passwords: the named file, else `devices.csv` beside the site file or in the data
 * folder; `path` is null when there is none.
 * @throws SentryError `secret-unreadable` when the named file cannot be read, `csv-invalid` when it is something else.
 */
export function readDevicePasswords(options: {
  file?: string | undefined;
  config?: string | undefined;
  data: string;
}): {
  path: string | null;
  passwords: ReadonlyMap<string, DevicePassword>;
} {
  const beside = options.config === undefined ? [] : [join(dirname(resolve(options.config)), "devices.csv")];
  const usual = [...beside, join(options.data, "devices.csv")];
  const path = options.file ?? usual.find((candidate) => existsSync(candidate)) ?? null;
  const passwords = new Map<string, DevicePassword>();
  if (path === null) return { path, passwords };
  for (const [at, row] of rowsOf(path).entries()) {
    const parsed = deviceRow.safeParse(row);
    if (!parsed.success) {
      throw new SentryError(
        "csv-invalid",
        `${path} line ${at + 2}: expected the columns device, username and password, found one of them empty or missing`,
      );
    }
    const { device, username, password } = parsed.data;
    passwords.set(device, { username: username ?? device, password });
  }
  return { path, passwords };
}

function rowsOf(path: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new SentryError("secret-unreadable", `cannot read the devices' passwords: ${messageOf(error)}`, {
      cause: error,
    });
  }
  try {
    return parse(text, { columns: true, bom: true, skip_empty_lines: true });
  } catch (error) {
    throw new SentryError("csv-invalid", `${path}: ${messageOf(error)}`, { cause: error });
  }
}
