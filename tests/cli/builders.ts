import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const main = join(import.meta.dirname, "../../cli/main.ts");

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** The real command line, in a process of its own, in English and without colour unless told otherwise. */
export function runCli(
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, LANG: "en_GB.UTF-8", TZ: "Asia/Shanghai", ...options.env };
    const child = spawn(process.execPath, [main, ...args], { env, cwd: options.cwd ?? tmpdir() });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

export function aFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "sentry-cli-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
