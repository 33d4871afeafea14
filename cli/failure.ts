import { CommanderError } from "commander";
import { type ErrorCode, messageOf, SentryError } from "../core/index.ts";

/** Codes that mean: nothing was started, put the command line or the configuration right first. */
const badInput: ReadonlySet<ErrorCode> = new Set(["usage", "config-invalid", "config-unreadable", "secret-unreadable"]);

/** Says on standard error what went wrong, one line each, and returns the exit code. */
export function reportFailure(error: unknown): 0 | 1 | 2 {
  if (error instanceof CommanderError) {
    // Commander has printed it already; help that was asked for is no failure.
    return error.exitCode === 0 ? 0 : 2;
  }
  const known = error instanceof SentryError;
  process.stderr.write(`${known && error.code === "config-invalid" ? configFaults(error) : messageOf(error)}\n`);
  if (process.env.ARCHIVE_SENTRY_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  else if (!known) process.stderr.write("(a fault of this program; ARCHIVE_SENTRY_DEBUG=1 shows where)\n");
  return known && badInput.has(error.code) ? 2 : 1;
}

/** `path: expected …, found …`, one line each, without the line that says which file. */
function configFaults(error: SentryError): string {
  const [headline, ...faults] = error.message.split("\n");
  return faults.length > 0 ? faults.join("\n") : (headline ?? "");
}
